"""The one door for writes of records: a change set with images for undo, and its entry in the log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.storage import (
    call_rollups,
    calls,
    journal_rows,
    log,
    number_owners,
    relations,
    relinking,
    rows,
)
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.journal_rows import ChangedRow
from crm_desktop.storage.log import Author, LoggedBlock, LoggedRow

# Not part of images: an undo stamps them anew, and they alone never make a conflict.
BOOKKEEPING = frozenset({"id", "version", "salt", "changed_at", "changed_by"})


# Large, and of rows that are never undone: the image of a paper's scan would double the file.
_NOT_IN_IMAGES = frozenset({"scan"})
_CALL = "call"


@dataclass(frozen=True, slots=True)
class RunningSet:
    """A large change set between its first and its last transaction; ``seat`` is its program's lock byte."""

    id: int
    uuid: bytes
    verb: str
    undoes: int | None
    seat: int | None


def _as_it_is(change: ChangedRow) -> ChangedRow:
    return change


class ChangeSet:
    """Collects the row changes of one verb in the caller's transaction; ``finish`` writes journal and log.

    With ``running`` they are one batch of a change set of several transactions.
    """

    def __init__(
        self, connection: Connection, author: Author, verb: str, *, running: RunningSet | None = None
    ) -> None:
        self.connection = connection
        self._author = author
        self._verb = verb
        self._running = running
        self._undoes: int | None = None
        self._changed: list[tuple[ChangedRow, bytes | None]] = []
        self._logged: dict[tuple[str, int], LoggedRow] = {}
        self._calls: set[int] = set()

    def insert(self, table: str, values: dict[str, object], *, contact_id: int | None = None) -> int:
        """Insert a row with a new UUID, version 1 and salt; return its id."""
        row = {"uuid": new_uuid(), "version": 1, **values, "salt": new_salt()}
        row_id = rows.insert_row(self.connection, table, row)
        self._counted(table, row_id)
        owner = row_id if table == "contact" else contact_id
        after = {name: value for name, value in values.items() if name not in _NOT_IN_IMAGES}
        self._note(table, row_id, owner, before=None, after=after)
        self._hand_over(table, values, back=False)
        return row_id

    def update(
        self,
        table: str,
        row_id: int,
        values: dict[str, object],
        *,
        expected_version: int | None = None,
        contact_id: int | None = None,
        touch: bool = False,
    ) -> bool:
        """Set ``values``; return whether anything but bookkeeping differed (``touch``: write anyway).

        Raises ConflictError("record_changed") when the row is no longer at ``expected_version`` and
        RefusedError("record_not_found") when it is gone.
        """
        old = rows.full_row(self.connection, table, row_id)
        if old is None:
            raise RefusedError("record_not_found")
        if expected_version is not None and old["version"] != expected_version:
            raise ConflictError("record_changed")
        changed = {name: value for name, value in values.items() if old[name] != value}
        if not touch and not changed.keys() - BOOKKEEPING:
            return False
        version = int(str(old["version"])) + 1
        values = {**changed, "version": version, "salt": new_salt()}
        with self._counting_anew(table, row_id):
            rows.update_row(self.connection, table, row_id, values)
        if table == "organization" and "time_zone" in changed:
            call_rollups.rebuild(self.connection)  # days and hours are those of the new zone
        owner = row_id if table == "contact" else contact_id
        content = {name: value for name, value in changed.items() if name not in BOOKKEEPING}
        before = {name: old[name] for name in content}
        self._note(table, row_id, owner, before=before, after=content, old=old)
        return True

    def delete(self, table: str, row_id: int, *, contact_id: int | None = None) -> None:
        """Delete a row; its whole content stays in the image until it is pruned."""
        old = rows.full_row(self.connection, table, row_id)
        if old is None:
            return
        with self._counted_no_more(table, row_id):
            rows.delete_row(self.connection, table, row_id)
        owner = row_id if table == "contact" else contact_id
        before = {name: value for name, value in old.items() if name not in {"salt", "id", "version"}}
        self._note(table, row_id, owner, before=before, after=None, old=old)
        self._hand_over(table, old, back=True)

    def undo(self, set_id: int, *, prepared: Callable[[ChangedRow], ChangedRow] = _as_it_is) -> None:
        """Revert every row of a change set, as :func:`revert` says, and mark it as undone by this one.

        ``prepared`` may change what goes back: a bank account does not become a confirmed one again.
        """
        revert(self, [prepared(change) for change in journal_rows.rows_of(self.connection, set_id)])
        self._undoes = set_id

    def count_as_undo_of(self, set_id: int) -> None:
        """Have this change set be the one that undid another."""
        self._undoes = set_id

    def restore(self, table: str, row_id: int, before: dict[str, object], *, contact_id: int | None) -> None:
        """Set the columns of a before-image again, stamped as changed now by this author.

        Raises ConflictError("undo_conflict") where a contact has relations by now that its former kind
        cannot have.
        """
        kind = before.get("kind") if table == "contact" else None
        if kind is not None and relations.unfit_for(self.connection, row_id, ContactKind(str(kind))):
            raise ConflictError("undo_conflict")
        stamp: dict[str, object] = (
            {"changed_at": self._author.now(), "changed_by": self._author.member_id}
            if table == "contact"
            else {}
        )
        self.update(table, row_id, {**before, **stamp}, contact_id=contact_id, touch=True)

    def reinsert(self, table: str, row_id: int, values: dict[str, object], *, contact_id: int | None) -> None:
        """Put a deleted row back under its old id and UUID with a version that was never used."""
        version = int(str(values["version"])) + 2
        row = {**values, "id": row_id, "version": version, "salt": new_salt()}
        rows.insert_row(self.connection, table, row)
        self._counted(table, row_id)
        self._note(table, row_id, contact_id, before=None, after={**values, "version": version})
        self._hand_over(table, values, back=False)

    # A call entered by hand is counted, and its block is in the log, as those are that were imported.

    def _counted(self, table: str, row_id: int) -> None:
        if table == _CALL:
            call_rollups.entering_ids(self.connection, [row_id])
            self._calls.add(row_id)

    @contextmanager
    def _counting_anew(self, table: str, row_id: int) -> Iterator[None]:
        if table != _CALL:
            yield
            return
        self._calls.add(row_id)
        with call_rollups.changing(self.connection, [row_id]):
            yield

    @contextmanager
    def _counted_no_more(self, table: str, row_id: int) -> Iterator[None]:
        if table != _CALL:
            yield
            return
        self._calls.add(row_id)
        with call_rollups.leaving(self.connection, "k.id = ?", (row_id,)):
            yield

    def _hand_over(self, table: str, row: Mapping[str, object], *, back: bool) -> None:
        """Have calls follow the row that says whose they are now, wherever it comes or goes."""
        if table in calls.HANDED_OVER:
            self._calls.update(calls.hand_over(self.connection, row, back=back))

    def _note(
        self,
        table: str,
        row_id: int,
        contact_id: int | None,
        *,
        before: dict[str, object] | None,
        after: dict[str, object] | None,
        old: dict[str, object] | None = None,
    ) -> None:
        new = rows.full_row(self.connection, table, row_id)
        named = new or old
        assert named is not None  # noqa: S101 - a noted row exists or existed
        row_uuid, version = named["uuid"], int(str(named["version"])) + (0 if new else 1)
        assert isinstance(row_uuid, bytes)  # noqa: S101 - NOT NULL in the schema
        digest = row_digest(table, new) if new else None
        self._logged[table, row_id] = LoggedRow(table, row_uuid, version, digest)
        old_version = int(str(old["version"])) if old else None
        owners = _owners(table, named, contact_id)
        changed = ChangedRow(
            table, row_id, row_uuid, owners[0], old_version, version, before, after, owners[1]
        )
        salt = old["salt"] if old else None
        self._changed.append((changed, salt if isinstance(salt, bytes) else None))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has differed so far."""
        return not self._changed

    @property
    def size(self) -> int:
        """How many rows have differed so far."""
        return len(self._changed)

    def touched_since(self, size: int) -> dict[str, set[str]]:
        """Return which columns differed since there were ``size`` rows, by table; of a whole row all."""
        touched: dict[str, set[str]] = {}
        for change, _ in self._changed[size:]:
            touched.setdefault(change.table, set()).update(change.before or (), change.after or ())
        return touched

    @property
    def uuid(self) -> bytes | None:
        """The UUID of the change set of several transactions this is a batch of."""
        return None if self._running is None else self._running.uuid

    def finish(self, *, payload: dict[str, object] | None = None) -> int | None:
        """Write journal and log entry; return the change set's id, or None when nothing changed."""
        if self._changed:
            for values in relinking.due(self.connection, self._author, [row for row, _ in self._changed]):
                self.insert(number_owners.LINKED, values)  # the history of a contact tells of the number
        if not self._changed:
            return None
        running = self._running or insert_set(self.connection, self._author, self._verb, undoes=self._undoes)
        journal_rows.write(self.connection, running.id, self._changed)
        if self._undoes is not None:
            mark_undone(self.connection, self._undoes, by=running.id)
        self._log(running.uuid, payload)
        return running.id

    def finish_taking_back(self) -> None:
        """Write the log entry of a batch that takes back rows of the running set, and no journal."""
        if self._changed and self._running is not None:
            self._log(self._running.uuid, None)

    def _log(self, uuid: bytes, payload: dict[str, object] | None) -> None:
        logged = list(self._logged.values())
        blocks: list[LoggedBlock] = calls.touched_blocks(self.connection, self._calls) if self._calls else []
        log.append(
            self.connection,
            self._author,
            self._verb,
            rows=logged,
            blocks=blocks,
            change_set_uuid=uuid,
            payload=payload,
        )


