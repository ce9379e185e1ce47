"""What contacts are compared by, and pairs that have something in common: found by keys, never all by all."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby
from typing import Any, TypeVar

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.duplicates import Identity
from crm_desktop.domain.folding import fold, tokens
from crm_desktop.storage.database import Connection

TABLE = "not_duplicate"
# More than these with one number are an office's switchboard: of them only equal names are compared.
_CROWD = 12
# What is stored once for a family's house, a tower of offices or a first of January says less still.
_BIG_CROWD = 200

K = TypeVar("K")
Pause = Callable[[], None]

_LIVING = "JOIN contact c ON c.id = t.contact_id WHERE c.trashed_at IS NULL"
# Each: what both have, the contact, its folded name; in the order of the first. All of them fixed SQL.
_BY_NUMBER = f"""SELECT t.e164, c.id, c.name_key FROM phone t {_LIVING} AND t.e164 IN
    (SELECT e164 FROM phone WHERE e164 IS NOT NULL GROUP BY e164 HAVING count(*) > 1)
    ORDER BY t.e164, c.id"""  # noqa: S608
_BY_MAILBOX = f"""SELECT lower(t.address) AS key, c.id, c.name_key FROM email t {_LIVING}
    ORDER BY key, c.id"""  # noqa: S608
_BY_VAT_ID = """SELECT vat_id, id, name_key FROM contact WHERE trashed_at IS NULL AND vat_id IS NOT NULL
    ORDER BY vat_id, id"""
_BY_IDS = f"""SELECT t.value AS key, c.id, c.name_key FROM foreign_id t {_LIVING}
    UNION ALL SELECT customer_number, id, name_key FROM contact
    WHERE trashed_at IS NULL AND customer_number IN (SELECT value FROM foreign_id)
    ORDER BY 1, 2"""  # noqa: S608
_BY_NAME = "SELECT name_key, id, name_key FROM contact WHERE trashed_at IS NULL ORDER BY name_key, id"
_BY_BIRTHDAY = """SELECT birthday, id, name_key FROM contact
    WHERE trashed_at IS NULL AND length(birthday) = 10 ORDER BY birthday, id"""
_BY_HOUSE = f"""SELECT t.postal_code || ' ' || lower(t.street) AS key, c.id, c.name_key
    FROM postal_address t {_LIVING} AND t.postal_code IS NOT NULL AND t.street IS NOT NULL
    ORDER BY key, c.id"""  # noqa: S608
_BY_ACCOUNT = f"""SELECT coalesce(t.account_lookup, t.pending_account_lookup) AS key, c.id, c.name_key
    FROM bank_account t {_LIVING} ORDER BY key, c.id"""  # noqa: S608
_KEYS = (_BY_NUMBER, _BY_MAILBOX, _BY_VAT_ID, _BY_IDS, _BY_NAME, _BY_BIRTHDAY, _BY_HOUSE)


def candidate_pairs(
    connection: Connection, *, with_accounts: bool, step: Callable[[int, int], None], pause: Pause
) -> set[tuple[int, int]]:
    """Return pairs of contacts, not in the trash, with a key in common; the smaller id first.

    ``step`` is told (done, total) of the kinds of keys; ``pause`` raises to stop.
    """
    found: set[tuple[int, int]] = set()
    statements = [*_KEYS, *([_BY_ACCOUNT] if with_accounts else [])]
    for done, statement in enumerate(statements):
        step(done, len(statements))
        for _key, group in groupby(connection.execute(statement), key=lambda row: row[0]):
            pause()
            members = {contact_id: name for _value, contact_id, name in group}
            found.update(_pairs(members))
    return found - _told_apart(connection)


def _pairs(members: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Return the pairs of one key: of many holders those only whose names begin alike."""
    if len(members) < 2:
        return
    if len(members) <= _CROWD:
        yield from combinations(sorted(members), 2)
        return
    alike: dict[str, list[int]] = defaultdict(list)
    for contact_id, name in members.items():
        alike[" ".join(sorted(tokens(name)))].append(contact_id)
    for ids in alike.values():
        yield from combinations(sorted(ids)[:_BIG_CROWD], 2)


def _told_apart(connection: Connection) -> set[tuple[int, int]]:
    return set(connection.execute("SELECT contact_id, other_id FROM not_duplicate").fetchall())


def told_apart_from(connection: Connection, contact_id: int) -> set[int]:
    """Return whom a contact was told apart from."""
    found = connection.execute(
        "SELECT other_id FROM not_duplicate WHERE contact_id = ?"
        " UNION SELECT contact_id FROM not_duplicate WHERE other_id = ?",
        (contact_id, contact_id),
    )
    return {other for (other,) in found}


def is_told_apart(connection: Connection, one: int, two: int) -> bool:
    """Return whether somebody said that two are no duplicates."""
    pair = (min(one, two), max(one, two))
    row = connection.execute("SELECT 1 FROM not_duplicate WHERE contact_id = ? AND other_id = ?", pair)
    return row.fetchone() is not None


_PLACE = "street, t.postal_code, t.city"
_OF = "FROM json_each(?) h CROSS JOIN {table} t ON t.contact_id = h.value"


