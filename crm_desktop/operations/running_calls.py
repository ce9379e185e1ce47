"""The call somebody is on: begun with a click, kept in the file so that no lock and no crash loses it."""

from dataclasses import asdict, dataclass, replace

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.manual_calls import LONGEST_S, CallDraft
from crm_desktop.operations.manual_calls import require
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.operations.writable import unwritable, writable
from crm_desktop.storage import contacts

__all__ = ["RunningCall", "begin_call", "forget_call", "resume_call", "running_call"]

_SETTING = "running_call"


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
    if running_call(session) is not None:
        raise RefusedError("call_running")
    with session.reading("records.view") as connection:
        contact = writable(connection, customer_id)
    if contact.category is not Category.CUSTOMER:
        raise RefusedError("call_of_customers_only")
    begun = RunningCall(customer_id, contact.display_name, direction, number, session.now(), note)
    resume_call(session, begun)
    return begun


def resume_call(session: Session, call: RunningCall) -> None:
    """Remember a call as the one under way; raises RefusedError ``right_missing``."""
    require(session)
    kept = asdict(call)
    del kept["name"]  # the record says it, as it is then
    put_setting(session, _SETTING, kept)


def running_call(session: Session) -> RunningCall | None:
    """Return the call the person signed in is on; None also where its customer is gone by now."""
    kept = get_setting(session, _SETTING)
    if not isinstance(kept, dict) or not session.may("calls.view"):
        return None
    with session.reading("records.view") as connection:
        contact = contacts.get_contact(connection, int(kept["customer_id"]))
    if contact is None or unwritable(contact) is not None:
        return None
    begun = RunningCall(name=contact.display_name, **kept)
    return replace(begun, direction=Direction(begun.direction))


def forget_call(session: Session) -> None:
    """Forget the call under way: it was entered, or there was none."""
    put_setting(session, _SETTING, None)
