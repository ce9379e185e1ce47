"""What becomes of each record in a change of many: read for a preview, and again in the batch that writes.

One function says it for both, so that what is written is what was shown. Records are read some hundred at
a time, whatever the number of all.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crm_desktop.domain.bulk import (
    ADD_PRODUCT,
    ADD_TAGS,
    RESTORE,
    BulkChange,
    BulkField,
    BulkKind,
)
from crm_desktop.domain.contact_drafts import country_problems, draft_of
from crm_desktop.domain.contacts import Category, Contact, ContactCard, ContactKind, PostalAddress, ProductUse
from crm_desktop.domain.errors import InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.operations.writable import unwritable
from crm_desktop.storage import bulk as stored
from crm_desktop.storage import products, tags
from crm_desktop.storage.database import Connection

CHUNK = 400
_NO_NAMES: Mapping[int, str] = defaultdict(str)
"""What a country is judged by names no products."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One record of a change of many.

    ``before`` and ``after`` are stored values (a status, a member's id, tags one a line); equal ones are
    nothing to do. ``rows`` are the rows the change is about: uses that end, a value that is set.
    """

    contact_id: int
    version: int
    name: str
    before: str = ""
    after: str = ""
    refusal: KnownError | None = None
    rows: tuple[int, ...] = ()

    @property
    def will_change(self) -> bool:
        """Whether the record becomes another."""
        return self.refusal is None and self.before != self.after


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked change, what it is of, and the organization's country for numbers without one.

    ``checked``: a preview saw that it can be, of the same versions; only what is written to is read.
    """

    change: BulkChange
    field: BulkField
    region: str
    checked: bool = False


def plans(connection: Connection, wish: Wish, ids: Sequence[int]) -> list[Plan]:
    """Return what becomes of each of ``ids``, in their order."""
    return [
        plan
        for start in range(0, len(ids), CHUNK)
        for plan in _chunk(connection, wish, list(ids[start : start + CHUNK]))
    ]


def _chunk(connection: Connection, wish: Wish, ids: list[int]) -> list[Plan]:
    found = stored.contacts_by_id(connection, ids)
    able, refused = [], {}
    for contact_id in ids:
        contact = found.get(contact_id)
        problem = RefusedError("record_not_found") if contact is None else _unfit(wish, contact)
        if problem is not None:
            refused[contact_id] = _plan(contact, contact_id, refusal=problem)
        elif contact is not None:
            able.append(contact)
    planned = {plan.contact_id: plan for plan in _PLANNERS[wish.field.kind](connection, wish, able)}
    return [refused.get(contact_id) or planned[contact_id] for contact_id in ids]


def _plan(contact: Contact | None, contact_id: int, *, refusal: KnownError) -> Plan:
    if contact is None:
        return Plan(contact_id, 0, "", refusal=refusal)
    return Plan(contact_id, contact.version, contact.display_name, refusal=refusal)


def _unfit(wish: Wish, contact: Contact) -> KnownError | None:
    """Return why a record cannot have what is wished at all."""
    field = wish.field
    problem = unwritable(contact)
    if problem is not None and (field.kind is not BulkKind.TRASH or contact.merged_into is not None):
        return problem
    if contact.kind not in field.kinds:
        only_people = ContactKind.PERSON in field.kinds
        return RefusedError("bulk_only_people" if only_people else "bulk_only_companies")
    if not field.is_for(contact.category):
        is_customer = contact.category is Category.CUSTOMER
        return RefusedError("bulk_not_for_customers" if is_customer else "bulk_only_customers")
    return None


def _of(contact: Contact, before: str, after: str, rows_of_it: Sequence[int] = ()) -> Plan:
    return Plan(contact.id, contact.version, contact.display_name, before, after, rows=tuple(rows_of_it))


def _own_column(_connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    column, after = wish.field.key, wish.change.value
    found = ((contact, getattr(contact, column)) for contact in able)
    return [_of(contact, "" if value is None else str(value), after) for contact, value in found]


def _trash(_connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    after = "" if wish.field.key == RESTORE else "yes"
    return [_of(contact, "yes" if contact.trashed_at is not None else "", after) for contact in able]


def _own_field(connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    own = wish.field.own
    assert own is not None  # noqa: S101 - this kind is made from an own field
    found = stored.own_values(connection, own.id, [contact.id for contact in able])
    return [
        _of(contact, known.value if known else "", wish.change.value, [known.id] if known else [])
        for contact in able
        for known in (found.get(contact.id),)
    ]


def _tags(connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    """Plan tags by their names as people would read them; the words of the catalogue win over those typed."""
    known = {fold(name): tag.name for name in wish.change.names if (tag := tags.find_tag(connection, name))}
    names = {fold(name): known.get(fold(name), name) for name in wish.change.names}
    carried = stored.tag_names(connection, [contact.id for contact in able])
    return [
        _of(contact, _lines(before), _lines(_retagged(before, names, adds=wish.field.key == ADD_TAGS)))
        for contact in able
        for before in (carried[contact.id],)
    ]


def _retagged(before: dict[str, str], names: dict[str, str], *, adds: bool) -> dict[str, str]:
    if adds:
        return before | {key: name for key, name in names.items() if key not in before}
    return {key: name for key, name in before.items() if key not in names}


def _lines(carried: dict[str, str]) -> str:
    return "\n".join(name for _, name in sorted(carried.items()))


def _product(connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    product, adds = products.find_product(connection, wish.change.value), wish.field.key == ADD_PRODUCT
    ids = [contact.id for contact in able]
    used = stored.uses_now(connection, product.id, ids) if product is not None else {}
    name = product.name if product is not None else wish.change.value
    make = _added if adds else _ended
    return [make(contact, used.get(contact.id, ()), name, wish.change.day) for contact in able]


def _added(contact: Contact, uses: Sequence[ProductUse], name: str, _day: str) -> Plan:
    return _of(contact, name if uses else "", name)


def _ended(contact: Contact, uses: Sequence[ProductUse], name: str, day: str) -> Plan:
    plan = _of(contact, name if uses else "", "", [use.id for use in uses])
    if any(use.since is not None and use.since > day for use in uses):
        return replace(plan, refusal=InvalidValueError("use_ends_early", field="until"))
    return plan


def _country(connection: Connection, wish: Wish, able: Sequence[Contact]) -> list[Plan]:
    ids = [contact.id for contact in able]
    if wish.checked:
        found = stored.addresses(connection, ids)
        return [_moved(contact, found[contact.id], wish) for contact in able]
    # The country says how numbers without one are read, and which rule a VAT id follows.
    return [_checked_move(card, wish) for card in stored.cards(connection, ids)]


def _moved(contact: Contact, addresses: Sequence[PostalAddress], wish: Wish) -> Plan:
    """Plan another country of the address a record is reached at: the primary one, former ones left out."""
    current = [address for address in addresses if not address.former]
    main = min(current, key=lambda address: not address.is_primary, default=None)
    if main is None:
        return _plan(contact, contact.id, refusal=RefusedError("bulk_no_address"))
    return _of(contact, main.country or "", wish.change.value, [main.id])


def _checked_move(card: ContactCard, wish: Wish) -> Plan:
    plan = _moved(card.contact, card.addresses, wish)
    if not plan.will_change:
        return plan
    moved = tuple(
        replace(address, country=wish.change.value or None) if address.id in plan.rows else address
        for address in card.addresses
    )
    after = country_problems(draft_of(replace(card, addresses=moved), _NO_NAMES), wish.region)
    if not after:
        return plan
    known = country_problems(draft_of(card, _NO_NAMES), wish.region)
    new = [found for key, found in after.items() if key not in known]
    return replace(plan, refusal=new[0]) if new else plan


_Planner = Callable[[Connection, Wish, Sequence[Contact]], list[Plan]]
_PLANNERS: dict[BulkKind, _Planner] = {
    BulkKind.TEXT: _own_column,
    BulkKind.STATUS: _own_column,
    BulkKind.OWNER: _own_column,
    BulkKind.CATEGORY: _own_column,
    BulkKind.COUNTRY: _country,
    BulkKind.OWN: _own_field,
    BulkKind.TAGS: _tags,
    BulkKind.PRODUCT: _product,
    BulkKind.TRASH: _trash,
}
