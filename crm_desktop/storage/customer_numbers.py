"""The sequence of customer numbers: a setting of the organization, taken from in the saving transaction."""

import json
from dataclasses import asdict, replace

from crm_desktop.domain.folding import fold
from crm_desktop.domain.identifiers import NumberSequence
from crm_desktop.storage.database import Connection
from crm_desktop.storage.organization import get_organization_setting, put_organization_setting

_NAME = "customer_numbers"


def get_sequence(connection: Connection) -> NumberSequence:
    """Return how customer numbers are made."""
    text = get_organization_setting(connection, _NAME)
    return NumberSequence() if text is None else NumberSequence(**json.loads(text))


def put_sequence(connection: Connection, sequence: NumberSequence) -> None:
    """Store how customer numbers are made; the caller logs who changed it."""
    put_organization_setting(connection, _NAME, json.dumps(asdict(sequence)))


def take_next(connection: Connection) -> str:
    """Return the next number nobody has, which is then given for good: an undo leaves a gap."""
    sequence = get_sequence(connection)
    place = sequence.next
    while holder(connection, sequence.number(place)) is not None:
        place += 1
    put_sequence(connection, replace(sequence, next=place + 1))
    return sequence.number(place)


def holder(connection: Connection, number: str) -> int | None:
    """Return the contact that has a customer number (accents and case forgiven), trashed or not."""
    return next(iter(holders(connection, number)), None)


def holders(connection: Connection, number: str, *, with_trash: bool = True) -> list[int]:
    """Return the contacts whose customer number folds to the same key; older files may hold several."""
    key = fold(number)
    # Plain letters are folded by the index; the others are so few that each is folded.
    found = connection.execute(
        "SELECT id FROM contact WHERE customer_number = ?1 COLLATE NOCASE AND (trashed_at IS NULL OR ?2)"
        " UNION ALL SELECT id FROM contact WHERE customer_number GLOB '*[^ -~]*'"
        " AND folded(customer_number) = ?1 AND (trashed_at IS NULL OR ?2)",
        (key, with_trash),
    )
    return sorted({contact_id for (contact_id,) in found})
