"""What the file holds about one member as a user of it, for "My data" (promise P16)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.storage.database import Connection

# How a member's own doings are counted: words of the report, and the question.
_COUNTED = (
    ("contacts_added", "SELECT count(*) FROM contact WHERE created_by = ?"),
    ("contacts_last_changed", "SELECT count(*) FROM contact WHERE changed_by = ?"),
    ("contacts_owned", "SELECT count(*) FROM contact WHERE owner_id = ?"),
    ("notes_written", "SELECT count(*) FROM contact_note WHERE member_id = ?"),
    ("files_added", "SELECT count(*) FROM attachment WHERE member_id = ?"),
    ("saved_filters", "SELECT count(*) FROM saved_filter WHERE member_id = ?"),
)


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call of the member's log; ``started_at`` is UTC epoch seconds."""

    started_at: int
    direction: Direction
    outcome: Outcome
    duration_s: int
    number: str
    customer: str | None


def counts(connection: Connection, member_id: int) -> dict[str, int]:
    """Return how many records name a member, by what he did."""
    return {
        name: int(connection.execute(question, (member_id,)).fetchone()[0]) for name, question in _COUNTED
    }


def settings(connection: Connection, member_id: int) -> dict[str, object]:
    """Return what the window remembers for a member, half-typed forms included."""
    found = connection.execute("SELECT name, value FROM member_setting WHERE member_id = ?", (member_id,))
    kept: dict[str, object] = {name: json.loads(value) for name, value in found}
    drafts = connection.execute("SELECT place, payload FROM draft WHERE member_id = ?", (member_id,))
    return kept | {f"draft:{place}": json.loads(payload) for place, payload in drafts}


def log_of(connection: Connection, user_uuid: bytes) -> Iterator[tuple[int, str]]:
    """Yield when a user did what, as the log says: (UTC epoch seconds, verb)."""
    yield from connection.execute(
        "SELECT at, verb FROM log_entry WHERE user_uuid = ? ORDER BY id", (user_uuid,)
    )


def calls_of(connection: Connection, member_id: int) -> Iterator[OwnCall]:
    """Yield the calls of a member's phone in order of time."""
    found = connection.execute(
        "SELECT k.started_at, k.direction, k.outcome, k.duration_s, coalesce(k.e164, k.raw_number),"
        " c.display_name FROM call k LEFT JOIN contact c ON c.id = k.customer_id"
        " WHERE k.member_id = ? ORDER BY k.started_at, k.id",
        (member_id,),
    )
    for at, direction, outcome, duration_s, number, customer in found:
        yield OwnCall(at, Direction(direction), Outcome(outcome), duration_s, number, customer)
