"""The words of an exported list as the window says them."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from crm_desktop.domain.contacts import (
    AddressKind,
    Category,
    ContactKind,
    CustomerStatus,
    EmailKind,
    PhoneKind,
)
from crm_desktop.domain.filters import Gap
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.relations import RelationRole
from crm_desktop.operations.list_export import ExportWords
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.filter_words import gap_word
from crm_desktop.ui.widgets.relation_words import role_word
from crm_desktop.ui.widgets.words import (
    address_kind_word,
    contact_kind_word,
    email_kind_word,
    note_kind_word,
    phone_kind_word,
    status_word,
)


def _category_word(category: Category) -> str:
    return tr("Customers") if category is Category.CUSTOMER else tr("Address book")


_WORDS: dict[type[StrEnum], Callable[[Any], str]] = {
    Category: _category_word,
    ContactKind: contact_kind_word,
    CustomerStatus: status_word,
    PhoneKind: phone_kind_word,
    EmailKind: email_kind_word,
    AddressKind: address_kind_word,
    NoteKind: note_kind_word,
    RelationRole: role_word,
    Gap: gap_word,
}


def value_word(value: StrEnum) -> str:
    """Return a value of a fixed choice as the window says it."""
    return _WORDS[type(value)](value)


def seen_words() -> ExportWords:
    """Return the words somebody sees."""
    return ExportWords(tr, value_word)
