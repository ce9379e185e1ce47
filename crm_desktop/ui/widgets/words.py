"""Words for the domain's enumerations, as people read them; translatable, one place.

The literal calls let ``lupdate`` find each text.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.contacts import AddressKind, ContactKind, CustomerStatus, EmailKind, PhoneKind
from crm_desktop.domain.notes import NoteKind
from crm_desktop.domain.number_decisions import NumberKind
from crm_desktop.domain.relations import RelationRole
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.domain.tags import TagTone
from crm_desktop.ui.messages import duration, tr
from crm_desktop.ui.widgets.relation_words import role_word


def status_word(status: CustomerStatus) -> str:
    """Return the word for a customer's status."""
    return {
        CustomerStatus.LEAD: tr("Lead"),
        CustomerStatus.ACTIVE: tr("Active"),
        CustomerStatus.PAUSED: tr("Paused"),
        CustomerStatus.FORMER: tr("Former"),
    }[status]


STATUS_TONES: dict[CustomerStatus, str] = {
    CustomerStatus.LEAD: "info",
    CustomerStatus.ACTIVE: "ok",
    CustomerStatus.PAUSED: "warn",
    CustomerStatus.FORMER: "neutral",
}


def contact_kind_word(kind: ContactKind) -> str:
    """Return the word for what a contact is."""
    return tr("Company") if kind is ContactKind.COMPANY else tr("Person")


def phone_kind_word(kind: PhoneKind) -> str:
    """Return the word for what a number is for."""
    return {
        PhoneKind.MOBILE: tr("Mobile"),
        PhoneKind.WORK: tr("Work"),
        PhoneKind.HOME: tr("Home"),
        PhoneKind.MAIN: tr("Main"),
        PhoneKind.FAX: tr("Fax"),
        PhoneKind.PAGER: tr("Pager"),
        PhoneKind.OTHER: tr("Other"),
    }[kind]


def email_kind_word(kind: EmailKind) -> str:
    """Return the word for what an e-mail address is for."""
    return {
        EmailKind.WORK: tr("Work"),
        EmailKind.HOME: tr("Home"),
        EmailKind.OTHER: tr("Other"),
    }[kind]


def address_kind_word(kind: AddressKind) -> str:
    """Return the word for what a postal address is for."""
    return {
        AddressKind.WORK: tr("Work"),
        AddressKind.HOME: tr("Home"),
        AddressKind.BILLING: tr("Billing"),
        AddressKind.DELIVERY: tr("Delivery"),
        AddressKind.OTHER: tr("Other"),
    }[kind]


def direction_word(direction: Direction) -> str:
    """Return the word for who called whom."""
    return {
        Direction.INCOMING: tr("Incoming"),
        Direction.OUTGOING: tr("Outgoing"),
        Direction.UNKNOWN: tr("Unknown direction"),
    }[direction]


def outcome_word(outcome: Outcome) -> str:
    """Return the word for how a call ended."""
    return {
        Outcome.ANSWERED: tr("answered"),
        Outcome.MISSED: tr("missed"),
        Outcome.REJECTED: tr("rejected"),
        Outcome.BLOCKED: tr("blocked"),
        Outcome.VOICEMAIL: tr("voicemail"),
        Outcome.ANSWERED_ELSEWHERE: tr("answered elsewhere"),
        Outcome.NO_ANSWER: tr("no answer"),
        Outcome.BUSY: tr("busy"),
        Outcome.CANCELLED: tr("cancelled"),
        Outcome.FAILED: tr("failed"),
        Outcome.UNKNOWN: tr("outcome unknown"),
    }[outcome]


def note_kind_word(kind: NoteKind) -> str:
    """Return the word for what a note tells of."""
    return {
        NoteKind.NOTE: tr("Note"),
        NoteKind.MEETING: tr("Meeting"),
        NoteKind.EMAIL: tr("E-mail"),
        NoteKind.CALL: tr("Note to a call"),
    }[kind]


def call_words(direction: Direction, outcome: Outcome) -> str:
    """Return direction and outcome as one phrase: "Incoming, missed"."""
    if direction is Direction.INCOMING and outcome is Outcome.MISSED:
        return tr("Missed call")
    return tr("{direction}, {outcome}").format(
        direction=direction_word(direction), outcome=outcome_word(outcome)
    )


def call_icon(direction: Direction, outcome: Outcome) -> str:
    """Return the icon that goes beside :func:`call_words`; never without the words."""
    if outcome in {Outcome.MISSED, Outcome.REJECTED, Outcome.BLOCKED, Outcome.FAILED, Outcome.BUSY}:
        return "phone-x"
    if outcome is Outcome.VOICEMAIL:
        return "voicemail"
    return {
        Direction.INCOMING: "phone-incoming",
        Direction.OUTGOING: "phone-outgoing",
        Direction.UNKNOWN: "phone",
    }[direction]


