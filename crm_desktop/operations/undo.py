"""Undo and redo after saving, and the history of a contact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.bank_boxes import prepared_for_undo
from crm_desktop.operations.large_changes import LARGE, change_many
from crm_desktop.operations.session import Session
from crm_desktop.storage import change_sets, contacts, journal, journal_rows
from crm_desktop.storage import history as stored_history
from crm_desktop.storage.change_sets import StoredChangeSet
from crm_desktop.storage.database import Connection, integrity_as
from crm_desktop.storage.history import HistoryChange, HistoryEntry
from crm_desktop.storage.journal import ChangeSet

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


def undo(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> UndoResult:
    """Undo my last change of this session.

    Raises RefusedError("nothing_to_undo"), RefusedError("undo_expired") when its old values are no longer
    kept, ConflictError("undo_conflict") when what was written then was changed again, and Cancelled (a
    large change is undone in batches); nothing is changed in all these cases.
    """
    return _revert(session, change_sets.UNDO, change_sets.undoable, progress, cancel)


def redo(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> UndoResult:
    """Do again what was undone last.

    Raises RefusedError("nothing_to_redo"), or what :func:`undo` raises.
    """
    return _revert(session, change_sets.REDO, change_sets.redoable, progress, cancel)


def _revert(
    session: Session,
    verb: str,
    find: _Finder,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> UndoResult:
    session.require_for(verb)
    with session.database.read() as connection:
        found = find(connection, session.session_uuid)
        if found is None:
            raise RefusedError("nothing_to_redo" if verb == change_sets.REDO else "nothing_to_undo")
        root = change_sets.verb_of(connection, found.id)
        touched = tuple(change_sets.contacts_of(connection, found.id))
        ids = journal_rows.row_ids_of(connection, found.id)
        naming = change_sets.contacts_naming(connection, found.id)
    if len(ids) + len(naming) > LARGE:
        steps = [_Step(row_id=row_id) for row_id in ids[::-1]]
        steps += [_Step(contact_id=contact_id) for contact_id in naming]
        change_many(
            session, verb, steps, partial(_revert_some, session), undoes=found.id,
            require=lambda: session.require_for(root), progress=progress, cancel=cancel,
        )  # fmt: skip
    else:
        _revert_at_once(session, verb, root, found.id, touched)
    return UndoResult(root, touched)


def _revert_at_once(session: Session, verb: str, root: str, set_id: int, touched: Sequence[int]) -> None:
    with session.change(verb) as changes:
        session.require_for(root)
        with integrity_as(ConflictError("undo_conflict")):
            changes.undo(set_id, prepared=partial(prepared_for_undo, session, changes.connection))
        contacts.reindex_many(changes.connection, touched)


@dataclass(frozen=True, slots=True)
class _Step:
    """A row to put back, or a contact whose search document names what was put back before."""

    row_id: int | None = None
    contact_id: int | None = None


def _revert_some(session: Session, changes: ChangeSet, steps: Sequence[_Step]) -> None:
    connection = changes.connection
    ids = [step.row_id for step in steps if step.row_id is not None]
    rows = [prepared_for_undo(session, connection, row) for row in journal_rows.rows_by_id(connection, ids)]
    with integrity_as(ConflictError("undo_conflict")):
        journal.revert(changes, rows)
    touched = [*(row.contact_id for row in rows), *(step.contact_id for step in steps)]
    contacts.reindex_many(changes.connection, [one for one in touched if one is not None])


def history(session: Session, contact_id: int, limit: int = 200) -> list[HistoryEntry]:
    """Return who changed what on a contact, newest first; of calls only with the right to see them."""
    with session.reading("records.view") as connection:
        return stored_history.history(connection, contact_id, limit, with_calls=session.may("calls.view"))
