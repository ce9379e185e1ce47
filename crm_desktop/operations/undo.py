"""Undo and redo after saving, and the history of a contact."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.operations.session import Session
from crm_desktop.storage import change_sets, contacts
from crm_desktop.storage.change_sets import HistoryChange, HistoryEntry, StoredChangeSet
from crm_desktop.storage.database import Connection, integrity_as

__all__ = ["HistoryChange", "HistoryEntry", "UndoResult", "can_redo", "can_undo", "history", "redo", "undo"]

_Finder = Callable[[Connection, bytes], StoredChangeSet | None]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What was undone or redone: the verb first done, and the contacts it touched."""

    verb: str
    contact_ids: tuple[int, ...]


def can_undo(session: Session) -> str | None:
    """Return the verb Ctrl+Z would undo, or None."""
    return _verb(session, change_sets.undoable)


def can_redo(session: Session) -> str | None:
    """Return the verb that would be done again, or None."""
    return _verb(session, change_sets.redoable)


def _verb(session: Session, find: _Finder) -> str | None:
    with session.reading("records.view") as connection:
        found = find(connection, session.session_uuid)
        return None if found is None else change_sets.verb_of(connection, found.id)


def undo(session: Session) -> UndoResult:
    """Undo my last change of this session.

    Raises RefusedError("nothing_to_undo"), or ConflictError("undo_conflict") when what was written then
    was changed again; nothing is changed in both cases.
    """
    return _revert(session, change_sets.UNDO, change_sets.undoable)


def redo(session: Session) -> UndoResult:
    """Do again what was undone last.

    Raises RefusedError("nothing_to_redo"), or ConflictError as :func:`undo` does.
    """
    return _revert(session, change_sets.REDO, change_sets.redoable)


def _revert(session: Session, verb: str, find: _Finder) -> UndoResult:
    with session.change(verb) as changes:
        connection = changes.connection
        found = find(connection, session.session_uuid)
        if found is None:
            raise RefusedError("nothing_to_redo" if verb == change_sets.REDO else "nothing_to_undo")
        root = change_sets.verb_of(connection, found.id)
        session.require_for(root)
        with integrity_as(ConflictError("undo_conflict")):
            changes.undo(found.id)
        touched = change_sets.contacts_of(connection, found.id)
        for contact_id in touched:
            contacts.reindex(connection, contact_id)
    return UndoResult(root, tuple(touched))


def history(session: Session, contact_id: int, limit: int = 200) -> list[HistoryEntry]:
    """Return who changed what on a contact, newest first."""
    with session.reading("records.view") as connection:
        return change_sets.history(connection, contact_id, limit)
