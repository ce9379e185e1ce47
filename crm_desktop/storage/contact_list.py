"""What a list of contacts shows: ids first, in order, then the rows of a page.

Order by name and company comes from an index; the whole id list travels as one packed value, which
takes a fraction of the time of a row each. SQLite only where it packs.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from crm_desktop.domain.contacts import Category, ContactKind, CustomerStatus
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.filters import Condition, FieldKind, Gap, Operator
from crm_desktop.domain.folding import fold, tokens
from crm_desktop.storage import search
from crm_desktop.storage.contact_filters import conditions_sql, gap_sql
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.own_columns import own_order, own_values
from crm_desktop.storage.packed_ids import packed_ids

SORTED_HITS = 300

_PRODUCT = (
    "coalesce((SELECT p.name_key FROM product_use u JOIN product p ON p.id = u.product_id"
    " WHERE u.contact_id = c.id AND u.until IS NULL ORDER BY u.since DESC, u.id LIMIT 1), '')"
)
_CITY = (
    "coalesce((SELECT a.city FROM postal_address a WHERE a.contact_id = c.id AND a.former = 0"
    " ORDER BY a.is_primary DESC, a.position LIMIT 1), '')"
)
# The last real call, from the roll-up: his calls lie far apart, and who is called often has thousands.
_LAST_CALL = "(SELECT q.last_real_at FROM customer_calls q WHERE q.customer_id = c.id)"
_LAST_CONTACT = f"coalesce({_LAST_CALL}, 0)"
_ORDER = {
    "name": "c.name_key",
    "company": "c.company_key",
    "status": "c.status {d}, c.name_key",
    "product": _PRODUCT,
    "city": _CITY,
    "last_contact": _LAST_CONTACT,
    "changed": "c.changed_at",
    "trashed": "c.trashed_at",
}
SORTS = tuple(_ORDER)
_ASKED_OF_EACH = frozenset({"incomplete", "files"})


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts, in which order; ``text`` is what the user typed into the search box.

    All ``conditions`` hold; their days are days in ``time_zone``. A search also finds the contacts
    ``also``, those somebody with the right finds by the end of a bank account. ``own_kinds`` says by key what
    the own fields hold that conditions may speak of.
    """

    category: Category
    text: str = ""
    status: CustomerStatus | None = None
    trashed: bool = False
    sort: str = "name"
    ascending: bool = True
    conditions: tuple[Condition, ...] = ()
    time_zone: str = "UTC"
    also: tuple[int, ...] = ()
    own_kinds: tuple[tuple[str, FieldKind], ...] = ()
    tag_id: int | None = None

    @property
    def narrowed(self) -> bool:
        """Whether more than the list and the words say what is in it."""
        chosen = self.status is not None or self.tag_id is not None or self.trashed
        return chosen or bool(self.conditions) or bool(self.also)

    @property
    def far_apart(self) -> bool:
        """Whether even its first records take longer to find than a frame: nothing leads straight to them."""
        return bool(self.conditions) or own_field_of(self.sort) is not None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of a list; ``last_contact`` is epoch seconds of the last real call or None.

    ``own`` are the values of the own fields that were asked for, by their ids.
    """

    id: int
    version: int
    kind: ContactKind
    display_name: str
    company: str | None
    title: str | None
    status: CustomerStatus | None
    phone: str | None
    e164: str | None
    email: str | None
    city: str | None
    product: str | None
    renewal_on: str | None
    trashed_at: int | None
    last_contact: int | None
    own: dict[int, str] = field(default_factory=dict)


def _condition(query: ContactQuery) -> tuple[str, list[object]]:
    # What became part of another record comes back by undoing that, not from the trash.
    in_trash = "NOT NULL AND c.merged_into IS NULL"
    where = "c.category = ? AND c.trashed_at IS " + (in_trash if query.trashed else "NULL")
    values: list[object] = [query.category.value]
    if query.status is not None:
        where += " AND c.status = ?"
        values.append(query.status.value)
    if query.tag_id is not None:
        where += " AND c.id IN (SELECT contact_id FROM contact_tag WHERE tag_id = ?)"
        values.append(query.tag_id)
    sql, more = conditions_sql(query.conditions, query.time_zone, dict(query.own_kinds))
    return where + sql, values + more


def _order(connection: Connection, query: ContactQuery) -> tuple[str, list[object]]:
    direction = "" if query.ascending else " DESC"
    sort, own = query.sort, own_field_of(query.sort)
    if own is not None:
        sql, values = own_order(connection, own)
        if sql:
            return f"{sql}{direction} NULLS LAST, c.name_key, c.id", values
        sort = "name"  # the field was removed
    return f"{_ORDER[sort].format(d=direction)}{direction}, c.id{direction}", []


def _everybody(query: ContactQuery) -> str:
    """Return where a whole list is read from.

    Who lacks something is found by looking at everybody's phones, addresses and so on. In the order of the
    file these lie beside each other, in any other they are read from all over it: of a million contacts
    that takes ten times as long.
    """
    lacking = query.conditions and all(
        known.field in _ASKED_OF_EACH or known.operator in {Operator.EMPTY, Operator.NOT_EMPTY}
        for known in query.conditions
    )
    return "contact c NOT INDEXED" if lacking else "contact c"


def first_page(connection: Connection, query: ContactQuery, limit: int) -> list[int]:
    """Return the first ``limit`` ids at once; for a search, see :func:`all_ids`."""
    if query.text.strip():
        return list(_search_ids(connection, query, limit)[:limit])
    where, values = _condition(query)
    order, keys = _order(connection, query)
    rows = connection.execute(
        f"SELECT c.id FROM contact c WHERE {where} ORDER BY {order} LIMIT ?",  # noqa: S608
        [*values, *keys, limit],
    )
    return [row_id for (row_id,) in rows]


def all_ids(connection: Connection, query: ContactQuery) -> "array[int]":
    """Return all ids of the list in its order, 4 bytes each."""
    if query.text.strip():
        return _search_ids(connection, query)
    where, values = _condition(query)
    order, keys = _order(connection, query)
    return packed_ids(
        connection,
        f"SELECT c.id FROM {_everybody(query)} WHERE {where} ORDER BY {order}",  # noqa: S608
        [*values, *keys],
    )


def _search_ids(connection: Connection, query: ContactQuery, limit: int | None = None) -> "array[int]":
    """Return the hits of a search in the list's order; with ``limit`` at least so many of the first."""
    if query.trashed:
        return _search_trash(connection, query)
    by_name = query.sort == "name" and query.ascending and not query.narrowed
    enough = limit + SORTED_HITS + 1 if limit is not None and by_name else None
    found = search.find(connection, query.text, query.category, limit=enough)
    if len(found) > SORTED_HITS and by_name:
        return _names_first(connection, query, found)
    if len(found) < search.FEW:
        found.extend(search.find_similar(connection, query.text, query.category))
    found.extend(query.also)
    return array("I", _sorted(connection, query, list(dict.fromkeys(found))))


