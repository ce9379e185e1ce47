"""Contacts: what customers and address-book entries have in common, as verbs of a user."""

from array import array
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from crm_desktop.domain.contact_drafts import (
    ContactDraft,
    draft_of,
    empty_draft,
    number_region,
    problems,
    tidy,
)
from crm_desktop.domain.contacts import Category, Contact, ContactCard, CustomerStatus
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.identifiers import vat_problem
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.contact_cells import with_cell
from crm_desktop.operations.contact_marks import custom_problems, keep_status
from crm_desktop.operations.contact_writing import today, write_contact
from crm_desktop.operations.custom_fields import fields_for
from crm_desktop.operations.large_changes import LARGE, change_many
from crm_desktop.operations.list_queries import allowed
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contact_list, contacts, search
from crm_desktop.storage.contact_list import BESIDE, ContactQuery, ContactRow
from crm_desktop.storage.customer_numbers import take_next
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "BESIDE",
    "ContactDraft",
    "ContactQuery",
    "ContactRow",
    "add_contact",
    "card",
    "category_counts",
    "contact_count",
    "contact_draft",
    "contact_first_page",
    "contact_ids",
    "contact_rows",
    "draft_problems",
    "empty_draft",
    "move_to_category",
    "only_similar",
    "restore_from_trash",
    "save_contact",
    "set_field",
    "trash",
    "write_move",
]


def contact_first_page(session: Session, query: ContactQuery, limit: int = 200) -> list[int]:
    """Return the first ids of a list at once."""
    with session.reading("records.view") as connection:
        return contact_list.first_page(connection, allowed(session, query), limit)


def contact_ids(session: Session, query: ContactQuery) -> "array[int]":
    """Return all ids of a list in its order, 4 bytes each."""
    with session.reading("records.view") as connection:
        return contact_list.all_ids(connection, allowed(session, query))


def contact_count(session: Session, query: ContactQuery) -> int:
    """Return how many contacts a list holds."""
    with session.reading("records.view") as connection:
        return contact_list.count(connection, allowed(session, query))


def only_similar(session: Session, query: ContactQuery) -> bool:
    """Return whether a search found nothing exact, so that the list shows similar names."""
    with session.reading("records.view") as connection:
        return contact_list.similar_only(connection, allowed(session, query))


def category_counts(session: Session, category: Category) -> dict[str, int]:
    """Return the counts of the chips: ``all``, each status, ``trash``."""
    with session.reading("records.view") as connection:
        return contact_list.counts(connection, category)


def contact_rows(
    session: Session,
    ids: Sequence[int],
    *,
    own: Sequence[int] = (),
    without: AbstractSet[str] = frozenset(),
) -> dict[int, ContactRow]:
    """Return the lines of a page by id, with what stands in the own fields with the ids ``own``.

    What the columns ``without`` (of ``BESIDE``: what other tables hold) would show stays empty, the last
    contact also without ``calls.view``.
    """
    with session.reading("records.view") as connection:
        return contact_list.read_rows(
            connection, ids, with_calls=session.may("calls.view"), own=own, without=without
        )


def card(session: Session, contact_id: int) -> ContactCard:
    """Return a contact with everything that belongs to it.

    Raises RefusedError("record_not_found").
    """
    with session.reading("records.view") as connection:
        found = contacts.read_card(connection, contact_id)
    if found is None:
        raise RefusedError("record_not_found")
    return found


def contact_draft(session: Session, contact_id: int) -> tuple[ContactDraft, int]:
    """Return the draft that would save a contact unchanged, and the version it was read at."""
    with session.reading("records.view") as connection:
        found = card(session, contact_id)
        names = contacts.product_names(connection, found)
    return draft_of(found, names), found.contact.version


def draft_problems(session: Session, draft: ContactDraft) -> dict[str, KnownError]:
    """Return what is wrong with a draft, by field key of the form."""
    tidied = tidy(draft)
    with session.reading("records.view") as connection:
        own = custom_problems(connection, tidied)
    return problems(tidied, session.organization.region) | own


def _checked(session: Session, draft: ContactDraft) -> ContactDraft:
    tidied = tidy(draft)
    found = problems(tidied, session.organization.region)
    for problem in found.values():
        raise problem
    region = number_region(tidied, session.organization.region)
    if tidied.vat_unchecked and vat_problem(tidied.vat_id or "", region) is None:
        return replace(tidied, vat_unchecked=None)
    return tidied


def add_contact(session: Session, draft: ContactDraft) -> int:
    """Add a contact and return its id.

    Raises InvalidValueError for the first value that cannot be kept.
    """
    session.require("records.edit")
    checked = _checked(session, draft)
    with session.change(f"add_{checked.category.value}") as changes:
        return write_contact(changes, session, None, checked)


