"""The product catalogue as a user reads and keeps it: add, rename, retire, merge, delete what nobody used."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from crm_desktop.domain.contacts import Product
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.products import (
    DUE_DAYS,
    ProductDraft,
    draft_of_product,
    merged_product,
    plans_of,
    product_columns,
    product_problems,
    tidied_product,
)
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.contact_writing import today
from crm_desktop.operations.large_changes import change_some
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts
from crm_desktop.storage import products as stored
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.products import ProductLine, ProductUser

__all__ = [
    "DUE_DAYS",
    "ProductDraft",
    "ProductLine",
    "ProductUser",
    "add_product",
    "delete_product",
    "draft_of_product",
    "edit_product",
    "merge_products",
    "plan_names",
    "plans_of",
    "product",
    "product_lines",
    "product_names",
    "product_users",
    "products",
    "set_offered",
    "typed_problems",
]


def products(session: Session) -> list[Product]:
    """Return the catalogue by name."""
    with session.reading("records.view") as connection:
        return stored.list_products(connection)


def product_names(session: Session) -> list[str]:
    """Return the names of the products that are still offered."""
    return [product.name for product in products(session) if product.active]


def plan_names(session: Session, name: str) -> tuple[str, ...]:
    """Return the plans the product called ``name`` is offered in; none for an unknown one."""
    with session.reading("records.view") as connection:
        found = stored.find_product(connection, name)
    return () if found is None else plans_of(found)


def product(session: Session, product_id: int) -> Product:
    """Return one product.

    Raises RefusedError("record_not_found").
    """
    with session.reading("records.view") as connection:
        return _product(connection, product_id)


def product_lines(session: Session) -> list[ProductLine]:
    """Return the catalogue by name, each with its customers and the renewals of the next 30 days.

    Counts every use of every customer: for a reader thread.
    """
    day = today(session.now(), session.organization.time_zone)
    until = (date.fromisoformat(day) + timedelta(days=DUE_DAYS[0])).isoformat()
    with session.reading("records.view") as connection:
        return stored.lines(connection, today=day, until=until)


def product_users(session: Session, product_id: int, limit: int = 50) -> list[ProductUser]:
    """Return the first customers by name who use a product now."""
    with session.reading("records.view") as connection:
        return stored.users(connection, product_id, limit)


def typed_problems(draft: ProductDraft) -> dict[str, KnownError]:
    """Return what is wrong with a draft, by field."""
    return product_problems(tidied_product(draft))


def _checked(draft: ProductDraft) -> ProductDraft:
    kept = tidied_product(draft)
    for problem in product_problems(kept).values():
        raise problem
    return kept


def _product(connection: Connection, product_id: int, version: int | None = None) -> Product:
    found = stored.get_product(connection, product_id)
    if found is None:
        raise RefusedError("record_not_found")
    if version is not None and found.version != version:
        raise ConflictError("record_changed")
    return found


def _refuse_double(connection: Connection, draft: ProductDraft, product_id: int | None) -> None:
    """Refuse a name, or an article number, that another product has."""
    other = stored.find_product(connection, draft.name)
    if other is not None and other.id != product_id:
        raise InvalidValueError("product_there", field="name", value=other.name)
    for known in stored.with_code(connection, draft.code) if draft.code else ():
        if known.id != product_id:
            raise InvalidValueError("product_code_there", field="code", value=known.name)


def add_product(session: Session, draft: ProductDraft) -> int:
    """Add a product to the catalogue and return its id.

    Raises InvalidValueError for what cannot be kept, ``product_there``, ``product_code_there``.
    """
    session.require("records.edit")
    checked = _checked(draft)
    with session.change("add_product") as changes:
        _refuse_double(changes.connection, checked, None)
        return changes.insert(stored.TABLE, {**product_columns(checked), "active": True})


def edit_product(
    session: Session,
    product_id: int,
    draft: ProductDraft,
    *,
    version: int,
    base: ProductDraft | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> RowConflict[ProductDraft] | None:
    """Save a product that was read at ``version``; a new name is the name everywhere at once.

    With ``base``, what was read then, somebody else's save in between is brought together with this one;
    what has to be decided first is returned, and nothing is written. Without, it raises
    ConflictError("record_changed"). The new name of one that very many use is written in batches: Cancelled
    leaves the former. Raises as :func:`add_product`, RefusedError("record_not_found").
    """
    session.require("records.edit")
    checked, expected = _checked(draft), version if base is None else None
    with session.database.read() as connection:
        product = _product(connection, product_id, expected)
        wanted = _together(connection, product, base, checked)
        if isinstance(wanted, RowConflict):
            return wanted
        renamed = fold(wanted.name) != product.name_key
        found = stored.contacts_using_now(connection, product_id) if renamed else []
    known, met = set(found), list[RowConflict[ProductDraft]]()

    def write(changes: ChangeSet, part: Sequence[int | None]) -> None:
        todo = {contact_id for contact_id in part if contact_id is not None}
        if None in part:
            now = _product(changes.connection, product_id, expected)
            both = _together(changes.connection, now, base, checked)
            if isinstance(both, RowConflict):
                met.append(both)
                return
            _refuse_double(changes.connection, both, product_id)
            changes.update(stored.TABLE, product_id, product_columns(both))
            # And who began to use it since they were looked up.
            if fold(both.name) != now.name_key:
                todo |= set(stored.contacts_using_now(changes.connection, product_id)) - known
        contacts.reindex_many(changes.connection, sorted(todo) if not met else ())

    change_some(session, "edit_product", [None, *found], write, progress, cancel)
    return met[0] if met else None


def _together(
    connection: Connection, product: Product, base: ProductDraft | None, mine: ProductDraft
) -> ProductDraft | RowConflict[ProductDraft]:
    """Return what is saved of a product, where ``mine`` was typed over ``base``."""
    if base is None:
        return mine
    theirs = tidied_product(draft_of_product(product))
    place = ("products", stored.TABLE, product.id)
    found = bring_together(connection, place, tidied_product(base), theirs, mine, version=product.version)
    return found if isinstance(found, RowConflict) else _checked(found)


def set_offered(session: Session, product_id: int, *, offered: bool) -> None:
    """Retire a product (it is proposed no more; who has it keeps it) or offer it again.

    Raises RefusedError("record_not_found").
    """
    with session.change("offer_product" if offered else "retire_product") as changes:
        _product(changes.connection, product_id)
        changes.update(stored.TABLE, product_id, {"active": offered})


def delete_product(session: Session, product_id: int, *, version: int) -> None:
    """Take a product nobody uses or used out of the catalogue.

    Raises RefusedError ``product_in_use`` (in the trash counts too), ``record_not_found``;
    ConflictError("record_changed").
    """
    with session.change("delete_product") as changes:
        known = _product(changes.connection, product_id, version)
        if stored.is_used(changes.connection, product_id):
            raise RefusedError("product_in_use", value=known.name)
        changes.delete(stored.TABLE, product_id)


def merge_products(
    session: Session,
    kept_id: int,
    other_id: int,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Make two spellings one: every use of ``other_id`` becomes one of ``kept_id``; return how many.

    The name of ``kept_id`` stays, and what only the other says of itself is added to it. A customer with
    both keeps both uses, each with its dates and numbers. Many are written in batches; Cancelled leaves
    both as they were. Raises RefusedError ``record_not_found``, ``product_merge_itself``.
    """
    session.require("records.merge")
    if kept_id == other_id:
        raise RefusedError("product_merge_itself")
    with session.database.read() as connection:
        for product_id in (kept_id, other_id):
            _product(connection, product_id)
        found = stored.use_ids(connection, other_id)
    move = partial(_move_uses, session, kept_id, other_id)
    change_some(session, "merge_products", [*found, None], move, progress, cancel)
    return len(found)