def _names_first(connection: Connection, query: ContactQuery, found: "array[int]") -> "array[int]":
    """Order many hits without sorting all: names that begin with the text first, then by age.

    A name that begins with the text is a hit by the rule.
    """
    key = " ".join(tokens(query.text))
    rows = connection.execute(
        "SELECT id FROM contact WHERE category = ? AND trashed_at IS NULL AND name_key >= ? AND name_key < ?"
        " ORDER BY name_key, id LIMIT ?",
        (query.category.value, key, key + "\U0010ffff", SORTED_HITS),
    )
    first = [row_id for (row_id,) in rows]
    return array("I", first) + without(found, first)


def without(ids: "array[int]", taken: Sequence[int]) -> "array[int]":
    """Return ``ids`` without the few ``taken``.

    The index gives its hits ascending: what lies between two of ``taken`` is copied as one piece, as a loop
    over hundreds of thousands would hold up the painting. Only hits inside numbers follow out of order.
    """
    left, begin = array("I"), 0
    for row_id in sorted(taken):
        place = bisect_left(ids, row_id, begin)
        if place == len(ids) or ids[place] != row_id:
            known = set(taken)
            return array("I", [other for other in ids if other not in known])
        left += ids[begin:place]
        begin = place + 1
    return left + ids[begin:]


def _sorted(connection: Connection, query: ContactQuery, ids: list[int]) -> Iterable[int]:
    where, values = _condition(query)
    order, keys = _order(connection, query)
    rows = connection.execute(
        "SELECT c.id FROM json_each(?) h CROSS JOIN contact c ON c.id = h.value"  # noqa: S608 - fixed parts
        f" WHERE {where} ORDER BY {order}",
        [json.dumps(ids), *values, *keys],
    )
    return [row_id for (row_id,) in rows]


def _search_trash(connection: Connection, query: ContactQuery) -> "array[int]":
    where, values = _condition(query)
    order, keys = _order(connection, query)
    wanted = tokens(query.text)
    rows = connection.execute(
        f"SELECT c.id, c.display_name, c.company FROM contact c WHERE {where} ORDER BY {order}",  # noqa: S608
        [*values, *keys],
    )
    return array(
        "I", [i for i, name, company in rows if all(w in fold(f"{name} {company or ''}") for w in wanted)]
    )


def similar_only(connection: Connection, query: ContactQuery) -> bool:
    """Return whether a search has no exact hit, so that what is shown is only similar."""
    if not query.text.strip() or query.trashed:
        return False
    return not query.also and not search.find(connection, query.text, query.category, limit=1)


