"""Calls entered by hand: what somebody tells of a call is his own word, and no log of a phone.

No consent is asked for and none takes them away (promise P9): each is entered by a person for a customer.
The call is his whose name is signed in, stands in the lists and figures beside imported ones, and can be
changed, removed and undone.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import Call, NumberNote
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.contacts import Category, Contact
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.manual_calls import (
    CallDraft,
    CallParts,
    draft_of_parts,
    parts_of,
    problems,
    tidied,
)
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.phone_numbers import NumberRules, normalize
from crm_desktop.operations.notes import NoteText, checked_text, insert_note
from crm_desktop.operations.row_conflicts import RowConflict, bring_together, decided_row
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contacts, notes, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "CallDraft",
    "add_call",
    "call_draft",
    "customer_in_use",
    "decided_call",
    "edit_call",
    "insert_call",
    "remove_call",
    "require",
    "typed_problems",
]

_TABLE = "call"


def typed_problems(session: Session, draft: CallDraft) -> dict[str, KnownError]:
    """Return what is wrong with a call as it is typed, by field."""
    return _problems(session, tidied(draft))


def add_call(session: Session, customer_id: int, draft: CallDraft, note: str = "") -> int:
    """Enter a call of the person signed in with a customer, and what was said; return its id.

    Raises InvalidValueError for what cannot be kept, RefusedError ``right_missing`` without the rights to
    edit records and to see calls, ``record_not_found`` for somebody who is no customer, ``record_in_trash``.
    """
    require(session)
    with session.change("add_call") as changes:
        return insert_call(session, changes, customer_id, draft, note)


def insert_call(
    session: Session, changes: ChangeSet, customer_id: int, draft: CallDraft, note: str = ""
) -> int:
    """Enter a call inside a change set of the caller's, as :func:`add_call`; return its id."""
    require(session)
    kept = _checked(session, draft)
    text = checked_text(note) if note.strip() else ""
    customer_in_use(changes.connection, customer_id)
    values: dict[str, object] = {
        **_columns(session, changes.connection, customer_id, kept),
        "member_id": session.member.id, "customer_id": customer_id,
        "import_run_id": None, "row_key": None,
    }  # fmt: skip
    call_id = changes.insert(_TABLE, values, contact_id=customer_id)
    if text:
        told = NoteText(text, NoteKind.CALL, kept.started_at)
        insert_note(session, changes, customer_id, told, call_id=call_id)
    return call_id


def customer_in_use(connection: Connection, customer_id: int) -> Contact:
    """Return a customer calls can be entered for; raises as :func:`add_call`."""
    contact = writable(connection, customer_id)
    if contact.category is not Category.CUSTOMER:
        raise RefusedError("call_of_customers_only")
    return contact


def call_draft(session: Session, call_id: int) -> tuple[CallDraft, int]:
    """Return what would save a call entered by hand unchanged, and the version it was read at.

    Raises RefusedError ``record_not_found``, ``call_imported``.
    """
    with session.reading("calls.view") as connection:
        call = _by_hand(connection, call_id)
    return _draft(call), call.version


def edit_call(
    session: Session, call_id: int, draft: CallDraft, *, version: int, base: CallDraft | None = None
) -> RowConflict[CallParts] | None:
    """Change a call entered by hand that was read at ``version``; its customer and whose it is stay.

    With ``base``, what was read then, another value somebody saved meanwhile is returned to be decided, and
    nothing is written; without, it raises ConflictError("record_changed"). Raises as :func:`add_call` and
    :func:`call_draft` too.
    """
    require(session)
    kept = _checked(session, draft)
    with session.change("edit_call") as changes:
        require(session)
        call = _by_hand(changes.connection, call_id)
        if call.version != version:
            if base is None:
                raise ConflictError("record_changed")
            both = _brought_together(session, changes.connection, call, base, kept)
            if isinstance(both, RowConflict):
                return both
            kept = both
        customer_id = _customer(changes.connection, call)
        values = _columns(session, changes.connection, customer_id, kept)
        changes.update(_TABLE, call_id, values, contact_id=customer_id)
    return None


def decided_call(conflict: RowConflict[CallParts], choices: Mapping[Place, Side]) -> CallDraft:
    """Return the call that keeps what was chosen; it is saved on top of what stands there."""
    return draft_of_parts(decided_row(conflict, choices))


def _brought_together(
    session: Session, connection: Connection, call: Call, base: CallDraft, mine: CallDraft
) -> CallDraft | RowConflict[CallParts]:
    zone = ZoneInfo(session.organization.time_zone)
    drafts = tidied(base), _draft(call), mine
    before, theirs, own = (parts_of(draft, zone) for draft in drafts)
    place = ("calls", _TABLE, call.id)
    both = bring_together(connection, place, before, theirs, own, version=call.version)
    return both if isinstance(both, RowConflict) else draft_of_parts(both)


def _draft(call: Call) -> CallDraft:
    return CallDraft(call.direction, call.outcome, call.started_at, call.duration_s, call.raw_number)


def remove_call(session: Session, call_id: int) -> None:
    """Remove a call entered by hand with the notes to it; nothing happens to one that is gone.

    Raises RefusedError ``right_missing``, ``call_imported``, ``record_in_trash``.
    """
    require(session)
    with session.change("remove_call") as changes:
        require(session)
        connection = changes.connection
        if rows.fetch_one(connection, Call, "WHERE id = ?", (call_id,)) is None:
            return
        customer_id = _customer(connection, _by_hand(connection, call_id))
        for note_id, contact_id in notes.ids_to_call(connection, call_id):
            changes.delete(notes.TABLE, note_id, contact_id=contact_id)
        changes.delete(_TABLE, call_id, contact_id=customer_id)
        contacts.reindex(connection, customer_id)


def require(session: Session) -> None:
    """Refuse who may not enter calls: that takes both rights; asked again in the transaction that writes."""
    session.require("records.edit")
    session.require("calls.view")


def _checked(session: Session, draft: CallDraft) -> CallDraft:
    kept = tidied(draft)
    for problem in _problems(session, kept).values():
        raise problem
    return kept


def _problems(session: Session, draft: CallDraft) -> dict[str, KnownError]:
    found = problems(draft, session.now())
    read = normalize(draft.number, NumberRules(region=session.organization.region))
    if draft.number and read.note in {NumberNote.NOT_A_NUMBER, NumberNote.DAMAGED}:
        found.setdefault("number", InvalidValueError("phone_invalid", field="number", value=draft.number))
    return found


def _by_hand(connection: Connection, call_id: int) -> Call:
    call = rows.fetch_one(connection, Call, "WHERE id = ?", (call_id,))
    if call is None:
        raise RefusedError("record_not_found")
    if call.import_run_id is not None:
        raise RefusedError("call_imported")
    return call


def _customer(connection: Connection, call: Call) -> int:
    if call.customer_id is None:
        raise RefusedError("record_not_found")
    return writable(connection, call.customer_id).id


def _columns(
    session: Session, connection: Connection, customer_id: int, draft: CallDraft
) -> dict[str, object]:
    """Return the columns of a draft; a number without a country is one of the customer's country."""
    region = contacts.country_of(connection, customer_id) or session.organization.region
    number = normalize(draft.number, NumberRules(region=region)).e164 if draft.number else None
    return {
        "started_at": draft.started_at, "time_zone": session.organization.time_zone,
        "direction": draft.direction.value, "outcome": draft.outcome.value, "duration_s": draft.duration_s,
        "raw_number": draft.number, "e164": number,
    }  # fmt: skip
