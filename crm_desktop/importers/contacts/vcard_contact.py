"""From the properties of one card to a contact.

What no field stands for is kept word for word in ``other``: instant messengers, anniversaries, keys,
a birthday that is no day, whatever a program invented.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from crm_desktop.domain.contact_drafts import split_name
from crm_desktop.domain.contacts import ContactKind, display_name
from crm_desktop.domain.country_names import country_code
from crm_desktop.domain.imported_contacts import (
    ContactRow,
    ContactRowReason,
    ImportedAddress,
    ImportedContact,
    ImportedEmail,
    ImportedPhone,
    RejectedContact,
)
from crm_desktop.domain.phone_numbers import NormalizedNumber, NumberRules, normalizer
from crm_desktop.importers.contacts import labels
from crm_desktop.importers.contacts.content_lines import ContentLine
from crm_desktop.importers.contacts.vcard_cards import Card
from crm_desktop.importers.contacts.vcard_dates import birthday
from crm_desktop.importers.contacts.vcard_text import (
    FORMER,
    OWN_PREFIX,
    OWN_VALUE,
    REMARK,
    components,
    escaped,
    parted,
    unescaped,
)

_DATA_URI = re.compile(r"data:[^,;]*(?:;[^,;]*)*,", re.IGNORECASE)
# What a card says about itself rather than about the person, or what is read together with a neighbour.
_READ_ELSEWHERE = frozenset({"REV", "PRODID", "X-ABLABEL", "X-ABADR", "LABEL", "SORT-STRING", "X-ABUID"})
_NAME_PARTS = ("family", "given", "additional", "prefix", "suffix")
_Kind = TypeVar("_Kind")
_Value = TypeVar("_Value", ImportedPhone, ImportedEmail, ImportedAddress)
_ANDROID_NICKNAME = "vnd.android.cursor.item/nickname;"


class ContactReader:
    """Reads cards; remembers spellings of numbers from card to card. ``region``: of national numbers."""

    def __init__(self, region: str | None) -> None:
        self._region = region
        self._normalizers: dict[str | None, Callable[[str], NormalizedNumber]] = {}

    def rows(self, card: Card) -> Iterator[ContactRow]:
        """Yield the contact of ``card`` and the lines of it that could not be read."""
        reading = _Reading(card)
        for line in card.properties:
            try:
                reading.take(line)
            except binascii.Error:
                yield RejectedContact(line.line, ContactRowReason.BAD_PHOTO)
        contact = reading.contact()
        if not (contact.full or contact.phones or contact.emails):
            yield RejectedContact(card.line, ContactRowReason.NO_NAME, contact=contact)
            return
        read = self._normalizer(contact)
        yield replace(
            contact, phones=tuple(replace(phone, number=read(phone.raw).e164) for phone in contact.phones)
        )

    def _normalizer(self, contact: ImportedContact) -> Callable[[str], NormalizedNumber]:
        """Return how numbers are read: by the contact's own country where its address names one."""
        codes = [code for address in contact.addresses if (code := country_code(address.country or ""))]
        region = codes[0] if codes else self._region
        if region not in self._normalizers:
            self._normalizers[region] = normalizer(NumberRules(region=region))
        return self._normalizers[region]


