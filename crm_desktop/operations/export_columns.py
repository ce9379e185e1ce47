"""Every value of records as columns: what leaves the program when somebody wants all of it.

Numbers, addresses, products and relations stand in numbered columns, as many as the record with most of
them needs: nothing is left out, and what reads the file can tell the kinds apart. The titles are words the
import of contacts knows, so that a list goes out and comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import ContactCard
from crm_desktop.domain.list_export import one_line_end
from crm_desktop.domain.notes import NoteKind
from crm_desktop.operations.export_words import ExportWords, moment
from crm_desktop.storage import bulk, export_rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.export_rows import NamedRelation

_OWN = (
    ("List", "category"), ("Kind", "kind"), ("Customer no.", "customer_number"), ("Prefix", "prefix"),
    ("Given name", "given"), ("Middle name", "additional"), ("Family name", "family"), ("Suffix", "suffix"),
    ("Nickname", "nickname"), ("Company", "company"), ("Position", "title"), ("Legal form", "legal_form"),
    ("Industry", "industry"), ("Size", "size"), ("VAT id", "vat_id"), ("VAT id unchecked", "vat_unchecked"),
    ("Birthday", "birthday"), ("Language", "language"), ("Web", "urls"), ("Source", "source"),
    ("Status", "status"), ("Status since", "status_since"), ("Note", "note"),
)  # fmt: skip
# Where a value came from, and when somebody last found it right.
_ORIGIN = (("source", "source"), ("confirmed", "confirmed_at"))
_MOMENTS = (("Added", "created_at"), ("Changed", "changed_at"))
# The last word "type" says that a column is about the value before it (as in Google's files).
REPEATED: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "phones": ("Phone", (
        ("", "raw"), ("type", "kind"), ("extension", "extension"), ("primary", "is_primary"),
        ("unchecked", "invalid"), ("remark", "note"), *_ORIGIN,
    )),
    "emails": ("E-mail", (
        ("", "address"), ("type", "kind"), ("primary", "is_primary"), ("unchecked", "unchecked"),
        ("remark", "note"), *_ORIGIN,
    )),
    "addresses": ("Address", (
        ("street", "street"), ("postal code", "postal_code"), ("city", "city"), ("region", "region"),
        ("country", "country"), ("type", "kind"), ("primary", "is_primary"), ("former", "former"),
        ("remark", "note"), *_ORIGIN,
    )),
    "product_uses": ("Product", (
        ("", "product_id"), ("since", "since"), ("until", "until"), ("plan", "plan"),
        ("quantity", "quantity"), ("serial", "serial"), ("renews on", "renewal_on"), ("remark", "note"),
    )),
    "foreign_ids": ("Other system", (("", "system"), ("id", "value"))),
    "past_statuses": ("Former status", (("", "status"), ("since", "since"), ("until", "until"))),
    "relations": ("Relation", (
        ("", "role"), ("to", "name"), ("position", "position"), ("since", "started_on"),
        ("until", "ended_on"), ("remark", "note"),
    )),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """A record with all that leaves."""

    card: ContactCard
    parts: dict[str, Sequence[object]]
    tags: Sequence[str]
    notes: Sequence[bulk.WrittenNote]
    files: Sequence[str]


def whole_records(connection: Connection, ids: Sequence[int]) -> list[WholeRecord]:
    """Return the records with these ids in this order; who is gone is left out."""
    tags, notes = bulk.tag_names(connection, ids), bulk.note_texts(connection, ids)
    statuses, related = export_rows.past_statuses(connection, ids), export_rows.relations(connection, ids)
    files = export_rows.file_names(connection, ids)
    return [
        WholeRecord(
            card, _parts(card, statuses[one], related[one]),
            [name for _, name in sorted(tags[one].items())], notes[one], files[one],
        )
        for card in bulk.cards(connection, ids)
        for one in (card.contact.id,)
    ]  # fmt: skip


def _parts(
    card: ContactCard, statuses: Sequence[object], related: Sequence[NamedRelation]
) -> dict[str, Sequence[object]]:
    return {
        "phones": card.phones, "emails": card.emails, "addresses": card.addresses,
        "product_uses": card.product_uses, "foreign_ids": card.foreign_ids, "past_statuses": statuses,
        "relations": related,
    }  # fmt: skip


def most_parts(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    """Return how many of each of ``REPEATED`` one of these contacts has at most."""
    statuses, related = export_rows.past_statuses(connection, ids), export_rows.relations(connection, ids)
    return {
        "phones": bulk.most_parts(connection, "phone", ids),
        "emails": bulk.most_parts(connection, "email", ids),
        "addresses": bulk.most_parts(connection, "postal_address", ids),
        "product_uses": bulk.most_parts(connection, "product_use", ids),
        "foreign_ids": bulk.most_parts(connection, "foreign_id", ids),
        "past_statuses": max(map(len, statuses.values()), default=0),
        "relations": max(map(len, related.values()), default=0),
    }


@dataclass(frozen=True, slots=True)
class WholeColumns:
    """The columns of every value; ``most`` is how many of each kind a record has at most."""

    most: dict[str, int]
    own_fields: dict[int, str]
    members: dict[int, str]
    products: dict[int, str]
    words: ExportWords
    time_zone: str

    def titles(self) -> list[str]:
        """Return the titles in their order; two own fields with one name keep both."""
        word = self.words.title
        made = [*(word(title) for title, _ in _OWN), word("Owner")]
        for group, (title, parts) in REPEATED.items():
            for place in range(1, self.most[group] + 1):
                numbered = f"{word(title)} {place}"
                made += [f"{numbered} {word(part)}" if part else numbered for part, _ in parts]
        made += [word("Tags"), word("Notes"), word("Files"), *(word(title) for title, _ in _MOMENTS)]
        return [*made, *self.own_fields.values()]

    def line(self, record: WholeRecord) -> list[str]:
        """Return the cells of one record."""
        contact = record.card.contact
        cells = [self.words.cell(getattr(contact, key)) for _, key in _OWN]
        cells.append(self.members.get(contact.owner_id or 0, ""))
        for group, (_, parts) in REPEATED.items():
            rows = record.parts[group]
            for place in range(self.most[group]):
                row = rows[place] if place < len(rows) else None
                cells += ["" if row is None else self._part(row, key) for _, key in parts]
        written = [self._written(note) for note in record.notes]
        cells += ["; ".join(record.tags), "\n".join(written), "\n".join(record.files)]
        cells += [moment(getattr(contact, key), self.time_zone) for _, key in _MOMENTS]
        values = {value.field_id: value.value for value in record.card.custom_values}
        cells += [values.get(field_id, "") for field_id in self.own_fields]
        return [one_line_end(cell) for cell in cells]

    def _written(self, note: bulk.WrittenNote) -> str:
        kind = "" if note.kind is NoteKind.NOTE else f" ({self.words.cell(note.kind)})"
        return f"{moment(note.at, self.time_zone)} {note.name}{kind}: {note.text}"

    def _part(self, row: object, key: str) -> str:
        value = getattr(row, key)
        if key == "confirmed_at":
            return "" if value is None else moment(value, self.time_zone)
        return self.products.get(value, "") if key == "product_id" else self.words.cell(value)
