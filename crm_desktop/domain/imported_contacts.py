"""A contact as a foreign file gives it: before matching, before anything is checked or stored.

Nothing a file says is thrown away here: what no field of ours stands for is kept word for word in
``other`` and comes back in an export.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from crm_desktop.domain.contacts import AddressKind, ContactKind, EmailKind, PhoneKind


class ContactRowReason(StrEnum):
    """Why a row or a card of a file gave no contact, or one with something missing."""

    NO_NAME = "no_name"
    BLANK_ROW = "blank_row"
    NOT_ENDED = "card_not_ended"
    LINE_UNREADABLE = "line_unreadable"
    TOO_LONG = "row_too_long"
    GROUP = "group_of_contacts"
    COLUMN_COUNT = "column_count"
    UNCLOSED_QUOTE = "unclosed_quote"
    TRUNCATED = "truncated"
    BAD_PHOTO = "photo_unreadable"


@dataclass(frozen=True, slots=True)
class ImportedPhone:
    """A number as in the file and as E.164 (None where it cannot be read); ``label`` as a person wrote it."""

    raw: str
    number: str | None = None
    kind: PhoneKind = PhoneKind.OTHER
    is_primary: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedEmail:
    """An e-mail address as in the file."""

    address: str
    kind: EmailKind = EmailKind.OTHER
    is_primary: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedAddress:
    """A postal address; ``country`` is ISO 3166-1 alpha-2 where its name is known, else as in the file."""

    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    kind: AddressKind = AddressKind.OTHER
    is_primary: bool = False
    label: str | None = None
    former: bool = False


@dataclass(frozen=True, slots=True)
class ImportedContact:
    """A person or company of a file, which begins in its ``line`` (1 is the first).

    ``birthday`` is ISO 8601, ``--MM-DD`` without a year. ``uid`` is the file's own identifier.
    ``values`` are (field key, text) of our own fields that only tables have (``customer_number``,
    ``own:NAME`` of an own field, ``product:1:since``, ``foreign:1:value``); ``other`` are whole properties
    of a vCard no field stands for.
    """

    line: int
    kind: ContactKind = ContactKind.PERSON
    full: str | None = None
    prefix: str | None = None
    given: str | None = None
    additional: str | None = None
    family: str | None = None
    suffix: str | None = None
    nickname: str | None = None
    organization: str | None = None
    department: str | None = None
    title: str | None = None
    phones: tuple[ImportedPhone, ...] = ()
    emails: tuple[ImportedEmail, ...] = ()
    addresses: tuple[ImportedAddress, ...] = ()
    birthday: str | None = None
    language: str | None = None
    urls: tuple[str, ...] = ()
    note: str | None = None
    categories: tuple[str, ...] = ()
    photo: bytes | None = None
    uid: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedContact:
    """A row or a line of a file that is not in any contact, and why.

    ``text`` is what the file says there and ``contact`` what could be read of it: for the report on
    screen and for putting it right, never stored.
    """

    line: int
    reason: ContactRowReason
    text: str = field(default="", compare=False)
    contact: ImportedContact | None = field(default=None, compare=False)


ContactRow = ImportedContact | RejectedContact

# Why a row became no contact; shown beside its line in the report.
CONTACT_ROW_REASONS: dict[ContactRowReason, str] = {
    ContactRowReason.NO_NAME: "no name, no number and no e-mail address",
    ContactRowReason.BLANK_ROW: "empty",
    ContactRowReason.NOT_ENDED: "the card has no end (END:VCARD)",
    ContactRowReason.LINE_UNREADABLE: "this line of the card could not be read; its other lines were",
    ContactRowReason.TOO_LONG: "longer than any contact can be",
    ContactRowReason.GROUP: "a group of contacts, not a contact",
    ContactRowReason.COLUMN_COUNT: "wrong number of columns",
    ContactRowReason.UNCLOSED_QUOTE: "a quotation mark is not closed",
    ContactRowReason.TRUNCATED: "the file ends in the middle of this row",
    ContactRowReason.BAD_PHOTO: "the photo could not be read; the rest of the card was",
}
