"""A list this program exported with every value: its titles are known exactly, nothing is guessed.

What a contact cannot get by an import (relations, former statuses, dated notes) is kept in its note.
"""

import re
from collections.abc import Sequence

from crm_desktop.importers.contacts.table_meaning import LEFT_OUT, ColumnMeaning

_BEGINNING = ("List", "Kind", "Customer no.")
# The list is chosen by who imports; what is told of a value is found out again; moments are the program's.
_LEFT_OUT = frozenset({"List", "VAT id unchecked", "Files", "Added", "Changed"})
_FIELDS = {
    "Kind": "kind", "Customer no.": "customer_number", "Prefix": "prefix", "Given name": "given",
    "Middle name": "additional", "Family name": "family", "Suffix": "suffix", "Nickname": "nickname",
    "Company": "organization", "Position": "title", "Legal form": "legal_form", "Industry": "industry",
    "Size": "size", "VAT id": "vat_id", "Birthday": "birthday", "Language": "language", "Web": "url",
    "Source": "source", "Status": "status", "Status since": "status_since", "Note": "note",
    "Tags": "tags", "Owner": "owner",
}  # fmt: skip
_NUMBERED = re.compile(r"(Phone|E-mail|Address|Product|Other system) (\d{1,3})(?: (.+))?")
_PARTS: dict[tuple[str, str], str] = {
    ("Phone", ""): "phone", ("Phone", "primary"): "phone.primary", ("Phone", "remark"): "phone.remark",
    ("E-mail", ""): "email", ("E-mail", "primary"): "email.primary", ("E-mail", "remark"): "email.remark",
    ("Address", "street"): "street", ("Address", "postal code"): "postal_code", ("Address", "city"): "city",
    ("Address", "region"): "region", ("Address", "country"): "country",
    ("Address", "primary"): "street.primary", ("Address", "former"): "street.former",
    ("Address", "remark"): "street.remark",
}  # fmt: skip
_LABELS = {"Phone": "phone", "E-mail": "email", "Address": "street"}
# The first two are found out again; the others say where a value came from, which is this import now.
_FOUND_ANEW = frozenset({"extension", "unchecked", "source", "confirmed"})
_PRODUCT = {
    "": "product", "since": "since", "until": "until", "plan": "plan", "quantity": "quantity",
    "serial": "serial", "renews on": "renewal_on", "remark": "note",
}  # fmt: skip
_FOREIGN = {"": "system", "id": "value"}


def own_meanings(header: Sequence[str]) -> list[ColumnMeaning | None] | None:
    """Return what the columns of such a list hold, None for any other table."""
    if tuple(header[: len(_BEGINNING)]) != _BEGINNING:
        return None
    own = list(header).index("Changed") if "Changed" in header else len(header)
    return [_own_field(title) if place > own else _meaning(title) for place, title in enumerate(header)]


def _own_field(title: str) -> ColumnMeaning:
    return ColumnMeaning(f"own:{title}")


def _meaning(title: str) -> ColumnMeaning | None:
    if title in _LEFT_OUT:
        return ColumnMeaning(LEFT_OUT)
    if title in _FIELDS:
        return ColumnMeaning(_FIELDS[title])
    found = _NUMBERED.fullmatch(title)
    return None if found is None else _part(found[1], int(found[2]), found[3] or "")


def _part(group: str, number: int, part: str) -> ColumnMeaning | None:
    if group in _LABELS and part in _FOUND_ANEW:
        return ColumnMeaning(LEFT_OUT)
    if group == "Product":
        return ColumnMeaning(f"product:{number}:{_PRODUCT[part]}") if part in _PRODUCT else None
    if group == "Other system":
        return ColumnMeaning(f"foreign:{number}:{_FOREIGN[part]}") if part in _FOREIGN else None
    if part == "type":
        return ColumnMeaning(_LABELS[group], None, number, label=True)
    field = _PARTS.get((group, part))
    return None if field is None else ColumnMeaning(field, None, number)
