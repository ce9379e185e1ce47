"""Undo and redo after saving, and the history of a contact."""

from dataclasses import dataclass

from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.operations.session import Session
from crm_desktop.storage import change_sets, contacts, journal
from crm_desktop.storage.change_sets import HistoryChange, HistoryEntry, StoredChangeSet
from crm_desktop.storage.database import integrity_as

__all__ = ["HistoryChange", "HistoryEntry", "UndoResult", "can_redo", "can_undo", "history", "redo", "undo"]

# Said before they are done: these stay done.
NOT_UNDOABLE = ("grant_consent", "withdraw_consent", "record_paper_consent", "change_password", "create")


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What was undone or redone: the verb first done, and the contacts it touched."""

    verb: str
    contact_ids: tuple[int, ...]


def can_undo(session: Session) -> str | None:
    """Return the verb Ctrl+Z would undo, or None."""
    connection = session.database.connection()
    found = change_sets.undoable(connection, session.session_uuid, NOT_UNDOABLE)
    return None if found is None else change_sets.verb_of(connection, found.id)


def can_redo(session: Session) -> str | None:
    """Return the verb that would be done again, or None."""
    connection = session.database.connection()
    found = change_sets.redoable(connection, session.session_uuid)
    return None if found is None else change_sets.verb_of(connection, found.id)


def undo(session: Session) -> UndoResult:
    """Undo my last change of this session.

    Raises RefusedError("nothing_to_undo"), or ConflictError("undo_conflict") when what was written then
    was changed again; nothing is changed in both cases.
    """
    session.require("records.edit")
    found = change_sets.undoable(session.database.connection(), session.session_uuid, NOT_UNDOABLE)
    return _revert(session, found, change_sets.UNDO)


def redo(session: Session) -> UndoResult:
    """Do again what was undone last. Errors as in :func:`undo`."""
    session.require("records.edit")
    found = change_sets.redoable(session.database.connection(), session.session_uuid)
    return _revert(session, found, change_sets.REDO)


def _revert(session: Session, found: StoredChangeSet | None, verb: str) -> UndoResult:
    if found is None:
        raise RefusedError("nothing_to_undo")
    with session.change(verb, undoes=found.id) as changes:
        with integrity_as(ConflictError("undo_conflict")):
            journal.revert(changes, journal.rows_of(changes.connection, found.id))
        touched = change_sets.contacts_of(changes.connection, found.id)
        for contact_id in touched:
            contacts.reindex(changes.connection, contact_id)
        root = change_sets.verb_of(changes.connection, found.id)
    return UndoResult(root, tuple(touched))


def history(session: Session, contact_id: int, limit: int = 200) -> list[HistoryEntry]:
    """Return who changed what on a contact, newest first."""
    session.require("records.view")
    return change_sets.history(session.database.connection(), contact_id, limit)
