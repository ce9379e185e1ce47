"""Filters of a list of contacts: conditions on fields, and what of a list is kept under a name.

A condition is data: the names of a field and of an operator, and values as ISO 8601 dates, words or numbers
in text. Which SQL they become is the storage room's fixed table; nothing here ever becomes part of a
statement.
"""

import json
from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import canonical_number, own_field_of
from crm_desktop.domain.errors import InvalidValueError

NAME_LIMIT = 60
VALUE_LIMIT = 200
CONDITIONS_LIMIT = 20
OLDEST_DAYS = 3650
YEAR_DAYS = 366
QUIET_DAYS = 180
"""The built-in list of incomplete records calls a customer quiet after so many days."""


class Operator(StrEnum):
    """How a field is compared; the words of text are compared folded, without accents and case."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    BEGINS_WITH = "begins_with"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    BEFORE = "before"
    AFTER = "after"
    BETWEEN = "between"
    OLDER_THAN = "older_than"
    ANY_OF = "any_of"
    WITHIN = "within"


class FieldKind(StrEnum):
    """What a field holds, and with it which operators it has."""

    TEXT = "text"
    DIGITS = "digits"
    NAME = "name"
    DATE = "date"
    PAST = "past"
    STATUS = "status"
    GAPS = "gaps"
    BIRTHDAY = "birthday"
    PRESENCE = "presence"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    RELATION = "relation"


MONTHS = tuple(f"{month:02}" for month in range(1, 13))


class Gap(StrEnum):
    """What a record may lack; ``QUIET`` is a last contact too long ago, or none at all."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    PRODUCT = "product"
    QUIET = "quiet"