def save_contact(session: Session, contact_id: int, draft: ContactDraft, *, version: int) -> None:
    """Save a contact that was read at ``version``.

    Raises ConflictError("record_changed") when somebody saved it in between, InvalidValueError for a
    value that cannot be kept, RefusedError ``record_not_found`` when it is gone, ``record_merged`` when it
    became part of another, ``record_in_trash``.
    """
    session.require("records.edit")
    checked = _checked(session, draft)
    with session.change(f"edit_{checked.category.value}") as changes:
        write_contact(changes, session, contact_id, checked, version=version)


def set_field(session: Session, contact_id: int, field: str, value: object, *, version: int) -> None:
    """Save one cell of a list: name, company, title, phone, e-mail, city, product, status or an own field.

    ``phone``, ``email`` and ``city`` stand for the primary one; an empty value removes it. Errors as in
    :func:`save_contact`, and RefusedError("bulk_field_gone") for an own field that was removed.
    """
    session.require("records.edit")
    draft, _ = contact_draft(session, contact_id)
    own = own_field_of(field)
    if own is not None and own not in {known.id for known in fields_for(session, draft.category)}:
        raise RefusedError("bulk_field_gone")
    text = str(value).strip() if value is not None else ""
    save_contact(session, contact_id, with_cell(draft, field, text), version=version)


def trash(
    session: Session,
    ids: Sequence[int],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Move contacts to the trash, from where they can be restored; return how many were moved.

    Many are moved in batches; Cancelled leaves none of them there.
    """
    return _set_trashed(session, "trash", ids, progress, cancel)


def restore_from_trash(
    session: Session,
    ids: Sequence[int],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Bring contacts back from the trash with everything that belongs to them; return how many.

    Many are brought back in batches; Cancelled leaves all of them in the trash.
    """
    return _set_trashed(session, "restore_from_trash", ids, progress, cancel)


def _set_trashed(
    session: Session,
    verb: str,
    ids: Sequence[int],
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> int:
    moved: list[int] = []

    def move(changes: ChangeSet, part: Sequence[int]) -> None:
        moved.extend(_move_some(session, changes, part, trashed=verb == "trash"))

    if len(ids) > LARGE:
        # In the order of the file, neighbours share the pages that each transaction has to write.
        change_many(session, verb, sorted(ids), move, progress=progress, cancel=cancel)
    else:
        with session.change(verb) as changes:
            move(changes, ids)
    return len(moved)


def _move_some(session: Session, changes: ChangeSet, ids: Sequence[int], *, trashed: bool) -> list[int]:
    """Move those of the contacts that are not there yet; return their ids."""
    found = contacts.ids_by_trash(changes.connection, ids, trashed=not trashed)
    values: dict[str, object] = {
        "trashed_at": session.now() if trashed else None,
        "trashed_by": session.member.id if trashed else None,
        "changed_at": session.now(),
        "changed_by": session.member.id,
    }
    for contact_id in found:
        changes.update("contact", contact_id, values)
    if trashed:
        search.remove_documents(changes.connection, found)
    else:
        contacts.reindex_many(changes.connection, found)
    return found


def move_to_category(session: Session, contact_id: int, category: Category) -> None:
    """Turn an address-book entry into a customer or back; calls, numbers and history stay with it.

    A new customer is an active one and gets a number; one that comes back has the number he had.
    Raises RefusedError as :func:`save_contact`.
    """
    with session.change(f"move_to_{category.value}") as changes:
        contact = writable(changes.connection, contact_id)
        if contact.category is not category:
            write_move(changes, session, contact, category)
            contacts.reindex(changes.connection, contact_id)


def write_move(changes: ChangeSet, session: Session, contact: Contact, category: Category) -> None:
    """Move a contact to the other list inside a change set; the caller has it reindexed."""
    values = _moved(contact, category, session)
    keep_status(changes, contact, values["status"], today(session.now(), session.organization.time_zone))
    if category is Category.CUSTOMER and contact.customer_number is None:
        values["customer_number"] = take_next(changes.connection)
    changes.update("contact", contact.id, values)


def _moved(contact: Contact, category: Category, session: Session) -> dict[str, object]:
    is_customer = category is Category.CUSTOMER
    status = contact.status or (CustomerStatus.ACTIVE if is_customer else None)
    since = contact.status_since or today(session.now(), session.organization.time_zone)
    return {
        "category": category.value,
        "status": status.value if is_customer and status else None,
        "status_since": since if is_customer else None,
        "changed_at": session.now(),
        "changed_by": session.member.id,
    }
