"""Writing a contact and its phones, e-mails, addresses and products inside a change set.

The contact's own version stands for the whole card: any change of a part touches it, so that a save
which read an older card is noticed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial

from crm_desktop.domain.contact_drafts import (
    OWN_FIELDS,
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
    email_problem,
    number_region,
)
from crm_desktop.domain.contacts import Contact, ContactKind
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import NormalizedNumber, NumberRules, normalize
from crm_desktop.operations.contact_marks import keep_status, numbered, write_marks
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contacts, products, relations, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet


def write_contact(
    changes: ChangeSet,
    session: Session,
    contact_id: int | None,
    draft: ContactDraft,
    *,
    version: int | None = None,
    source: str | None = None,
    import_run_id: int | None = None,
    found_later: bool = False,
) -> int:
    """Insert (``contact_id`` None) or update a contact from a checked draft; return its id.

    With ``found_later`` the caller has many of them indexed together.
    """
    now, author, before = session.now(), session.member.id, changes.size
    values = own_values(draft, now, session.organization.time_zone)
    if contact_id is None:
        stamp = {
            "created_at": now, "created_by": author, "changed_at": now, "changed_by": author,
            "import_run_id": import_run_id, "customer_number": numbered(changes.connection, draft, None),
        }  # fmt: skip
        contact_id = changes.insert("contact", {**values, **stamp})
        _write_parts(changes, session, contact_id, draft, source)
    else:
        _update(changes, session, contact_id, draft, version=version, source=source)
    if not found_later:
        contacts.reindex_touched(changes.connection, contact_id, changes.touched_since(before))
    return contact_id


def _update(
    changes: ChangeSet,
    session: Session,
    contact_id: int,
    draft: ContactDraft,
    *,
    version: int | None,
    source: str | None,
) -> None:
    old = writable(changes.connection, contact_id)
    if old.kind is not draft.kind:
        refuse_kind(changes.connection, contact_id, draft.kind)
    values = own_values(draft, session.now(), session.organization.time_zone)
    if old.status != draft.status and draft.status_since == old.status_since and draft.status is not None:
        values["status_since"] = today(session.now(), session.organization.time_zone)
    values["customer_number"] = numbered(changes.connection, draft, contact_id)
    stamp: dict[str, object] = {"changed_at": session.now(), "changed_by": session.member.id}
    changed = changes.update("contact", contact_id, {**values, **stamp}, expected_version=version)
    keep_status(changes, old, draft.status, _end_of_status(session, old, draft))
    parts_changed = _write_parts(changes, session, contact_id, draft, source)
    if parts_changed and not changed:
        changes.update("contact", contact_id, stamp, expected_version=version, touch=True)


def refuse_kind(connection: Connection, contact_id: int, kind: ContactKind) -> None:
    """Refuse to make a person a company, or back, who has relations only the other can have."""
    if relations.unfit_for(connection, contact_id, kind):
        raise InvalidValueError("kind_has_relations", field="kind")


def _end_of_status(session: Session, old: Contact, draft: ContactDraft) -> str:
    """Return the day a status ended: where the day of the new one was typed, that one."""
    typed = draft.status_since if draft.status_since != old.status_since else None
    return typed or today(session.now(), session.organization.time_zone)


def own_values(draft: ContactDraft, now: int, time_zone: str) -> dict[str, object]:
    """Return the columns of the contact itself that a checked draft sets, at ``now`` (UTC epoch seconds)."""
    values: dict[str, object] = {name: getattr(draft, name) for name in OWN_FIELDS}
    for name in ("category", "kind", "status"):
        values[name] = values[name] and str(values[name])
    if draft.status is not None and draft.status_since is None:
        values["status_since"] = today(now, time_zone)
    company = draft.company if draft.kind is ContactKind.PERSON else draft.name
    return {
        **values,
        "display_name": draft.name,
        "name_key": fold(draft.name),
        "company_key": fold(company or ""),
    }


def today(now: int, time_zone: str) -> str:
    """Return the date at ``now`` (UTC epoch seconds) in a time zone, ISO 8601."""
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(time_zone)).date().isoformat()


def _write_parts(
    changes: ChangeSet, session: Session, contact_id: int, draft: ContactDraft, source: str | None
) -> bool:
    region = number_region(draft, session.organization.region)
    parts = part_values(
        draft,
        read=partial(normalize, rules=NumberRules(region=region)),
        product_id=partial(products.find_or_add, changes),
    )
    changed = [_write_group(changes, contact_id, table, items, source) for table, items in parts]
    changed.append(write_marks(changes, contact_id, draft))
    return any(changed)


def part_values(
    draft: ContactDraft, *, read: Callable[[str], NormalizedNumber], product_id: Callable[[str], int]
) -> tuple[tuple[str, list[dict[str, object]]], ...]:
    """Return the rows of what belongs to a contact, by table; each with the ``id`` it has so far or None.

    ``read`` turns a spelling into a number, ``product_id`` a product's name into its id.
    """
    return (
        ("phone", [_phone_values(phone, read(phone.raw)) for phone in draft.phones]),
        ("email", [_email_values(email) for email in draft.emails]),
        ("postal_address", [_plain(address) for address in draft.addresses]),
        ("product_use", [_use_values(use, product_id) for use in draft.product_uses]),
    )


def _phone_values(phone: PhoneDraft, number: NormalizedNumber) -> dict[str, object]:
    return {
        "id": phone.id, "raw": phone.raw, "e164": number.e164, "extension": number.extension,
        "kind": phone.kind.value, "is_primary": phone.is_primary,
        "invalid": phone.unchecked and number.e164 is None, "note": phone.note,
    }  # fmt: skip


def _use_values(use: ProductUseDraft, product_id: Callable[[str], int]) -> dict[str, object]:
    values = {field.name: getattr(use, field.name) for field in fields(use)}
    values["product_id"] = product_id(str(values.pop("product")))
    return values


def _plain(item: EmailDraft | AddressDraft) -> dict[str, object]:
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    return {**values, "kind": str(item.kind)}


def _email_values(email: EmailDraft) -> dict[str, object]:
    """Return an e-mail's columns: kept unchecked only where it would be refused."""
    kept = email.unchecked and email_problem(email.address) is not None
    return {**_plain(email), "unchecked": True if kept else None}