def _file_phrases() -> dict[str, str]:
    return {
        "add_files": tr("files added"),
        "import_contacts": tr("import of contacts"),
        "rename_file": tr("file renamed"),
        "note_file": tr("note of a file changed"),
        "remove_files": tr("files removed"),
        "set_photo": tr("photo changed"),
        "remove_photo": tr("photo removed"),
    }


def interval_words(interval: Interval) -> str:
    """Return how often something comes again: "every week", "every 2 weeks"."""
    every = interval.every
    if every == 1:
        return {
            RepeatUnit.DAY: tr("every day"),
            RepeatUnit.WEEK: tr("every week"),
            RepeatUnit.MONTH: tr("every month"),
            RepeatUnit.YEAR: tr("every year"),
        }[interval.unit]
    return {
        RepeatUnit.DAY: tr("every %n days", "", every),
        RepeatUnit.WEEK: tr("every %n weeks", "", every),
        RepeatUnit.MONTH: tr("every %n months", "", every),
        RepeatUnit.YEAR: tr("every %n years", "", every),
    }[interval.unit]


def tone_word(tone: TagTone) -> str:
    """Return the colour of a tag."""
    return {
        TagTone.GREY: tr("Grey"),
        TagTone.GREEN: tr("Green"),
        TagTone.AMBER: tr("Amber"),
        TagTone.BLUE: tr("Blue"),
        TagTone.RED: tr("Red"),
    }[tone]


def no_rhythm_words(*, of_tag: bool) -> str:
    """Return what no rhythm of a contact's own means, or none of a tag."""
    return tr("Not by this tag") if of_tag else tr("As the tags say, or not at all")


def _follow_up_phrases() -> dict[str, str]:
    return {
        "add_follow_up": tr("follow-up planned"),
        "edit_follow_up": tr("follow-up changed"),
        "postpone_follow_up": tr("follow-up postponed"),
        "finish_follow_up": tr("follow-up done"),
        "reopen_follow_up": tr("follow-up opened again"),
        "remove_follow_up": tr("follow-up removed"),
        "set_rhythm": tr("keep-in-touch rhythm changed"),
        "say_whose_calls": tr("said whose calls they were"),
        "set_number_kind": tr("said what a number is"),
        "ignore_numbers": tr("unknown number left alone"),
        "heed_numbers": tr("unknown number no longer left alone"),
    }


def verb_phrase(verb: str) -> str:
    """Return what a change set did, as history and undo name it; an unknown verb is shown as it is."""
    return {
        "add_customer": tr("customer added"),
        "add_address_book": tr("entry added"),
        "edit_customer": tr("customer changed"),
        "edit_address_book": tr("entry changed"),
        "trash": tr("moved to trash"),
        "restore_from_trash": tr("restored from trash"),
        "change_in_bulk": tr("changed together with others"),
        "move_to_customer": tr("moved to customers"),
        "move_to_address_book": tr("moved to the address book"),
        "add_note": tr("note added"),
        "edit_note": tr("note changed"),
        "remove_note": tr("note removed"),
        "add_call": tr("call entered"),
        "edit_call": tr("call changed"),
        "remove_call": tr("call removed"),
        **_file_phrases(),
        **_follow_up_phrases(),
        "edit_tag": tr("tag changed"),
        "confirm_value": tr("value confirmed"),
        "define_field": tr("own field added"),
        "change_field": tr("own field changed"),
        "remove_field": tr("own field removed"),
        "add_relation": tr("relation added"),
        "edit_relation": tr("relation changed"),
        "end_relation": tr("end of a relation changed"),
        "remove_relation": tr("relation removed"),
        "add_bank": tr("bank account added"),
        "edit_bank": tr("bank account changed"),
        "remove_bank": tr("bank account removed"),
        "reject_bank": tr("change of a bank account dropped"),
        "confirm_bank": tr("bank account confirmed"),
        "confirm_bank_alone": tr("bank account confirmed alone"),
        "undo": tr("undone"),
        "revert": tr("reverted"),
        "redo": tr("done again"),
        "import_calls": tr("calls imported"),
        "undo_import": tr("import undone"),
        "grant_consent": tr("consent granted"),
        "withdraw_consent": tr("consent withdrawn"),
        **_catalogue_phrases(),
    }.get(verb, verb.replace("_", " "))


