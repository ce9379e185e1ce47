"""The columns of a list that leaves the program: those on screen, or every value of the records.

Numbers, addresses and products stand in numbered columns, as many as the record with most of them needs:
nothing is left out, and what reads the file can tell the kinds apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm_desktop.domain.contacts import ContactCard, Email, Phone, PostalAddress, ProductUse
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.list_export import one_line_end
from crm_desktop.storage.contact_list import ContactRow

Words = Callable[[str], str]
"""What a title or a word of the program is called in the user's language."""

LIST_COLUMNS = {
    "name": ("Name", "display_name"),
    "company": ("Company", "company"),
    "title": ("Position", "title"),
    "phone": ("Phone", "phone"),
    "email": ("E-mail", "email"),
    "city": ("City", "city"),
    "product": ("Product used now", "product"),
    "status": ("Status", "status"),
    "last_contact": ("Last contact", "last_contact"),
}
"""Title and value of each column of the lists."""

_OWN = (
    ("Category", "category"), ("Kind", "kind"), ("Customer no.", "customer_number"), ("Prefix", "prefix"),
    ("Given name", "given"), ("Middle name", "additional"), ("Family name", "family"), ("Suffix", "suffix"),
    ("Nickname", "nickname"), ("Company", "company"), ("Position", "title"), ("Legal form", "legal_form"),
    ("Industry", "industry"), ("Size", "size"), ("VAT id", "vat_id"), ("Birthday", "birthday"),
    ("Language", "language"), ("Web", "urls"), ("Source", "source"), ("Status", "status"),
    ("Status since", "status_since"), ("Note", "note"),
)  # fmt: skip
REPEATED: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "phone": ("Phone", (("", "raw"), ("kind", "kind"), ("note", "note"))),
    "email": ("E-mail", (("", "address"), ("kind", "kind"), ("note", "note"))),
    "postal_address": ("Address", (
        ("street", "street"), ("postal code", "postal_code"), ("city", "city"), ("region", "region"),
        ("country", "country"), ("kind", "kind"), ("former", "former"), ("note", "note"),
    )),
    "product_use": ("Product", (
        ("", "product_id"), ("since", "since"), ("until", "until"), ("plan", "plan"),
        ("quantity", "quantity"), ("serial", "serial"), ("renews on", "renewal_on"), ("note", "note"),
    )),
    "foreign_id": ("Other system", (("", "system"), ("id", "value"))),
}  # fmt: skip
_PARTS = {
    "phone": "phones", "email": "emails", "postal_address": "addresses", "product_use": "product_uses",
    "foreign_id": "foreign_ids",
}  # fmt: skip
Part = Phone | Email | PostalAddress | ProductUse | ForeignId


@dataclass(frozen=True, slots=True)
class WholeColumns:
    """The columns of every value; ``most`` is how many of each kind a record has at most."""

    most: dict[str, int]
    own_fields: dict[int, str]
    members: dict[int, str]
    products: dict[int, str]
    words: Words
    time_zone: str

    def titles(self) -> list[str]:
        """Return the titles in their order."""
        made = [*(self.words(title) for title, _ in _OWN), self.words("Owner")]
        for table, (title, parts) in REPEATED.items():
            for place in range(1, self.most[table] + 1):
                numbered = f"{self.words(title)} {place}"
                made += [f"{numbered} {self.words(part)}".strip() if part else numbered for part, _ in parts]
        return [*made, self.words("Tags"), self.words("Notes"), *self.own_fields.values()]

    def line(
        self, card: ContactCard, tags: Sequence[str], notes: Sequence[tuple[int, str, str]]
    ) -> list[str]:
        """Return the cells of one record."""
        contact = card.contact
        cells = [_text(getattr(contact, key)) for _, key in _OWN]
        cells.append(self.members.get(contact.owner_id or 0, ""))
        for table, (_, parts) in REPEATED.items():
            rows: Sequence[Part] = getattr(card, _PARTS[table])
            for place in range(self.most[table]):
                row = rows[place] if place < len(rows) else None
                cells += ["" if row is None else self._part(row, key) for _, key in parts]
        values = {value.field_id: value.value for value in card.custom_values}
        written = [f"{moment(at, self.time_zone)} {name}: {text}" for at, name, text in notes]
        cells += ["; ".join(tags), "\n".join(written)]
        cells += [values.get(field_id, "") for field_id in self.own_fields]
        return [one_line_end(cell) for cell in cells]

    def _part(self, row: Part, key: str) -> str:
        value = getattr(row, key)
        return self.products.get(value, "") if key == "product_id" else _text(value)


@dataclass(frozen=True, slots=True)
class ListColumns:
    """Columns of the list on screen by their keys; one that a list cannot have is passed over."""

    keys: tuple[str, ...]
    words: Words
    time_zone: str
    known: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", tuple(key for key in self.keys if key in LIST_COLUMNS))

    def titles(self) -> list[str]:
        """Return the titles in their order."""
        return [self.words(LIST_COLUMNS[key][0]) for key in self.known]

    def line(self, row: ContactRow) -> list[str]:
        """Return the cells of one record."""
        return [one_line_end(self._cell(row, LIST_COLUMNS[key][1])) for key in self.known]

    def _cell(self, row: ContactRow, name: str) -> str:
        value = getattr(row, name)
        return moment(value, self.time_zone) if name == "last_contact" and value else _text(value)


def moment(at: int, time_zone: str) -> str:
    """Return a moment (UTC epoch seconds) as ISO 8601 in a time zone, to the minute."""
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(time_zone))
    return local.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
