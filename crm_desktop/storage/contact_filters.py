"""Conditions of a filter as SQL: one fixed table of fields, and values only ever as parameters.

Every fragment speaks of the contact ``c``. A field of several rows (phones, products) fits a condition when
any of them does; "is not" and "is empty" mean that none does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.filters import Condition, FieldKind, Gap, Operator
from crm_desktop.domain.folding import plain_digits
from crm_desktop.domain.relations import RelationKind
from crm_desktop.storage.comparisons import Sql, begins_sql, day_sql, text_sql
from crm_desktop.storage.counted_calls import DONE, real
from crm_desktop.storage.database import placeholders
from crm_desktop.storage.linked_filters import own_sql, relation_sql

NO_KINDS: Mapping[str, FieldKind] = {}


@dataclass(frozen=True, slots=True)
class _Own:
    """A column of the contact; ``key`` where it is kept folded, else it is folded when compared."""

    column: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A value of rows that belong to the contact: their FROM and the condition that always holds."""

    source: str
    owner: str
    column: str
    always: str = "1"
    key: bool = False


_ADDRESS = ("postal_address a", "a.contact_id")
_USE = ("product_use u", "u.contact_id")
_TEXTS: dict[str, _Own | _Part] = {
    "name": _Own("c.name_key", key=True),
    "company": _Own("c.company_key", key=True),
    "title": _Own("c.title"),
    "industry": _Own("c.industry"),
    "source": _Own("c.source"),
    "note": _Own("c.note"),
    "language": _Own("c.language"),
    "foreign_id": _Part("foreign_id i", "i.contact_id", "i.value"),
    "customer_number": _Own("c.customer_number"),
    "vat_id": _Own("c.vat_id"),
    "email": _Part("email e", "e.contact_id", "e.address"),
    "city": _Part(*_ADDRESS, "a.city", "a.former = 0"),
    "postal_code": _Part(*_ADDRESS, "a.postal_code", "a.former = 0"),
    "country": _Part(*_ADDRESS, "a.country", "a.former = 0"),
    "product": _Part(
        "product d JOIN product_use u ON u.product_id = d.id",
        "u.contact_id",
        "d.name_key",
        "u.until IS NULL",
        key=True,
    ),
    "introduced_by": _Part(
        "relation r JOIN contact o ON o.id = r.to_id",
        "r.from_id",
        "o.name_key",
        f"r.kind = '{RelationKind.REFERRAL}' AND o.trashed_at IS NULL",
        key=True,
    ),
    "tag": _Part("tag t JOIN contact_tag g ON g.tag_id = t.id", "g.contact_id", "t.name_key", key=True),
}
_DAYS: dict[str, _Own | _Part] = {
    "renewal": _Part(*_USE, "u.renewal_on", "u.until IS NULL"),
    "status_since": _Own("c.status_since"),
}
_MOMENTS: dict[str, str] = {"created": "c.created_at", "changed": "c.changed_at"}

# The number as dialled abroad without the plus, or the digits as typed where it is none.
_DIGITS = "coalesce(substr(p.e164, 2), plain_digits(p.raw))"
_REAL_CALL = f"k.customer_id IS NOT NULL AND {real('k')} AND {DONE}"
_GAPS: dict[Gap, str] = {
    Gap.PHONE: "NOT EXISTS (SELECT 1 FROM phone p WHERE p.contact_id = c.id)",
    Gap.EMAIL: "NOT EXISTS (SELECT 1 FROM email e WHERE e.contact_id = c.id)",
    Gap.ADDRESS: "NOT EXISTS (SELECT 1 FROM postal_address a WHERE a.contact_id = c.id AND a.former = 0)",
    Gap.PRODUCT: "NOT EXISTS (SELECT 1 FROM product_use u WHERE u.contact_id = c.id AND u.until IS NULL)",
}


def conditions_sql(
    conditions: Sequence[Condition], time_zone: str, own: Mapping[str, FieldKind] = NO_KINDS
) -> Sql:
    """Return ``AND …`` for every condition, empty without any; days are days in ``time_zone``.

    ``own`` says what the office's own fields hold; a condition on one that is not there holds for nobody.
    Days counted back are dates by now (``domain.filters.resolved``). An unknown field is a bug and raises
    KeyError: conditions were checked before.
    """
    zone = ZoneInfo(time_zone)
    parts = [
        _condition(known, zone) if (field_id := own_field_of(known.field)) is None
        else own_sql(field_id, own.get(known.field), known.operator, known.values)
        for known in conditions
    ]  # fmt: skip
    return "".join(f" AND {sql}" for sql, _ in parts), [value for _, values in parts for value in values]


