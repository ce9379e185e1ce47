"""Merging records: one stays, everything of the others becomes its own, and undoing it gives all of it back.

The others lie in the trash as part of the one that stays: not listed there, and kept as long as the merge
can be undone. Calls go over too. Bank accounts do not move: a moved box would not open, and an account
that comes to a customer waits for a second person. They are sealed anew as waiting ones.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from crm_desktop.domain.bank_accounts import BankRecord
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.merge_rules import JOINED, MergeField, MergeValue
from crm_desktop.domain.merges import packed
from crm_desktop.operations.bank_boxes import (
    CONFIRMED,
    WAITING,
    column_values,
    empty_values,
    keys_of,
    opened,
)
from crm_desktop.operations.merge_plans import MergeChoices, MergePreview, Moved, RowChange, owners_in, plan
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.storage import bank_accounts, calls, contacts, duplicates
from crm_desktop.storage.database import Connection, integrity_as
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "JOINED",
    "MergeChoices",
    "MergeField",
    "MergePreview",
    "MergeValue",
    "Moved",
    "RowChange",
    "merge",
    "merged_names",
    "preview_merge",
]

VERB = "merge_contacts"


def preview_merge(
    session: Session,
    ids: Sequence[int],
    choices: Mapping[str, int] | None = None,
    *,
    survivor_id: int | None = None,
) -> MergePreview:
    """Return what merging contacts will give: whose value each field takes, and the record as it will be.

    ``choices``: for a field (of the contact, ``photo``, ``custom.<id>``) the contact whose value is taken,
    ``JOINED`` for all texts of a note or of links. Raises RefusedError ``merge_needs_two``,
    ``record_not_found``, ``record_in_trash``, ``merge_kinds``; ``merge_bank_right`` where one of the others
    has bank accounts and this person may not see and change them, ``bank_change_waiting``.
    """
    session.require_for(VERB)
    with session.reading("records.view") as connection:
        chosen = MergeChoices(survivor_id, tuple(sorted((choices or {}).items())))
        made = plan(connection, ids, chosen, with_calls=session.may("calls.view"))
        _check_accounts(session, connection, made)
        return made


def _check_accounts(session: Session, connection: Connection, made: MergePreview) -> None:
    if not made.moved.accounts:
        return
    if not (session.may("bank.view") and session.may("bank.edit")):
        raise RefusedError("merge_bank_right")
    for other in made.others:
        for account in bank_accounts.of_contact(connection, other):
            if account.sealed is not None and account.pending is not None:
                raise RefusedError("bank_change_waiting")


def merge(session: Session, preview: MergePreview) -> int:
    """Do what a preview showed; return the id of the record that stays.

    Raises ConflictError("record_changed") where it would be anything else by now, and what
    :func:`preview_merge` raises; nothing is changed then.
    """
    with session.change(VERB) as changes:
        connection = changes.connection
        now = plan(connection, preview.ids, preview.choices, with_calls=session.may("calls.view"))
        _check_accounts(session, connection, now)
        if now != preview:
            raise ConflictError("record_changed")
        with integrity_as(ConflictError("record_changed")):
            _write(session, changes, now)
        contacts.reindex_many(connection, (*now.ids, *owners_in(now.changes)))
    return preview.survivor_id


def _write(session: Session, changes: ChangeSet, made: MergePreview) -> None:
    survivor_id, now = made.survivor_id, session.now()
    stamp: dict[str, object] = {"changed_at": now, "changed_by": session.member.id}
    _into_trash(changes, made, {**stamp, "trashed_at": now, "trashed_by": session.member.id})
    own = next((dict(c.values) for c in made.changes if c.table == "contact"), {})
    changes.update("contact", survivor_id, {**own, **stamp}, touch=True)
    for change in made.changes:
        if change.table != "contact":
            _write_row(changes, change, survivor_id)
    for other in made.others:
        _move_calls(changes, other, survivor_id)
    if made.moved.accounts:
        _copy_accounts(session, changes, made)


def _into_trash(changes: ChangeSet, made: MergePreview, stamp: dict[str, object]) -> None:
    """Mark the others as part of the survivor; a customer number that is taken over leaves them first."""
    taken = made.card.contact.customer_number
    for card in made.cards:
        contact = card.contact
        if contact.id == made.survivor_id:
            continue
        values = {**stamp, "merged_into": made.survivor_id}
        if taken is not None and contact.customer_number == taken:
            values["customer_number"] = None
        changes.update("contact", contact.id, values)


def _write_row(changes: ChangeSet, change: RowChange, survivor_id: int) -> None:
    owner = None if change.table == "relation" else survivor_id
    if change.row_id is None:
        changes.insert(change.table, dict(change.values), contact_id=owner)
    else:
        changes.update(change.table, change.row_id, dict(change.values), contact_id=owner)


def _move_calls(changes: ChangeSet, other: int, survivor_id: int) -> None:
    ids = calls.of_contact(changes.connection, other)
    if ids:
        values: dict[str, object] = {
            "contact_id": survivor_id, "former_id": other, "call_ids": packed(ids)
        }  # fmt: skip
        changes.insert(calls.MOVED, values, contact_id=survivor_id)


def _copy_accounts(session: Session, changes: ChangeSet, made: MergePreview) -> None:
    """Seal the accounts of the others for the survivor, as ones that wait; one he has already is left."""
    session.require("bank.edit")
    connection = changes.connection
    keys = keys_of(session, connection)
    uuids = {card.contact.id: card.contact.uuid for card in made.cards}
    known = {record.details.account for record in _records(connection, keys, made.survivor_id, uuids)}
    for other in made.others:
        for record in _records(connection, keys, other, uuids):
            if record.details.account not in known:
                known.add(record.details.account)
                _add(session, changes, keys, record, (made.survivor_id, uuids[made.survivor_id]))


def _records(
    connection: Connection, keys: BankKeys, contact_id: int, uuids: Mapping[int, bytes]
) -> list[BankRecord]:
    """Return the values of a contact's accounts, the waiting ones too."""
    open_one = partial(opened, keys)
    found = [
        open_one(account, column, uuids[contact_id])
        for account in bank_accounts.of_contact(connection, contact_id)
        for column in (CONFIRMED, WAITING)
    ]
    return [record for record in found if record is not None]


def _add(
    session: Session, changes: ChangeSet, keys: BankKeys, record: BankRecord, owner: tuple[int, bytes]
) -> None:
    me = session.user_id.hex()
    editors = (*(editor for editor in record.editors if editor != me), me)
    waiting = BankRecord(record.details, editors, session.now(), source=record.source)
    row_uuid = new_uuid()
    values = {
        "uuid": row_uuid, "contact_id": owner[0], "owner_uuid": owner[1], **empty_values(CONFIRMED),
        **column_values(keys, waiting, Place(WAITING, row_uuid, owner[1])),
    }  # fmt: skip
    changes.insert(bank_accounts.TABLE, values, contact_id=owner[0])


def merged_names(session: Session, contact_id: int) -> list[str]:
    """Return the names of the records that became part of one."""
    with session.reading("records.view") as connection:
        found = (contacts.get_contact(connection, i) for i in duplicates.merged_ids(connection, contact_id))
        return [contact.display_name for contact in found if contact is not None]