def count(connection: Connection, query: ContactQuery) -> int:
    """Return how many contacts the list holds."""
    if query.text.strip():
        number = 0 if query.narrowed else search.count(connection, query.text, query.category)
        return number if number >= search.FEW else len(_search_ids(connection, query))
    where, values = _condition(query)
    everybody = _everybody(query)
    (number,) = connection.execute(f"SELECT count(*) FROM {everybody} WHERE {where}", values).fetchone()  # noqa: S608
    return int(number)


def counts(connection: Connection, category: Category) -> dict[str, int]:
    """Return the counts for the chips: ``all``, each status, ``trash``."""
    result = {"all": 0, **{status.value: 0 for status in CustomerStatus}}
    for status, number in connection.execute(
        "SELECT status, count(*) FROM contact WHERE category = ? AND trashed_at IS NULL GROUP BY status",
        (category.value,),
    ):
        result["all"] += number
        if status is not None:
            result[status] = number
    (result["trash"],) = connection.execute(
        "SELECT count(*) FROM contact WHERE category = ? AND trashed_at IS NOT NULL AND merged_into IS NULL",
        (category.value,),
    ).fetchone()
    return result


_OF_ITSELF = (
    "id", "version", "kind", "display_name", "company", "title", "status", "trashed_at",
)  # fmt: skip
_NUMBER = "FROM phone p WHERE p.contact_id = c.id ORDER BY p.is_primary DESC, p.position LIMIT 1"
_BESIDE: Mapping[str, Mapping[str, str]] = {
    "phone": {"phone": f"(SELECT p.raw {_NUMBER})", "e164": f"(SELECT p.e164 {_NUMBER})"},
    "email": {
        "email": "(SELECT e.address FROM email e WHERE e.contact_id = c.id"
        " ORDER BY e.is_primary DESC, e.position LIMIT 1)"
    },
    "city": {
        "city": "(SELECT a.city FROM postal_address a WHERE a.contact_id = c.id AND a.former = 0"
        " ORDER BY a.is_primary DESC, a.position LIMIT 1)"
    },
    "product": {
        "product": "(SELECT d.name FROM product_use u JOIN product d ON d.id = u.product_id"
        " WHERE u.contact_id = c.id AND u.until IS NULL ORDER BY u.since DESC, u.id LIMIT 1)",
        "renewal_on": "(SELECT min(u.renewal_on) FROM product_use u"
        " WHERE u.contact_id = c.id AND u.until IS NULL)",
    },
    "last_contact": {"last_contact": _LAST_CALL},
}
BESIDE: Mapping[str, frozenset[str]] = {key: frozenset(parts) for key, parts in _BESIDE.items()}
"""The columns of a list that show what other tables hold, each with the fields of a row it stands for.

Each lies on pages of its own, for every row others: of a large file these are what a jump waits for.
"""


def read_rows(
    connection: Connection,
    ids: Sequence[int],
    *,
    with_calls: bool,
    own: Sequence[int] = (),
    without: AbstractSet[str] = frozenset(),
) -> dict[int, ContactRow]:
    """Return the rows of a page by id, with what stands in the own fields ``own``.

    What the columns ``without`` would show is not read and stays empty (those of ``BESIDE``); without
    ``with_calls`` the last contact does.
    """
    if not ids:
        return {}
    left_out = without if with_calls else without | {"last_contact"}
    beside = {
        name: "NULL" if key in left_out else sql
        for key, parts in _BESIDE.items()
        for name, sql in parts.items()
    }
    columns = ", ".join([*(f"c.{name}" for name in _OF_ITSELF), *beside.values()])
    values = own_values(connection, ids, own)
    found = connection.execute(
        f"SELECT {columns} FROM contact c WHERE c.id IN ({placeholders(len(ids))})",  # noqa: S608 - fixed parts
        list(ids),
    )
    names = (*_OF_ITSELF, *beside)
    return {row[0]: _row(dict(zip(names, row, strict=True)), values.get(row[0], {})) for row in found}


def _row(values: dict[str, Any], own: dict[int, str]) -> ContactRow:
    values["kind"] = ContactKind(values["kind"])
    values["status"] = CustomerStatus(values["status"]) if values["status"] else None
    return ContactRow(**values, own=own)


def gaps_of(
    connection: Connection, ids: Sequence[int], condition: Condition, time_zone: str
) -> dict[int, tuple[Gap, ...]]:
    """Return what each contact lacks of the condition's gaps; ids that are gone are left out."""
    if not ids:
        return {}
    parts = [gap_sql(value, ZoneInfo(time_zone)) for value in condition.values]
    gaps = [Gap(value.partition(":")[0]) for value in condition.values]
    found = connection.execute(
        f"SELECT c.id, {', '.join(sql for sql, _ in parts)} FROM contact c"  # noqa: S608 - fixed parts
        f" WHERE c.id IN ({placeholders(len(ids))})",
        [*(value for _, values in parts for value in values), *ids],
    )
    return {row[0]: tuple(gap for gap, lacks in zip(gaps, row[1:], strict=True) if lacks) for row in found}
