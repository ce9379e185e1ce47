"""Reading the journal: what can be undone or redone in a session, and the history of a contact."""

from dataclasses import dataclass

from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import read_image

UNDO, REDO = "undo", "redo"
RECORD_TABLES = ("contact", "phone", "email", "postal_address", "product_use", "product", "bank_account")
# A confirmation is a second person's word, not a change of his own to take back.
NOT_UNDONE = ("confirm_bank", "confirm_bank_alone")
# Boxes and keyed hashes: a history of them tells nobody anything.
_SEALED_TABLE = "bank_account"


@dataclass(frozen=True, slots=True)
class StoredChangeSet:
    """A change set as undo sees it."""

    id: int
    verb: str


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """One column of one row that a change set changed."""

    table: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one change set did to a contact; ``at`` is epoch seconds."""

    change_set_id: int
    at: int
    member_name: str
    verb: str
    changes: tuple[HistoryChange, ...]


def undoable(connection: Connection, session: bytes) -> StoredChangeSet | None:
    """Return the session's newest change set that was not undone.

    One that changed anything but records (a consent, a member) stays done and is passed over.
    """
    row = connection.execute(
        "SELECT id, verb FROM change_set s WHERE session = ? AND state = 'done' AND undone_by IS NULL"  # noqa: S608
        " AND verb <> ?"
        f" AND verb NOT IN ({placeholders(len(NOT_UNDONE))})"
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
        " AND NOT EXISTS (SELECT 1 FROM change_set n WHERE n.session = u.session AND n.id > u.id"
        " AND n.verb NOT IN (?, ?)) ORDER BY id DESC LIMIT 1",
        (session, UNDO, UNDO, REDO),
    ).fetchone()
    return StoredChangeSet(*row) if row else None


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
    """Return the contacts a change set touched."""
    return [
        row_id
        for (row_id,) in connection.execute(
            "SELECT DISTINCT contact_id FROM change_row WHERE change_set_id = ? AND contact_id IS NOT NULL",
            (set_id,),
        )
    ]


def history(
    connection: Connection, contact_id: int, limit: int, *, before: int = 1 << 40
) -> list[HistoryEntry]:
    """Return what was done to a contact, newest first, from before a change set."""
    sets = connection.execute(
        "SELECT s.id, s.at, m.name, s.verb FROM change_set s JOIN member m ON m.id = s.member_id"
        " WHERE s.id < ? AND s.id IN (SELECT change_set_id FROM change_row WHERE contact_id = ?)"
        " ORDER BY s.id DESC LIMIT ?",
        (before, contact_id, limit),
    ).fetchall()
    return [
        HistoryEntry(set_id, at, name, verb, tuple(_changes(connection, set_id, contact_id)))
        for set_id, at, name, verb in sets
    ]


def _changes(connection: Connection, set_id: int, contact_id: int) -> list[HistoryChange]:
    found: list[HistoryChange] = []
    for table, before, after in connection.execute(
        "SELECT table_name, before_image, after_image FROM change_row"
        " WHERE change_set_id = ? AND contact_id = ? AND table_name <> ? ORDER BY id",
        (set_id, contact_id, _SEALED_TABLE),
    ):
        old = read_image(before) if before else {}
        new = read_image(after) if after else {}
        names = dict.fromkeys([*old, *new])
        found += [
            HistoryChange(table, name, old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        ]
    return found
