"""What rows say of calls that were removed: whose they had been, now and in the images for undo.

Only the ids of calls stand there, and they are never used again; but a row says how many calls a customer
had, when they became his, or that a note or a follow-up came from one. Once a consent is withdrawn that is
nobody's business any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from crm_desktop.domain.merges import packed, unpacked
from crm_desktop.domain.number_decisions import NumberDecision, NumberKind
from crm_desktop.storage import rows
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import image, read_image, row_digest
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.log import LoggedRow
from crm_desktop.storage.number_owners import DECISION

LINKED = ("contact_note", "follow_up")
"""The tables whose rows may name the call they came from."""
_IDS, _ID = "call_ids", "call_id"
_NAMES_A_CALL = f"({{0}} LIKE '%\"{_ID}\": %' AND {{0}} NOT LIKE '%\"{_ID}\": null%')"
_PART = 400
Image = dict[str, object]


def forget_removed_calls(connection: Connection) -> list[LoggedRow]:
    """Take the calls that are gone out of the rows that hand calls over; return these for the log.

    A row that named no other calls goes, with its images: what is left of its change can still be undone.
    """
    return [row for table in HANDED_OVER for row in _Forgetting(connection, table).forget()]


def forget_links(connection: Connection, removed: Iterable[int] | None = None) -> list[LoggedRow]:
    """Take calls that are gone for good out of what people typed about them; return those rows for the log.

    Text and day stay, images for undo lose the call as the row does. Of ``removed`` calls in the rows there
    are; without it of every call that is neither there nor can come back by an undo, in images of rows that
    are gone too.
    """
    return [row for table in LINKED for row in _forget_links(connection, table, removed)]


def _forget_links(connection: Connection, table: str, removed: Iterable[int] | None) -> list[LoggedRow]:
    current = _linked_rows(connection, table, removed)
    if removed is not None and not current:
        return []
    images = _linking_images(connection, table, None if removed is None else set(current.values()))
    gone = {*current.values(), *(call_id for _, found in images.values() for call_id in found)}
    gone -= _there(connection, gone) | _can_come_back(connection, gone)
    for line, (pair, found) in images.items():
        if found & gone:
            connection.execute(
                "UPDATE change_row SET before_image = ?, after_image = ?, before_salt = NULL WHERE id = ?",
                (*(_unlinked(one, gone) for one in pair), line),
            )
    return [_unlink(connection, table, row_id) for row_id, call_id in current.items() if call_id in gone]


def _linked_rows(connection: Connection, table: str, removed: Iterable[int] | None) -> dict[int, int]:
    """Return the calls that rows name, by the id of the row."""
    found = connection.execute(
        f"SELECT id, call_id FROM {table} WHERE call_id IS NOT NULL ORDER BY id"  # noqa: S608
    ).fetchall()
    wanted = None if removed is None else set(removed)
    return {row_id: call_id for row_id, call_id in found if wanted is None or call_id in wanted}


def _linking_images(
    connection: Connection, table: str, calls: set[int] | None
) -> dict[int, tuple[tuple[str | None, str | None], set[int]]]:
    """Return the images that name calls (of ``calls``), with these, by their place in the journal."""
    found: dict[int, tuple[tuple[str | None, str | None], set[int]]] = {}
    # In the text of a note quotes are escaped: only the column is written like this.
    for line, before, after in connection.execute(
        "SELECT id, before_image, after_image FROM change_row WHERE table_name = ?"  # noqa: S608 - fixed parts
        f" AND ({_NAMES_A_CALL.format('before_image')} OR {_NAMES_A_CALL.format('after_image')}) ORDER BY id",
        (table,),
    ):
        named = {read_image(text).get(_ID) for text in (before, after) if text}
        ids = {one for one in named if isinstance(one, int) and (calls is None or one in calls)}
        if ids:
            found[line] = ((before, after), ids)
    return found


def _can_come_back(connection: Connection, ids: set[int]) -> set[int]:
    """Return which of some calls an undo can bring back: those entered by hand, as long as it is kept."""
    asked, found = sorted(ids), set[int]()
    for start in range(0, len(asked), _PART):
        part = asked[start : start + _PART]
        kept = connection.execute(
            "SELECT row_id FROM change_row WHERE table_name = 'call'"  # noqa: S608
            f" AND row_id IN ({placeholders(len(part))})"
            " AND (before_image IS NOT NULL OR after_image IS NOT NULL)",
            part,
        )
        found.update(call_id for (call_id,) in kept)
    return found


def _unlinked(text: str | None, gone: set[int]) -> str | None:
    """Return an image without a call that is gone."""
    values = None if text is None else read_image(text)
    return text if values is None or values.get(_ID) not in gone else image({**values, _ID: None})


def _unlink(connection: Connection, table: str, row_id: int) -> LoggedRow:
    row = rows.full_row(connection, table, row_id)
    assert row is not None  # noqa: S101 - read in the same transaction
    version, uuid = int(str(row["version"])) + 1, row["uuid"]
    assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    left: Image = {_ID: None, "version": version, "salt": new_salt()}
    rows.update_row(connection, table, row_id, left)
    return LoggedRow(table, uuid, version, row_digest(table, {**row, **left}))


def forget_ignored_numbers(connection: Connection, member_id: int) -> list[LoggedRow]:
    """Remove the strangers' numbers a member said to leave alone, with their images; return them for the log.

    They came from his log, and no customer has them.
    """
    gone: dict[bytes, int] = {}
    for line, uuid, version, *images in connection.execute(
        "SELECT id, row_uuid, after_version, before_image, after_image FROM change_row"
        " WHERE table_name = ? ORDER BY id",
        (DECISION,),
    ).fetchall():
        if any(_is_ignored_by(read_image(text), member_id) for text in images if text):
            connection.execute("DELETE FROM change_row WHERE id = ?", (line,))
            gone[uuid] = version
    for decision in rows.fetch(
        connection, NumberDecision, "WHERE kind = 'ignored' AND decided_by = ? ORDER BY id", (member_id,)
    ):
        rows.delete_row(connection, DECISION, decision.id)
        gone[decision.uuid] = decision.version + 1
    return [LoggedRow(DECISION, uuid, version, None) for uuid, version in gone.items()]


def _is_ignored_by(values: Image, member_id: int) -> bool:
    return values.get("kind") == NumberKind.IGNORED.value and values.get("decided_by") == member_id


class _Forgetting:
    """One of the tables, read whole: its rows by id, and the images the journal has of each."""

    def __init__(self, connection: Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._current: dict[int, Image] = {}
        for (row_id,) in connection.execute(f"SELECT id FROM {table} ORDER BY id").fetchall():  # noqa: S608
            row = rows.full_row(connection, table, row_id)
            assert row is not None  # noqa: S101 - read in the same transaction
            self._current[row_id] = row
        self._journal: dict[int, list[tuple[int, bytes, int, Image | None, Image | None]]] = defaultdict(list)
        for line, row_id, uuid, version, before, after in connection.execute(
            "SELECT id, row_id, row_uuid, after_version, before_image, after_image FROM change_row"
            " WHERE table_name = ? ORDER BY id",
            (table,),
        ):
            images = (before and read_image(before), after and read_image(after))
            self._journal[row_id].append((line, uuid, version, *images))

    def forget(self) -> list[LoggedRow]:
        """Forget in every row that names a removed call; return those that changed or went."""
        there = _there(self._connection, self._named())
        changed: list[LoggedRow] = []
        for row_id in sorted(self._current.keys() | self._journal.keys()):
            named = set(self._of(row_id))
            if not named <= there:
                keeps = bool(named & there)
                changed += self._shorten(row_id, there) if keeps else self._remove(row_id)
        return changed

    def _named(self) -> set[int]:
        return {
            call_id for row_id in self._current.keys() | self._journal.keys() for call_id in self._of(row_id)
        }

    def _of(self, row_id: int) -> Iterable[int]:
        """Return the calls a row names, as it is and as it was."""
        images = [image for *_, before, after in self._journal[row_id] for image in (before, after)]
        for one in (self._current.get(row_id), *images):
            yield from _ids(one)

    def _shorten(self, row_id: int, there: set[int]) -> list[LoggedRow]:
        """Leave only the calls that are there; the old salt of a row goes, by which it could be guessed."""
        for line, _, _, before, after in self._journal[row_id]:
            self._connection.execute(
                "UPDATE change_row SET before_image = ?, after_image = ?, before_salt = NULL WHERE id = ?",
                (_without(before, there), _without(after, there), line),
            )
        row = self._current.get(row_id)
        if row is None or set(_ids(row)) <= there:
            return []
        version = int(str(row["version"])) + 1
        left: Image = {_IDS: _left(row, there), "version": version, "salt": new_salt()}
        rows.update_row(self._connection, self._table, row_id, left)
        uuid = row["uuid"]
        assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
        return [LoggedRow(self._table, uuid, version, row_digest(self._table, {**row, **left}))]

    def _remove(self, row_id: int) -> list[LoggedRow]:
        """Remove a row and its images."""
        lines = self._journal[row_id]
        versions = {uuid: version for _, uuid, version, _, _ in lines}
        self._connection.executemany("DELETE FROM change_row WHERE id = ?", [(line,) for line, *_ in lines])
        row = self._current.get(row_id)
        if row is not None:
            rows.delete_row(self._connection, self._table, row_id)
            uuid = row["uuid"]
            assert isinstance(uuid, bytes)  # noqa: S101 - NOT NULL in the schema
            versions[uuid] = int(str(row["version"])) + 1
        return [LoggedRow(self._table, uuid, version, None) for uuid, version in versions.items()]


def _there(connection: Connection, ids: set[int]) -> set[int]:
    """Return which of some calls are stored."""
    asked, there = sorted(ids), set[int]()
    for start in range(0, len(asked), _PART):
        part = asked[start : start + _PART]
        found = connection.execute(f"SELECT id FROM call WHERE id IN ({placeholders(len(part))})", part)  # noqa: S608
        there.update(call_id for (call_id,) in found)
    return there


def _ids(row: Mapping[str, object] | None) -> list[int]:
    ids = row.get(_IDS) if row is not None else None
    return unpacked(ids) if isinstance(ids, bytes) else []


def _left(row: Mapping[str, object], there: set[int]) -> bytes:
    return packed(call_id for call_id in _ids(row) if call_id in there)


def _without(values: Image | None, there: set[int]) -> str | None:
    """Return an image with only the calls that are there."""
    if values is None:
        return None
    return image({**values, _IDS: _left(values, there)} if _IDS in values else values)