def _condition(condition: Condition, zone: ZoneInfo) -> Sql:
    key, operator, values = condition.field, condition.operator, condition.values
    if key in _MOMENTS:
        return _moment(_MOMENTS[key], operator, values, zone)
    if key in _DAYS:
        return _placed(_DAYS[key], operator, lambda column: day_sql(column, operator, values))
    if key in _TEXTS:
        place = _TEXTS[key]
        return _placed(place, operator, lambda column: text_sql(column, operator, values, key=place.key))
    return _OTHERS[key](operator, values, zone)


def _status(_operator: Operator, values: Sequence[str], _zone: ZoneInfo) -> Sql:
    return f"c.status IN ({placeholders(len(values))})", list(values)


def _owner(operator: Operator, values: Sequence[str], _zone: ZoneInfo) -> Sql:
    """Compare the owner's name: the few members are looked through, not the names of every contact."""
    sql, found = "b.owner_id IS NOT NULL", list[object]()
    if operator not in {Operator.EMPTY, Operator.NOT_EMPTY}:
        name, found = text_sql("m.name", operator, values, key=False)
        sql = f"b.owner_id IN (SELECT m.id FROM member m WHERE {name})"  # noqa: S608 - fixed parts
    no = "NOT " if operator in {Operator.EMPTY, Operator.IS_NOT} else ""
    return f"c.id {no}IN (SELECT b.id FROM contact b WHERE {sql})", found  # noqa: S608 - fixed parts


# The index over the day answers it; with a union for two spans, as for an OR every birthday would be read.
_BORN = "SELECT b.id FROM contact b WHERE b.birthday IS NOT NULL AND substr(b.birthday, -5)"


def _birthday(operator: Operator, values: Sequence[str], _zone: ZoneInfo) -> Sql:
    """Compare the day of the year, which ends a birthday with and without its year."""
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return f"c.id {'NOT ' if operator is Operator.EMPTY else ''}IN ({_BORN} > '')", []
    first, last = values[0], values[-1]
    if operator is Operator.ANY_OF:
        spans = [(f"{month}-01", f"{month}-31") for month in values]
    elif first <= last:
        spans = [(first, last)]
    else:  # over New Year the first day is the later one
        spans = [(first, "12-31"), ("01-01", last)]
    days = " UNION ALL ".join(f"{_BORN} BETWEEN ? AND ?" for _ in spans)
    return f"c.id IN ({days})", [day for span in spans for day in span]


def _files(operator: Operator, _values: Sequence[str], _zone: ZoneInfo) -> Sql:
    some = "EXISTS (SELECT 1 FROM attachment f WHERE f.contact_id = c.id AND f.role = 'file')"
    return (f"NOT {some}" if operator is Operator.EMPTY else some), []


def _placed(place: _Own | _Part, operator: Operator, compare: Callable[[str], Sql]) -> Sql:
    """Put a comparison where the field stands: on the contact itself, or over its rows."""
    if isinstance(place, _Own):
        return compare(place.column)
    filled = f"{place.always} AND coalesce({place.column}, '') <> ''"
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        no = "NOT " if operator is Operator.EMPTY else ""
        rows = f"SELECT 1 FROM {place.source} WHERE {place.owner} = c.id AND {filled}"  # noqa: S608 - fixed
        return f"{no}EXISTS ({rows})", []
    sql, values = compare(place.column)
    no = "NOT " if operator is Operator.IS_NOT else ""
    rows = f"SELECT {place.owner} FROM {place.source} WHERE {filled} AND {sql}"  # noqa: S608 - fixed
    return f"c.id {no}IN ({rows})", values


def _phone(operator: Operator, values: Sequence[str], _zone: ZoneInfo) -> Sql:
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        gap = _GAPS[Gap.PHONE]
        return (gap, []) if operator is Operator.EMPTY else (gap.removeprefix("NOT "), [])
    digits = plain_digits(values[0])
    wanted = digits.lstrip("0") or digits
    if operator is Operator.CONTAINS:
        sql: str = f"(instr({_DIGITS}, ?) > 0 OR instr(plain_digits(p.raw), ?) > 0)"
        found: list[object] = [wanted, digits]
    elif "+" in values[0]:
        sql, found = begins_sql(_DIGITS, wanted)
        sql = f"p.e164 IS NOT NULL AND {sql}"
    else:
        starts = [begins_sql(column, start) for column, start in _starts(digits, wanted)]
        sql = f"({' OR '.join(part for part, _ in starts)})"
        found = [value for _, some in starts for value in some]
    return f"c.id IN (SELECT p.contact_id FROM phone p WHERE {sql})", found  # noqa: S608 - fixed parts


