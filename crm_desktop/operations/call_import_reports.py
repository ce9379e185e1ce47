"""What an import of call logs found, file by file, and in all; of rows only what was not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.calls import CallRecord, LogRow
from crm_desktop.operations.call_import_groups import Grouped
from crm_desktop.operations.call_import_reading import OpenedLog, RefusedFile
from crm_desktop.operations.call_matching import ImportCounts, Tally


@dataclass(slots=True)
class Period:
    """When the calls of a log were, in epoch seconds, and how many they are."""

    first_at: int | None = None
    last_at: int | None = None
    records: int = 0

    def note(self, rows: Sequence[LogRow]) -> None:
        """Take rows of the log."""
        times = [row.epoch for row in rows if isinstance(row, CallRecord)]
        self.records += len(times)
        if times:
            low, high = min(times), max(times)
            self.first_at = low if self.first_at is None else min(low, self.first_at)
            self.last_at = high if self.last_at is None else max(high, self.last_at)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file holds; times are UTC epoch seconds.

    ``rejected`` rows and ``warnings`` (numbers that were not understood) are (line, reason, what the file
    says), for the screen and a report only. Of a shared log they say nothing of rows that are nobody's, and
    of a colleague's phone nothing to whom strangers' numbers are not shown.
    """

    path: Path
    format: str
    encoding: str | None
    first_at: int | None
    last_at: int | None
    records: int
    rejected: tuple[tuple[int, str, str], ...]
    skipped: tuple[tuple[int, str], ...]
    warnings: tuple[tuple[int, str, str], ...]
    shared: bool
    counts: ImportCounts

    @classmethod
    def of(cls, opened: OpenedLog, tally: Tally, period: Period) -> "FileReport":
        """Return the report of a log that was read."""
        log, told = opened.log, opened.strangers
        rejected, warnings = (
            tuple((line, reason, raw if told else "") for line, reason, raw in rows)
            for rows in (tally.rejected, tally.warnings)
        )
        return cls(
            opened.path, log.format, log.encoding, period.first_at, period.last_at, period.records,
            rejected, tuple(tally.skipped), warnings, log.shared, tally.counts(),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: nothing was written.

    ``corrected``: how many of the calls already there would get other values.
    """

    files: tuple[FileReport, ...]
    counts: ImportCounts
    corrected: int
    grouped: Grouped
    refused: tuple[RefusedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: a run per file, in the order given; ``corrected`` as in the preview."""

    runs: tuple[int, ...]
    counts: ImportCounts
    corrected: int
    files: tuple[FileReport, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
