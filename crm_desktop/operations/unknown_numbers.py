"""Numbers of calls nobody knows: who called how often, and which are to be left alone.

Calls of such numbers are stored by right and choice only; of those an import merely counts, its preview
tells the numbers, and nothing of them is kept.
"""

from collections.abc import Sequence
from dataclasses import replace

from crm_desktop.domain.contact_drafts import PhoneDraft
from crm_desktop.domain.number_decisions import NumberKind, UnknownNumber
from crm_desktop.domain.relations import QuickEntry
from crm_desktop.operations import contacts
from crm_desktop.operations.number_kinds import decide
from crm_desktop.operations.relations import drafted
from crm_desktop.operations.session import Session
from crm_desktop.storage import number_owners
from crm_desktop.storage import unknown_numbers as stored

__all__ = [
    "QuickEntry",
    "UnknownNumber",
    "add_customer",
    "add_number",
    "heed_numbers",
    "ignore_numbers",
    "ignored_numbers",
    "unknown_numbers",
]

IGNORE, HEED = "ignore_numbers", "heed_numbers"
SHOWN = 2_000


def unknown_numbers(session: Session) -> list[UnknownNumber]:
    """Return the unknown numbers of which calls are kept, those with most calls first."""
    session.require("calls.view")
    with session.reading("calls.unknown_numbers") as connection:
        return stored.unknown_numbers(connection, SHOWN)


def ignored_numbers(session: Session) -> list[str]:
    """Return the numbers (E.164) that are left alone, the newest first."""
    session.require("calls.view")
    with session.reading("calls.unknown_numbers") as connection:
        return list(dict.fromkeys(one.e164 for one in stored.ignored(connection)))


def ignore_numbers(session: Session, numbers: Sequence[str]) -> None:
    """Leave numbers (E.164) alone: they are offered no more, and no import keeps their calls. Undoable."""
    session.require("calls.view")
    with session.change(IGNORE) as changes:
        known = number_owners.owners_of(changes.connection, list(numbers))
        for e164 in dict.fromkeys(numbers):
            if not known[e164].customers and not known[e164].is_ignored:
                decide(changes, session, e164, (NumberKind.IGNORED, None))


def heed_numbers(session: Session, numbers: Sequence[str]) -> None:
    """Offer numbers again that were left alone. Undoable."""
    session.require("calls.view")
    with session.change(HEED) as changes:
        for one in stored.ignored(changes.connection):
            if one.e164 in numbers:
                changes.delete(number_owners.DECISION, one.id)


def add_customer(session: Session, entry: QuickEntry, number: str) -> int:
    """Add a customer by name and number; the number's calls that are there come along. Return the id.

    Raises what :func:`crm_desktop.operations.contacts.add_contact` raises.
    """
    return contacts.add_contact(session, replace(drafted(entry), phones=(PhoneDraft(number),)))


def add_number(session: Session, contact_id: int, number: str) -> None:
    """Give a contact one more number, as its form would; its calls that are there come along.

    Raises what :func:`crm_desktop.operations.contacts.save_contact` raises.
    """
    draft, version = contacts.contact_draft(session, contact_id)
    phones = (*draft.phones, PhoneDraft(number))
    contacts.save_contact(session, contact_id, replace(draft, phones=phones), version=version)
