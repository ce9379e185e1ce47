"""Words for fields, operators and conditions of filters, as people read them; translatable, one place."""

from collections.abc import Callable

from PySide6.QtCore import QLocale

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.filters import (
    FIELD_BY_KEY,
    QUIET_DAYS,
    Condition,
    FieldKind,
    Gap,
    Operator,
)
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.words import status_word


def field_word(key: str) -> str:
    """Return the word for a field a list can be filtered by."""
    return {
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
    }[key]


def operator_word(operator: Operator, kind: FieldKind) -> str:
    """Return the word for a comparison, between the field and the value."""
    if kind is FieldKind.PRESENCE:
        return tr("none") if operator is Operator.EMPTY else tr("at least one")
    if kind is FieldKind.BIRTHDAY and operator is Operator.ANY_OF:
        return tr("in")
    if operator is Operator.ANY_OF:
        return tr("is one of") if kind is FieldKind.STATUS else tr("is any of")
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


def _value_words(condition: Condition, value: str) -> str:
    kind = FIELD_BY_KEY[condition.field].kind
    if condition.operator in {Operator.OLDER_THAN, Operator.WITHIN}:
        return days_words(value)
    words: dict[FieldKind, Callable[[str], str]] = {
        FieldKind.BIRTHDAY: month_word,
        FieldKind.STATUS: lambda status: status_word(CustomerStatus(status)),
        FieldKind.GAPS: _gap_value_words,
        FieldKind.DATE: date_words,
        FieldKind.PAST: date_words,
    }
    return words[kind](value) if kind in words else f"“{value}”"


def _gap_value_words(value: str) -> str:
    gap, _, days = value.partition(":")
    if gap != Gap.QUIET:
        return gap_word(Gap(gap))
    return tr("contact for {days}").format(days=days_words(days or str(QUIET_DAYS)))


def condition_words(condition: Condition) -> str:
    """Return a condition as one phrase: "City contains “Berlin”"."""
    field = FIELD_BY_KEY[condition.field]
    values = [_value_words(condition, value) for value in condition.values]
    if field.kind is FieldKind.GAPS:
        return f"{field_word(field.key)}: {', '.join(values)}"
    joined = (
        tr("{first} and {last}").format(first=values[0], last=values[-1])
        if condition.operator is Operator.BETWEEN
        else ", ".join(values)
    )
    return " ".join((field_word(field.key), operator_word(condition.operator, field.kind), joined)).strip()