def _starts(digits: str, wanted: str) -> list[tuple[str, str]]:
    """Return where digits without a plus may begin: as typed, or dialled with 00 or without anything."""
    return [("plain_digits(p.raw)", digits), (_DIGITS, wanted)]


def day_start(day: str, zone: ZoneInfo, *, days_later: int = 0) -> int:
    """Return when a day (ISO 8601) begins in a time zone, epoch seconds; ``days_later`` the one after it."""
    wanted = date.fromisoformat(day) + timedelta(days=days_later) if days_later else date.fromisoformat(day)
    return int(datetime(wanted.year, wanted.month, wanted.day, tzinfo=zone).timestamp())


def _bounds(operator: Operator, values: Sequence[str], zone: ZoneInfo) -> tuple[int | None, int | None]:
    """Return from when (included) until when (excluded) a moment fits; None is without end."""
    first, last = values[0], values[-1]
    if operator in {Operator.BEFORE, Operator.OLDER_THAN}:
        return None, day_start(first, zone)
    if operator is Operator.AFTER:
        return _next_day(first, zone), None
    return day_start(first, zone), _next_day(last, zone)


def _next_day(day: str, zone: ZoneInfo) -> int:
    if date.fromisoformat(day) == date.max:
        return 2**62
    return day_start(day, zone, days_later=1)


def _moment(column: str, operator: Operator, values: Sequence[str], zone: ZoneInfo) -> Sql:
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return f"{column} IS {'' if operator is Operator.EMPTY else 'NOT '}NULL", []
    since, until = _bounds(operator, values, zone)
    parts = [(f"{column} >= ?", since), (f"{column} < ?", until)]
    used = [(sql, value) for sql, value in parts if value is not None]
    return f"({' AND '.join(sql for sql, _ in used)})", [value for _, value in used]


_SPOKEN = f"EXISTS (SELECT 1 FROM call k WHERE k.customer_id = c.id AND {_REAL_CALL})"  # noqa: S608
# Over a whole list the calls since then are read once; of the few rows of a page each is asked for.
_SPOKEN_SINCE = f"c.id IN (SELECT k.customer_id FROM call k WHERE k.started_at >= ? AND {_REAL_CALL})"  # noqa: S608
_ROW_SPOKEN_SINCE = (
    f"EXISTS (SELECT 1 FROM call k WHERE k.customer_id = c.id AND k.started_at >= ? AND {_REAL_CALL})"  # noqa: S608
)


def _last_contact(operator: Operator, values: Sequence[str], zone: ZoneInfo) -> Sql:
    """Compare the last real call; ``older_than`` holds also for who was never spoken to."""
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return (f"NOT {_SPOKEN}" if operator is Operator.EMPTY else _SPOKEN), []
    since, until = _bounds(operator, values, zone)
    if operator is Operator.OLDER_THAN:
        return f"NOT {_SPOKEN_SINCE}", [until]
    parts: list[tuple[str, list[object]]] = [
        (_SPOKEN, []) if since is None else (_SPOKEN_SINCE, [since]),
        ("1", []) if until is None else (f"NOT {_SPOKEN_SINCE}", [until]),
    ]
    return f"({parts[0][0]} AND {parts[1][0]})", [*parts[0][1], *parts[1][1]]


def _gaps(_operator: Operator, values: Sequence[str], zone: ZoneInfo) -> Sql:
    found = [_gap(value, zone, since=_SPOKEN_SINCE) for value in values]
    return f"({' OR '.join(sql for sql, _ in found)})", [value for _, some in found for value in some]


def gap_sql(value: str, zone: ZoneInfo) -> Sql:
    """Return what says of a row that it lacks something: a :class:`Gap`, ``quiet:`` with its date."""
    return _gap(value, zone, since=_ROW_SPOKEN_SINCE)


def _gap(value: str, zone: ZoneInfo, *, since: str) -> Sql:
    gap, _, day = value.partition(":")
    if gap == Gap.QUIET:
        return f"NOT {since}", [day_start(day, zone)]
    return _GAPS[Gap(gap)], []


_OTHERS: dict[str, Callable[[Operator, Sequence[str], ZoneInfo], Sql]] = {
    "status": _status,
    "phone": _phone,
    "last_contact": _last_contact,
    "incomplete": _gaps,
    "owner": _owner,
    "birthday": _birthday,
    "files": _files,
    "relation": lambda operator, values, _zone: relation_sql(operator, values),
}
