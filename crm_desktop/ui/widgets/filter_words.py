"""Words for fields, operators and conditions of filters, as people read them; translatable, one place."""

from collections.abc import Callable

from PySide6.QtCore import QLocale

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.custom_fields import YES
from crm_desktop.domain.filters import (
    NO_FIELDS,
    QUIET_DAYS,
    Condition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
    OwnFields,
    field_of,
    lacks_field,
)
from crm_desktop.domain.relations import RelationRole
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.relation_words import role_word
from crm_desktop.ui.widgets.words import status_word


def field_word(field: FilterField) -> str:
    """Return the word for a field a list can be filtered by; an own field has its name."""
    return (
        field.title
        or {
            "name": tr("Name"),
            "company": tr("Company"),
            "title": tr("Position"),
            "phone": tr("Phone"),
            "email": tr("E-mail"),
            "city": tr("City"),
            "postal_code": tr("Postal code"),
            "country": tr("Country"),
            "status": tr("Status"),
            "product": tr("Product used now"),
            "renewal": tr("Renewal"),
            "tag": tr("Tag"),
            "customer_number": tr("Customer number"),
            "vat_id": tr("VAT id"),
            "industry": tr("Industry"),
            "source": tr("Source"),
            "note": tr("Note"),
            "foreign_id": tr("Id in another system"),
            "owner": tr("Owner"),
            "language": tr("Language"),
            "birthday": tr("Birthday"),
            "files": tr("Files"),
            "status_since": tr("Status since"),
            "created": tr("Added"),
            "changed": tr("Changed"),
            "last_contact": tr("Last contact"),
            "incomplete": tr("Missing"),
            "relation": tr("Relation"),
            "introduced_by": tr("Introduced by"),
        }[field.key]
    )


def operator_word(operator: Operator, kind: FieldKind) -> str:
    """Return the word for a comparison, between the field and the value."""
    if kind is FieldKind.PRESENCE:
        return tr("none") if operator is Operator.EMPTY else tr("at least one")
    if kind is FieldKind.RELATION:
        return tr("has") if operator is Operator.IS else tr("has no")
    if kind is FieldKind.NUMBER and operator in {Operator.BEFORE, Operator.AFTER}:
        return tr("less than") if operator is Operator.BEFORE else tr("more than")
    if kind is FieldKind.BIRTHDAY and operator is Operator.ANY_OF:
        return tr("in")
    if operator is Operator.ANY_OF:
        return tr("is any of") if kind is FieldKind.GAPS else tr("is one of")
    return {
        Operator.IS: tr("is"),
        Operator.IS_NOT: tr("is not"),
        Operator.CONTAINS: tr("contains"),
        Operator.BEGINS_WITH: tr("begins with"),
        Operator.EMPTY: tr("is empty"),
        Operator.NOT_EMPTY: tr("is not empty"),
        Operator.BEFORE: tr("before"),
        Operator.AFTER: tr("after"),
        Operator.BETWEEN: tr("between"),
        Operator.OLDER_THAN: tr("longer ago than"),
        Operator.WITHIN: tr("within the next"),
    }[operator]


def gap_word(gap: Gap) -> str:
    """Return the word for what a record lacks."""
    return {
        Gap.PHONE: tr("phone"),
        Gap.EMAIL: tr("e-mail"),
        Gap.ADDRESS: tr("address"),
        Gap.PRODUCT: tr("product"),
        Gap.QUIET: tr("recent contact"),
    }[gap]


def month_word(month: str) -> str:
    """Return the name of a month, ``01`` to ``12``."""
    return QLocale().standaloneMonthName(int(month))


def gaps_words(gaps: tuple[Gap, ...]) -> str:
    """Return what a record lacks in one line: "phone, e-mail"."""
    return ", ".join(gap_word(gap) for gap in gaps)


def days_words(days: str) -> str:
    """Return a number of days in words."""
    return tr("1 day") if days == "1" else tr("{count} days").format(count=number(int(days)))


def yes_no_word(value: str) -> str:
    """Return the word for what stands in a field of yes or no."""
    return tr("yes") if value == YES else tr("no")


def _value_words(kind: FieldKind, condition: Condition, value: str) -> str:
    if condition.operator in {Operator.OLDER_THAN, Operator.WITHIN}:
        return days_words(value)
    words: dict[FieldKind, Callable[[str], str]] = {
        FieldKind.BIRTHDAY: month_word,
        FieldKind.STATUS: lambda status: status_word(CustomerStatus(status)),
        FieldKind.GAPS: _gap_value_words,
        FieldKind.DATE: date_words,
        FieldKind.PAST: date_words,
        FieldKind.NUMBER: str,
        FieldKind.CHOICE: str,
        FieldKind.YES_NO: yes_no_word,
    }
    return words[kind](value) if kind in words else f"“{value}”"


def _gap_value_words(value: str) -> str:
    gap, _, days = value.partition(":")
    if gap != Gap.QUIET:
        return gap_word(Gap(gap))
    return tr("contact for {days}").format(days=days_words(days or str(QUIET_DAYS)))


def condition_words(condition: Condition, own: OwnFields = NO_FIELDS) -> str:
    """Return a condition as one phrase: "City contains “Berlin”"; ``own`` are the office's own fields."""
    field = field_of(condition, own)
    if field is None or lacks_field(condition, own):
        return tr("{field}: this field was removed").format(field=field.title if field else tr("Own field"))
    if field.kind is FieldKind.RELATION:
        return _relation_words(condition)
    values = [_value_words(field.kind, condition, value) for value in condition.values]
    if field.kind is FieldKind.GAPS:
        return f"{field_word(field)}: {', '.join(values)}"
    joined = (
        tr("{first} and {last}").format(first=values[0], last=values[-1])
        if condition.operator is Operator.BETWEEN
        else ", ".join(values)
    )
    return " ".join((field_word(field), operator_word(condition.operator, field.kind), joined)).strip()


def _relation_words(condition: Condition) -> str:
    """Return "Employee of “Acme”", "Employee of anybody" or "not: Employee of anybody"."""
    role = role_word(RelationRole(condition.values[0]))
    who = f"“{condition.values[1]}”" if len(condition.values) > 1 else tr("anybody")
    words = f"{role} {who}"
    return tr("not: {words}").format(words=words) if condition.operator is Operator.IS_NOT else words
