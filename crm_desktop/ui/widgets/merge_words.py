"""Duplicates and merges in words: why two may be one, what a field holds, what else goes over."""

from collections.abc import Sequence

from crm_desktop.domain.contacts import ContactCard
from crm_desktop.domain.custom_fields import CustomField
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.duplicates import Finding, Reason
from crm_desktop.operations.merging import Moved
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.contact_options import ContactOptions
from crm_desktop.ui.widgets.events import shown_value
from crm_desktop.ui.widgets.words import field_word

_LONGEST = 26
CUSTOM = "custom."


def reason_words(finding: Finding) -> str:
    """Return why two records may be one, or what speaks against it."""
    if finding.reason is Reason.NAME_TYPO:
        if finding.detail == "1":
            return tr("the name differs by one letter")
        return tr("the name differs by {count} letters").format(count=finding.detail)
    words = {
        Reason.MOBILE: tr("same mobile number"),
        Reason.PHONE: tr("same phone number"),
        Reason.EMAIL: tr("same e-mail address"),
        Reason.SHARED_EMAIL: tr("same office mailbox"),
        Reason.ACCOUNT: tr("same bank account"),
        Reason.VAT: tr("same VAT id"),
        Reason.FOREIGN_ID: tr("same id in another system"),
        Reason.NUMBER_ELSEWHERE: tr("one has the customer number of the other"),
        Reason.ADDRESS: tr("same postal address"),
        Reason.BIRTHDAY: tr("same birthday"),
        Reason.COMPANY: tr("same company"),
        Reason.NAME: tr("same name"),
        Reason.NAME_SHORT: tr("one name is short for the other"),
        Reason.NO_NAME: tr("one has no name"),
        Reason.OTHER_GIVEN: tr("other given name"),
        Reason.OTHER_NAME: tr("other name"),
        Reason.OTHER_BIRTHDAY: tr("other birthday"),
        Reason.OTHER_VAT: tr("other VAT id"),
    }[finding.reason]
    shown = finding.reason in {Reason.EMAIL, Reason.SHARED_EMAIL, Reason.VAT}
    if finding.reason in {Reason.MOBILE, Reason.PHONE}:
        return f"{words} {international_display(finding.detail)}"
    return f"{words} {finding.detail}" if shown and finding.detail else words


def reasons_words(findings: Sequence[Finding]) -> str:
    """Return all reasons in one line, what weighs most first."""
    text = " · ".join(reason_words(finding) for finding in findings)
    return text[:1].upper() + text[1:]


def merge_field_word(name: str, fields: Sequence[CustomField]) -> str:
    """Return what a field of a merge is called."""
    if name == "photo":
        return tr("Photo")
    if name.startswith(CUSTOM):
        number = int(name.removeprefix(CUSTOM))
        return next((field.name for field in fields if field.id == number), tr("Own field"))
    if name == "source":
        return tr("Source")
    return field_word("contact", name)


def merge_value(name: str, value: object, options: ContactOptions) -> str:
    """Return a value of a field as people read it."""
    if name == "photo":
        return tr("Has a photo") if value else DASH
    if name == "owner_id":
        return options.owner(int(str(value))) if value is not None else DASH
    return shown_value(name, value)


def short(text: str) -> str:
    """Return one line of a text that fits a column."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def list_lines(card: ContactCard) -> list[tuple[str, str]]:
    """Return what a record has several of, a line of the merge each: (what, one below the other)."""
    addresses = (
        ", ".join(filter(None, (item.street, item.postal_code, item.city))) for item in card.addresses
    )
    return [
        (tr("Phones"), "\n".join(phone.raw for phone in card.phones)),
        (tr("E-mails"), "\n".join(email.address for email in card.emails)),
        (tr("Addresses"), "\n".join(addresses)),
        (tr("Tags"), "\n".join(tag.name for tag in card.tags)),
        (tr("Ids elsewhere"), "\n".join(f"{item.system} {item.value}" for item in card.foreign_ids)),
        (tr("Products"), str(len(card.product_uses)) if card.product_uses else ""),
    ]


def moved_words(moved: Moved) -> str:
    """Return what else goes over to the record that stays."""
    parts = [
        tr("%n calls", "", moved.calls) if moved.calls else "",
        tr("%n notes", "", moved.notes) if moved.notes else "",
        tr("%n files", "", moved.files) if moved.files else "",
        tr("%n follow-ups", "", moved.follow_ups) if moved.follow_ups else "",
        tr("%n relations", "", moved.relations) if moved.relations else "",
        tr("%n bank accounts, which wait to be confirmed", "", moved.accounts) if moved.accounts else "",
    ]
    told = ", ".join(part for part in parts if part)
    if not told:
        return tr("The history goes over too.")
    return tr("Goes over too: {what}, and the history.").format(what=told)
