"""Reading what can be read of a damaged file: by ranges of ids around the pages that are broken. SQLite only.

A page that fails its authentication poisons the connection that met it, so the file is opened anew after
each error. The file is only ever opened for reading.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.database import Connection

Row = tuple[object, ...]

HIGHEST_ID = 2**32 - 1
_AT_ONCE = 2000
# Rows of a quarter of a megabyte: no more at once than fit the memory beside everything else.
_AT_ONCE_OF = {"attachment_piece": 32}
# How many ids are tried inside one gap. A leaf holds several rows, so that evenly spread tries find every
# leaf that can be read, up to a gap of some hundred thousand rows; a table whose root is broken ends soon.
_TRIES = 50_000
_FIRST_TRIES = 256
# How far behind the last row that can be read ids are tried where nothing tells the highest one.
_BEYOND = 4096
_IO_ERROR, _CORRUPT, _NOT_A_DATABASE = 10, 11, 26
_DAMAGE = frozenset({_IO_ERROR, _CORRUPT, _NOT_A_DATABASE})


@dataclass(slots=True)
class Known:
    """The ids of a table, with the UUID where it has one, as its indexes tell; ``whole``: all of them."""

    uuids: dict[int, bytes | None] = field(default_factory=dict)
    whole: bool = False


class DamagedFile:
    """A damaged file that is read; whoever makes it closes it.

    Raises OrganizationFileError ``rescue_schema_unreadable`` where the pages that say which table lies
    where cannot be read: nothing but a backup helps then.
    """

    def __init__(self, path: Path, raw_key: bytes, *, cancel: CancelToken | None = None) -> None:
        self.path = path
        self._raw_key = raw_key
        self._cancel = cancel or CancelToken()
        self._connection = self._opened()
        self.tables = frozenset(
            str(name) for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        )

    def _opened(self) -> Connection:
        try:
            # As it lies there, leaving nothing beside it: nobody writes, the caller holds the lock file.
            return connect(self.path, self._raw_key, read_only=True, settled=True, cut_short=True)
        except OrganizationFileError as error:
            if error.code not in {"file_damaged", "disk_error"}:
                raise
            raise OrganizationFileError("rescue_schema_unreadable", path=str(self.path)) from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Return the rows up to the end or the first page that cannot be read."""
        return self.part(statement, values)[0]

    def part(self, statement: str, values: Sequence[object] = ()) -> tuple[list[Row], bool]:
        """Return the rows up to the first page that cannot be read, and whether that was the end."""
        self._cancel.raise_if_cancelled()
        found: list[Row] = []
        try:
            # One by one: what was read before the error counts.
            for row in self._connection.execute(statement, values):
                found.append(row)  # noqa: PERF402
        except sqlcipher.DatabaseError as error:
            if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF not in _DAMAGE:
                with sqlite_errors_known(self.path):
                    raise
            self._connection.close()
            self._connection = self._opened()
            return found, False
        return found, True

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the names of a table's columns."""
        return tuple(str(name) for (name,) in self.all("SELECT name FROM pragma_table_info(?)", (table,)))

    def highest_id(self, table: str) -> int | None:
        """Return the highest id ever given, None where that cannot be read."""
        found = self.all("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(str(found[0][0])) if found else None

    def known(self, table: str) -> Known:
        """Return the ids the table's indexes name, whatever became of its own pages."""
        known = Known()
        indexes = self.all(
            "SELECT name FROM pragma_index_list(?) WHERE partial = 0 ORDER BY origin = 'u' DESC", (table,)
        )
        for (name,) in indexes:
            columns = self.all("SELECT name FROM pragma_index_info(?)", (name,))
            uuid = "uuid" if columns == [("uuid",)] else "NULL"
            rows, whole = self.part(f'SELECT id, {uuid} FROM {table} INDEXED BY "{name}"')  # noqa: S608
            for row_id, value in rows:
                if value is not None or row_id not in known.uuids:
                    known.uuids[int(str(row_id))] = value if isinstance(value, bytes) else None
            known.whole = known.whole or whole
            if known.whole:
                break
        return known


class TableReading:
    """Reads one table: forwards and backwards to the broken pages, then what lies between them.

    After :meth:`batches` came to its end, ``damaged`` says whether a page could not be read and ``known``
    what the indexes tell of the rows.
    """

    def __init__(self, file: DamagedFile, table: str) -> None:
        self._file = file
        self._table = table
        self.columns = file.columns(table)
        self._id = self.columns.index("id")
        names = ", ".join(self.columns)
        self._select = f"SELECT {names} FROM {table} NOT INDEXED WHERE id >= ? AND id <= ?"  # noqa: S608
        self._only = f"SELECT {names} FROM {table} NOT INDEXED WHERE id = ?"  # noqa: S608 - the schema's names
        self._at_once = _AT_ONCE_OF.get(table, _AT_ONCE)
        self._last = 0
        self.damaged = False
        self.known = Known()

    def batches(self) -> Iterator[list[Row]]:
        """Yield every row that can be read, each once."""
        yield from self._forwards(1, HIGHEST_ID)
        if self._last == HIGHEST_ID:
            return
        self.damaged = True
        self.known = self._file.known(self._table)
        first, top = self._last + 1, self._top()
        gap_end = top
        for batch in self._backwards(first, top):
            gap_end = self._id_of(batch[-1]) - 1
            yield batch
        yield from self._gap(first, gap_end, nothing_read=first == 1 and gap_end == top)

    def _id_of(self, row: Row) -> int:
        return int(str(row[self._id]))

    def _forwards(self, first: int, last: int) -> Iterator[list[Row]]:
        """Yield rows upwards from ``first``; ``_last`` is then the last id read, ``last`` at the end."""
        self._last = first - 1
        while self._last < last:
            rows, whole = self._file.part(
                f"{self._select} ORDER BY id LIMIT {self._at_once}", (self._last + 1, last)
            )
            if rows:
                self._last = self._id_of(rows[-1])
                yield rows
            if not whole:
                return
            if len(rows) < self._at_once:
                self._last = last

    def _backwards(self, first: int, last: int) -> Iterator[list[Row]]:
        whole = True
        while whole and last >= first:
            rows, whole = self._file.part(
                f"{self._select} ORDER BY id DESC LIMIT {self._at_once}", (first, last)
            )
            if rows:
                last = self._id_of(rows[-1]) - 1
                yield rows
            elif whole:
                return

    def _top(self) -> int:
        """Return an id no row is above: by the table, its indexes, the ids given; else a guess."""
        if self.known.whole:
            return max(self.known.uuids, default=self._last)
        (found, _) = self._file.part(f"SELECT max(id) FROM {self._table}")  # noqa: S608
        if found and found[0][0] is not None:
            return int(str(found[0][0]))
        given = self._file.highest_id(self._table)
        return max([given or self._last + _BEYOND, *self.known.uuids])

    def _gap(self, first: int, last: int, *, nothing_read: bool) -> Iterator[list[Row]]:
        """Yield what lies between broken pages: each id there is tried, in a large gap some of each leaf."""
        tries: Sequence[int] = range(first, last + 1)
        if self.known.whole:
            tries = sorted(row_id for row_id in self.known.uuids if first <= row_id <= last)
        if nothing_read and len(tries) > _FIRST_TRIES and not self._any_of(tries):
            return
        step = -(-len(tries) // _TRIES) or 1
        place, reached = 0, first
        while place < len(tries):
            at = tries[place]
            # Alone: a row is only handed out once the next one was looked for, which may be the broken one.
            found = self._one(at)
            if not found:
                place += step
                continue
            yield found
            yield from self._forwards(at + 1, last)
            upwards = self._last
            if step > 1:
                yield from self._downwards(tries, place, reached)
            reached = upwards + 1
            place = max(bisect_left(tries, reached), place + 1)

    def _downwards(self, tries: Sequence[int], place: int, reached: int) -> Iterator[list[Row]]:
        """Yield what lies below a row that was found, down to what was tried before."""
        lowest = tries[place]
        for batch in self._backwards(reached, lowest - 1):
            lowest = self._id_of(batch[-1])
            yield batch
        below = bisect_left(tries, lowest) - 1
        if below >= 0 and tries[below] >= reached:
            yield self._one(tries[below])

    def _one(self, row_id: int) -> list[Row]:
        return self._file.part(self._only, (row_id,))[0]

    def _any_of(self, tries: Sequence[int]) -> bool:
        """Return whether one of a few rows spread over the table can be read: else its root is broken."""
        spread = range(0, len(tries), max(1, len(tries) // _FIRST_TRIES))
        return any(self._one(tries[at]) for at in spread)