class _Reading:
    """The contact of one card while its properties are read."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._labels = {
            line.group.lower(): unescaped(line.value)
            for line in card.properties
            if line.group and line.name == "X-ABLABEL"
        }
        self._countries = {
            line.group.lower(): line.value.strip()
            for line in card.properties
            if line.group and line.name == "X-ABADR"
        }
        self._texts: dict[str, str] = {}
        self._is_company = False
        self._photo: bytes | None = None
        self._phones: list[tuple[int, ImportedPhone]] = []
        self._emails: list[tuple[int, ImportedEmail]] = []
        self._addresses: list[tuple[int, ImportedAddress]] = []
        self._labelled: list[ImportedAddress] = []
        self._urls: list[str] = []
        self._notes: list[str] = []
        self._categories: list[str] = []
        self._values: list[tuple[str, str]] = []
        self._other: list[str] = []
        self._takers: dict[str, Callable[[ContentLine], bool]] = {
            "FN": self._text("full"), "NICKNAME": self._text("nickname"), "TITLE": self._text("title"),
            "UID": self._text("uid"), "LANG": self._text("language"), "ROLE": self._text("role"),
            "N": self._name, "ORG": self._organization, "TEL": self._phone, "EMAIL": self._email,
            "ADR": self._address, "BDAY": self._birthday, "URL": self._url, "NOTE": self._note,
            "CATEGORIES": self._category, "PHOTO": self._picture, "LABEL": self._label,
            "KIND": self._kind, "X-ABSHOWAS": self._kind, "X-ADDRESSBOOKSERVER-KIND": self._kind,
            "X-ANDROID-CUSTOM": self._android,
        }  # fmt: skip

    def take(self, line: ContentLine) -> None:
        """Read one property. Raises binascii.Error for a photo that is none."""
        taker = self._takers.get(line.name)
        taken = taker(line) if taker is not None else self._own(line)
        if not taken and line.name not in _READ_ELSEWHERE and line.value.strip():
            self._other += _kept(line, self._labels.get((line.group or "").lower()))

    def _text(self, name: str) -> Callable[[ContentLine], bool]:
        def take(line: ContentLine) -> bool:
            text = _plain(line).strip()
            if not text or name not in self._texts:
                self._texts |= {name: text} if text else {}
                return True
            return text == self._texts[name]

        return take

    def _name(self, line: ContentLine) -> bool:
        parts = [" ".join(values) for values in components(line.value, len(_NAME_PARTS))]
        self._texts |= {name: part for name, part in zip(_NAME_PARTS, parts, strict=False) if part}
        return True

    def _organization(self, line: ContentLine) -> bool:
        name, *units = [part for part in parted(line.value, ";") if part] or [""]
        if "organization" in self._texts:
            return False
        self._texts |= {"organization": name} if name else {}
        self._texts |= {"department": ", ".join(units)} if units else {}
        return True

    def _phone(self, line: ContentLine) -> bool:
        raw = unescaped(line.value).strip()
        raw = raw[4:] if raw[:4].lower() == "tel:" else raw
        if raw:
            kind, label = self._kinds(labels.phone_kind, line)
            self._phones.append((_preference(line), ImportedPhone(raw, kind=kind, label=label)))
        return True

    def _email(self, line: ContentLine) -> bool:
        address = unescaped(line.value).strip().removeprefix("mailto:")
        if address:
            kind, label = self._kinds(labels.email_kind, line)
            self._emails.append((_preference(line), ImportedEmail(address, kind, label=label)))
        return True

    def _address(self, line: ContentLine) -> bool:
        parts = [part.strip() for part in _components(line)]
        box, extended, street, city, region, postal_code, country = parts[:7]
        country = self._countries.get((line.group or "").lower(), "") or country
        lines = [part for part in (street, extended, box) if part]
        if lines or city or region or postal_code or country:
            kind, label = self._kinds(labels.address_kind, line)
            address = ImportedAddress(
                street="\n".join(lines) or None, city=city or None, region=region or None,
                postal_code=postal_code or None, country=country_code(country) or country or None,
                kind=kind, label=label, former=line.first(FORMER) is not None,
            )  # fmt: skip
            self._addresses.append((_preference(line), address))
        return True

    def _label(self, line: ContentLine) -> bool:
        """Keep a written-out address for a card that has no other."""
        if text := _plain(line).strip():
            kind, _ = labels.address_kind(line.all("TYPE"))
            self._labelled.append(ImportedAddress(street=text, kind=kind))
        return True

    def _birthday(self, line: ContentLine) -> bool:
        found = birthday(line.value, omitted_year=line.first("X-APPLE-OMIT-YEAR"))
        self._texts |= {"birthday": found} if found else {}
        return found is not None or not line.value.strip()

    def _url(self, line: ContentLine) -> bool:
        if (url := unescaped(line.value).strip()) and url not in self._urls:
            self._urls.append(url)
        return True

    def _note(self, line: ContentLine) -> bool:
        if text := _plain(line).strip():
            self._notes.append(text)
        return True

    def _category(self, line: ContentLine) -> bool:
        self._categories += [name for name in parted(line.value, ",") if name not in ("", "myContacts")]
        return True

    def _picture(self, line: ContentLine) -> bool:
        value = line.value.strip()
        data_uri = _DATA_URI.match(value)
        encoded = "b" in line.all("ENCODING") or "base64" in line.all("ENCODING")
        if self._photo is not None or not (encoded or data_uri):
            return False  # a second one, or the address of one: it is never fetched
        text = value[data_uri.end() :] if data_uri else value
        self._photo = base64.b64decode("".join(text.split()), validate=True) or None
        return True

    def _kind(self, line: ContentLine) -> bool:
        word = line.value.strip().lower()
        self._is_company = self._is_company or word in {"org", "organization", "company"}
        return word in {"org", "organization", "company", "individual", ""}

    def _android(self, line: ContentLine) -> bool:
        text = _plain(line)
        if not text.startswith(_ANDROID_NICKNAME):
            return False
        nickname = text.removeprefix(_ANDROID_NICKNAME).split(";")[0].strip()
        self._texts.setdefault("nickname", nickname)
        return self._texts["nickname"] == nickname

    def _own(self, line: ContentLine) -> bool:
        """Take back what this program wrote of fields no property stands for."""
        if not line.name.startswith(OWN_PREFIX):
            return False
        if line.name == OWN_VALUE:
            name, *texts = parted(line.value, ";")
            self._values.append((name, ";".join(texts)))
            return True
        name = line.name.removeprefix(OWN_PREFIX).lower().replace("-", "_")
        self._values.append((name, _plain(line)))
        return True

    def _kinds(
        self, read: Callable[[Iterable[str], str | None], tuple[_Kind, str | None]], line: ContentLine
    ) -> tuple[_Kind, str | None]:
        """Return what a value is for, and what a person called it."""
        label = self._label_of(line)
        if line.first(REMARK) is not None:
            return read(line.all("TYPE"), None)[0], label
        return read(line.all("TYPE"), label)

    def _label_of(self, line: ContentLine) -> str | None:
        return self._labels.get((line.group or "").lower())

    def contact(self) -> ImportedContact:
        """Return what was read."""
        texts = dict(self._texts)
        role = texts.pop("role", None)
        if role and texts.setdefault("title", role) != role:
            self._other.append(f"ROLE:{escaped(role)}")
        named = any(name in texts for name in _NAME_PARTS)
        alone = not named and texts.get("full", texts.get("organization")) == texts.get("organization")
        values = dict(self._values)
        is_person = values.pop("kind", "") == "person"
        company = not is_person and (self._is_company or ("organization" in texts and alone))
        if company:
            texts.setdefault("organization", texts.get("full", ""))
        elif not named and not is_person and "full" in texts:
            texts |= {name: part for name, part in split_name(texts["full"]).items() if part}
        kind = ContactKind.COMPANY if company else ContactKind.PERSON
        contact = ImportedContact(
            line=self._card.line, kind=kind, **texts,  # type: ignore[arg-type]  # names of text fields only
            phones=_by_preference(self._phones), emails=_by_preference(self._emails),
            addresses=_by_preference(self._addresses) or tuple(self._labelled),
            urls=tuple(self._urls), note="\n\n".join(self._notes) or None,
            categories=tuple(dict.fromkeys(self._categories)), photo=self._photo,
            values=tuple(values.items()), other=tuple(self._other),
        )  # fmt: skip
        return replace(contact, full=contact.full or _composed(contact))


def _composed(contact: ImportedContact) -> str | None:
    """Return the name a card without one is shown by."""
    name = display_name(
        kind=contact.kind, prefix=contact.prefix, given=contact.given, additional=contact.additional,
        family=contact.family, suffix=contact.suffix, company=contact.organization,
    )  # fmt: skip
    return name or contact.nickname


def _components(line: ContentLine) -> list[str]:
    """Return the seven components of an address; several values of one are its lines."""
    return [", ".join(values) for values in components(line.value, 7)]


def _plain(line: ContentLine) -> str:
    return unescaped(line.value) if line.plain else line.value


def _preference(line: ContentLine) -> int:
    """Return the rank RFC 6350 §5.3 gives a value, 1 first; 101 where it names none."""
    if "pref" in line.all("TYPE"):
        return 1
    number = (line.first("PREF") or "").strip()
    return int(number) if number.isdecimal() and len(number) < 4 else 101


def _by_preference(found: list[tuple[int, _Value]]) -> tuple[_Value, ...]:
    """Return the values in the file's order, the one with the best rank marked as primary."""
    best = min((rank for rank, _ in found), default=101)
    place = next((index for index, (rank, _) in enumerate(found) if rank == best < 101), None)
    return tuple(replace(item, is_primary=index == place) for index, (_, item) in enumerate(found))


def _kept(line: ContentLine, label: str | None) -> list[str]:
    """Return a property nobody reads as it will be written again, with its label where it has one."""
    dropped = {"ENCODING", "CHARSET"} if "quoted-printable" in line.all("ENCODING") else {"CHARSET"}
    parameters = "".join(
        f";{name}={_quoted(value)}" for name, value in line.parameters if name not in dropped
    )
    group = f"{line.group}." if line.group else ""
    value = line.value if line.plain else escaped(line.value)
    kept = [f"{group}{line.name}{parameters}:{value}"]
    return [*kept, f"{group}X-ABLabel:{escaped(label)}"] if label and group else kept


def _quoted(value: str) -> str:
    return f'"{value}"' if any(ch in value for ch in ",;:") else value
