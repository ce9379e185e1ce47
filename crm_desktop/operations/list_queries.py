"""What somebody may ask of a list of contacts: conditions by right, days counted from today, account ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.filter_checks import check_condition
from crm_desktop.domain.filters import (
    Condition,
    Gap,
    Operator,
    OwnFields,
    gaps_for,
    is_account_end,
    lacks_field,
    resolved,
    rights_of_conditions,
)
from crm_desktop.domain.own_filters import own_filter_fields
from crm_desktop.operations.bank_accounts import find_by_last_four
from crm_desktop.operations.session import Session
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.storage import contact_list, custom_fields
from crm_desktop.storage.contact_list import ContactQuery

__all__ = [
    "Condition", "Gap", "Operator", "OwnFields", "allowed", "contact_gaps", "filter_fields",
    "found_by_account", "incomplete",
]  # fmt: skip


def allowed(session: Session, query: ContactQuery) -> ContactQuery:
    """Return the query as the person signed in may ask it, days resolved in the organization's time zone.

    A condition on an own field that was removed holds for nobody: without it this would be another list.
    Raises InvalidValueError for a condition that is none, RefusedError("right_missing") for one on what the
    person may not see.
    """
    if query.sort == "last_contact" and not session.may("calls.view"):
        # An order by last call would tell somebody without the right who was called when (promise P10).
        query = replace(query, sort="name")
    if query.conditions:
        own = _own_fields(session, query)
        for condition in query.conditions:
            if not lacks_field(condition, own):
                check_condition(condition, query.category, own)
        for right in sorted(rights_of_conditions(query.conditions)):
            session.require(right)
        zone = session.organization.time_zone
        day = _today(session, zone)
        conditions = tuple(resolved(_tidied(condition), day) for condition in query.conditions)
        kinds = tuple((key, field.kind) for key, field in own.items() if not field.removed)
        query = replace(query, conditions=conditions, time_zone=zone, own_kinds=kinds)
    return replace(query, also=found_by_account(session, query))


def _own_fields(session: Session, query: ContactQuery) -> OwnFields:
    """Return the own fields its conditions may speak of; empty where they speak of none."""
    if not any(own_field_of(condition.field) is not None for condition in query.conditions):
        return {}
    return filter_fields(session, query.category)


def filter_fields(session: Session, category: Category) -> OwnFields:
    """Return the own fields a list is filtered by, removed ones too."""
    with session.reading("records.view") as connection:
        return own_filter_fields(custom_fields.all_fields(connection), category)


def _tidied(condition: Condition) -> Condition:
    """Return the condition without blanks around its values, as it was checked."""
    return replace(condition, values=tuple(value.strip() for value in condition.values))


def _today(session: Session, zone: str) -> date:
    return datetime.fromtimestamp(session.now(), UTC).astimezone(ZoneInfo(zone)).date()


def found_by_account(session: Session, query: ContactQuery) -> tuple[int, ...]:
    """Return the contacts with an account that ends in the four digits typed, in whichever list they stand.

    For holders of ``bank.view`` only; for all others four digits are part of a number and nothing more.
    """
    if query.trashed or not is_account_end(query.text) or not session.may("bank.view"):
        return ()
    if session.ring.current_class_key(KeyKind.BANK) is None:
        return ()  # the right was given, and nobody who holds the key has signed in since
    return tuple(find_by_last_four(session, query.text.strip()))


def incomplete(session: Session, category: Category) -> Condition:
    """Return the built-in filter of incomplete records; without ``calls.view`` nobody is quiet."""
    return gaps_for(category, with_calls=session.may("calls.view"))


def contact_gaps(session: Session, ids: Sequence[int], condition: Condition) -> dict[int, tuple[Gap, ...]]:
    """Return what each contact lacks of what the condition on ``incomplete`` asks for; errors as above."""
    query = ContactQuery(category=Category.CUSTOMER, conditions=(condition,))
    known = allowed(session, query)
    with session.reading("records.view") as connection:
        return contact_list.gaps_of(connection, ids, known.conditions[0], known.time_zone)