def identities(connection: Connection, ids: Sequence[int], *, with_accounts: bool) -> dict[int, Identity]:
    """Return what contacts are compared by, those in the trash left out."""
    text = json.dumps(list(ids))
    numbers: dict[int, dict[str, bool]] = defaultdict(dict)
    for contact_id, e164, kind in _part(connection, "phone", "e164, t.kind", text):
        if e164 is not None:
            numbers[contact_id][e164] = numbers[contact_id].get(e164, False) or kind == "mobile"
    emails = _sets(
        (owner, address.casefold()) for owner, address in _part(connection, "email", "address", text)
    )
    foreign = _sets(
        (owner, (fold(system), fold(value)))
        for owner, system, value in _part(connection, "foreign_id", "system, t.value", text)
    )
    addresses = _sets(
        (owner, address_key(street, code, city))
        for owner, street, code, city in _part(
            connection, "postal_address", "street, t.postal_code, t.city", text
        )
        if street
    )
    accounts = _accounts(connection, text) if with_accounts else {}
    found: dict[int, Identity] = {}
    for contact_id, kind, *own in connection.execute(_OWN, (text,)):
        given, family, nickname, company, birthday, number, vat_id = own
        found[contact_id] = Identity(
            contact_id, ContactKind(kind), given, family, nickname, company, birthday, number, vat_id,
            numbers=numbers.get(contact_id, {}), emails=emails.get(contact_id, frozenset()),
            accounts=accounts.get(contact_id, frozenset()), addresses=addresses.get(contact_id, frozenset()),
            foreign_ids=foreign.get(contact_id, frozenset()),
        )  # fmt: skip
    return found


_OWN = (
    "SELECT c.id, c.kind, c.given, c.family, c.nickname, c.company, c.birthday, c.customer_number, c.vat_id"
    " FROM json_each(?) h CROSS JOIN contact c ON c.id = h.value WHERE c.trashed_at IS NULL"
)


def address_key(street: str | None, postal_code: str | None, city: str | None) -> str:
    """Return what two spellings of one postal address have in common."""
    return " ".join(tokens(" ".join(filter(None, (street, postal_code, city)))))


def _part(connection: Connection, table: str, columns: str, ids: str) -> Iterable[tuple[Any, ...]]:
    statement = f"SELECT t.contact_id, t.{columns} {_OF.format(table=table)}"
    return connection.execute(statement, (ids,))


def _accounts(connection: Connection, ids: str) -> dict[int, frozenset[bytes]]:
    columns = "account_lookup, t.pending_account_lookup"
    return _sets(
        (owner, lookup)
        for owner, *lookups in _part(connection, "bank_account", columns, ids)
        for lookup in lookups
        if lookup is not None
    )


def _sets(items: Iterable[tuple[int, K]]) -> dict[int, frozenset[K]]:
    found: dict[int, set[K]] = defaultdict(set)
    for owner, value in items:
        found[owner].add(value)
    return {owner: frozenset(values) for owner, values in found.items()}


def near(connection: Connection, identity: Identity, limit: int) -> list[int]:
    """Return contacts with a key of ``identity``, by indexes alone; at most ``limit`` of each kind."""
    found: dict[int, None] = {}
    wanted: list[tuple[str, object]] = [
        *((_BY_PHONE, number) for number in identity.numbers),
        *((_BY_EMAIL, address) for address in identity.emails),
        *((_BY_FOREIGN, value) for _system, value in identity.foreign_ids),
        *((_BY_FOREIGN, value) for value in (identity.customer_number,) if value),
        *((_BY_VAT, value) for value in (identity.vat_id,) if value),
    ]
    for statement, value in wanted:
        found |= dict.fromkeys(
            contact_id for (contact_id,) in connection.execute(f"{statement} LIMIT {int(limit)}", (value,))
        )
    name = fold(" ".join(filter(None, (identity.given, identity.family))) or identity.company or "")
    for category in ("customer", "address_book") if name else ():
        by_name = connection.execute(f"{_BY_EXACT_NAME} LIMIT {int(limit)}", (category, name))
        found |= dict.fromkeys(contact_id for (contact_id,) in by_name)
    found.pop(identity.contact_id, None)
    return list(found)


_BY_EXACT_NAME = "SELECT id FROM contact WHERE category = ? AND name_key = ? AND trashed_at IS NULL"
_BY_PHONE = "SELECT contact_id FROM phone WHERE e164 = ?"
_BY_EMAIL = "SELECT contact_id FROM email WHERE address = ? COLLATE NOCASE"
_BY_FOREIGN = "SELECT contact_id FROM foreign_id WHERE value = ?"
_BY_VAT = "SELECT id FROM contact WHERE vat_id = ?"


def merged_ids(connection: Connection, contact_id: int) -> list[int]:
    """Return the contacts that became part of one, and those that had become part of these."""
    found: dict[int, None] = {}
    edge = [contact_id]
    while edge:
        rows_found = connection.execute(
            "SELECT id FROM contact WHERE merged_into IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(edge),),
        )
        edge = [merged for (merged,) in rows_found if merged not in found]
        found |= dict.fromkeys(edge)
    return list(found)