def new_part(table: str, source: str | None) -> dict[str, object]:
    """Return what only a new row of a part gets: where it came from."""
    return {} if table == "product_use" else {"source": source, "confirmed_at": None}


def _write_group(
    changes: ChangeSet,
    contact_id: int,
    table: str,
    items: Sequence[dict[str, object]],
    source: str | None,
) -> bool:
    """Bring the rows of one part of a card to ``items``: update by id, insert new ones, delete the rest."""
    new = new_part(table, source)
    known = rows.rows_of_contact(changes.connection, table, contact_id)
    kept: set[object] = set()
    changed = False
    for position, item in enumerate(items):
        row_id, values = item["id"], {name: value for name, value in item.items() if name != "id"}
        if table != "product_use":
            values["position"] = position
        if isinstance(row_id, int) and row_id in known:
            kept.add(row_id)
            values |= _unconfirmed(table, item, known[row_id])
            if any(known[row_id][name] != value for name, value in values.items()):
                changed |= changes.update(table, row_id, values, contact_id=contact_id)
        else:
            changes.insert(table, {**values, **new, "contact_id": contact_id}, contact_id=contact_id)
            changed = True
    for row_id in known:
        if row_id not in kept:
            changes.delete(table, row_id, contact_id=contact_id)
            changed = True
    return changed


TYPED_OVER: Mapping[str, object] = {"source": None, "confirmed_at": None}
"""What a value that is typed over loses."""
_VALUE_COLUMNS = {
    "phone": ("raw",),
    "email": ("address",),
    "postal_address": ("street", "postal_code", "city", "region", "country"),
}


def _unconfirmed(table: str, item: dict[str, object], old: dict[str, object]) -> dict[str, object]:
    """Return what a typed-over value loses: where the former one came from, and when it was confirmed."""
    columns = _VALUE_COLUMNS.get(table)
    if columns is None or all(old[name] == item[name] for name in columns):
        return {}
    return dict(TYPED_OVER)
