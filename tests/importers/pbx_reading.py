"""Reads logs of telephone systems the way their tests look at them."""

from pathlib import Path

from crm_desktop.domain.calls import CallRecord, LogRow, RejectedRow, SkippedRow
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log

LONDON = ReadingOptions(region="GB", time_zone="Europe/London", internal_digits=3, outside_prefix="9")
NEW_YORK = ReadingOptions(region="US", time_zone="America/New_York", internal_digits=3)


def log_of(path: Path, text: str, options: ReadingOptions) -> tuple[str, list[LogRow]]:
    """Write a log; return the format it was recognized as and all its rows."""
    path.write_bytes(text.encode("utf-8"))
    log = open_call_log(path, options=options)
    return log.format, list(log)


def calls(rows: list[LogRow]) -> list[CallRecord]:
    """Return the calls in the order of their lines."""
    return sorted((row for row in rows if isinstance(row, CallRecord)), key=lambda row: row.line)


def seen(rows: list[LogRow]) -> list[tuple[int, str, str, str | None, int, str | None]]:
    """Return what matters of the calls: line, direction, outcome, number, seconds, own line."""
    return [
        (call.line, call.direction.value, call.outcome.value, call.number, call.duration_s, call.own_line)
        for call in calls(rows)
    ]


def others(rows: list[LogRow]) -> list[tuple[int, str]]:
    """Return line and reason of the rows that are no calls."""
    return sorted((row.line, str(row.reason)) for row in rows if isinstance(row, (RejectedRow, SkippedRow)))
