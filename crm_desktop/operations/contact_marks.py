"""What a save writes beside a contact's own row: its number, former status, foreign ids, tags, own fields."""

from dataclasses import asdict

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category, Contact
from crm_desktop.domain.custom_fields import (
    CustomField,
    FieldKind,
    canonical_number,
    column_of,
    value_problem,
)
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.storage import custom_fields, customer_numbers, rows, tags
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet


def numbered(connection: Connection, draft: ContactDraft, contact_id: int | None) -> str | None:
    """Return the customer number a save gives: the typed one, else for a customer the next.

    Raises InvalidValueError ``customer_number_taken``.
    """
    if draft.customer_number is None:
        is_customer = draft.category is Category.CUSTOMER
        return customer_numbers.take_next(connection) if is_customer else None
    holder = customer_numbers.holder(connection, draft.customer_number)
    if holder is not None and holder != contact_id:
        raise InvalidValueError("customer_number_taken", field="customer_number", value=draft.customer_number)
    return draft.customer_number


def keep_status(changes: ChangeSet, old: Contact, status: object, until: str) -> None:
    """Keep the status a contact had until now where it becomes another (ISO 8601 ``until``), or none."""
    if old.status is None or old.status == status:
        return
    values: dict[str, object] = {
        "contact_id": old.id, "status": old.status.value, "since": old.status_since, "until": until,
    }  # fmt: skip
    changes.insert("past_status", values, contact_id=old.id)


def write_marks(changes: ChangeSet, contact_id: int, draft: ContactDraft) -> bool:
    """Bring tags, foreign ids and own fields to what the draft says; return whether any differed.

    Raises InvalidValueError for a value its field cannot hold.
    """
    changed = tags.set_tags(changes, contact_id, draft.tags)
    changed |= _write_foreign_ids(changes, contact_id, draft)
    return _write_custom(changes, contact_id, draft) or changed


def _write_foreign_ids(changes: ChangeSet, contact_id: int, draft: ContactDraft) -> bool:
    known = set(rows.ids_of_contact(changes.connection, "foreign_id", contact_id))
    changed = False
    for position, item in enumerate(draft.foreign_ids):
        values: dict[str, object] = {**asdict(item), "position": position}
        row_id = values.pop("id")
        if item.id in known and isinstance(row_id, int):
            known.discard(row_id)
            changed |= changes.update("foreign_id", row_id, values, contact_id=contact_id)
        else:
            changes.insert("foreign_id", {**values, "contact_id": contact_id}, contact_id=contact_id)
            changed = True
    for row_id in sorted(known):
        changes.delete("foreign_id", row_id, contact_id=contact_id)
    return changed or bool(known)


def custom_problems(connection: Connection, draft: ContactDraft) -> dict[str, KnownError]:
    """Return why values cannot stand in their own fields, by ``custom.<id>``.

    A choice that is no longer on the list is left to the save, which knows whether it was there before.
    """
    if not draft.custom:
        return {}
    fields = {field.id: field for field in custom_fields.list_fields(connection)}
    found = {
        column_of(field_id): value_problem(fields[field_id], value)
        for field_id, value in draft.custom
        if field_id in fields and fields[field_id].kind is not FieldKind.CHOICE
    }
    return {key: problem for key, problem in found.items() if problem is not None}


def _write_custom(changes: ChangeSet, contact_id: int, draft: ContactDraft) -> bool:
    connection = changes.connection
    fields = {field.id: field for field in custom_fields.list_fields(connection)} if draft.custom else {}
    had = {value.field_id: value.value for value in custom_fields.values_of(connection, contact_id)}
    # A field that was removed while the form was open is left out: its value stays hidden as it is.
    wanted: dict[int, str] = {}
    for field_id, value in draft.custom:
        field = fields.get(field_id)
        if field is not None:
            unchanged = had.get(field_id) == value
            wanted[field_id] = value if unchanged else _custom_value(field, value)
    return custom_fields.set_values(changes, contact_id, wanted)


def _custom_value(field: CustomField, value: str) -> str:
    if problem := value_problem(field, value):
        raise problem
    return canonical_number(value) or value if field.kind is FieldKind.NUMBER else value
