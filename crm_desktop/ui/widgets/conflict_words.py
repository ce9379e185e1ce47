"""What two savers changed, in words: the name of a field and its value as people read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from crm_desktop.domain.bank_accounts import MandateSequence
from crm_desktop.domain.contact_merging import PRIMARY, Place, Taken, row_label
from crm_desktop.domain.contacts import AddressKind, EmailKind, PhoneKind
from crm_desktop.domain.follow_ups import Due
from crm_desktop.domain.relations import RelationRole
from crm_desktop.domain.repeats import Interval
from crm_desktop.domain.tags import TagTone
from crm_desktop.operations import keep_in_touch
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.contact_options import ContactOptions, shown_value
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.relation_words import role_word
from crm_desktop.ui.widgets.words import (
    address_kind_word,
    email_kind_word,
    field_word,
    interval_words,
    no_rhythm_words,
    phone_kind_word,
    tone_word,
    value_word,
)

_TABLES = {
    "addresses": "postal_address", "product_uses": "product_use", "foreign_ids": "foreign_id",
    "relations": "relation", "notes": "contact_note", "calls": "call", "files": "attachment",
    "follow_ups": "follow_up", "products": "product", "tag": "tag",
}  # fmt: skip
_RHYTHMS = frozenset({keep_in_touch.CONTACTS, keep_in_touch.TAGS})
_DATES = frozenset(
    {
        "since",
        "until",
        "started_on",
        "ended_on",
        "renewal_on",
        "status_since",
        "birthday",
        "mandate_on",
        "due_on",
    }
)


def place_word(place: Place, label: str, options: ContactOptions) -> str:
    """Return what a place is called: the field, for a row with the row it is in."""
    if place.group == "custom":
        return next((field.name for field in options.fields if str(field.id) == place.row), "?")
    if place.column == PRIMARY:
        return tr("{part}: the first one").format(part=_part_word(place.group))
    if not place.row:
        return field_word("contact", place.group) if place.group not in _words() else _part_word(place.group)
    if not place.column:
        return f"{_part_word(place.group)}: {label}"
    name = _own_words(place.group).get(place.column) or field_word(_TABLES.get(place.group, ""), place.column)
    return f"{label}, {name}" if label else name


def _words() -> dict[str, str]:
    return {
        "phones": tr("Phone"), "emails": tr("E-mail"), "addresses": tr("Address"),
        "product_uses": tr("Product"), "foreign_ids": tr("Id in another system"), "tags": tr("Tag"),
        "bank_accounts": tr("Bank account"),
        "owner_id": tr("Owner"), "kind": tr("Kind"), "source": tr("Source"), "category": tr("List"),
    }  # fmt: skip


def _own_words(group: str) -> dict[str, str]:
    if group == "bank_accounts":
        return {
            "account": tr("Number"), "unchecked": tr("Kept unchecked"), "bic": tr("BIC"),
            "bank_name": tr("Bank"), "bank_code": tr("Bank code"), "holder": tr("Holder"),
            "currency": tr("Currency"), "purpose": tr("Purpose"), "active": tr("In use"),
            "mandate_reference": tr("Mandate"), "mandate_on": tr("Mandate signed on"),
            "mandate_sequence": tr("Collection"), "note": tr("Note"),
        }  # fmt: skip
    if group == "follow_ups":
        return {"assignee_id": tr("For"), "contact_id": tr("Contact"), "due": tr("Due")}
    if group in _RHYTHMS:
        return {"interval": tr("How often")}
    if group == "tag":
        return {"tone": tr("Colour")}
    return {"kind": tr("Kind"), "former": tr("Former"), "role": tr("Relation"), "text": tr("Note")}


def _part_word(group: str) -> str:
    return _words()[group]


def value_text(place: Place, value: object, options: ContactOptions) -> str:
    """Return a value of a place as people read it; an empty one is a dash."""
    if value is None or value == "":
        return _empty_text(place)
    if words := _FACTS.get(type(value)):
        return words(value)
    if is_dataclass(value):
        return _row_text(value)
    if place.group == "owner_id":
        return next((name for member_id, name in options.owners if member_id == value), "?")
    if place.group == "custom":
        field = next((field for field in options.fields if str(field.id) == place.row), None)
        return shown_value(field, str(value)) if field else str(value)
    return _plain_text(place, value)


def _empty_text(place: Place) -> str:
    if place.group in _RHYTHMS:
        return no_rhythm_words(of_tag=place.group == keep_in_touch.TAGS)
    return tr("removed") if place.row and not place.column and place.group != "custom" else DASH


def _due_text(due: Due) -> str:
    return " ".join(part for part in (date_words(due.day), due.time) if part)


def _list_text(values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values)) or DASH


_FACTS: dict[type, Callable[[Any], str]] = {Interval: interval_words, Due: _due_text, tuple: _list_text}
_CHOICES: dict[type, Callable[[Any], str]] = {
    PhoneKind: phone_kind_word,
    EmailKind: email_kind_word,
    AddressKind: address_kind_word,
    RelationRole: role_word,
    TagTone: tone_word,
    MandateSequence: str,
}


def _plain_text(place: Place, value: object) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, StrEnum):
        return _choice_text(value)
    if place.group == "calls":
        return value_word(place.column, str(value))
    return date_words(str(value)) if (place.column or place.group) in _DATES else str(value)


def _choice_text(value: StrEnum) -> str:
    words = _CHOICES.get(type(value))
    return value_word("status", value.value) if words is None else words(value)


def _row_text(row: object) -> str:
    """Return a whole row in one line: what it is known by, then what else is typed in it."""
    texts = [row_label(row)]
    for field in fields(row):  # type: ignore[arg-type]  # asked for before: an instance of a dataclass
        value = getattr(row, field.name)
        if isinstance(value, str) and not isinstance(value, StrEnum) and value not in texts[0]:
            texts.append(date_words(value) if field.name in _DATES else value)
    return ", ".join(text for text in texts if text)


def taken_words(taken: Sequence[Taken], who: str, options: ContactOptions) -> str:
    """Return the sentence that says what somebody else had changed beside one's own save."""
    changes: Mapping[str, None] = dict.fromkeys(
        f"{place_word(one.place, one.label, options)}: {value_text(one.place, one.after, options)}"
        for one in taken
    )
    return tr("Saved. {name} had changed meanwhile, and it stays: {changes}").format(
        name=who or tr("Somebody else"), changes="; ".join(changes)
    )
