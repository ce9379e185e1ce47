"""Saving a contact somebody else saved meanwhile: both changes are kept, clashes go back to the user."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
    tidy,
)
from crm_desktop.domain.contact_merging import Clash, Place, Side, Taken, merge
from crm_desktop.domain.errors import ConflictError
from crm_desktop.operations.contact_cells import with_cell
from crm_desktop.operations.contacts import card, contact_draft, save_contact, set_field
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import unwritable
from crm_desktop.storage import organization

__all__ = ["Conflict", "Saved", "decided", "save_cell", "save_merging"]

Part = TypeVar("Part", PhoneDraft, EmailDraft, AddressDraft, ProductUseDraft)
_GONE = -1
_TRIES = 5
"""How often a save is brought together anew before it gives up: each time somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both changed, with all that is needed to decide and save again.

    ``who`` saved last at ``at`` (UTC epoch seconds); ``theirs`` is the contact at ``version``.
    """

    contact_id: int
    clashes: tuple[Clash, ...]
    base: ContactDraft
    theirs: ContactDraft
    mine: ContactDraft
    version: int
    who: str
    at: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that was made; ``taken``: what somebody else had changed meanwhile and stayed."""

    contact_id: int
    taken: tuple[Taken, ...] = ()
    who: str = ""


def save_merging(
    session: Session, contact_id: int, draft: ContactDraft, *, base: ContactDraft, version: int
) -> Saved | Conflict:
    """Save ``draft``, made from ``base`` read at ``version``; nothing is written where it clashes.

    Raises as ``contacts.save_contact``, RefusedError("record_in_trash") when it was trashed meanwhile, and
    ConflictError("record_changed") only when others are always faster.
    """
    session.require("records.edit")
    if _is_as_read(session, contact_id, base, version):
        with suppress(ConflictError):
            save_contact(session, contact_id, draft, version=version)
            return Saved(contact_id)
    for _ in range(_TRIES):
        found = _merge_and_save(session, contact_id, draft, base)
        if found is not None:
            return found
    raise ConflictError("record_changed")


def save_cell(
    session: Session, contact_id: int, field: str, value: object, *, shown: str, version: int
) -> Saved | Conflict:
    """Save one cell of a list in which ``shown`` stood, of a row read at ``version``.

    What somebody else saved since in other fields is kept; where it is this one, both values come back to
    be decided. Raises as ``contacts.set_field``, and as :func:`save_merging`.
    """
    session.require("records.edit")
    with suppress(ConflictError):
        set_field(session, contact_id, field, value, version=version)
        return Saved(contact_id)
    text = str(value).strip() if value is not None else ""
    for _ in range(_TRIES):
        theirs, _version = contact_draft(session, contact_id)
        # The record as it is, but for the cell: that is as it was shown.
        base = _with_new_rows(with_cell(theirs, field, shown))
        found = _merge_and_save(session, contact_id, with_cell(base, field, text), base)
        if found is not None:
            return found
    raise ConflictError("record_changed")


def _with_new_rows(draft: ContactDraft) -> ContactDraft:
    """Give a row that is gone by now an id no row has, so that its removal is seen."""

    def marked(rows: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(replace(row, id=_GONE) if row.id is None else row for row in rows)

    return replace(
        draft, phones=marked(draft.phones), emails=marked(draft.emails), addresses=marked(draft.addresses),
        product_uses=marked(draft.product_uses),
    )  # fmt: skip


def _is_as_read(session: Session, contact_id: int, base: ContactDraft, version: int) -> bool:
    """Return whether a contact is as it was read: a product or tag renamed since changes no version.

    The name it had must not come back with a form that was open meanwhile.
    """
    now, found = contact_draft(session, contact_id)
    return found == version and tidy(now) == tidy(base)


def _merge_and_save(
    session: Session, contact_id: int, draft: ContactDraft, base: ContactDraft
) -> Saved | Conflict | None:
    """Bring both together and save; None when somebody saved in between once more."""
    theirs, version = contact_draft(session, contact_id)
    contact = card(session, contact_id).contact
    if problem := unwritable(contact):
        raise problem
    before, other, own = tidy(base), tidy(theirs), tidy(draft)
    merged = merge(before, theirs=other, mine=own)
    who, at = _member_name(session, contact.changed_by), contact.changed_at
    if merged.clashes:
        return Conflict(contact_id, merged.clashes, before, other, own, version, who, at)
    try:
        save_contact(session, contact_id, merged.draft, version=version)
    except ConflictError:
        return None
    return Saved(contact_id, merged.taken, who)


def decided(conflict: Conflict, choices: Mapping[Place, Side]) -> ContactDraft:
    """Return the draft that keeps what was chosen; it is saved on top of ``conflict.theirs``."""
    return merge(conflict.base, theirs=conflict.theirs, mine=conflict.mine, choices=choices).draft


def _member_name(session: Session, member_id: int | None) -> str:
    with session.reading("records.view") as connection:
        return next((one.name for one in organization.list_members(connection) if one.id == member_id), "")
