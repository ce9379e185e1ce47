"""Reads call logs the way tests look at them."""

from pathlib import Path
from typing import Any

from crm_desktop.domain.calls import CallRecord, LogRow, RejectedRow, SkippedRow
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log

BERLIN = ReadingOptions(region="DE", time_zone="Europe/Berlin")
SIMPLE = Mapping(
    date="Date",
    direction="Type",
    direction_values={"in": "incoming/answered", "out": "outgoing", "missed": "incoming/missed"},
    number="Number",
    name="Name",
    duration="Duration",
)
HEADER = "Date,Type,Number,Name,Duration"
ROW = "2026-01-05 08:00:0{},in,030 2312511{},Ada,1:02"


def rows_of(path: Path, options: ReadingOptions = BERLIN, log_format: str = "auto") -> list[LogRow]:
    """Return every row of a log."""
    return list(open_call_log(path, format=log_format, options=options))


def records(rows: list[LogRow]) -> list[CallRecord]:
    """Return the calls among the rows."""
    return [row for row in rows if isinstance(row, CallRecord)]


def rejected(rows: list[LogRow]) -> list[tuple[int, str]]:
    """Return line and reason of the rejected rows."""
    return [(row.line, str(row.reason)) for row in rows if isinstance(row, RejectedRow)]


def skipped(rows: list[LogRow]) -> list[tuple[int, str]]:
    """Return line and reason of the skipped rows."""
    return [(row.line, str(row.reason)) for row in rows if isinstance(row, SkippedRow)]


def written(path: Path, data: str | bytes) -> Path:
    """Write a file as it is, without changing line ends."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def options_of(chosen: dict[str, Any]) -> ReadingOptions:
    """Return the reading options a sample's expectation states."""
    return ReadingOptions(
        region=chosen["default_region"],
        time_zone=chosen["timezone"],
        encoding=chosen.get("encoding"),
        own_numbers=tuple(chosen.get("own_numbers", ())),
        area_code=chosen.get("area_code"),
        outside_prefix=chosen.get("outside_prefix"),
        internal_digits=chosen.get("internal_digits"),
        international_numbers=chosen.get("numbers_are_international", False),
        mapping=Mapping.from_document(chosen["mapping"]) if "mapping" in chosen else None,
    )


def document_of(path: Path, options: ReadingOptions) -> dict[str, Any]:
    """Return a log in the shape of ``parse-calls --json``."""
    log = open_call_log(path, options=options)
    rows = list(log)
    found = [
        {
            "line": record.line,
            "started_at": record.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "direction": record.direction.value,
            "outcome": record.outcome.value,
            "duration_s": record.duration_s,
            "number": record.number,
            "raw_number": record.raw_number,
            "name": record.name,
        }
        for record in records(rows)
    ]
    return {
        "format": log.format,
        "records": found,
        "rejected": [{"line": line, "reason": reason} for line, reason in rejected(rows)],
        "skipped": [{"line": line, "reason": reason} for line, reason in skipped(rows)],
    }
