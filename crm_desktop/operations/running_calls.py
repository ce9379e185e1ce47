"""The call somebody is on: begun with a click, kept in the file so that no lock and no crash loses it."""

import json
from dataclasses import asdict, dataclass, replace

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contacts import Contact
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.manual_calls import LONGEST_S, CallDraft
from crm_desktop.operations.manual_calls import customer_in_use, insert_call, require
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import unwritable
from crm_desktop.storage import contacts, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.organization import RUNNING_CALL

__all__ = [
    "RunningCall",
    "begin_call",
    "enter_call",
    "forget_call",
    "keep_note",
    "resume_call",
    "running_call",
]


@dataclass(frozen=True, slots=True)
class RunningCall:
    """A call under way with a customer since ``started_at`` (UTC epoch seconds); ``note`` so far."""

    customer_id: int
    name: str
    direction: Direction
    number: str
    started_at: int
    note: str = ""

    def ended(self, now: int) -> CallDraft:
        """Return what is entered when it ends at ``now``: answered, at least a second long."""
        lasted = min(max(now - self.started_at, 1), LONGEST_S)
        return CallDraft(self.direction, Outcome.ANSWERED, self.started_at, lasted, self.number)


def begin_call(
    session: Session, customer_id: int, direction: Direction, number: str = "", note: str = ""
) -> RunningCall:
    """Begin a call now; it is remembered for the person signed in until it is entered or forgotten.

    Raises RefusedError ``right_missing``, ``call_running`` where one is, and as ``manual_calls.add_call``.
    """
    require(session)
    with session.reading("records.view") as connection:
        name = customer_in_use(connection, customer_id).display_name
    begun = RunningCall(customer_id, name, direction, number, session.now(), note)
    resume_call(session, begun)
    return begun


def resume_call(session: Session, call: RunningCall) -> None:
    """Remember a call as the one under way, after it was forgotten.

    Raises RefusedError ``right_missing``, ``call_running`` where it is another one by now.
    """
    require(session)
    if session.read_only:
        return
    with session.database.write() as connection:
        there = _running(connection, session.member.id)
        if there is not None and not _same(there, call):
            raise RefusedError("call_running")
        _keep(connection, session.member.id, call)


def keep_note(session: Session, call: RunningCall, note: str) -> None:
    """Remember what was noted so far in the call under way; one that is none any more stays forgotten."""
    require(session)
    if session.read_only:
        return
    with session.database.write() as connection:
        there = _running(connection, session.member.id)
        if there is not None and _same(there, call):
            _keep(connection, session.member.id, replace(there, note=note))


def running_call(session: Session) -> RunningCall | None:
    """Return the call the person signed in is on; None also where its customer is gone by now."""
    if not session.may("calls.view"):
        return None
    with session.reading("records.view") as connection:
        return _running(connection, session.member.id)


def enter_call(session: Session, call: RunningCall, draft: CallDraft, note: str = "") -> int:
    """Enter the call that was under way, and forget it as such, both or neither; return its id.

    Raises as ``manual_calls.add_call``, and RefusedError ``call_not_running`` where it is not the one under
    way any more: another window entered or discarded it.
    """
    require(session)
    with session.change("add_call") as changes:
        there = _running(changes.connection, session.member.id)
        if there is None:
            customer_in_use(changes.connection, call.customer_id)  # says so where the customer is the reason
        if there is None or not _same(there, call):
            raise RefusedError("call_not_running")
        made = insert_call(session, changes, there.customer_id, draft, note)
        _keep(changes.connection, session.member.id, None)
    return made


def forget_call(session: Session) -> None:
    """Forget the call under way: there was none."""
    if session.read_only:
        return
    with session.database.write() as connection:
        _keep(connection, session.member.id, None)


def _same(one: RunningCall, other: RunningCall) -> bool:
    return (one.started_at, one.direction, one.number) == (other.started_at, other.direction, other.number)


def _running(connection: Connection, member_id: int) -> RunningCall | None:
    text = organization.get_setting(connection, member_id, RUNNING_CALL)
    kept = None if text is None else json.loads(text)
    if not isinstance(kept, dict):
        return None
    contact = _alive(connection, int(kept["customer_id"]))
    if contact is None or unwritable(contact) is not None:
        return None
    begun = {**kept, "customer_id": contact.id, "direction": Direction(kept["direction"])}
    return RunningCall(name=contact.display_name, **begun)


def _alive(connection: Connection, contact_id: int) -> Contact | None:
    """Return a contact, or the one it became part of meanwhile."""
    contact = contacts.get_contact(connection, contact_id)
    if contact is not None and contact.merged_into is not None:
        return contacts.get_contact(connection, contact.merged_into)
    return contact


def _keep(connection: Connection, member_id: int, call: RunningCall | None) -> None:
    kept = None if call is None else asdict(call)
    if kept is not None:
        del kept["name"]  # the record says it, as it is then
    organization.put_setting(connection, member_id, RUNNING_CALL, json.dumps(kept))
