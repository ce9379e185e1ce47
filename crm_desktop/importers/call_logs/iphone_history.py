"""The call history of an iPhone: ``CallHistory.storedata`` (iOS 8 and later), table ``ZCALLRECORD``.

Times are seconds since 2001-01-01 UTC; an address is a text or a blob, nothing where the number was
withheld, an e-mail address in FaceTime. Numbers may be national: each row names its country.
"""

import math
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace

from crm_desktop.domain.calls import (
    CallRecord,
    Direction,
    LogRow,
    Outcome,
    RejectedRow,
    RowReason,
    SkippedRow,
    TimePrecision,
)  # fmt: skip
from crm_desktop.domain.phone_numbers import NormalizedNumber, is_region, normalizer
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.durations import MAX_SECONDS
from crm_desktop.importers.call_logs.foreign_sqlite import SIGN, columns_of, open_foreign
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, epoch_to_1900, row_key

_TO_UNIX = 978_307_200
_LATEST = 253_402_300_799 - _TO_UNIX
_NEEDED = ("Z_PK", "ZDATE", "ZDURATION", "ZADDRESS", "ZORIGINATED", "ZANSWERED")
_ASKED = (*_NEEDED, "ZISO_COUNTRY_CODE", "ZNAME", "ZUNIQUE_ID", "ZFILTERED_OUT_REASON")
_HANDLES = (
    "SELECT h.ZVALUE FROM Z_2REMOTEPARTICIPANTHANDLES p JOIN ZHANDLE h"
    " ON h.Z_PK = p.Z_4REMOTEPARTICIPANTHANDLES WHERE p.Z_2REMOTEPARTICIPANTCALLS = ?"
    " ORDER BY h.Z_PK LIMIT 32"
)


class IPhoneHistory:
    """The call history database of an iPhone or a Mac."""

    name = "ios_callhistory_sqlite"
    shared = False
    title = "Call history of an iPhone (CallHistory.storedata)"
    recognized_by = "an SQLite database with a table ZCALLRECORD"

    def sniff(self, head: FileHead) -> float:
        """Return 1 where the schema has the table of calls."""
        return 1.0 if head.data.startswith(SIGN) and b"CREATE TABLE ZCALLRECORD" in head.data else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows; ``line`` is the row's primary key. Raises ForeignFileError."""
        calls = _Calls(options)
        with open_foreign(source) as connection:
            there = columns_of(connection, "ZCALLRECORD")
            if not there.issuperset(_NEEDED):
                raise differing(source.path, self)
            names = [name for name in _ASKED if name in there]
            groups = bool(columns_of(connection, "Z_2REMOTEPARTICIPANTHANDLES")) and bool(
                columns_of(connection, "ZHANDLE")
            )
            # Names of a fixed list: nothing of the file gets into the query.
            query = f"SELECT {', '.join(names)} FROM ZCALLRECORD ORDER BY Z_PK"  # noqa: S608
            for place, cells in enumerate(connection.execute(query), 1):
                row = dict(zip(names, cells, strict=True))
                if groups and row["ZADDRESS"] in {None, "", b""}:
                    row["ZADDRESS"] = _participants(connection, row["Z_PK"])
                # A damaged database may have rows without their key.
                key = row["Z_PK"]
                yield calls.read(key if isinstance(key, int) and key > 0 else place, row)


def _participants(connection: sqlite3.Connection, call: object) -> str:
    """Return the people of a group call, with a comma between them."""
    return ", ".join(_text(value) for (value,) in connection.execute(_HANDLES, (call,)))


class _Calls:
    """Rows of one database to calls."""

    def __init__(self, options: ReadingOptions) -> None:
        self._rules = options.number_rules()
        self._normalizers: dict[str | None, Callable[[str], NormalizedNumber]] = {}
        self._keys = Ordinals()

    def read(self, line: int, row: dict[str, object]) -> LogRow:
        """Return the call of a row, or why it is none."""
        since_2001 = _seconds(row["ZDATE"], _LATEST)
        if since_2001 is None:
            return RejectedRow(line, RowReason.BAD_DATE, f"ZDATE {_text(row['ZDATE']) or 'NULL'}")
        duration = _seconds(row["ZDURATION"] or 0, MAX_SECONDS)
        if duration is None:
            return RejectedRow(line, RowReason.BAD_DURATION, f"ZDURATION {_text(row['ZDURATION'])}")
        raw = _text(row["ZADDRESS"]).strip()
        epoch = since_2001 + _TO_UNIX
        unique = _text(row.get("ZUNIQUE_ID")).strip()
        fields = (unique,) if unique else (repr(row["ZDATE"]), raw, repr(row["ZDURATION"]))
        key = row_key(epoch_to_1900(epoch), *fields, str(row["ZORIGINATED"]))
        if not self._keys.is_new(key):
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        direction, outcome = _meaning(row, duration)
        read = self._number(raw, _text(row.get("ZISO_COUNTRY_CODE")))
        return CallRecord(
            line=line, epoch=epoch, direction=direction, outcome=outcome,
            duration_s=duration, raw_number=raw, number=read.e164,
            name=_text(row.get("ZNAME")).strip() or None, row_key=key, precision=TimePrecision.MILLISECOND,
            extension=read.extension, number_note=read.note,
        )  # fmt: skip

    def _number(self, raw: str, country: str) -> NormalizedNumber:
        region = country.upper() if is_region(country.upper()) else self._rules.region
        if region not in self._normalizers:
            self._normalizers[region] = normalizer(replace(self._rules, region=region))
        return self._normalizers[region](raw)


def _meaning(row: dict[str, object], duration: int) -> tuple[Direction, Outcome]:
    if row["ZORIGINATED"] == 1:
        return Direction.OUTGOING, Outcome.ANSWERED if duration > 0 else Outcome.NO_ANSWER
    if row["ZANSWERED"] == 1 or duration > 0:
        return Direction.INCOMING, Outcome.ANSWERED
    filtered = row.get("ZFILTERED_OUT_REASON") not in {None, 0}
    return Direction.INCOMING, Outcome.BLOCKED if filtered else Outcome.MISSED


def _seconds(value: object, latest: int) -> int | None:
    """Return whole seconds, rounded down, of a REAL; None for what is no such number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return math.floor(value) if 0 <= value <= latest else None


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
