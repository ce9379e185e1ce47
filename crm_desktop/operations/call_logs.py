"""Reading a call log into no organization: the formats there are, and what a file holds.

Needs no session and no right: whoever has the file could open it with any other program.
"""

from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.calls import CallRecord, RejectedRow, SkippedRow
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.call_logs import registry
from crm_desktop.importers.call_logs.column_guess import usual_directions, usual_outcomes
from crm_desktop.importers.call_logs.column_values import ColumnWords
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.suggestion import ExaminedTable, as_saved, examine_table
from crm_desktop.importers.call_logs.table_search import TablePlace

__all__ = [
    "TABLE",
    "ColumnWords",
    "ExaminedTable",
    "FormatInfo",
    "Mapping",
    "ParsedLog",
    "ReadingOptions",
    "TablePlace",
    "as_saved",
    "examine_table",
    "formats",
    "parse_log",
    "usual_directions",
    "usual_outcomes",
]

_ROWS_PER_STEP = 500
TABLE = registry.GENERIC.name
"""The name of the format "other table", whose columns are asked for."""


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format as people choose it; ``recognized_by`` completes "is recognized by …"."""

    name: str
    title: str
    recognized_by: str


@dataclass(frozen=True, slots=True)
class ParsedLog:
    """Everything a log holds; rejected and skipped rows by their line and reason."""

    format: str
    encoding: str
    records: tuple[CallRecord, ...]
    rejected: tuple[RejectedRow, ...]
    skipped: tuple[SkippedRow, ...]


def formats() -> list[FormatInfo]:
    """Return the formats this program reads, in the order it looks for them."""
    return [FormatInfo(known.name, known.title, known.recognized_by) for known in registry.formats()]


def parse_log(
    path: Path,
    options: ReadingOptions,
    *,
    format: str = "auto",  # noqa: A002 - the name of the option everywhere
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ParsedLog:
    """Read a log whole; progress counts bytes.

    Raises ForeignFileError for a file that is no call log, InvalidValueError for a region or time zone
    that does not exist, Cancelled.
    """
    call_log = registry.open_call_log(path, format=format, options=options)
    records: list[CallRecord] = []
    rejected: list[RejectedRow] = []
    skipped: list[SkippedRow] = []
    for number, row in enumerate(call_log):
        if number % _ROWS_PER_STEP == 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(Progress(call_log.progress(), call_log.size))
        if isinstance(row, CallRecord):
            records.append(row)
        elif isinstance(row, RejectedRow):
            rejected.append(row)
        else:
            skipped.append(row)
    return ParsedLog(call_log.format, call_log.encoding, tuple(records), tuple(rejected), tuple(skipped))
