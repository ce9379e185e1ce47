"""Android's own call log database: ``calllog.db``, on older phones ``contacts2.db``, table ``calls``.

Its columns differ from version to version: only those that are there are read. Rows marked as deleted are
passed over.
"""

from collections.abc import Iterator
from functools import partial

from crm_desktop.domain.calls import LogRow, RowReason, SkippedRow
from crm_desktop.importers.call_logs.android_calls import AndroidCalls, AndroidRow
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.foreign_sqlite import SIGN, columns_of, open_foreign
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions

_NEEDED = ("NUMBER", "DATE", "DURATION", "TYPE")
_ASKED = (*_NEEDED, "NAME", "COUNTRYISO", "NORMALIZED_NUMBER", "POST_DIAL_DIGITS", "DELETED", "_ID")
_QUERY = "SELECT {} FROM calls ORDER BY date, rowid"


class AndroidDatabase:
    """The call log of an Android phone as its own database."""

    name = "android_calllog_sqlite"
    shared = False
    title = "Call log database of an Android phone (calllog.db, contacts2.db)"
    recognized_by = "an SQLite database with a table “calls”"

    def sniff(self, head: FileHead) -> float:
        """Return 0.95 where the schema has the table of calls."""
        if not head.data.startswith(SIGN):
            return 0.0
        schema = head.data.upper()
        return 0.95 if b"CREATE TABLE CALLS" in schema or b'CREATE TABLE "CALLS"' in schema else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows; ``line`` is the row's id. Raises ForeignFileError."""
        calls = AndroidCalls(options)
        with open_foreign(source) as connection:
            there = columns_of(connection, "calls")
            if not there.issuperset(_NEEDED):
                raise differing(source.path, self)
            names = [name for name in _ASKED if name in there]
            # Names of a fixed list: nothing of the file gets into the query.
            query = _QUERY.format(", ".join(f'"{name.lower()}"' for name in names))
            for place, cells in enumerate(connection.execute(query), 1):
                values = {name: _written(cell) for name, cell in zip(names, cells, strict=True)}
                line = int(values["_ID"]) if values.get("_ID", "").isdecimal() else place
                if values.get("DELETED", "0") not in {"", "0"}:
                    yield SkippedRow(line, RowReason.DELETED_ROW)
                    continue
                yield calls.read(line, _row(values), partial(_shown, values))


def _shown(values: dict[str, str]) -> str:
    return ", ".join(f"{name.lower()}={value}" for name, value in values.items())


def _row(values: dict[str, str]) -> AndroidRow:
    return AndroidRow(
        date=values["DATE"], kind=values["TYPE"], number=values["NUMBER"], duration=values["DURATION"],
        name=values.get("NAME", ""), country=values.get("COUNTRYISO"),
        normalized=values.get("NORMALIZED_NUMBER"), post_dial=values.get("POST_DIAL_DIGITS"),
    )  # fmt: skip


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
