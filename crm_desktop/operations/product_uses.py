"""What a customer uses of the catalogue: add, change, end, renew; and the list of what renews when.

The contact's own version stands for the whole card, so each change of a use is one of its contact too.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contacts import ProductUse
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.products import DUE_DAYS, tidied_use, use_problems
from crm_desktop.operations.contact_writing import today
from crm_desktop.operations.products import note_on_card
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contacts, products
from crm_desktop.storage import product_uses as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.product_uses import RenewalQuery, RenewalRow, RenewalSort, UseLine

__all__ = [
    "DUE_DAYS",
    "ProductUseDraft",
    "RenewalQuery",
    "RenewalRow",
    "RenewalSort",
    "RenewalSpan",
    "UseLine",
    "add_use",
    "edit_use",
    "end_use",
    "next_renewal",
    "remove_use",
    "renew_use",
    "renewal_counts",
    "renewal_first_page",
    "renewal_ids",
    "renewal_rows",
    "renewals_within",
    "typed_use_problems",
    "use_draft",
    "uses_of",
]


@dataclass(frozen=True, slots=True)
class RenewalSpan:
    """A stretch of the list of renewals: the next ``days`` (None: overdue), and how many there are."""

    days: int | None
    count: int


# --- the uses of a contact --------------------------------------------------------------------------------


def uses_of(session: Session, contact_id: int) -> list[UseLine]:
    """Return what a contact uses and used: what lasts first, then what ended last."""
    with session.reading("records.view") as connection:
        return stored.of_contact(connection, contact_id)


def use_draft(line: UseLine) -> ProductUseDraft:
    """Return the draft that would save a use unchanged."""
    use = line.use
    return ProductUseDraft(
        line.product, use.since, use.until, use.plan, use.quantity, use.serial, use.renewal_on, use.note,
        use.id,
    )  # fmt: skip


def typed_use_problems(draft: ProductUseDraft) -> dict[str, KnownError]:
    """Return what is wrong with a draft, by field."""
    return use_problems(tidied_use(draft))


def _checked(draft: ProductUseDraft) -> ProductUseDraft:
    kept = tidied_use(draft)
    for problem in use_problems(kept).values():
        raise problem
    return kept


def add_use(session: Session, contact_id: int, draft: ProductUseDraft) -> int:
    """Note that a contact uses a product, by name; a name the catalogue does not know is added to it.

    Returns the id of the use. Raises InvalidValueError for what cannot be kept, RefusedError
    ``record_not_found``, ``record_in_trash``.
    """
    session.require("records.edit")
    checked = _checked(draft)
    with session.change("add_product_use") as changes:
        writable(changes.connection, contact_id)
        values = {**_columns(changes, checked), "contact_id": contact_id}
        use_id = changes.insert(stored.TABLE, values, contact_id=contact_id)
        _finish(changes, session, contact_id)
    return use_id


def edit_use(
    session: Session,
    use_id: int,
    draft: ProductUseDraft,
    *,
    version: int,
    base: ProductUseDraft | None = None,
) -> RowConflict[ProductUseDraft] | None:
    """Save a use that was read at ``version``.

    With ``base``, what was read then, somebody else's save in between is brought together with this one;
    what has to be decided first is returned, and nothing is written. Without, it raises
    ConflictError("record_changed"). Raises as :func:`add_use` too.
    """
    session.require("records.edit")
    checked = _checked(draft)
    with session.change("edit_product_use") as changes:
        return _save(changes, session, use_id, lambda _read: checked, version=version, base=base)


def end_use(
    session: Session, use_id: int, until: str | None, *, version: int, base: ProductUseDraft | None = None
) -> RowConflict[ProductUseDraft] | None:
    """Note on which day (ISO 8601) a product was last used, or with None that it is used again.

    Returns as :func:`edit_use`. Raises InvalidValueError ``date_invalid``, ``use_ends_early``, and as
    :func:`edit_use`.
    """
    session.require("records.edit")
    with session.change("end_product_use") as changes:
        return _save(
            changes, session, use_id, lambda read: replace(read, until=until), version=version, base=base
        )


def renew_use(
    session: Session, use_id: int, renewal_on: str, *, version: int, base: ProductUseDraft | None = None
) -> RowConflict[ProductUseDraft] | None:
    """Set the day (ISO 8601) a product in use renews next.

    Returns as :func:`edit_use`. Raises InvalidValueError ``value_required``, ``date_invalid``; RefusedError
    ``use_has_ended``, and as :func:`edit_use`.
    """
    session.require("records.edit")
    checked = _checked(ProductUseDraft("?", renewal_on=renewal_on))
    if checked.renewal_on is None:
        raise InvalidValueError("value_required", field="renewal_on")

    def renewed(read: ProductUseDraft) -> ProductUseDraft:
        return replace(read, renewal_on=checked.renewal_on)

    with session.change("renew_product_use") as changes:
        if _use(changes.connection, use_id).until is not None:
            raise RefusedError("use_has_ended")
        return _save(changes, session, use_id, renewed, version=version, base=base)


def _save(
    changes: ChangeSet,
    session: Session,
    use_id: int,
    change: Callable[[ProductUseDraft], ProductUseDraft],
    *,
    version: int,
    base: ProductUseDraft | None,
) -> RowConflict[ProductUseDraft] | None:
    """Write ``change`` of what was read, with what somebody else changed since."""
    connection = changes.connection
    use = _use(connection, use_id)
    lines = stored.of_contact(connection, use.contact_id)
    theirs = use_draft(next(line for line in lines if line.use.id == use_id))
    if base is None:
        _refuse_older(use, version)
        base = theirs
    place = ("product_uses", stored.TABLE, use_id)
    found = bring_together(
        connection, place, base, theirs, _checked(change(base)), version=use.version, label=theirs.product
    )
    if isinstance(found, RowConflict):
        return found
    if changes.update(stored.TABLE, use.id, _columns(changes, _checked(found)), contact_id=use.contact_id):
        _finish(changes, session, use.contact_id)
    return None


def remove_use(session: Session, use_id: int, *, version: int) -> None:
    """Take a use away as one that never was; one that ended is ended instead.

    Raises as :func:`edit_use`.
    """
    with session.change("remove_product_use") as changes:
        use = _use(changes.connection, use_id)
        _refuse_older(use, version)
        changes.delete(stored.TABLE, use_id, contact_id=use.contact_id)
        _finish(changes, session, use.contact_id)


def _refuse_older(use: ProductUse, version: int) -> None:
    if use.version != version:
        raise ConflictError("record_changed")


def _use(connection: Connection, use_id: int) -> ProductUse:
    use = stored.get_use(connection, use_id)
    if use is None:
        raise RefusedError("record_not_found")
    writable(connection, use.contact_id)
    return use


def _columns(changes: ChangeSet, draft: ProductUseDraft) -> dict[str, object]:
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    name = str(values.pop("product"))
    del values["id"]
    return {**values, "product_id": products.find_or_add(changes, name)}


def _finish(changes: ChangeSet, session: Session, contact_id: int) -> None:
    note_on_card(changes, session, contact_id)
    contacts.reindex(changes.connection, contact_id)


# --- renewals ---------------------------------------------------------------------------------------------


def next_renewal(renewal_on: str) -> str:
    """Return the same day a year later (ISO 8601), for 29 February the 28th; 9999 stays the last year."""
    day = date.fromisoformat(renewal_on)
    year = min(day.year + 1, date.max.year)
    try:
        return day.replace(year=year).isoformat()
    except ValueError:
        return day.replace(year=year, day=28).isoformat()


def renewals_within(session: Session, days: int | None, *, product_id: int | None = None) -> RenewalQuery:
    """Return the query for what renews from today within ``days``, or with None for what is overdue."""
    day = date.fromisoformat(today(session.now(), session.organization.time_zone))
    if days is None:
        return RenewalQuery(last=(day - timedelta(days=1)).isoformat(), product_id=product_id)
    return RenewalQuery(day.isoformat(), (day + timedelta(days=days)).isoformat(), product_id)


def renewal_counts(session: Session) -> list[RenewalSpan]:
    """Return how many renewals are overdue, and how many come in the next 30, 60 and 90 days."""
    with session.reading("records.view") as connection:
        return [
            RenewalSpan(days, stored.renewal_count(connection, renewals_within(session, days)))
            for days in (None, *DUE_DAYS)
        ]


def renewal_first_page(session: Session, query: RenewalQuery, limit: int = 200) -> list[int]:
    """Return the first ids of a list of renewals at once."""
    with session.reading("records.view") as connection:
        return stored.renewal_page(connection, query, limit)


def renewal_ids(session: Session, query: RenewalQuery) -> "array[int]":
    """Return all ids of a list of renewals in its order, 4 bytes each."""
    with session.reading("records.view") as connection:
        return stored.renewal_ids(connection, query)


def renewal_rows(session: Session, ids: Sequence[int]) -> dict[int, RenewalRow]:
    """Return the lines of a page by the use's id."""
    with session.reading("records.view") as connection:
        return stored.renewal_rows(connection, ids)
