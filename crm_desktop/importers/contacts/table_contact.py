"""From the cells of a row to a contact, by what its columns mean.

A cell nobody has a field for, and a birthday that is no day, are kept under their header in ``columns``.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

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
from crm_desktop.importers.contacts.table_dates import table_birthday
from crm_desktop.importers.contacts.table_headers import ADDRESS_FIELDS, LEFT_OUT, ColumnMeaning

_TEXTS = frozenset(
    {
        "full", "prefix", "given", "additional", "family", "suffix", "nickname", "organization",
        "department", "title", "note", "language",
    }
)  # fmt: skip
_NAMES = ("prefix", "given", "additional", "family", "suffix")
_SEVERAL = re.compile(r"\s*:::\s*|\s*\n\s*")
_SEVERAL_MAILS = re.compile(r"\s*:::\s*|\s*[\n;,]\s*")
# Google marks the group everybody is in, and a person's own groups with a star.
_EVERYBODY = frozenset({"mycontacts"})


@dataclass(slots=True)
class _Row:
    """What a row holds while its cells are read."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    birth: dict[str, tuple[str, str]] = field(default_factory=dict)
    phones: list[ImportedPhone] = field(default_factory=list)
    emails: list[ImportedEmail] = field(default_factory=list)
    addresses: dict[tuple[str | None, int | None], dict[str, str]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other columns say of a value: its kind in words, whether it is the first one, what was noted."""

    label: str
    is_primary: bool
    former: bool
    remark: str | None


class RowReader:
    """Reads the rows of one table; ``region``: ISO 3166 code of national numbers."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Sequence[ColumnMeaning | None],
        *,
        region: str | None,
        month_is_first: bool,
    ) -> None:
        self._header = header
        self._columns = columns
        self._month_is_first = month_is_first
        self._region = region
        self._normalizers: dict[str | None, Callable[[str], NormalizedNumber]] = {}
        self._labels = {
            (column.field, column.number): place
            for place, column in enumerate(columns)
            if column is not None and column.label
        }
        self._facts = {
            (column.field, column.number): place
            for place, column in enumerate(columns)
            if column is not None and "." in column.field and not column.field.startswith("own:")
        }

    def row(self, line: int, cells: Sequence[str]) -> ContactRow:
        """Return the contact of a row, or why it is none."""
        if not any(cell.strip() for cell in cells):
            return RejectedContact(line, ContactRowReason.BLANK_ROW)
        row = _Row()
        for place, cell in enumerate(cells):
            text = cell.strip()
            column = self._columns[place] if place < len(self._columns) else None
            if column is not None and (
                column.field == LEFT_OUT or (column.field, column.number) in self._facts
            ):
                continue
            if text and column is None:
                row.columns.append((self._header_of(place), text))
            elif text and column is not None and not column.label:
                self._take(row, column, text, self._beside(column, cells), self._header_of(place))
        contact = self._contact(line, row)
        if not (contact.full or contact.phones or contact.emails):
            return RejectedContact(line, ContactRowReason.NO_NAME, row_text(cells), contact)
        return contact

    def _header_of(self, place: int) -> str:
        return (
            self._header[place]
            if place < len(self._header) and self._header[place]
            else f"Column {place + 1}"
        )

    def _label(self, column: ColumnMeaning, cells: Sequence[str]) -> str:
        """Return what the column beside it says about a value; Google marks the first one with a star."""
        field = "street" if column.field in ADDRESS_FIELDS else column.field
        place = self._labels.get((field, column.number))
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _beside(self, column: ColumnMeaning, cells: Sequence[str]) -> "_Beside":
        """Return what the columns beside a value say about it."""
        field = "street" if column.field in ADDRESS_FIELDS else column.field

        def said(what: str) -> str:
            place = self._facts.get((f"{field}.{what}", column.number))
            return cells[place].strip() if place is not None and place < len(cells) else ""

        label = self._label(column, cells)
        primary = label.startswith("* ") or bool(said("primary"))
        return _Beside(label.removeprefix("* "), primary, bool(said("former")), said("remark") or None)

    def _take(self, row: _Row, column: ColumnMeaning, text: str, beside: "_Beside", header: str) -> None:
        name = column.field
        if name in _TEXTS:
            self._take_text(row, name, text, header)
        elif name == "phone":
            kind, left = labels.phone_kind([column.kind or ""], beside.label)
            for raw in _SEVERAL.split(text):
                row.phones.append(
                    ImportedPhone(raw, kind=kind, is_primary=beside.is_primary, label=beside.remark or left)
                )
        elif name == "email":
            mail, left = labels.email_kind([column.kind or ""], beside.label)
            for address in filter(None, _SEVERAL_MAILS.split(text)):
                row.emails.append(ImportedEmail(address, mail, beside.is_primary, beside.remark or left))
        elif name in ADDRESS_FIELDS:
            self._take_address(row, column, text, beside)
        elif name == "tags":
            row.categories += [tag for tag in text.split("; ") if tag]
        elif name == "url":
            row.urls += [url for url in _SEVERAL.split(text) if url not in row.urls]
        elif name == "category":
            groups = (group.removeprefix("* ").strip() for group in re.split(r"\s*:::\s*|\s*[;,]\s*", text))
            row.categories += [group for group in groups if group and group.lower() not in _EVERYBODY]
        elif name == "birthday":
            self._take_birthday(row, text, header)
        elif name.startswith("birth_"):
            row.birth[name] = (header, text)
        else:
            row.values[name] = text

    def _take_text(self, row: _Row, name: str, text: str, header: str) -> None:
        if name == "note" and "note" in row.texts:
            row.texts["note"] += f"\n\n{text}"
        elif row.texts.setdefault(name, text) != text:
            row.columns.append((header, text))

    def _take_address(self, row: _Row, column: ColumnMeaning, text: str, beside: "_Beside") -> None:
        plain = (column.kind, None)
        # "Business Street 2" is the second line of "Business Street", "Address 2 - Street" another address.
        further_line = column.number is not None and plain in row.addresses
        address = row.addresses.setdefault(plain if further_line else (column.kind, column.number), {})
        if further_line or column.field in address:
            address[column.field] = "\n".join(filter(None, (address.get(column.field), text)))
        else:
            address[column.field] = text
        address |= {
            name: value
            for name, value in (
                ("label", beside.label), ("remark", beside.remark or ""),
                ("primary", "yes" if beside.is_primary else ""), ("former", "yes" if beside.former else ""),
            )
            if value
        }  # fmt: skip

    def _take_birthday(self, row: _Row, text: str, header: str) -> None:
        found = table_birthday(text, month_is_first=self._month_is_first)
        if found:
            row.texts["birthday"] = found
        elif any(ch in "123456789" for ch in text):
            row.columns.append((header, text))

    def _contact(self, line: int, row: _Row) -> ImportedContact:
        texts = dict(row.texts)
        if found := _birthday_of_parts({name: text for name, (_, text) in row.birth.items()}):
            texts.setdefault("birthday", found)
        else:
            row.columns.extend(row.birth.values())
        named = any(name in texts for name in _NAMES)
        alone = "full" not in texts or texts["full"] == texts.get("organization")
        said = row.values.pop("kind", "").casefold()
        company = said == "company" or (said != "person" and "organization" in texts and not named and alone)
        if not named and not company and "full" in texts:
            texts |= {name: part for name, part in split_name(texts["full"]).items() if part}
        addresses = tuple(_address(kind, parts) for (kind, _number), parts in row.addresses.items())
        read = self._normalizer(addresses)
        contact = ImportedContact(
            line=line,
            kind=ContactKind.COMPANY if company else ContactKind.PERSON,
            **texts,  # type: ignore[arg-type]  # names of text fields only
            phones=tuple(_with_number(phone, read) for phone in row.phones),
            emails=tuple(row.emails),
            addresses=addresses,
            urls=tuple(row.urls),
            categories=tuple(dict.fromkeys(row.categories)),
            values=tuple(row.values.items()),
            columns=tuple(row.columns),
        )
        return contact if contact.full else _named(contact)

    def _normalizer(self, addresses: Sequence[ImportedAddress]) -> Callable[[str], NormalizedNumber]:
        codes = [code for address in addresses if (code := country_code(address.country or ""))]
        region = codes[0] if codes else self._region
        if region not in self._normalizers:
            self._normalizers[region] = normalizer(NumberRules(region=region))
        return self._normalizers[region]