def _catalogue_phrases() -> dict[str, str]:
    return {
        "add_product": tr("product added"),
        "edit_product": tr("product changed"),
        "retire_product": tr("product retired"),
        "offer_product": tr("product offered again"),
        "delete_product": tr("product deleted"),
        "merge_products": tr("products merged"),
        "merge_contacts": tr("merged"),
        "tell_apart": tr("told apart"),
        "add_product_use": tr("product in use added"),
        "edit_product_use": tr("product in use changed"),
        "end_product_use": tr("end of a product's use changed"),
        "renew_product_use": tr("product renewed"),
        "remove_product_use": tr("product in use removed"),
        "add_filter": tr("view saved"),
        "edit_filter": tr("saved view changed"),
        "order_filters": tr("saved views put in another order"),
        "remove_filter": tr("saved view removed"),
        "share_filter": tr("saved view shared or made private"),
        "edit_shared_filter": tr("shared view changed"),
        "remove_shared_filter": tr("shared view removed"),
    }


def field_word(table: str, field: str) -> str:
    """Return what a stored field is called on the page; an unknown one is shown as it is."""
    if field == "raw":
        return tr("Phone")
    if table == "postal_address" and field == "region":
        return tr("Region")
    return {
        "address": tr("E-mail"),
        "prefix": tr("Prefix"),
        "given": tr("Given name"),
        "additional": tr("Middle name"),
        "family": tr("Family name"),
        "suffix": tr("Suffix"),
        "nickname": tr("Nickname"),
        "company": tr("Company"),
        "title": tr("Position"),
        "legal_form": tr("Legal form"),
        "industry": tr("Industry"),
        "size": tr("Size"),
        "birthday": tr("Birthday"),
        "language": tr("Language"),
        "urls": tr("Web"),
        "note": tr("Note"),
        "status": tr("Status"),
        "status_since": tr("Status since"),
        "street": tr("Street"),
        "postal_code": tr("Postal code"),
        "city": tr("City"),
        "country": tr("Country"),
        "extension": tr("Extension"),
        "name": tr("Name"),
        "since": tr("Since"),
        "until": tr("Until"),
        "customer_id": tr("Customer"),
        "customer_number": tr("Customer no."),
        "vat_id": tr("VAT id"),
        "vat_unchecked": tr("VAT id unchecked"),
        "unchecked": tr("E-mail unchecked"),
        "system": tr("System"),
        "value": tr("Id there"),
        "tag": tr("Tag"),
        "file": tr("File"),
        "text": tr("Note"),
        "role": tr("Relation"),
        "started_on": tr("Since"),
        "ended_on": tr("Until"),
        "position": tr("Function"),
        **_call_fields(),
        **_follow_up_fields(),
        **_product_fields(),
    }.get(field, field.replace("_", " "))


def _product_fields() -> dict[str, str]:
    return {
        "renewal_on": tr("Renews on"),
        "plan": tr("Plan"),
        "quantity": tr("Quantity"),
        "serial": tr("Contract or serial no."),
        "product": tr("Product"),
        "code": tr("Code"),
        "vendor": tr("Vendor"),
        "plans": tr("Plans or versions"),
    }


def _call_fields() -> dict[str, str]:
    return {
        "direction": tr("Who called"),
        "how": tr("Call"),
        "began": tr("Began"),
        "duration_s": tr("Talk time"),
        "raw_number": tr("Number"),
    }


def _follow_up_fields() -> dict[str, str]:
    return {
        "what": tr("Follow-up"),
        "due_on": tr("Due"),
        "due_time": tr("Time"),
        "assignee": tr("For"),
        "repeat": tr("Repeats"),
        "outcome": tr("Outcome"),
        "rhythm": tr("Keep in touch"),
        "number_kind": tr("It is"),
    }


def number_kind_word(kind: NumberKind) -> str:
    """Return what a number is, as its history tells it."""
    return {
        NumberKind.CUSTOMER: tr("this customer’s"),
        NumberKind.SWITCHBOARD: tr("switchboard"),
        NumberKind.SHARED: tr("line of several people"),
        NumberKind.OWN: tr("our own number"),
        NumberKind.IGNORED: tr("left alone"),
    }[kind]


def value_word(field: str, value: str) -> str:
    """Return a stored value as people read it."""
    words: dict[str, tuple[type[StrEnum], Callable[[Any], str]]] = {
        "number_kind": (NumberKind, number_kind_word),
        "status": (CustomerStatus, status_word),
        "role": (RelationRole, role_word),
        "direction": (Direction, direction_word),
        "outcome": (Outcome, outcome_word),
    }
    if field in words:
        kind, word = words[field]
        return word(kind(value)) if value in set(kind) else value
    if field == "how":
        direction, outcome, seconds = value.split(" ")
        talked = duration(int(seconds)) if int(seconds) else ""
        return " · ".join(filter(None, (call_words(Direction(direction), Outcome(outcome)), talked)))
    if field == "began":
        return value[: len("2026-03-31 14:05")]
    if field == "duration_s" and value.isdecimal():
        return duration(int(value))
    if field in {"repeat", "rhythm"}:
        every, _, unit = value.partition(" ")
        return interval_words(Interval(int(every), RepeatUnit(unit)))
    return value
