"""Who has a number, read for some hundred numbers at once; and which calls change hands with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crm_desktop.domain.number_decisions import NumberDecision, NumberOwners
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders

DECISION, LINKED = "number_decision", "linked_calls"
_PART = 400
Move = tuple[int | None, int | None]
"""From whom to whom."""


def owners_of(connection: Connection, numbers: Sequence[str]) -> dict[str, NumberOwners]:
    """Return who has each of the numbers (E.164); of one nobody knows, nobody."""
    found: dict[str, NumberOwners] = {}
    for start in range(0, len(numbers), _PART):
        part = list(numbers[start : start + _PART])
        customers = _customers(connection, part)
        holders: dict[str, set[int]] = defaultdict(set)
        for e164, contact_id in connection.execute(
            f"SELECT e164, contact_id FROM phone WHERE e164 IN ({placeholders(len(part))})",  # noqa: S608
            part,
        ):
            holders[e164].add(contact_id)
        decisions = _decisions(connection, part)
        found |= {
            e164: NumberOwners(customers[e164], frozenset(holders[e164]), tuple(decisions[e164]))
            for e164 in part
        }
    return found


def _customers(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the customers in use that have a number among theirs; of each number at least ()."""
    found: dict[str, tuple[int, ...]] = dict.fromkeys(numbers, ())
    rows_found = connection.execute(
        "SELECT DISTINCT p.e164, p.contact_id FROM phone p JOIN contact c ON c.id = p.contact_id"  # noqa: S608
        f" WHERE p.e164 IN ({placeholders(len(numbers))}) AND p.invalid = 0"
        " AND c.category = 'customer' AND c.trashed_at IS NULL ORDER BY p.contact_id",
        list(numbers),
    )
    for e164, contact_id in rows_found:
        found[e164] += (contact_id,)
    return found


def _decisions(connection: Connection, numbers: Sequence[str]) -> dict[str, list[NumberDecision]]:
    """Return the decisions by number, the newest first; those whose customer left are passed over.

    What was decided for a record that became part of another one is decided for that one.
    """
    known: dict[str, list[NumberDecision]] = defaultdict(list)
    condition = f"WHERE e164 IN ({placeholders(len(numbers))}) ORDER BY id DESC"
    for decision in rows.fetch(connection, NumberDecision, condition, list(numbers)):
        alive = decision
        if decision.contact_id is not None:
            owner = _alive(connection, decision.contact_id)
            if owner is None:
                continue
            if owner != decision.contact_id:
                alive = replace(decision, contact_id=owner)
        known[decision.e164].append(alive)
    return known


def _alive(connection: Connection, contact_id: int) -> int | None:
    """Return the customer a contact is by now, None for one in the trash or in the address book."""
    row = connection.execute(
        "SELECT coalesce(c.merged_into, c.id) FROM contact c WHERE c.id = ?", (contact_id,)
    ).fetchone()
    if row is None:
        return None
    found = connection.execute(
        "SELECT id FROM contact WHERE id = ? AND trashed_at IS NULL AND category = 'customer'", row
    ).fetchone()
    return int(found[0]) if found else None


def moves(connection: Connection, touched: Mapping[str, Iterable[int]]) -> dict[Move, list[int]]:
    """Return which imported calls change hands, now that numbers or decisions changed.

    ``touched``: by number (E.164), the contacts that may have lost it. Calls typed by hand stay with whom
    they were typed for.
    """
    stored = list(_stored(connection, touched))
    owners = owners_of(connection, sorted({e164 for _, e164, _, _ in stored}))
    found: dict[Move, list[int]] = defaultdict(list)
    for call_id, e164, at, former in stored:
        owner = owners[e164].owner_of(at, former)
        if owner != former:
            found[former, owner].append(call_id)
    return found


def _stored(
    connection: Connection, touched: Mapping[str, Iterable[int]]
) -> Iterator[tuple[int, str, int, int | None]]:
    """Yield (id, number, time, customer) of the calls that may change hands; most numbers have none."""
    numbers = list(touched)
    for start in range(0, len(numbers), _PART):
        part = numbers[start : start + _PART]
        yield from connection.execute(
            "SELECT id, e164, started_at, NULL FROM call WHERE customer_id IS NULL"  # noqa: S608
            f" AND e164 IN ({placeholders(len(part))}) AND import_run_id IS NOT NULL ORDER BY id",
            part,
        )
    for e164, losers in touched.items():
        for loser in sorted(set(losers)):
            yield from connection.execute(
                "SELECT id, e164, started_at, customer_id FROM call WHERE customer_id = ? AND e164 = ?"
                " AND import_run_id IS NOT NULL ORDER BY id",
                (loser, e164),
            )


def candidates(
    connection: Connection, waiting: Mapping[int, tuple[str, int]]
) -> dict[int, tuple[tuple[int, str], ...]]:
    """Return who may have made each call, with their names, where that is to be asked.

    ``waiting``: number (E.164) and time (UTC epoch seconds) of each call, by its id.
    """
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    known = owners_of(connection, sorted({e164 for e164, _ in waiting.values()}))
    named = {e164: _named(connection, owners.customers) for e164, owners in known.items()}
    for call_id, (e164, at) in waiting.items():
        if named[e164] and not known[e164].is_own(at):
            found[call_id] = named[e164]
    return found


def _named(connection: Connection, ids: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """Return contacts with their names, in the order of these."""
    if not ids:
        return ()
    found = connection.execute(
        "SELECT id, display_name FROM contact"  # noqa: S608 - placeholders
        f" WHERE id IN ({placeholders(len(ids))}) ORDER BY name_key, id",
        ids,
    )
    return tuple((contact_id, name) for contact_id, name in found)


def of_others(
    connection: Connection, e164: str, contact_id: int, period: tuple[int | None, int | None]
) -> dict[Move, list[int]]:
    """Return the imported calls of a number in a period that others have on whose cards it stands.

    ``period``: from, and before which second (UTC epoch, None: open).
    """
    known = owners_of(connection, [e164])[e164]
    decided = {one.contact_id for one in known.decisions if one.contact_id is not None}
    found: dict[Move, list[int]] = {}
    for other in sorted((known.holders | decided) - {contact_id}):
        ids = connection.execute(
            "SELECT id FROM call WHERE customer_id = ? AND e164 = ? AND import_run_id IS NOT NULL"
            " AND started_at >= coalesce(?, started_at) AND started_at < coalesce(?, started_at + 1)"
            " ORDER BY id",
            (other, e164, *period),
        ).fetchall()
        if ids:
            found[other, contact_id] = [call_id for (call_id,) in ids]
    return found


def decisions_of(connection: Connection, e164: str) -> list[NumberDecision]:
    """Return what was decided about a number as it is stored, the oldest first."""
    return rows.fetch(connection, NumberDecision, "WHERE e164 = ? ORDER BY id", (e164,))


def own_numbers(connection: Connection) -> list[NumberDecision]:
    """Return what was decided of the organization's own numbers."""
    return rows.fetch(connection, NumberDecision, "WHERE kind = 'own' ORDER BY id")


def numbers_of(connection: Connection, contact_id: int) -> list[str]:
    """Return the numbers on a contact's card, and those decided to be the contact's."""
    found = connection.execute(
        "SELECT e164 FROM phone WHERE contact_id = ? AND e164 IS NOT NULL"
        " UNION SELECT e164 FROM number_decision WHERE contact_id = ?",
        (contact_id, contact_id),
    )
    return [e164 for (e164,) in found]
