"""What is told of a contact on its overview: labels and values, marks beside them, lines of a product."""

from collections.abc import Sequence

from crm_desktop.domain.address_layout import address_block
from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import AddressKind, EmailKind, PastStatus
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.contact_options import ContactOptions, shown_value
from crm_desktop.ui.widgets.contact_origins import Origins
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.words import address_kind_word, email_kind_word, phone_kind_word, status_word

Facts = list[tuple[str, str]]


def overview_facts(
    draft: ContactDraft,
    bank: str = "",
    more: Sequence[tuple[str, str]] = (),
    origins: Origins | None = None,
) -> list[tuple[str, str, str]]:
    """Return (label, value, where it came from) of all a contact holds besides name, status, products.

    ``more``: identifiers, statuses and own fields, which stand before the note; ``origins``: what is told
    of phones, e-mails and addresses.
    """
    told = origins or {}
    facts = [
        (phone_kind_word(p.kind), _marked(p.raw, p, draft.phones, p.note), told.get(("phone", p.id or 0), ""))
        for p in draft.phones
    ]
    facts += [
        (
            _email_words(e, first=place == 0),
            _marked(e.address, e, draft.emails, e.note),
            told.get(("email", e.id or 0), ""),
        )
        for place, e in enumerate(draft.emails)
    ]
    facts += [
        (
            _address_words(a, first=place == 0),
            _marked(lines_of(*address_block(a)), a, draft.addresses, a.note),
            told.get(("postal_address", a.id or 0), ""),
        )
        for place, a in enumerate(draft.addresses)
    ]
    others = [
        (tr("Bank"), bank),
        (tr("Nickname"), draft.nickname or ""),
        (tr("Industry"), draft.industry or ""),
        (tr("Size"), draft.size or ""),
        (tr("Birthday"), date_words(draft.birthday)),
        (tr("Language"), draft.language or ""),
        (tr("Web"), draft.urls or ""),
        (tr("Since"), date_words(draft.status_since)),
        (tr("Source"), draft.source or ""),
        *more,
        (tr("Note"), draft.note or ""),
    ]
    facts += [(words, value, "") for words, value in others]
    return [fact for fact in facts if fact[1].strip()]


def lines_of(*lines: str | None) -> str:
    """Return the lines that are not empty, one beneath the other."""
    return "\n".join(line for line in lines if line)


def _marked(
    value: str, part: PhoneDraft | EmailDraft | AddressDraft, parts: Sequence[object], note: str | None
) -> str:
    """Return a value with what is to be known of it: that it is the main one of several, or not checked."""
    marks = [tr("main", "the first of several numbers")] if part.is_primary and len(parts) > 1 else []
    if not isinstance(part, AddressDraft) and part.unchecked:
        marks.append(tr("unchecked"))
    first, *rest = value.split("\n")
    return lines_of("   ·   ".join([first, *marks]), *rest, note)


def _email_words(email: EmailDraft, *, first: bool) -> str:
    """Return what stands before an e-mail address: its kind, of the first one only where it is not work."""
    return tr("E-mail") if first and email.kind is EmailKind.WORK else email_kind_word(email.kind)


def _address_words(address: AddressDraft, *, first: bool) -> str:
    """Return what stands before an address: its kind, as for an e-mail, and that it is a former one."""
    plain = first and address.kind is AddressKind.WORK
    words = tr("Address") if plain else address_kind_word(address.kind)
    return tr("{kind}, former").format(kind=words) if address.former else words


def product_facts(use: ProductUseDraft) -> tuple[str, str]:
    """Return the two lines of a product: what and how many; since when and under which contract."""
    first = [use.product, use.plan or "", tr("%n units", "", use.quantity) if use.quantity else ""]
    second = [
        tr("since {date}").format(date=date_words(use.since)) if use.since else "",
        tr("until {date}").format(date=date_words(use.until)) if use.until else "",
        tr("contract {number}").format(number=use.serial) if use.serial else "",
        use.note or "",
    ]
    return " · ".join(part for part in first if part), " · ".join(part for part in second if part)


def identifier_facts(draft: ContactDraft) -> Facts:
    """Return customer number, VAT id and foreign ids."""
    unchecked = f"   ·   {tr('unchecked')}" if draft.vat_unchecked else ""
    facts = [
        (tr("Customer no."), draft.customer_number or ""),
        (tr("VAT id"), (draft.vat_id or "") + unchecked),
    ]
    return facts + [(known.system, known.value) for known in draft.foreign_ids]


def status_facts(draft: ContactDraft, past: Sequence[PastStatus], options: ContactOptions) -> Facts:
    """Return who looks after the contact, and each status with its days, the newest first."""
    lines = [f"{status_word(was.status)}: {_days(was)}" for was in reversed(past)]
    return [(tr("Owner"), options.owner(draft.owner_id)), (tr("Was before"), "\n".join(lines))]


def _days(was: PastStatus) -> str:
    until = date_words(was.until)
    if was.since is None:
        return tr("until {date}").format(date=until)
    return tr("{since} to {until}").format(since=date_words(was.since), until=until)


def own_facts(draft: ContactDraft, options: ContactOptions) -> Facts:
    """Return what stands in the office's own fields."""
    values = dict(draft.custom)
    return [
        (field.name, shown_value(field, values[field.id])) for field in options.fields if field.id in values
    ]
