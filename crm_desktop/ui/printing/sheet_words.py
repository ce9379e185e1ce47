"""What the sheet of a contact says, in words: sections of (label, value), each value once."""

from crm_desktop.domain.address_layout import address_block
from crm_desktop.domain.contacts import Contact, ContactCard, ProductUse
from crm_desktop.operations.bank_accounts import AccountLine
from crm_desktop.operations.printing import SheetContent
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.contact_options import ContactOptions, shown_value
from crm_desktop.ui.widgets.events import call_entry
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.words import address_kind_word, email_kind_word, phone_kind_word, status_word

Facts = list[tuple[str, str]]


def sheet_sections(content: SheetContent, options: ContactOptions, clock: Clock) -> list[tuple[str, Facts]]:
    """Return title and facts of each section that has any."""
    card = content.card
    sections = (
        (tr("Contact data"), _contact_data(card)),
        (tr("Details"), _details(card.contact, options) + _more_details(card, options)),
        (tr("Products"), [_use(use, content.products) for use in card.product_uses]),
        (tr("Note"), [("", card.contact.note)] if card.contact.note else []),
        (tr("Notes"), [(f"{clock.day(note.at)}\n{note.member_name}", note.text) for note in content.notes]),
        (tr("Bank"), [fact for line in content.accounts for fact in _account(line)]),
        (tr("Calls"), _calls(content, clock)),
    )
    return [(title, facts) for title, facts in sections if facts]


def _contact_data(card: ContactCard) -> Facts:
    facts = [(phone_kind_word(phone.kind), _noted(phone.raw, phone.note)) for phone in card.phones]
    facts += [(f"{tr('E-mail')} · {email_kind_word(mail.kind)}", _noted(mail.address, mail.note))
              for mail in card.emails]  # fmt: skip
    if card.contact.urls:
        facts.append((tr("Web"), card.contact.urls))
    for address in card.addresses:
        kind = f"{tr('Address')} · {address_kind_word(address.kind)}"
        words = f"{kind} ({tr('former')})" if address.former else kind
        facts.append((words, _noted("\n".join(address_block(address)), address.note)))
    return facts


def _noted(text: str, note: str | None) -> str:
    return f"{text}\n{note}" if note else text


def _details(contact: Contact, options: ContactOptions) -> Facts:
    status = status_word(contact.status) if contact.status is not None else ""
    since = date_words(contact.status_since) if status and contact.status_since else ""
    facts: list[tuple[str, str | None]] = [
        (tr("Customer no."), contact.customer_number),
        (tr("Status"), tr("{status} since {date}").format(status=status, date=since) if since else status),
        (tr("Nickname"), contact.nickname),
        (tr("Legal form"), contact.legal_form),
        (tr("Industry"), contact.industry),
        (tr("Size"), contact.size),
        (tr("VAT id"), contact.vat_id),
        (tr("Birthday"), date_words(contact.birthday)),
        (tr("Language"), contact.language),
        (tr("Source"), contact.source),
        (tr("Owner"), options.owner(contact.owner_id)),
    ]
    return [(words, value) for words, value in facts if value]


def _more_details(card: ContactCard, options: ContactOptions) -> Facts:
    facts = [(tr("Tags"), ", ".join(tag.name for tag in card.tags))] if card.tags else []
    facts += [(known.system, known.value) for known in card.foreign_ids]
    values = {value.field_id: value.value for value in card.custom_values}
    own = [known for known in options.fields if known.id in values]
    return facts + [(known.name, shown_value(known, values[known.id])) for known in own]


def _use(use: ProductUse, names: dict[int, str]) -> tuple[str, str]:
    parts = [use.plan or ""]
    if use.since:
        parts.append(tr("since {date}").format(date=date_words(use.since)))
    if use.until:
        parts.append(tr("until {date}").format(date=date_words(use.until)))
    if use.quantity is not None:
        parts.append(tr("Quantity: {number}").format(number=use.quantity))
    if use.serial:
        parts.append(tr("Serial number: {number}").format(number=use.serial))
    if use.renewal_on:
        parts.append(tr("renews {date}").format(date=date_words(use.renewal_on)))
    words = " · ".join(part for part in parts if part)
    return names.get(use.product_id, ""), _noted(words, use.note)


def _account(line: AccountLine) -> Facts:
    if line.problem is not None:
        return [("", message_for(line.problem))]
    facts = []
    for shown, words in ((line.confirmed, tr("Account")), (line.waiting, tr("Not confirmed yet"))):
        if shown is not None:
            details = shown.details
            parts = [shown.masked, details.bank_name, details.bic, details.holder, details.purpose]
            facts.append((words, " · ".join(part for part in parts if part)))
    return facts


def _calls(content: SheetContent, clock: Clock) -> Facts:
    found = [(entry.at, call_entry(entry.call, clock)) for entry in content.calls if entry.call is not None]
    return [(clock.day(at), f"{entry.title}\n{entry.detail}") for at, entry in found]
