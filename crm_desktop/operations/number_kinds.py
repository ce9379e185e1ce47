"""What a number is, said by somebody: a company's switchboard, a line several share, the organization's own.

Calls that are there follow in the same transaction, and undo takes all of it back. What is said holds from
and until a day; what was said before about the same days gives way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.member_lines import days_problem
from crm_desktop.domain.merges import packed
from crm_desktop.domain.number_decisions import NumberDecision, NumberKind
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts, number_owners
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = ["NumberKind", "SaidOfNumber", "number_kinds", "set_number_kind"]

VERB = "set_number_kind"
OF_A_CUSTOMER = (NumberKind.SWITCHBOARD, NumberKind.SHARED)
Span = tuple[int | None, int | None]
"""From, and before which second (UTC epoch, None: open)."""
Said = tuple[NumberKind, int | None]
"""What a number is, and whose."""


@dataclass(frozen=True, slots=True)
class SaidOfNumber:
    """What holds of a number; days are ISO 8601, ``until`` the first on which it no longer holds.

    ``contact_id`` and ``name``: whose calls they are; None for a shared line and the organization's own.
    """

    kind: NumberKind
    contact_id: int | None
    name: str | None
    since: str | None
    until: str | None


def number_kinds(session: Session, contact_id: int) -> dict[str, tuple[SaidOfNumber, ...]]:
    """Return what was said about the numbers on a contact's card, by number (E.164).

    Whose calls were, as somebody answered, is left out for whoever may not see calls.
    """
    zone = ZoneInfo(session.organization.time_zone)
    hidden = {NumberKind.IGNORED} if session.may("calls.view") else {NumberKind.IGNORED, NumberKind.CUSTOMER}
    with session.reading("records.view") as connection:
        card = contacts.read_card(connection, contact_id)
        numbers = sorted({phone.e164 for phone in card.phones if phone.e164}) if card else []
        found = {
            e164: tuple(
                _said(connection, one, zone)
                for one in number_owners.decisions_of(connection, e164)
                if one.kind not in hidden
            )
            for e164 in numbers
        }
    return {e164: told for e164, told in found.items() if told}


def _said(connection: Connection, decision: NumberDecision, zone: ZoneInfo) -> SaidOfNumber:
    owner = decision.contact_id
    contact = None if owner is None else contacts.get_contact(connection, owner)
    since, until = days_of(decision, zone)
    name = None if contact is None else contact.display_name
    return SaidOfNumber(decision.kind, owner, name, since, until)


def days_of(decision: NumberDecision, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """Return from which day, and before which, a decision holds (ISO 8601)."""
    since, until = (
        None if at is None else datetime.fromtimestamp(at, zone).date().isoformat()
        for at in (decision.valid_from, decision.valid_until)
    )
    return since, until


def set_number_kind(
    session: Session,
    contact_id: int,
    e164: str,
    kind: NumberKind | None,
    *,
    since: str | None = None,
    until: str | None = None,
) -> None:
    """Say that a number on a customer's card is the switchboard, or a line several share; None: neither.

    ``since`` and before ``until`` are days of the organization's zone. The calls of a switchboard are this
    customer's, those of others who have the number on their cards included; of a shared line each call is
    asked about. None forgets what was said of these days. Raises RefusedError ``record_not_found`` where
    the customer has no such number in use, ``number_own`` for one of the organization's, InvalidValueError
    for days that are none or the wrong way round.
    """
    if kind is not None and kind not in OF_A_CUSTOMER:
        raise ValueError(f"{kind} is not said of a customer's number")
    if problem := days_problem(since, until):
        raise problem
    zone = ZoneInfo(session.organization.time_zone)
    span = span_of(since, until, zone)
    with session.change(VERB) as changes:
        connection = changes.connection
        _require_number(connection, contact_id, e164, span)
        make_room(changes, number_owners.decisions_of(connection, e164), span)
        if kind is None:
            return
        owner = contact_id if kind is NumberKind.SWITCHBOARD else None
        decide(changes, session, e164, (kind, owner), span)
        if owner is not None:
            _take_over(changes, session, e164, owner, span)


def span_of(since: str | None, until: str | None, zone: ZoneInfo) -> Span:
    """Return the moments of two days, the second not included, as they begin in a time zone."""
    return _moment(since, zone), _moment(until, zone)


def _moment(day: str | None, zone: ZoneInfo) -> int | None:
    return None if day is None else int(datetime.combine(date.fromisoformat(day), time(), zone).timestamp())


def _require_number(connection: Connection, contact_id: int, e164: str, span: Span) -> None:
    known = number_owners.owners_of(connection, [e164])[e164]
    if contact_id not in known.customers:
        raise RefusedError("record_not_found")
    own = [one for one in known.decisions if one.kind is NumberKind.OWN]
    if any(_meet((one.valid_from, one.valid_until), span) for one in own):
        raise RefusedError("number_own")


def decide(changes: ChangeSet, session: Session, e164: str, said: Said, span: Span = (None, None)) -> None:
    """Note a decision about a number."""
    kind, contact_id = said
    values: dict[str, object] = {
        "e164": e164, "kind": kind.value, "contact_id": contact_id, "valid_from": span[0],
        "valid_until": span[1], "decided_at": session.now(), "decided_by": session.member.id,
    }  # fmt: skip
    changes.insert(number_owners.DECISION, values, contact_id=contact_id)


def make_room(changes: ChangeSet, decisions: Sequence[NumberDecision], span: Span) -> None:
    """Have older decisions end before a span and begin again behind it; one within it goes."""
    since, until = span
    for one in decisions:
        if not _meet((one.valid_from, one.valid_until), span):
            continue
        before = since is not None and (one.valid_from is None or one.valid_from < since)
        behind = until is not None and (one.valid_until is None or until < one.valid_until)
        if before:
            changes.update(number_owners.DECISION, one.id, {"valid_until": since}, contact_id=one.contact_id)
        if behind and before:
            rest: dict[str, object] = {
                "e164": one.e164, "kind": one.kind.value, "contact_id": one.contact_id, "valid_from": until,
                "valid_until": one.valid_until, "decided_at": one.decided_at, "decided_by": one.decided_by,
            }  # fmt: skip
            changes.insert(number_owners.DECISION, rest, contact_id=one.contact_id)
        elif behind:
            changes.update(number_owners.DECISION, one.id, {"valid_from": until}, contact_id=one.contact_id)
        elif not before:
            changes.delete(number_owners.DECISION, one.id, contact_id=one.contact_id)


def _meet(one: Span, other: Span) -> bool:
    """Tell whether two spans have a second in common."""
    return all(
        since is None or until is None or since < until
        for since, until in ((one[0], other[1]), (other[0], one[1]))
    )


def free_span(decisions: Sequence[NumberDecision], at: int) -> Span:
    """Return the days around ``at`` about which nothing else was decided."""
    ends = [one.valid_until for one in decisions if one.valid_until is not None and one.valid_until <= at]
    begins = [one.valid_from for one in decisions if one.valid_from is not None and at < one.valid_from]
    return max(ends, default=None), min(begins, default=None)


def _take_over(changes: ChangeSet, session: Session, e164: str, contact_id: int, span: Span) -> None:
    """Give the switchboard's calls to its company that went to others with the number on their cards."""
    moved = number_owners.of_others(changes.connection, e164, contact_id, span)
    for (former, owner), ids in moved.items():
        linked: dict[str, object] = {
            "contact_id": owner, "former_id": former, "linked_at": session.now(), "call_ids": packed(ids),
        }  # fmt: skip
        changes.insert(number_owners.LINKED, linked)