_O = Operator
OPERATORS: dict[FieldKind, tuple[Operator, ...]] = {
    FieldKind.TEXT: (_O.CONTAINS, _O.BEGINS_WITH, _O.IS, _O.IS_NOT, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.DIGITS: (_O.CONTAINS, _O.BEGINS_WITH, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.NAME: (_O.IS, _O.IS_NOT, _O.CONTAINS, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.DATE: (_O.BEFORE, _O.AFTER, _O.BETWEEN, _O.IS, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.PAST: (_O.OLDER_THAN, _O.BEFORE, _O.AFTER, _O.BETWEEN, _O.IS, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.STATUS: (_O.ANY_OF,),
    FieldKind.GAPS: (_O.ANY_OF,),
    FieldKind.BIRTHDAY: (_O.WITHIN, _O.ANY_OF, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.PRESENCE: (_O.NOT_EMPTY, _O.EMPTY),
    FieldKind.NUMBER: (_O.BETWEEN, _O.AFTER, _O.BEFORE, _O.IS, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.CHOICE: (_O.ANY_OF, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.YES_NO: (_O.ANY_OF, _O.EMPTY, _O.NOT_EMPTY),
    FieldKind.RELATION: (_O.IS, _O.IS_NOT),
}


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field a list can be filtered by, and the right without which it is absent.

    One of the office's own has its ``title``, the ``options`` of a choice, and may be ``removed``.
    """

    key: str
    kind: FieldKind
    needs: str | None = None
    customers_only: bool = False
    title: str = ""
    options: tuple[str, ...] = ()
    removed: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it can be compared, the usual one first."""
        return OPERATORS[self.kind]


_K = FieldKind
FIELDS: tuple[FilterField, ...] = (
    FilterField("name", _K.TEXT),
    FilterField("company", _K.TEXT),
    FilterField("title", _K.TEXT),
    FilterField("phone", _K.DIGITS),
    FilterField("email", _K.TEXT),
    FilterField("city", _K.TEXT),
    FilterField("postal_code", _K.TEXT),
    FilterField("country", _K.TEXT),
    FilterField("status", _K.STATUS, customers_only=True),
    FilterField("product", _K.NAME),
    FilterField("renewal", _K.DATE),
    FilterField("tag", _K.NAME),
    FilterField("customer_number", _K.TEXT),
    FilterField("vat_id", _K.TEXT),
    FilterField("industry", _K.TEXT),
    FilterField("source", _K.TEXT),
    FilterField("note", _K.TEXT),
    FilterField("foreign_id", _K.TEXT),
    FilterField("owner", _K.NAME),
    FilterField("language", _K.TEXT),
    FilterField("birthday", _K.BIRTHDAY),
    FilterField("files", _K.PRESENCE),
    FilterField("status_since", _K.DATE, customers_only=True),
    FilterField("created", _K.PAST),
    FilterField("changed", _K.PAST),
    FilterField("last_contact", _K.PAST, needs="calls.view"),
    FilterField("incomplete", _K.GAPS),
    FilterField("relation", _K.RELATION),
    FilterField("introduced_by", _K.NAME),
)
FIELD_BY_KEY: dict[str, FilterField] = {field.key: field for field in FIELDS}
OwnFields = Mapping[str, FilterField]
"""The office's own fields by their keys (``domain.own_filters``)."""
NO_FIELDS: OwnFields = {}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. For ``older_than`` and ``within`` the value is a number of days.

    Of birthdays ``any_of`` names months, ``01`` to ``12``; for gaps see :class:`Gap`. A gap ``quiet`` may
    carry its days: ``quiet:90``. A relation is a :class:`RelationRole`, with a second value words of the
    other's name. Of numbers ``after`` and ``before`` are more and less.
    """

    field: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What a saved filter brings back: conditions, words of the search box, and the order."""

    conditions: tuple[Condition, ...] = ()
    text: str = ""
    sort: str = "name"
    ascending: bool = True


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter under a name; private to ``member_id`` unless ``shared``; ``definition`` is its JSON."""

    id: int
    uuid: bytes
    version: int
    member_id: int
    category: Category
    name: str
    shared: bool
    position: int
    definition: str


def field_of(condition: Condition, own: OwnFields) -> FilterField | None:
    """Return the field of a condition, one of the office's ``own`` too, removed or not."""
    return FIELD_BY_KEY.get(condition.field) or own.get(condition.field)


def lacks_field(condition: Condition, own: OwnFields) -> bool:
    """Return whether a condition speaks of an own field that is not there any more."""
    field = own.get(condition.field)
    return own_field_of(condition.field) is not None and (field is None or field.removed)


def number_of(value: str) -> float:
    """Return a typed number as it is compared; raises ValueError for what is none."""
    return float(canonical_number(value) or value)


def resolved(condition: Condition, today: date) -> Condition:
    """Return the condition with numbers of days turned into the day that many days before ``today``.

    ``within`` becomes the first and the last day of the year, ``MM-DD``; the first may be the later one. Who
    was born on 29 February has his birthday on the 28th in other years: that is in the month which the months
    of this field say as well, and who prepares for it is early rather than late.
    """
    if condition.operator is Operator.WITHIN:
        return replace(condition, values=_days_of_year(today, int(condition.values[0])))
    if condition.operator is Operator.OLDER_THAN:
        return replace(condition, values=(_days_before(today, condition.values[0]),))
    if condition.field != "incomplete":
        return condition
    return replace(condition, values=tuple(_resolved_gap(value, today) for value in condition.values))


def _days_of_year(today: date, days: int) -> tuple[str, str]:
    if days >= YEAR_DAYS - 1:
        return "01-01", "12-31"
    last = today + timedelta(days=days)
    ends_with_february = (last.month, last.day) == (2, 28) and not isleap(last.year)
    return today.isoformat()[-5:], "02-29" if ends_with_february else last.isoformat()[-5:]


def _resolved_gap(value: str, today: date) -> str:
    gap, _, days = value.partition(":")
    return f"{gap}:{_days_before(today, days or str(QUIET_DAYS))}" if gap == Gap.QUIET else gap


def _days_before(today: date, days: str) -> str:
    return (today - timedelta(days=int(days))).isoformat()


def gaps_for(category: Category, *, with_calls: bool, days: int = QUIET_DAYS) -> Condition:
    """Return the built-in filter: everything a record should have; calls only for who may see them.

    Who is no customer uses no product, and nobody owes him a call.
    """
    gaps = [gap.value for gap in (Gap.PHONE, Gap.EMAIL, Gap.ADDRESS)]
    if category is Category.CUSTOMER:
        gaps += [Gap.PRODUCT.value, *([f"{Gap.QUIET}:{days}"] if with_calls else [])]
    return Condition("incomplete", Operator.ANY_OF, tuple(gaps))


def rights_of_conditions(conditions: Sequence[Condition]) -> frozenset[str]:
    """Return the rights without which conditions may be neither seen nor used."""
    needed = {FIELD_BY_KEY[known.field].needs for known in conditions if known.field in FIELD_BY_KEY}
    quiet = any(
        known.field == "incomplete" and any(value.startswith(Gap.QUIET) for value in known.values)
        for known in conditions
    )
    return frozenset(right for right in (*needed, "calls.view" if quiet else None) if right is not None)


def to_text(definition: Definition) -> str:
    """Return a definition as the JSON that is stored."""
    return json.dumps(asdict(definition), ensure_ascii=False, separators=(",", ":"))


def is_account_end(text: str) -> bool:
    """Return whether typed text may be the last four digits of an account: exactly four digits."""
    typed = text.strip()
    return len(typed) == 4 and typed.isascii() and typed.isdigit()


def tidy_name(name: str) -> str:
    """Return a filter's name without blanks around it.

    Raises InvalidValueError ``value_required``, ``value_too_long``, ``value_unreadable``.
    """
    tidied = " ".join(name.split())
    if not tidied:
        raise InvalidValueError("value_required", field="name")
    if problem := text_problem("name", tidied, NAME_LIMIT):
        raise problem
    return tidied