def _move_uses(
    session: Session, kept_id: int, other_id: int, changes: ChangeSet, part: Sequence[int | None]
) -> None:
    """Move some uses; None, the last of all, takes the other product out of the catalogue."""
    connection = changes.connection
    owners = stored.owners(connection, [use_id for use_id in part if use_id is not None])
    if None in part:
        # Whoever saved a customer meanwhile may have added uses.
        owners |= stored.owners(connection, stored.use_ids(connection, other_id))
    for use_id, contact_id in owners.items():
        changes.update("product_use", use_id, {"product_id": kept_id}, contact_id=contact_id)
    for contact_id in dict.fromkeys(owners.values()):
        note_on_card(changes, session, contact_id)
    contacts.reindex_many(connection, owners.values())
    if None in part:
        kept, other = _product(connection, kept_id), _product(connection, other_id)
        changes.delete(stored.TABLE, other_id)
        merged = merged_product(draft_of_product(kept), draft_of_product(other))
        active = kept.active or other.active
        changes.update(stored.TABLE, kept_id, {**product_columns(merged), "active": active})


def note_on_card(changes: ChangeSet, session: Session, contact_id: int) -> None:
    """Note on the contact that its card changed: a save that read an older one is noticed."""
    stamp: dict[str, object] = {"changed_at": session.now(), "changed_by": session.member.id}
    changes.update("contact", contact_id, stamp, touch=True)
