"""Calls of a number several customers have: nobody guesses whose they were, somebody is asked once."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.merges import packed
from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.operations.number_kinds import decide, free_span
from crm_desktop.operations.session import Session
from crm_desktop.storage import calls, leg_answers, number_owners

__all__ = ["SharedNumber", "say_whose", "shared_number"]

VERB = "say_whose_calls"


@dataclass(frozen=True, slots=True)
class SharedNumber:
    """The question a call asks: ``candidates`` are the customers who have its number, with their names.

    ``each``: the line is one several share, and no answer is remembered.
    """

    call_id: int
    e164: str
    candidates: tuple[tuple[int, str], ...]
    each: bool = False


def shared_number(session: Session, call_id: int) -> SharedNumber | None:
    """Return what is to be asked about a call; None where nothing is."""
    with session.reading("calls.view") as connection:
        row = calls.read_rows(connection, [call_id]).get(call_id)
        if row is None or not row.candidates or row.e164 is None:
            return None
        each = number_owners.owners_of(connection, [row.e164])[row.e164].is_shared(row.started_at)
    return SharedNumber(call_id, row.e164, row.candidates, each)


def say_whose(session: Session, call_ids: Sequence[int], customer_id: int, *, remember: bool) -> None:
    """Say which of the customers with its number a call was with.

    ``remember``: also all others of the number that wait for the answer, and those to come. It can be
    undone. Raises RefusedError ``right_missing``, ``record_not_found`` where nothing is to be asked or the
    customer does not have the number, ``number_shared`` where an answer is for one call only.
    """
    session.require_for(VERB)
    session.require("records.edit")
    with session.change(VERB) as changes:
        session.require("records.edit")
        connection = changes.connection
        found = calls.read_rows(connection, call_ids)
        if not found or len(found) != len(set(call_ids)):
            raise RefusedError("record_not_found")
        for row in found.values():
            if row.e164 is None or customer_id not in dict(row.candidates):
                raise RefusedError("record_not_found")
        if remember:
            for e164, at in {str(row.e164): row.started_at for row in found.values()}.items():
                known = number_owners.owners_of(connection, [e164])[e164]
                if known.is_shared(at):
                    raise RefusedError("number_shared")
                span = free_span(known.decisions, at)
                decide(changes, session, e164, (NumberKind.CUSTOMER, customer_id), span)
        else:
            legs = leg_answers.legs_of(connection, found)
            linked: dict[str, object] = {
                "contact_id": customer_id, "former_id": None, "linked_at": session.now(),
                "call_ids": packed({*found, *legs}),
            }  # fmt: skip
            changes.insert(number_owners.LINKED, linked, contact_id=customer_id)
