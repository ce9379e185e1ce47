"""Writing what could be read of a damaged file into a new one that is whole, and saying so in its log.

The new file has the present schema and the damaged one's key. Rows the log still vouches for keep their
digests; only where rows or entries were lost the signed entry ``rescued`` lists new ones. A row that was
changed outside the program stays named by ``verify``.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.storage import call_rollups, calls, contacts, log, organization, rows
from crm_desktop.storage.backups import COUNTED, check_whole
from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import block_digest, row_digest
from crm_desktop.storage.log import Author, LoggedBlock, LoggedRow
from crm_desktop.storage.log_checks import LOGGED_TABLES
from crm_desktop.storage.mending import (
    Mended,
    People,
    keep_unmatched_calls,
    mend_references,
    put_members,
    trim_log,
)
from crm_desktop.storage.organization import Meta
from crm_desktop.storage.restoring import Continued
from crm_desktop.storage.rollup_recount import TABLES as ROLLUPS
from crm_desktop.storage.salvage import DamagedFile, TableReading
from crm_desktop.storage.schema import SCHEMA_VERSION, check_version, migrate, run_migrations

# Made anew from the records, or of one row that is written first.
_NOT_COPIED = frozenset({"meta", "search_token", *ROLLUPS})
_REINDEXED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TableRescue:
    """What became of a table: rows in the new file, and those known to be lost.

    ``exact`` False: its indexes could not be read whole, so that more may be lost. ``lost`` are ids with
    the UUID where it is known; ``dropped`` counts rows that were read but belonged to a lost one.
    """

    table: str
    kept: int
    lost: Mapping[int, bytes | None]
    dropped: int
    exact: bool
    damaged: bool


@dataclass(frozen=True, slots=True)
class Rescued:
    """The whole outcome; ``stand_ins`` counts rows put in the place of lost ones, by table."""

    tables: tuple[TableRescue, ...]
    stand_ins: Mapping[str, int]
    unmatched_calls: int
    entries_lost: int
    head: log.LogHead

    @property
    def kept(self) -> int:
        """How many rows of records are in the new file."""
        return sum(table.kept for table in self.tables)

    @property
    def lost(self) -> int:
        """How many rows are known to be lost."""
        return sum(len(table.lost) + table.dropped for table in self.tables)


@dataclass(slots=True)
class _Copied:
    """A table while it is copied."""

    read: int
    lost: dict[int, bytes | None]
    exact: bool
    damaged: bool


@dataclass(frozen=True, slots=True)
class Rescue:
    """One rescue: from the damaged ``source`` into the empty file ``target``, both under ``raw_key``."""

    source: Path
    target: Path
    raw_key: bytes = field(repr=False)
    author: Author
    continued: Continued
    file_id: bytes
    logins: Mapping[bytes, str] = field(repr=False)
    progress: ProgressCallback | None = None
    cancel: CancelToken = field(default_factory=CancelToken)

    def run(self) -> Rescued:
        """Read, write, mend and check; the caller removes the target when this fails.

        Raises OrganizationFileError ``rescue_schema_unreadable``, ``schema_newer`` and those of the
        target's disk; Cancelled.
        """
        with (
            closing(DamagedFile(self.source, self.raw_key, cancel=self.cancel)) as file,
            sqlite_errors_known(self.target),
            closing(connect(self.target, self.raw_key, create=True)) as connection,
        ):
            # References are mended at the end; until then children come before their parents.
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY").fetchone()
            connection.execute("BEGIN IMMEDIATE")
            meta = self._meta(file)
            run_migrations(connection, after=0, until=meta.schema_version)
            organization.write_meta(connection, meta)
            copied = self._copy(file, connection, COUNTED[meta.schema_version - 1])
            migrate(connection)
            rescued = self._make_whole(connection, copied)
            connection.execute("COMMIT")
            check_whole(connection, self.target)
        return rescued

    def _meta(self, file: DamagedFile) -> Meta:
        """Return the file's own meta row, or one made of what the key file knows."""
        names = ("schema_version", "epoch", "change_sequence", "created_at")
        found = file.all(f"SELECT {', '.join(names)} FROM meta") if "meta" in file.tables else []  # noqa: S608
        if found:
            version, epoch, sequence, created_at = (int(str(value)) for value in found[0])
        else:
            versions = range(SCHEMA_VERSION, 0, -1)
            version = next((v for v in versions if file.tables >= set(COUNTED[v - 1])), 1)
            epoch, sequence, created_at = 1, 0, self.author.now()
        check_version(version)
        keys = self.continued.key_file_seq, self.continued.roster_seq
        return Meta(self.file_id, version, epoch, sequence, *keys, created_at)

    def _copy(self, file: DamagedFile, connection: Connection, tables: Iterable[str]) -> dict[str, _Copied]:
        names = [table for table in tables if table not in _NOT_COPIED and table in file.tables]
        copied: dict[str, _Copied] = {}
        for number, table in enumerate(names):
            self._report(number, len(names) + 1)
            copied[table] = _copy_table(file, connection, table)
        self._report(len(names), len(names) + 1)
        return copied

    def _report(self, done: int, total: int) -> None:
        self.cancel.raise_if_cancelled()
        if self.progress is not None:
            self.progress(Progress(done, total))

    def _make_whole(self, connection: Connection, copied: dict[str, _Copied]) -> Rescued:
        now = self.author.now()
        people = People(self.logins, copied["member"].lost if "member" in copied else {})
        mended = mend_references(connection, people, now=now)
        put_members(connection, people, mended)
        keep_unmatched_calls(connection, mended, now=now)
        joints = trim_log(connection, mended)
        mended.entries_lost += len(copied["log_entry"].lost) if "log_entry" in copied else 0
        self._reindex(connection)
        call_rollups.rebuild(connection)
        tables = tuple(
            TableRescue(
                table, _count(connection, table), part.lost, mended.dropped[table], part.exact, part.damaged
            )
            for table, part in copied.items()
        )
        head = self._log(connection, tables, mended, joints)
        return Rescued(tables, dict(mended.stand_ins), mended.unmatched_calls, mended.entries_lost, head)

    def _reindex(self, connection: Connection) -> None:
        ids = contacts.all_contact_ids(connection)
        for start in range(0, len(ids), _REINDEXED_AT_ONCE):
            self.cancel.raise_if_cancelled()
            contacts.reindex_many(connection, ids[start : start + _REINDEXED_AT_ONCE])

    def _log(
        self, connection: Connection, tables: tuple[TableRescue, ...], mended: Mended, joints: list[LoggedRow]
    ) -> log.LogHead:
        """Append the signed entry: new digests, what is gone, where the chain goes on, and the counts."""
        log_damaged = bool(joints or mended.entries_lost) or any(
            table.damaged for table in tables if table.table.startswith("log_")
        )
        vouching = _Vouching(
            connection, {table.table for table in tables if table.damaged}, log_damaged, mended
        )
        listed = [row for table in LOGGED_TABLES for row in vouching.rows(table)]
        (epoch, sequence) = connection.execute("SELECT epoch, change_sequence FROM meta").fetchone()
        before = log.head(connection)
        above = max(self.continued.epoch, 1 + epoch, 1 + before.epoch)
        connection.execute("UPDATE meta SET epoch = ?", (above,))
        payload: dict[str, object] = {
            "kept": {table.table: table.kept for table in tables},
            "lost": {table.table: len(table.lost) + table.dropped for table in tables},
            "entries_lost": mended.entries_lost,
        }
        log.append(
            connection, self.author, log.RESCUED, rows=[*joints, *listed], blocks=vouching.blocks(),
            payload=payload, after=max(self.continued.after, sequence),
        )  # fmt: skip
        return log.head(connection)


