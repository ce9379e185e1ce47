"""Old values leave the file: images of change sets, their salts, and what log entries said in words.

A signed entry comes first, "images up to sequence N", then the removal; so a value that is missing
without such an entry was removed by somebody else, and a removal that was interrupted is gone on with.
"""

import json
from dataclasses import dataclass

from crm_desktop.storage.database import Connection

KEPT_S = 90 * 86_400
"""How long old values are kept for undo and history (product design, "Undo: what it covers")."""
VERB = "redact"
UP_TO = "images_up_to"
# What the log must keep to be verified, and what names nobody.
_LASTING = frozenset({UP_TO, "roster", "backup", "from", "to", "user", "role", "right", "granted", "kit"})
_CLOCK_WRONG_S = 86_400


@dataclass(frozen=True, slots=True)
class Redaction:
    """An entry that says up to which entry (``up_to``) old values were removed, at ``at``."""

    sequence: int
    at: int
    up_to: int


def redactions(connection: Connection, *, after: int = 0) -> list[Redaction]:
    """Return the entries about pruning behind ``after``, oldest first."""
    found = connection.execute(
        "SELECT id, at, payload FROM log_entry WHERE verb = ? AND id > ? AND payload IS NOT NULL ORDER BY id",
        (VERB, after),
    )
    read = ((sequence, at, up_to_of(payload)) for sequence, at, payload in found)
    return [Redaction(sequence, at, up_to) for sequence, at, up_to in read if up_to is not None]


def up_to_of(payload: str) -> int | None:
    """Return up to which entry a payload says that old values were removed."""
    values = json.loads(payload)
    up_to = values.get(UP_TO) if isinstance(values, dict) else None
    return up_to if isinstance(up_to, int) else None


def pruned_ranges(connection: Connection) -> tuple[int, int]:
    """Return (after, up to): the entries whose old values the last pruning removed; (0, 0) if none."""
    ends = sorted({0, *(redaction.up_to for redaction in redactions(connection))})
    return (ends[-2], ends[-1]) if len(ends) > 1 else (0, 0)


def last_old_entry(connection: Connection, *, now: int) -> int:
    """Return the sequence of the last entry before the first that is younger than ``KEPT_S``.

    An entry far in the future was written by a wrong clock and says nothing.
    """
    (first_young,) = connection.execute(
        "SELECT min(id) FROM log_entry WHERE at > ? AND at <= ?", (now - KEPT_S, now + _CLOCK_WRONG_S)
    ).fetchone()
    if first_young is not None:
        return int(first_young) - 1
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM log_entry").fetchone()
    return int(newest)


_SETS = (
    "SELECT DISTINCT s.id FROM log_entry e JOIN change_set s ON s.uuid = e.change_set_uuid"
    " WHERE e.id > ? AND e.id <= ? AND s.state = 'done'"
)
_KEPT = "(before_image IS NOT NULL OR after_image IS NOT NULL OR before_salt IS NOT NULL)"


def old_rows(connection: Connection, after: int, up_to: int, *, limit: int = -1) -> list[int]:
    """Return where images of the change sets of these entries still stand in the journal."""
    found = connection.execute(
        f"SELECT id FROM change_row WHERE change_set_id IN ({_SETS}) AND {_KEPT} LIMIT ?",  # noqa: S608
        (after, up_to, limit),
    )
    return [row_id for (row_id,) in found]


def old_payloads(connection: Connection, after: int, up_to: int) -> list[int]:
    """Return the entries that still say something about people in words."""
    found = connection.execute(
        "SELECT id, payload FROM log_entry WHERE id > ? AND id <= ? AND payload IS NOT NULL", (after, up_to)
    )
    return [sequence for sequence, payload in found if not json.loads(payload).keys() <= _LASTING]


def remove_images(connection: Connection, row_ids: list[int]) -> None:
    """Remove images and the salts that belong to them."""
    connection.executemany(
        "UPDATE change_row SET before_image = NULL, after_image = NULL, before_salt = NULL WHERE id = ?",
        [(row_id,) for row_id in row_ids],
    )


def remove_payloads(connection: Connection, sequences: list[int]) -> None:
    """Remove what entries say in words; their salted digests stay, and the chain holds."""
    connection.executemany(
        "UPDATE log_entry SET payload = NULL, payload_salt = NULL WHERE id = ?",
        [(sequence,) for sequence in sequences],
    )