def insert_set(
    connection: Connection,
    author: Author,
    verb: str,
    *,
    undoes: int | None = None,
    seat: int | None = None,
) -> RunningSet:
    """Insert a change set: done, or with the ``seat`` of the program that writes its batches, running."""
    made = RunningSet(0, new_uuid(), verb, undoes, seat)
    cursor = connection.execute(
        "INSERT INTO change_set (uuid, at, member_id, session, verb, state, undoes, seat)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            made.uuid, author.now(), author.member_id, author.session, verb,
            "done" if seat is None else "running", undoes, seat,
        ),
    )  # fmt: skip
    return replace(made, id=int(cursor.lastrowid or 0))


def mark_undone(connection: Connection, set_id: int, *, by: int) -> None:
    """Record by which change set another was undone."""
    connection.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (by, set_id))


def _owners(table: str, row: dict[str, object], contact_id: int | None) -> tuple[int | None, int | None]:
    """Return the contacts a row belongs to: what joins two names both itself."""
    if table == "not_duplicate":
        return contact_id, int(str(row["other_id"]))
    if table != "relation":
        return contact_id, None
    return int(str(row["from_id"])), int(str(row["to_id"]))


def revert(changes: ChangeSet, done: Sequence[ChangedRow]) -> None:
    """Undo ``done`` inside ``changes``, newest row first.

    Only the columns that were changed go back, and only while they still hold what the change wrote:
    otherwise ConflictError("undo_conflict") is raised and the caller's transaction rolls back.
    """
    for change in reversed(done):
        current = rows.full_row(changes.connection, change.table, change.row_id)
        if change.before is None:
            _undo_insert(changes, change, current)
        elif change.after is None:
            if current is not None:
                raise ConflictError("undo_conflict")
            values = {**change.before, "version": (change.before_version or 0)}
            changes.reinsert(change.table, change.row_id, values, contact_id=change.contact_id)
        else:
            if current is None or any(current[name] != value for name, value in change.after.items()):
                raise ConflictError("undo_conflict")
            changes.restore(change.table, change.row_id, change.before, contact_id=change.contact_id)


# What one save adds to a catalogue others use from then on: the tables and columns that refer to it.
_CATALOGUES = {
    "product": (("product_use", "product_id"),),
    "tag": (("contact_tag", "tag_id"), ("keep_in_touch", "tag_id")),
}


def still_used(connection: Connection, change: ChangedRow) -> bool:
    """Return whether a word a change brought into a catalogue is used by another record by now."""
    return any(
        connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (change.row_id,)).fetchone()  # noqa: S608
        for table, column in _CATALOGUES.get(change.table, ())
    )


def _undo_insert(changes: ChangeSet, change: ChangedRow, current: dict[str, object] | None) -> None:
    if still_used(changes.connection, change):
        # A word that came with this change and that another record uses by now stays in the catalogue.
        return
    if current is None:
        raise ConflictError("undo_conflict")
    written = {name: value for name, value in (change.after or {}).items() if name not in BOOKKEEPING}
    if any(current[name] != value for name, value in written.items()):
        raise ConflictError("undo_conflict")
    changes.delete(change.table, change.row_id, contact_id=change.contact_id)