def _copy_table(file: DamagedFile, connection: Connection, table: str) -> _Copied:
    """Copy what can be read; ids that were given once are never given again."""
    reading = TableReading(file, table)
    names = ", ".join(reading.columns)
    marks = ", ".join("?" * len(reading.columns))
    # What contradicts a row that is there already (an old page put back) is not taken, and counts as lost.
    statement = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - the schema's names
    read: set[int] = set()
    place = reading.columns.index("id")
    for batch in reading.batches():
        connection.executemany(statement, batch)
        read.update(int(str(row[place])) for row in batch)
    there = {row_id for (row_id,) in connection.execute(f"SELECT id FROM {table}")}  # noqa: S608
    known: dict[int, bytes | None] = dict.fromkeys(read) | reading.known.uuids
    lost = {row_id: uuid for row_id, uuid in sorted(known.items()) if row_id not in there}
    _keep_sequence(connection, table, max([file.highest_id(table) or 0, *known]))
    exact = reading.known.whole or not reading.damaged
    return _Copied(len(read), lost, exact, reading.damaged or bool(lost))


def _keep_sequence(connection: Connection, table: str, highest: int) -> None:
    if highest:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?,?)", (table, highest))


def _count(connection: Connection, table: str) -> int:
    (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a schema's name
    return int(number)


@dataclass(frozen=True, slots=True)
class _Vouching:
    """Which digests the entry lists: of rows the rescue touched, and where damage took rows or entries."""

    connection: Connection
    damaged: set[str]
    log_damaged: bool
    mended: Mended

    def rows(self, table: str) -> Iterator[LoggedRow]:
        """Yield the lines of one table: rows in new versions or without an entry, and rows that are lost."""
        newest: dict[bytes, tuple[int, bytes | None]] = {
            uuid: (version, digest)
            for uuid, version, digest in self.connection.execute(
                "SELECT row_uuid, row_version, digest FROM log_row WHERE table_name = ? ORDER BY id", (table,)
            )
        }
        names = rows.table_columns(table)
        select = f"SELECT {', '.join(names)} FROM {table} ORDER BY id"  # noqa: S608 - names of fields
        for values in self.connection.execute(select):
            row = dict(zip(names, values, strict=True))
            version, uuid = int(str(row["version"])), row["uuid"]
            assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
            logged = newest.pop(uuid, None)
            newer = logged is None or logged[0] < version
            if (table, row["id"]) in self.mended.touched or (newer and self.log_damaged):
                yield LoggedRow(table, uuid, version, row_digest(table, row))
        gone = table in self.damaged or self.mended.dropped[table] or self.log_damaged
        for uuid, (version, digest) in newest.items() if gone else ():
            if digest is not None:
                yield LoggedRow(table, uuid, version + 1, None)

    def blocks(self) -> list[LoggedBlock]:
        """Return the blocks of calls that damage or the rescue changed."""
        touched = any(table == "call" for table, _ in self.mended.touched)
        if not (touched or "call" in self.damaged or self.mended.dropped["call"] or self.log_damaged):
            return []
        logged: dict[int, tuple[int, bytes]] = {
            first: (count, digest)
            for first, count, digest in self.connection.execute(
                "SELECT first_id, row_count, digest FROM log_block WHERE table_name = 'call' ORDER BY id"
            )
        }
        found = calls.blocks(self.connection, 0, calls.last_id(self.connection))
        changed = [
            block for block in found if logged.pop(block.first_id, None) != (block.row_count, block.digest)
        ]
        empty = block_digest(())
        return changed + [
            LoggedBlock("call", first, 0, empty) for first, (count, _) in logged.items() if count
        ]
