"""Writing a contact and its phones, e-mails, addresses and products inside a change set.

The contact's own version stands for the whole card: any change of a part touches it, so that a save
which read an older card is noticed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from crm_desktop.domain.contact_drafts import OWN_FIELDS, ContactDraft, PhoneDraft, number_region
from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import NumberRules, normalize
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts, products, rows
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
) -> int:
    """Insert (``contact_id`` None) or update a contact from a checked draft; return its id."""
    now, author = session.now(), session.member.id
    values = _own_values(draft, now, session.organization.time_zone)
    if contact_id is None:
        stamp = {
            "created_at": now, "created_by": author, "changed_at": now, "changed_by": author,
            "import_run_id": import_run_id,
        }  # fmt: skip
        contact_id = changes.insert("contact", {**values, **stamp})
        _write_parts(changes, session, contact_id, draft, source)
    else:
        _update(changes, session, contact_id, draft, version)
    contacts.reindex(changes.connection, contact_id)
    return contact_id


def _update(
    changes: ChangeSet,
    session: Session,
    contact_id: int,
    draft: ContactDraft,
    version: int | None,
) -> None:
    old = contacts.get_contact(changes.connection, contact_id)
    if old is None:
        raise RefusedError("record_not_found")
    values = _own_values(draft, session.now(), session.organization.time_zone)
    if old.status != draft.status and draft.status_since == old.status_since and draft.status is not None:
        values["status_since"] = today(session.now(), session.organization.time_zone)
    stamp: dict[str, object] = {"changed_at": session.now(), "changed_by": session.member.id}
    changed = changes.update("contact", contact_id, {**values, **stamp}, expected_version=version)
    parts_changed = _write_parts(changes, session, contact_id, draft, None)
    if parts_changed and not changed:
        changes.update("contact", contact_id, stamp, expected_version=version, touch=True)


def _own_values(draft: ContactDraft, now: int, time_zone: str) -> dict[str, object]:
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
    extra: dict[str, object] = {"source": source, "confirmed_at": None}
    phones = [_phone_values(phone, region) for phone in draft.phones]
    uses = [_use_values(changes, asdict(use)) for use in draft.product_uses]
    parts: tuple[tuple[str, list[dict[str, object]], dict[str, object]], ...] = (
        ("phone", phones, extra),
        ("email", [_plain(asdict(email)) for email in draft.emails], extra),
        ("postal_address", [_plain(asdict(address)) for address in draft.addresses], extra),
        ("product_use", uses, {}),
    )
    changed = [_write_group(changes, contact_id, table, items, new) for table, items, new in parts]
    return any(changed)


def _phone_values(phone: PhoneDraft, region: str) -> dict[str, object]:
    number = normalize(phone.raw, NumberRules(region=region))
    return {
        "id": phone.id, "raw": phone.raw, "e164": number.e164, "extension": number.extension,
        "kind": phone.kind.value, "is_primary": phone.is_primary,
        "invalid": phone.unchecked and number.e164 is None, "note": phone.note,
    }  # fmt: skip


def _use_values(changes: ChangeSet, use: dict[str, object]) -> dict[str, object]:
    name = str(use.pop("product"))
    return {**use, "product_id": products.find_or_add(changes, name)}


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {**values, "kind": str(values["kind"])}


def _write_group(
    changes: ChangeSet,
    contact_id: int,
    table: str,
    items: Sequence[dict[str, object]],
    new: dict[str, object],
) -> bool:
    """Bring the rows of one part of a card to ``items``: update by id, insert new ones, delete the rest."""
    known = rows.ids_of_contact(changes.connection, table, contact_id)
    kept: set[object] = set()
    changed = False
    for position, item in enumerate(items):
        values = {name: value for name, value in item.items() if name != "id"}
        if table != "product_use":
            values["position"] = position
        if item["id"] in known:
            kept.add(item["id"])
            changed |= changes.update(table, int(str(item["id"])), values, contact_id=contact_id)
        else:
            changes.insert(table, {**values, **new, "contact_id": contact_id}, contact_id=contact_id)
            changed = True
    for row_id in known:
        if row_id not in kept:
            changes.delete(table, row_id, contact_id=contact_id)
            changed = True
    return changed
