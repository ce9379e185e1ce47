"""The report of an import of call logs: which line was not read, and why; written to a table by right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.imports import ImportRun
from crm_desktop.domain.list_export import ExportChoice, one_line_end
from crm_desktop.domain.row_reasons import fate_of
from crm_desktop.operations.call_import_reports import FileReport
from crm_desktop.operations.call_imports import run_problems
from crm_desktop.operations.export_files import save_table
from crm_desktop.operations.session import Session
from crm_desktop.storage import log

ReportLine = tuple[str, str, str, str]
"""File, line, reason in words, and what the file says."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of a log that has something to be said about; ``fate`` is a key of LINE_FATES.

    ``raw``: what the file says, empty where nobody may be told.
    """

    file: str
    line: int
    fate: str
    reason: str
    raw: str = ""


def report_rows(reports: Sequence[FileReport]) -> list[ReportRow]:
    """Return the lines that were not read, and the numbers that were not understood, file by file."""
    rows: list[ReportRow] = []
    for report in reports:
        name = report.path.name
        rows += [ReportRow(name, line, "rejected", reason, raw) for line, reason, raw in report.rejected]
        rows += [ReportRow(name, line, "skipped", reason) for line, reason in report.skipped]
        rows += [ReportRow(name, line, "warning", reason, raw) for line, reason, raw in report.warnings]
    return rows


def run_rows(session: Session, run: ImportRun) -> list[ReportRow]:
    """Return what is known of the lines of an import made before: their numbers and reasons only."""
    return [
        ReportRow(run.file_name, one.line, fate_of(one.reason), one.reason)
        for one in run_problems(session, run.id)
    ]


_VERB = "export_list"


def require_report(session: Session, target: Path) -> None:
    """Refuse what ``save_import_report`` would refuse, before an import is made whose report it is to be."""
    session.require("lists.export")
    session.require("calls.view")
    if target.resolve() == session.path.resolve() or target.is_dir() or not target.parent.is_dir():
        raise OrganizationFileError("export_not_written", path=target.name)


def save_import_report(
    session: Session, lines: Sequence[ReportLine], target: Path, *, titles: ReportLine
) -> int:
    """Write a report to a CSV only its owner can read; return how many lines. No cell is a formula.

    Needs ``lists.export`` and ``calls.view``: what the file says may be a number. The log says how many
    lines left, never what. Raises RefusedError, OrganizationFileError("export_not_written").
    """
    require_report(session, target)
    choice = ExportChoice()

    def note(count: int) -> None:
        payload: dict[str, object] = {"count": count, "format": choice.format.value, "columns": "report"}
        with session.database.write() as connection:
            session.require_for(_VERB)
            log.append(connection, session.author, _VERB, payload=payload)
        session.remember_head()

    whole = ([one_line_end(cell) for cell in line] for line in (titles, *lines))
    return save_table(target, whole, choice, before=note)