def row_text(cells: Sequence[str]) -> str:
    """Return the filled cells of a row as one text for the report."""
    return " · ".join(" ".join(cell.split()) for cell in cells if cell.strip())


def _with_number(phone: ImportedPhone, read: Callable[[str], NormalizedNumber]) -> ImportedPhone:
    return replace(phone, number=read(phone.raw).e164)


def _named(contact: ImportedContact) -> ImportedContact:
    name = display_name(
        kind=contact.kind, prefix=contact.prefix, given=contact.given, additional=contact.additional,
        family=contact.family, suffix=contact.suffix, company=contact.organization,
    )  # fmt: skip
    return replace(contact, full=name or contact.nickname)


def _birthday_of_parts(parts: dict[str, str]) -> str | None:
    """Return the birthday of three columns, as Thunderbird writes it."""
    day, month, year = (parts.get(f"birth_{name}", "") for name in ("day", "month", "year"))
    if not (day.isdecimal() and month.isdecimal()):
        return None
    start = f"{int(year):04}" if year.isdecimal() else "-"
    return table_birthday(f"{start}-{int(month):02}-{int(day):02}", month_is_first=False)


def _address(kind: str | None, parts: dict[str, str]) -> ImportedAddress:
    label = parts.get("label", "")
    found, left = labels.address_kind([kind or ""], label)
    lines = [parts[name] for name in ("street", "extended", "po_box") if name in parts]
    if not lines and not ({"city", "postal_code"} & set(parts)):
        lines = [parts["formatted"]] if "formatted" in parts else []
    country = parts.get("country", "")
    return ImportedAddress(
        street="\n".join(lines) or None, city=parts.get("city"), region=parts.get("region"),
        postal_code=parts.get("postal_code"), country=country_code(country) or country or None,
        kind=found, is_primary="primary" in parts, label=parts.get("remark") or left,
        former="former" in parts,
    )  # fmt: skip
