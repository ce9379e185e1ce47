"""Writes what a change of many planned for a record, with the means a single change of it has."""

from collections.abc import Callable, Sequence

from crm_desktop.domain.bulk import ADD_TAGS, END_PRODUCT, BulkKind
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.phone_numbers import NumberRules, normalize
from crm_desktop.operations.bulk_plans import Plan, Wish
from crm_desktop.operations.contact_marks import keep_status
from crm_desktop.operations.contact_writing import TYPED_OVER
from crm_desktop.operations.contacts import write_move
from crm_desktop.operations.products import note_on_card
from crm_desktop.operations.session import Session
from crm_desktop.storage import bulk as stored
from crm_desktop.storage import contacts, products, tags
from crm_desktop.storage.journal import ChangeSet

_TAG_TABLE, _USE_TABLE, _VALUE_TABLE = "contact_tag", "product_use", "custom_value"
_SEARCHED = frozenset({BulkKind.CATEGORY, BulkKind.COUNTRY, BulkKind.OWN, BulkKind.TAGS, BulkKind.PRODUCT})


def write_plans(changes: ChangeSet, session: Session, wish: Wish, plans: Sequence[Plan]) -> None:
    """Give each record what was planned for it, and have the search find them all by it.

    Raises ConflictError("record_changed") where one is no longer the one the plan was made for.
    """
    write = _WRITERS[wish.field.kind]
    for plan in plans:
        write(changes, session, wish, plan)
    if wish.field.searched or wish.field.kind in _SEARCHED:
        contacts.reindex_many(changes.connection, [plan.contact_id for plan in plans])


def _stamp(session: Session) -> dict[str, object]:
    return {"changed_at": session.now(), "changed_by": session.member.id}


def _text(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    _set(changes, session, wish, plan, wish.change.value or None)


def _owner(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    _set(changes, session, wish, plan, int(wish.change.value) if wish.change.value else None)


def _set(changes: ChangeSet, session: Session, wish: Wish, plan: Plan, value: object) -> None:
    values = {wish.field.key: value, **_stamp(session)}
    changes.update("contact", plan.contact_id, values, expected_version=plan.version)


def _status(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    old = contacts.get_contact(changes.connection, plan.contact_id)
    if old is None:
        raise RefusedError("record_not_found")
    values = {"status": wish.change.value, "status_since": wish.change.day, **_stamp(session)}
    changes.update("contact", plan.contact_id, values, expected_version=plan.version)
    keep_status(changes, old, wish.change.value, wish.change.day)


def _category(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    contact = contacts.get_contact(changes.connection, plan.contact_id)
    if contact is not None:
        write_move(changes, session, contact, Category(wish.change.value))


def _country(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    connection, contact_id, country = changes.connection, plan.contact_id, wish.change.value or None
    (main,) = plan.rows
    moved: dict[str, object] = {"country": country, **TYPED_OVER}
    changes.update("postal_address", main, moved, contact_id=contact_id)
    first = stored.first_country(connection, contact_id)
    rules = NumberRules(region=first or wish.region)
    for phone in stored.phones(connection, contact_id):
        number = normalize(phone.raw, rules)
        read: dict[str, object] = {"e164": number.e164, "extension": number.extension}
        if number.e164 is not None:
            read["invalid"] = False
        changes.update("phone", phone.id, read, contact_id=contact_id)
    note_on_card(changes, session, contact_id)


def _own_field(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    contact_id, own, value = plan.contact_id, wish.field.own, wish.change.value
    assert own is not None  # noqa: S101 - this kind is made from an own field
    if not plan.rows:
        values: dict[str, object] = {"contact_id": contact_id, "field_id": own.id, "value": value}
        changes.insert(_VALUE_TABLE, values, contact_id=contact_id)
    elif value:
        changes.update(_VALUE_TABLE, plan.rows[0], {"value": value}, contact_id=contact_id)
    else:
        changes.delete(_VALUE_TABLE, plan.rows[0], contact_id=contact_id)
    note_on_card(changes, session, contact_id)


def _tags(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    connection, contact_id = changes.connection, plan.contact_id
    carried = stored.tag_rows(connection, contact_id)
    if wish.field.key == ADD_TAGS:
        for tag_id in [tags.find_or_add(changes, name) for name in wish.change.names]:
            if tag_id not in carried:
                row: dict[str, object] = {"contact_id": contact_id, "tag_id": tag_id}
                changes.insert(_TAG_TABLE, row, contact_id=contact_id)
    else:
        found = [tag for name in wish.change.names if (tag := tags.find_tag(connection, name))]
        for tag in found:
            if tag.id in carried:
                changes.delete(_TAG_TABLE, carried[tag.id], contact_id=contact_id)
    note_on_card(changes, session, contact_id)


def _product(changes: ChangeSet, session: Session, wish: Wish, plan: Plan) -> None:
    contact_id = plan.contact_id
    if wish.field.key == END_PRODUCT:
        for use_id in plan.rows:
            changes.update(_USE_TABLE, use_id, {"until": wish.change.day}, contact_id=contact_id)
    else:
        values: dict[str, object] = {
            "contact_id": contact_id, "product_id": products.find_or_add(changes, wish.change.value),
            "since": wish.change.day, "until": None, "plan": None, "quantity": None, "serial": None,
            "renewal_on": None, "note": None,
        }  # fmt: skip
        changes.insert(_USE_TABLE, values, contact_id=contact_id)
    note_on_card(changes, session, contact_id)


_Writer = Callable[[ChangeSet, Session, Wish, Plan], None]
_WRITERS: dict[BulkKind, _Writer] = {
    BulkKind.TEXT: _text,
    BulkKind.OWNER: _owner,
    BulkKind.STATUS: _status,
    BulkKind.CATEGORY: _category,
    BulkKind.COUNTRY: _country,
    BulkKind.OWN: _own_field,
    BulkKind.TAGS: _tags,
    BulkKind.PRODUCT: _product,
}
