"""What an import of call logs found, in the agreed JSON and in words; its report as a table."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crm_desktop.cli.output import note, say, utc_text
from crm_desktop.domain.row_reasons import LINE_FATES, reason_words
from crm_desktop.domain.sentences import sentence

if TYPE_CHECKING:
    from crm_desktop.operations.call_import_reading import RefusedFile
    from crm_desktop.operations.call_imports import FileReport, ImportPreview, ImportResult
    from crm_desktop.operations.session import Session

_LINES_SAID = 50


def outcome_document(outcome: "ImportPreview | ImportResult") -> dict[str, object]:
    """Return the counts by their agreed names; a dry run has no ``run`` and tells what would be created.

    Possible duplicates are named where there are any, and files nothing was read from.
    """
    runs = getattr(outcome, "runs", ())
    counts = asdict(outcome.counts)
    if not counts["possible_duplicates"]:
        del counts["possible_duplicates"]
    found = {
        "run": runs[0] if runs else None,
        "runs": list(runs),
        **counts,
        "files": [_file_document(report) for report in outcome.files],
    }
    if outcome.refused:
        found["refused"] = [{"file": one.path.name, "reason": one.error.code} for one in outcome.refused]
    return found


def note_refused(refused: "Sequence[RefusedFile]") -> None:
    """Say which logs nothing was read from, and why."""
    for one in refused:
        note(f"{one.path.name}: {sentence(one.error)}")
    count = len(refused)
    note(f"{count} {'file was' if count == 1 else 'files were'} left out; the others are as said above.")


def say_outcome(outcome: "ImportPreview | ImportResult", zone: ZoneInfo) -> None:
    """Say what each log holds and what became of the calls of all of them."""
    for report in outcome.files:
        _say_file(report, zone)
    for name, value in outcome_document(outcome).items():
        if name not in {"run", "runs", "files", "refused"}:
            say(f"{name.replace('_', ' ')}: {value}")


def save_report(session: "Session", outcome: "ImportPreview | ImportResult", target: Path) -> None:
    """Write the same report as the window does. Raises RefusedError, OrganizationFileError."""
    from crm_desktop.operations.call_report_files import report_rows, save_import_report

    lines = [
        (row.file, str(row.line), LINE_FATES[row.fate].format(reason=reason_words(row.reason)), row.raw)
        for row in report_rows(outcome.files)
    ]
    count = save_import_report(session, lines, target, titles=("File", "Line", "Why", "What the file says"))
    note(f"{count} lines written to {target.name}; the file is not encrypted")


def _file_document(report: "FileReport") -> dict[str, object]:
    """Return what one log holds and which of its lines are no calls; what those say is left out."""
    return {
        "file": report.path.name, "format": report.format, "encoding": report.encoding,
        "first_call": utc_text(report.first_at), "last_call": utc_text(report.last_at),
        "records": report.records,
        "counts": asdict(report.counts),
        "rejected": [{"line": line, "reason": reason} for line, reason, _ in report.rejected],
        "skipped": [{"line": line, "reason": reason} for line, reason in report.skipped],
        "warnings": [{"line": line, "reason": reason} for line, reason, _ in report.warnings],
    }  # fmt: skip


def _say_file(report: "FileReport", zone: ZoneInfo) -> None:
    """Say what one log holds, times in the organization's zone, and name its lines that are no calls."""
    from crm_desktop.operations.call_report_files import report_rows

    period = [
        f"{datetime.fromtimestamp(epoch, zone):%Y-%m-%d %H:%M}"
        for epoch in (report.first_at, report.last_at)
        if epoch is not None
    ]
    facts = [report.format, report.encoding or "", f"{report.records} calls", " to ".join(period)]
    say(f"{report.path.name}: {', '.join(filter(None, facts))}")
    rows = report_rows([report])
    for row in rows[:_LINES_SAID]:
        words = LINE_FATES[row.fate].format(reason=reason_words(row.reason))
        note(f"{row.file}, line {row.line}: {words}")
    if len(rows) > _LINES_SAID:
        note(f"{report.path.name}: {len(rows) - _LINES_SAID} more lines; --report writes all of them")
