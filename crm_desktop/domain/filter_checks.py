"""Whether a condition is one its field can have, and a stored definition one a list understands. Pure."""

import json
from collections.abc import Callable, Sequence
from datetime import date

from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.custom_fields import NO, YES, canonical_number
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.filters import (
    CONDITIONS_LIMIT,
    MONTHS,
    NO_FIELDS,
    OLDEST_DAYS,
    VALUE_LIMIT,
    YEAR_DAYS,
    Condition,
    Definition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
    OwnFields,
    field_of,
    is_account_end,
    lacks_field,
    number_of,
)
from crm_desktop.domain.folding import fold
from crm_desktop.domain.relations import RelationRole

_O = Operator
_CHOICES: dict[FieldKind, frozenset[str]] = {
    FieldKind.STATUS: frozenset(CustomerStatus),
    FieldKind.BIRTHDAY: frozenset(MONTHS),
    FieldKind.YES_NO: frozenset({YES, NO}),
}
_VALUES: dict[Operator, tuple[int, int]] = {
    _O.EMPTY: (0, 0),
    _O.NOT_EMPTY: (0, 0),
    _O.BETWEEN: (2, 2),
    _O.ANY_OF: (1, 20),
}


def check_condition(condition: Condition, category: Category, own: OwnFields = NO_FIELDS) -> None:
    """Refuse a condition its field cannot have.

    Raises InvalidValueError ``filter_unknown``, ``filter_field_removed``, ``filter_value_missing``,
    ``filter_days``, ``filter_order``, ``filter_numbers``, ``filter_digits``, ``number_invalid``,
    ``date_invalid``, ``value_too_long``, ``value_unreadable``.
    """
    field = field_of(condition, own)
    if lacks_field(condition, own):
        raise InvalidValueError("filter_field_removed", field=field.title if field is not None else "?")
    fits = field is not None and not (field.customers_only and category is not Category.CUSTOMER)
    if field is None or not fits or condition.operator not in field.operators:
        raise InvalidValueError("filter_unknown", field="filter")
    fewest, most = (1, 2) if field.kind is FieldKind.RELATION else _VALUES.get(condition.operator, (1, 1))
    values = [value.strip() for value in condition.values]
    if not fewest <= len(values) <= most or not all(values):
        raise InvalidValueError("filter_value_missing", field=field.title or field.key)
    for value in values:
        _check_text(field.title or field.key, value, VALUE_LIMIT)
    _check_values(field, condition.operator, values)


def _check_values(field: FilterField, operator: Operator, values: Sequence[str]) -> None:
    if operator in {Operator.OLDER_THAN, Operator.WITHIN}:
        _check_days(field.key, values[0], most=YEAR_DAYS if operator is Operator.WITHIN else OLDEST_DAYS)
    elif values and (check := _CHECKS.get(field.kind)) is not None:
        check(field, operator, values)


def _check_dates(field: FilterField, operator: Operator, values: Sequence[str]) -> None:
    for value in values:
        _check_date(field.title or field.key, value)
    if operator is Operator.BETWEEN and values[0] > values[1]:
        raise InvalidValueError("filter_order", field=field.title or field.key)


def _check_numbers(field: FilterField, operator: Operator, values: Sequence[str]) -> None:
    for value in values:
        if canonical_number(value) is None:
            raise InvalidValueError("number_invalid", field=field.title, value=value)
    if operator is Operator.BETWEEN and number_of(values[0]) > number_of(values[1]):
        raise InvalidValueError("filter_numbers", field=field.title)


def _check_words(field: FilterField, _operator: Operator, values: Sequence[str]) -> None:
    if not set(values) <= _CHOICES[field.kind]:
        raise InvalidValueError("filter_unknown", field=field.key)


def _check_gaps(field: FilterField, _operator: Operator, values: Sequence[str]) -> None:
    for value in values:
        gap, _, days = value.partition(":")
        if gap not in set(Gap) or (days and gap != Gap.QUIET):
            raise InvalidValueError("filter_unknown", field=field.key)
        if days:
            _check_days(field.key, days)


def _check_relation(field: FilterField, operator: Operator, values: Sequence[str]) -> None:
    if values[0] not in set(RelationRole):
        raise InvalidValueError("filter_unknown", field=field.key)
    _check_letters(field, operator, values[1:])


def _check_digits(field: FilterField, _operator: Operator, values: Sequence[str]) -> None:
    if not any(ch.isdecimal() for ch in values[0]):
        raise InvalidValueError("filter_digits", field=field.key)


def _check_letters(field: FilterField, _operator: Operator, values: Sequence[str]) -> None:
    if not all(map(fold, values)):
        raise InvalidValueError("filter_value_missing", field=field.title or field.key)


_CHECKS: dict[FieldKind, Callable[[FilterField, Operator, Sequence[str]], None]] = {
    FieldKind.DATE: _check_dates,
    FieldKind.PAST: _check_dates,
    FieldKind.NUMBER: _check_numbers,
    FieldKind.STATUS: _check_words,
    FieldKind.BIRTHDAY: _check_words,
    FieldKind.YES_NO: _check_words,
    FieldKind.GAPS: _check_gaps,
    FieldKind.RELATION: _check_relation,
    FieldKind.DIGITS: _check_digits,
    FieldKind.TEXT: _check_letters,
    FieldKind.NAME: _check_letters,
}


def _check_text(key: str, text: str, limit: int) -> None:
    if problem := text_problem(key, text, limit):
        raise problem


def _check_days(key: str, value: str, *, most: int = OLDEST_DAYS) -> None:
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= most):
        raise InvalidValueError("filter_days", field=key, most=most)


def _check_date(key: str, value: str) -> None:
    try:
        valid = date.fromisoformat(value).isoformat() == value
    except ValueError:
        valid = False
    if not valid:
        raise InvalidValueError("date_invalid", field=key, value=value)


def from_text(text: str, category: Category, own: OwnFields = NO_FIELDS) -> Definition:
    """Read a stored definition; raises InvalidValueError("filter_unknown") for what no list understands.

    A file written by another version, or mended by hand, must not break the list. Conditions on an own
    field that was removed stay: who looks is told, and it may come back.
    """
    try:
        stored = json.loads(text)
        definition = Definition(
            conditions=tuple(
                Condition(str(known["field"]), Operator(known["operator"]), tuple(map(str, known["values"])))
                for known in stored["conditions"]
            ),
            text=str(stored["text"]),
            sort=str(stored["sort"]),
            ascending=bool(stored["ascending"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidValueError("filter_unknown", field="filter") from error
    for condition in definition.conditions:
        if not lacks_field(condition, own):
            check_condition(condition, category, own)
    return definition


def check_definition(definition: Definition, category: Category, own: OwnFields = NO_FIELDS) -> None:
    """Refuse what cannot be kept under a name; errors as in :func:`check_condition`.

    Four digits alone may be the end of a bank account: they are never remembered
    (``filter_text_account``).
    """
    if len(definition.conditions) > CONDITIONS_LIMIT:
        raise InvalidValueError("filter_too_many", field="filter", limit=CONDITIONS_LIMIT)
    for condition in definition.conditions:
        check_condition(condition, category, own)
    _check_text("text", definition.text, VALUE_LIMIT)
    if is_account_end(definition.text):
        raise InvalidValueError("filter_text_account", field="text")
