"""Fields of the organization's own: defined by who has the right ``settings``, filled by who may edit."""

import json
from collections.abc import Sequence

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import (
    CustomField,
    FieldDraft,
    FieldKind,
    field_problem,
    tidy_field,
)
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.large_changes import change_some
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts
from crm_desktop.storage import custom_fields as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "CustomField", "FieldDraft", "FieldKind", "change_field", "define_field", "fields", "fields_for",
    "remove_field", "values_in",
]  # fmt: skip


def fields(session: Session) -> list[CustomField]:
    """Return the organization's own fields in their order."""
    with session.reading("records.view") as connection:
        return stored.list_fields(connection)


def fields_for(session: Session, category: Category) -> list[CustomField]:
    """Return the own fields contacts of a list have."""
    return [field for field in fields(session) if field.is_for(category)]


def values_in(session: Session, field_id: int) -> int:
    """Return how many contacts have something in a field: what its removal hides."""
    with session.reading("records.view") as connection:
        return len(stored.contacts_with(connection, field_id))


def define_field(session: Session, draft: FieldDraft) -> int:
    """Add a field, there for everybody at once; return its id.

    Raises InvalidValueError ``value_required``, ``choices_needed``, ``list_needed``, ``field_there``.
    """
    session.require("settings")
    kept = _checked(draft)
    with session.change("define_field") as changes:
        _refuse_double(changes.connection, kept, None)
        position = len(stored.list_fields(changes.connection))
        return changes.insert("custom_field", {**_values(kept), "position": position, "removed_at": None})


def change_field(session: Session, field_id: int, draft: FieldDraft, *, version: int) -> None:
    """Change name, choices or lists of a field that was read at ``version``; its kind stays.

    Raises as :func:`define_field`, RefusedError ``record_not_found``, ConflictError("record_changed").
    """
    session.require("settings")
    kept = _checked(draft)
    with session.change("change_field") as changes:
        field = _live(changes.connection, field_id)
        _refuse_double(changes.connection, kept, field_id)
        values = {**_values(kept), "kind": field.kind.value}
        changes.update("custom_field", field_id, values, expected_version=version)


def remove_field(
    session: Session,
    field_id: int,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Remove a field; what contacts have in it is hidden, and back when this is undone.

    One that very many have something in is removed in batches: Cancelled leaves it as it was. Raises
    RefusedError ``record_not_found``.
    """
    session.require("settings")
    with session.database.read() as connection:
        _live(connection, field_id)
        found = stored.contacts_with(connection, field_id)
    known = set(found)

    def write(changes: ChangeSet, part: Sequence[int | None]) -> None:
        todo = {contact_id for contact_id in part if contact_id is not None}
        if None in part:
            _live(changes.connection, field_id)
            changes.update("custom_field", field_id, {"removed_at": session.now()})
            # And who had something typed into it since they were looked up.
            todo |= set(stored.contacts_with(changes.connection, field_id)) - known
        contacts.reindex_many(changes.connection, sorted(todo))

    change_some(session, "remove_field", [None, *sorted(found)], write, progress, cancel)


def _live(connection: Connection, field_id: int) -> CustomField:
    field = stored.get_field(connection, field_id)
    if field is None or field.removed_at is not None:
        raise RefusedError("record_not_found")
    return field


def _checked(draft: FieldDraft) -> FieldDraft:
    kept = tidy_field(draft)
    if problem := field_problem(kept):
        raise problem
    return kept


def _values(draft: FieldDraft) -> dict[str, object]:
    return {
        "name": draft.name, "name_key": fold(draft.name), "kind": draft.kind.value,
        "choices": json.dumps(draft.choices, ensure_ascii=False) if draft.choices else None,
        "for_customers": draft.for_customers, "for_address_book": draft.for_address_book,
    }  # fmt: skip


def _refuse_double(connection: Connection, draft: FieldDraft, field_id: int | None) -> None:
    for other in stored.list_fields(connection):
        if other.id != field_id and other.name_key == fold(draft.name):
            raise InvalidValueError("field_there", field="name", value=other.name)
