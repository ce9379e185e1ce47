"""The report of an import of call logs as a table: which line was not read, and why."""

from collections.abc import Sequence
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.list_export import ExportChoice, one_line_end
from crm_desktop.operations.export_files import save_table
from crm_desktop.operations.session import Session
from crm_desktop.storage import log

ReportLine = tuple[str, str, str, str]
"""File, line, reason in words, and what the file says."""

_VERB = "export_list"


def save_import_report(
    session: Session, lines: Sequence[ReportLine], target: Path, *, titles: ReportLine
) -> int:
    """Write a report to a CSV only its owner can read; return how many lines. No cell is a formula.

    Needs ``lists.export`` and ``calls.view``: what the file says may be a number. The log says how many
    lines left, never what. Raises RefusedError, OrganizationFileError("export_not_written").
    """
    session.require("lists.export")
    session.require("calls.view")
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("export_not_written", path=target.name)
    choice = ExportChoice()

    def note(count: int) -> None:
        payload: dict[str, object] = {"count": count, "format": choice.format.value, "columns": "report"}
        with session.database.write() as connection:
            session.require_for(_VERB)
            log.append(connection, session.author, _VERB, payload=payload)
        session.remember_head()

    whole = ([one_line_end(cell) for cell in line] for line in (titles, *lines))
    return save_table(target, whole, choice, before=note)
