"""The same contact written as a vCard, 3.0 (RFC 2426) or 4.0 (RFC 6350): what is written is read again.

Our own fields no property stands for are written as ``X-CT-CRM-…``; what a card said that no field
stands for is written back word for word.
"""

import base64
from collections.abc import Iterator, Sequence
from enum import StrEnum

from crm_desktop.domain.contacts import AddressKind, ContactKind, PhoneKind
from crm_desktop.domain.imported_contacts import (
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
)
from crm_desktop.importers.contacts.labels import address_kind, email_kind, phone_kind
from crm_desktop.importers.contacts.vcard_text import FORMER, OWN_PREFIX, OWN_VALUE, REMARK, escaped

_WIDTH = 75
_PHONE_TYPES = {
    PhoneKind.MOBILE: "cell", PhoneKind.WORK: "work", PhoneKind.HOME: "home", PhoneKind.MAIN: "main",
    PhoneKind.FAX: "fax", PhoneKind.PAGER: "pager",
}  # fmt: skip
_IMAGES = ((b"\x89PNG", "PNG"), (b"GIF8", "GIF"), (b"RIFF", "WEBP"))


class Version(StrEnum):
    """The versions that are written."""

    V3 = "3.0"
    V4 = "4.0"


def card(contact: ImportedContact, version: Version = Version.V4) -> bytes:
    """Return one card in UTF-8, its lines folded at 75 octets and ended by CRLF."""
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *_Writer(contact, version).lines(), "END:VCARD"]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


class _Writer:
    def __init__(self, contact: ImportedContact, version: Version) -> None:
        self._contact = contact
        self._version = version
        self._groups = _free_groups(contact.other)

    def lines(self) -> Iterator[str]:
        """Yield every property, unfolded."""
        contact = self._contact
        yield f"FN:{escaped(contact.full or '')}"
        parts = (contact.family, contact.given, contact.additional, contact.prefix, contact.suffix)
        yield f"N:{';'.join(escaped(part or '') for part in parts)}"
        yield from self._texts()
        if contact.organization or contact.department:
            units = [contact.department] if contact.department else []
            yield "ORG:" + ";".join(escaped(part or "") for part in (contact.organization, *units))
        yield from self._company()
        for phone in contact.phones:
            yield from self._phone(phone)
        for email in contact.emails:
            yield from self._email(email)
        for address in contact.addresses:
            yield from self._address(address)
        yield from self._facts()
        yield from contact.other

    def _texts(self) -> Iterator[str]:
        contact = self._contact
        found = (
            ("NICKNAME", contact.nickname),
            ("TITLE", contact.title),
            ("LANG", contact.language),
            ("UID", contact.uid),
            ("NOTE", contact.note),
        )
        for name, text in found:
            if text:
                yield f"{name}:{escaped(text)}"

    def _company(self) -> Iterator[str]:
        if self._contact.kind is ContactKind.COMPANY:
            yield "KIND:org" if self._version is Version.V4 else "X-ABShowAs:COMPANY"
        elif not (self._contact.given or self._contact.family):
            yield f"{OWN_PREFIX}KIND:person"  # others take a card without a name for a company's

    def _phone(self, phone: ImportedPhone) -> Iterator[str]:
        kind = _PHONE_TYPES.get(phone.kind)
        yield from self._labelled("TEL", (kind or "voice",), phone, escaped(phone.raw))

    def _email(self, email: ImportedEmail) -> Iterator[str]:
        kind = () if email.kind.value == "other" else (email.kind.value,)
        yield from self._labelled("EMAIL", kind, email, escaped(email.address))

    def _address(self, address: ImportedAddress) -> Iterator[str]:
        kind = () if address.kind is AddressKind.OTHER else (address.kind.value,)
        places = (address.street, address.city, address.region, address.postal_code, address.country)
        value = ";;" + ";".join(escaped(part or "") for part in places)
        yield from self._labelled("ADR", kind, address, value)

    def _labelled(
        self,
        name: str,
        types: Sequence[str],
        item: ImportedPhone | ImportedEmail | ImportedAddress,
        value: str,
    ) -> Iterator[str]:
        """Yield a value with its kind, its rank and, in a group of its own, what a person called it."""
        rank = ";PREF=1" if item.is_primary and self._version is Version.V4 else ""
        words = (*types, "pref") if item.is_primary and not rank else tuple(types)
        kind = f";TYPE={','.join(words)}" if words else ""
        group = f"{next(self._groups)}." if item.label else ""
        yield f"{group}{name}{kind}{rank}{self._own_words(item, words)}:{value}"
        if item.label:
            yield f"{group}X-ABLabel:{escaped(item.label)}"

    def _own_words(self, item: ImportedPhone | ImportedEmail | ImportedAddress, words: Sequence[str]) -> str:
        """Return parameters for what a reader of types and labels would not find again."""
        former = f";{FORMER}=1" if isinstance(item, ImportedAddress) and item.former else ""
        read = {ImportedPhone: phone_kind, ImportedEmail: email_kind, ImportedAddress: address_kind}
        remark = item.label is not None and read[type(item)](words, item.label) != (item.kind, item.label)
        return former + (f";{REMARK}=1" if remark else "")

    def _facts(self) -> Iterator[str]:
        contact = self._contact
        if contact.birthday:
            yield self._birthday(contact.birthday)
        for url in contact.urls:
            yield f"URL:{escaped(url)}"
        if contact.categories:
            yield "CATEGORIES:" + ",".join(escaped(name) for name in contact.categories)
        if contact.photo:
            yield self._photo(contact.photo)
        for name, text in contact.values:
            if ":" in name:  # names people gave, and numbered parts, are no names of properties
                yield f"{OWN_VALUE}:{escaped(name)};{escaped(text)}"
            else:
                yield f"{OWN_PREFIX}{name.upper().replace('_', '-')}:{escaped(text)}"

    def _birthday(self, day: str) -> str:
        if not day.startswith("--"):
            return f"BDAY:{day.replace('-', '') if self._version is Version.V4 else day}"
        if self._version is Version.V4:
            return f"BDAY:{day[:4]}{day[5:]}"
        return f"BDAY;X-APPLE-OMIT-YEAR=1604:1604{day[1:]}"

    def _photo(self, photo: bytes) -> str:
        kind = next((name for start, name in _IMAGES if photo.startswith(start)), "JPEG")
        text = base64.b64encode(photo).decode("ascii")
        if self._version is Version.V4:
            return f"PHOTO:data:image/{kind.lower()};base64,{text}"
        return f"PHOTO;ENCODING=b;TYPE={kind}:{text}"


def _free_groups(other: Sequence[str]) -> Iterator[str]:
    """Yield names of groups that none of the kept properties uses."""
    used = {line.split(".", 1)[0].lower() for line in other if "." in line.split(":", 1)[0]}
    number = 0
    while True:
        number += 1
        if f"item{number}" not in used:
            yield f"item{number}"


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets, none of which ends inside a character."""
    data = line.encode("utf-8")
    pieces: list[bytes] = []
    while len(data) > _WIDTH:
        cut = _WIDTH
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(data[:cut])
        data = b" " + data[cut:]
    return b"\r\n".join((*pieces, data))
