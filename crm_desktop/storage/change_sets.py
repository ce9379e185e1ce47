"""Reading the journal: what can be undone or redone in a session, and whom it touches."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import read_image

UNDO, REDO = "undo", "redo"
RECORD_TABLES = (
    "contact", "phone", "email", "postal_address", "product_use", "product", "bank_account", "relation",
    "foreign_id", "tag", "contact_tag", "contact_note", "past_status", "custom_field", "custom_value",
    "saved_filter", "attachment", "imported_row", "card_property", "moved_calls",
    "number_decision", "linked_calls",
    "not_duplicate", "follow_up", "keep_in_touch", "call",
)  # fmt: skip
# A confirmation is a second person's word, not a change of his own to take back.
NOT_UNDONE = ("confirm_bank", "confirm_bank_alone")


@dataclass(frozen=True, slots=True)
class StoredChangeSet:
    """A change set as undo sees it."""

    id: int
    verb: str


def undoable(connection: Connection, session: bytes) -> StoredChangeSet | None:
    """Return the session's newest change set that was not undone.

    One that changed anything but records (a consent, a member) stays done and is passed over.
    """
    row = connection.execute(
        "SELECT id, verb FROM change_set s WHERE session = ? AND state = 'done' AND undone_by IS NULL"  # noqa: S608
        " AND verb <> ?"
        f" AND verb NOT IN ({placeholders(len(NOT_UNDONE))})"
        # What left the trash for good left its change sets too.
        " AND EXISTS (SELECT 1 FROM change_row r WHERE r.change_set_id = s.id)"
        " AND NOT EXISTS (SELECT 1 FROM change_row r WHERE r.change_set_id = s.id"
        f" AND r.table_name NOT IN ({placeholders(len(RECORD_TABLES))})) ORDER BY id DESC LIMIT 1",
        [session, UNDO, *NOT_UNDONE, *RECORD_TABLES],
    ).fetchone()
    return StoredChangeSet(*row) if row else None


def redoable(connection: Connection, session: bytes) -> StoredChangeSet | None:
    """Return the newest undo of the session that can be redone: nothing new was done after it."""
    row = connection.execute(
        "SELECT id, verb FROM change_set u WHERE session = ? AND verb = ? AND state = 'done'"
        " AND undone_by IS NULL"
        " AND EXISTS (SELECT 1 FROM change_row r WHERE r.change_set_id = u.id)"
        " AND NOT EXISTS (SELECT 1 FROM change_set n WHERE n.session = u.session AND n.id > u.id"
        " AND n.verb NOT IN (?, ?)) ORDER BY id DESC LIMIT 1",
        (session, UNDO, UNDO, REDO),
    ).fetchone()
    return StoredChangeSet(*row) if row else None


def get(connection: Connection, set_id: int) -> StoredChangeSet | None:
    """Return a finished change set, or None."""
    row = connection.execute(
        "SELECT id, verb FROM change_set WHERE id = ? AND state = 'done'", (set_id,)
    ).fetchone()
    return StoredChangeSet(*row) if row else None


def by_uuid(connection: Connection, uuid: bytes) -> StoredChangeSet | None:
    """Return a finished change set by its UUID, or None."""
    row = connection.execute(
        "SELECT id, verb FROM change_set WHERE uuid = ? AND state = 'done'", (uuid,)
    ).fetchone()
    return StoredChangeSet(*row) if row else None


def is_undone(connection: Connection, set_id: int) -> bool:
    """Return whether another change set undid this one, and was not undone itself."""
    row = connection.execute(
        "SELECT 1 FROM change_set s JOIN change_set u ON u.id = s.undone_by"
        " WHERE s.id = ? AND u.undone_by IS NULL",
        (set_id,),
    ).fetchone()
    return row is not None


def newest(connection: Connection) -> int:
    """Return the newest change set, 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM change_set").fetchone()[0])


def any_of_others(connection: Connection, session: bytes, after: int) -> bool:
    """Return whether a change set after another is not of this session."""
    row = connection.execute(
        "SELECT 1 FROM change_set WHERE id > ? AND session <> ? LIMIT 1", (after, session)
    ).fetchone()
    return row is not None


def row_owners(connection: Connection, set_id: int) -> list[tuple[int, int | None]]:
    """Return where the rows of a change set stand in the journal, and the contact of each."""
    found = connection.execute(
        "SELECT id, contact_id FROM change_row WHERE change_set_id = ? ORDER BY id", (set_id,)
    )
    return [(int(row_id), contact_id) for row_id, contact_id in found]


def verb_of(connection: Connection, set_id: int) -> str:
    """Return the verb of the change set at the root of a chain of undos and redos."""
    verb, undoes = connection.execute(
        "SELECT verb, undoes FROM change_set WHERE id = ?", (set_id,)
    ).fetchone()
    while verb in (UNDO, REDO) and undoes is not None:
        verb, undoes = connection.execute(
            "SELECT verb, undoes FROM change_set WHERE id = ?", (undoes,)
        ).fetchone()
    return str(verb)


def contacts_of(connection: Connection, set_id: int) -> list[int]:
    """Return the contacts a change set touched, with those :func:`contacts_naming` says."""
    own = connection.execute(
        "SELECT contact_id FROM change_row WHERE change_set_id = ? AND contact_id IS NOT NULL"
        " UNION SELECT other_contact_id FROM change_row"
        " WHERE change_set_id = ? AND other_contact_id IS NOT NULL",
        (set_id, set_id),
    )
    return sorted({row_id for (row_id,) in own} | set(contacts_naming(connection, set_id)))


_NAMED_BY = {
    "custom_field": "SELECT contact_id FROM custom_value WHERE field_id = ?",
    "tag": "SELECT contact_id FROM contact_tag WHERE tag_id = ?",
    "product": "SELECT contact_id FROM product_use WHERE product_id = ? AND until IS NULL",
}

NAMING = frozenset(_NAMED_BY)


def naming_rows(connection: Connection, row_ids: Sequence[int]) -> list[int]:
    """Return those of some rows of the journal that are of what contacts are found by the name of."""
    found = connection.execute(
        f"SELECT id FROM change_row WHERE id IN ({placeholders(len(row_ids))})"  # noqa: S608 - placeholders
        f" AND table_name IN ({placeholders(len(_NAMED_BY))})",
        (*row_ids, *_NAMED_BY),
    )
    return [row_id for (row_id,) in found]


def contacts_naming(connection: Connection, set_id: int) -> list[int]:
    """Return the contacts that are found by a tag, product or own field whose name a change set changed."""
    changed = connection.execute(
        "SELECT table_name, row_id, before_image FROM change_row WHERE change_set_id = ?"  # noqa: S608
        f" AND table_name IN ({placeholders(len(_NAMED_BY))})",
        (set_id, *_NAMED_BY),
    ).fetchall()
    found: set[int] = set()
    for table, row_id, before in changed:
        # Of an own field whatever changed: a removed one is found by no more.
        if table == "custom_field" or (before and "name_key" in read_image(before)):
            found.update(contact_id for (contact_id,) in connection.execute(_NAMED_BY[table], (row_id,)))
    return sorted(found)
