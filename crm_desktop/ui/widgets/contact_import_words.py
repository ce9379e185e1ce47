"""The words of an import of contacts: what becomes of a row and why, and what a column can hold."""

from crm_desktop.domain.contact_imports import SKIP_REASONS, Fate, MatchKey, RowFate
from crm_desktop.domain.contacts import AddressKind, EmailKind, PhoneKind
from crm_desktop.domain.imported_contacts import CONTACT_ROW_REASONS
from crm_desktop.operations.contact_mappings import ColumnMeaning
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.words import (
    address_kind_word,
    email_kind_word,
    field_word,
    phone_kind_word,
)

FATES: tuple[Fate, ...] = (Fate.CREATED, Fate.UPDATED, Fate.SKIPPED, Fate.FAILED)
TONES = {Fate.CREATED: "ok", Fate.UPDATED: "info", Fate.SKIPPED: "neutral", Fate.FAILED: "danger"}
LEFT_OUT = "left_out"
LABEL = "|label"
"""Ends the key of a column that says the kind of the value beside it."""
_NAMES = ("full", "given", "family", "prefix", "additional", "suffix", "nickname", "organization", "title")
_FACTS = ("department", "birthday", "language", "url", "category", "note")
_CUSTOMER = (
    "customer_number", "vat_id", "legal_form", "industry", "size", "status", "status_since", "source",
)  # fmt: skip
_ADDRESS = ("street", "extended", "po_box", "postal_code", "city", "region", "country", "formatted")


def fate_word(fate: Fate, *, done: bool = False) -> str:
    """Return what becomes of a row, or with ``done`` what became of it."""
    if done:
        words = (tr("Added"), tr("Updated"), tr("Passed over"), tr("Failed"))
    else:
        words = (tr("New"), tr("Update"), tr("Pass over"), tr("Fails"))
    return dict(zip(FATES, words, strict=True))[fate]


def fate_sentence(fate: Fate, *, done: bool) -> str:
    """Return what a fate means, beside its count."""
    if done:
        words = (
            tr("contacts that were not there before"), tr("contacts that got new values"),
            tr("nothing in them is new, or you asked to leave them"), tr("came in nowhere; see below"),
        )  # fmt: skip
    else:
        words = (
            tr("become contacts"), tr("bring new values to contacts that are there"),
            tr("nothing in them is new, or you asked to leave them"),
            tr("come in nowhere until they are put right"),
        )  # fmt: skip
    return dict(zip(FATES, words, strict=True))[fate]


def reason_text(fate: RowFate) -> str:
    """Return why a row was passed over or failed; empty where nothing is to be explained."""
    if fate.problem is not None:
        return message_for(fate.problem)
    if fate.reason is None:
        return ""
    reasons: dict[str, str] = {reason.value: words for reason, words in CONTACT_ROW_REASONS.items()}
    return tr((reasons | SKIP_REASONS).get(fate.reason, fate.reason))


def match_words() -> dict[MatchKey, str]:
    """Return what a contact can be found by."""
    return {
        MatchKey.PHONE: tr("a phone number"),
        MatchKey.EMAIL: tr("an e-mail address"),
        MatchKey.NUMBER: tr("the customer number"),
    }


def import_field_word(key: str) -> str:
    """Return what a field of a table is called."""
    if key.startswith("own:"):
        return key.removeprefix("own:")
    known = {
        "full": tr("Full name"), "organization": tr("Company"), "department": tr("Department"),
        "title": tr("Position"), "url": tr("Web"), "category": tr("Tags"), "phone": tr("Phone"),
        "email": tr("E-mail"), "extended": tr("Further address line"), "po_box": tr("PO box"),
        "formatted": tr("Whole address"), "birth_day": tr("Day of birth"),
        "birth_month": tr("Month of birth"), "birth_year": tr("Year of birth"), "source": tr("Source"),
        "region": tr("Region"), "phones": tr("Phone"), "emails": tr("E-mail"), "addresses": tr("Address"),
        "tags": tr("Tag"), "photo": tr("Photo"),
    }  # fmt: skip
    return known.get(key) or field_word("contact", key)


def column_choices(own_fields: list[str]) -> list[list[tuple[str, str]]]:
    """Return groups of (key, words) a column can mean; the empty key keeps it in the note."""
    kinds = {
        "phone": tr("Phone: its kind"),
        "email": tr("E-mail: its kind"),
        "street": tr("Address: its kind"),
    }
    return [
        [("", tr("Keep in the note")), (LEFT_OUT, tr("Leave out"))],
        [(key, import_field_word(key)) for key in _NAMES],
        [("phone", tr("Phone")), ("email", tr("E-mail"))],
        [(key, import_field_word(key)) for key in _ADDRESS],
        [(key, import_field_word(key)) for key in _FACTS],
        [(key, import_field_word(key)) for key in _CUSTOMER],
        [(f"own:{name}", name) for name in own_fields],
        [(f"{key}{LABEL}", words) for key, words in kinds.items()],
        [(key, import_field_word(key)) for key in ("birth_day", "birth_month", "birth_year")],
    ]


def kind_choices(key: str) -> list[tuple[str, str]]:
    """Return (kind, words) of a field of several kinds; nothing for the others."""
    if key == "phone":
        return [(kind.value, phone_kind_word(kind)) for kind in PhoneKind]
    if key == "email":
        return [(kind.value, email_kind_word(kind)) for kind in EmailKind]
    if key in _ADDRESS:
        return [(kind.value, address_kind_word(kind)) for kind in AddressKind]
    return []


def key_of(meaning: ColumnMeaning | None) -> str:
    """Return the key a meaning has among the choices."""
    if meaning is None:
        return ""
    return f"{meaning.field}{LABEL}" if meaning.label else meaning.field
