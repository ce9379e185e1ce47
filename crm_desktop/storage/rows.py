"""Dataclass to row and back: the fields of a stored dataclass are the columns of its table.

Statements are put together here from the names of dataclass fields and of the tables below, never from
anything a user or a file supplies.
"""

import types
from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

from crm_desktop.domain.attachments import Attachment
from crm_desktop.domain.bank_accounts import StoredBankAccount
from crm_desktop.domain.calls import Call
from crm_desktop.domain.consents import Consent
from crm_desktop.domain.contact_imports import CardProperty, ImportedRow
from crm_desktop.domain.contacts import (
    Contact,
    CustomValue,
    Email,
    PastStatus,
    Phone,
    PostalAddress,
    Product,
    ProductUse,
)
from crm_desktop.domain.custom_fields import CustomField
from crm_desktop.domain.filters import SavedFilter
from crm_desktop.domain.follow_ups import FollowUp, KeepInTouch
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.imports import ImportProblem, ImportRun
from crm_desktop.domain.merges import MovedCalls, NotDuplicate
from crm_desktop.domain.notes import ContactNote
from crm_desktop.domain.number_decisions import LinkedCalls, NumberDecision
from crm_desktop.domain.organization import Member, Organization
from crm_desktop.domain.relations import Relation
from crm_desktop.domain.tags import ContactTag, Tag
from crm_desktop.storage.database import Connection

T = TypeVar("T")

TABLES: dict[type, str] = {
    Organization: "organization",
    Member: "member",
    ImportRun: "import_run",
    ImportProblem: "import_problem",
    Contact: "contact",
    Phone: "phone",
    Email: "email",
    PostalAddress: "postal_address",
    Product: "product",
    ProductUse: "product_use",
    StoredBankAccount: "bank_account",
    Relation: "relation",
    ForeignId: "foreign_id",
    Tag: "tag",
    ContactTag: "contact_tag",
    ContactNote: "contact_note",
    Attachment: "attachment",
    ImportedRow: "imported_row",
    CardProperty: "card_property",
    MovedCalls: "moved_calls",
    NumberDecision: "number_decision",
    LinkedCalls: "linked_calls",
    NotDuplicate: "not_duplicate",
    PastStatus: "past_status",
    CustomField: "custom_field",
    CustomValue: "custom_value",
    SavedFilter: "saved_filter",
    FollowUp: "follow_up",
    KeepInTouch: "keep_in_touch",
    Consent: "consent",
    Call: "call",
}
HIDDEN_COLUMNS: dict[str, tuple[str, ...]] = {
    table: (("salt", "row_key") if table == "call" else () if table == "import_problem" else ("salt",))
    for table in TABLES.values()
}


def column_names(cls: type) -> tuple[str, ...]:
    """Return the columns of ``cls``'s table that the dataclass shows, in field order."""
    return _COLUMNS[cls]


def _converter(hint: object) -> Callable[[object], object] | None:
    if get_origin(hint) in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        hint = inner[0] if len(inner) == 1 else hint
    if isinstance(hint, type) and (issubclass(hint, StrEnum) or hint is bool):
        return hint
    return None


_COLUMNS: dict[type, tuple[str, ...]] = {cls: tuple(field.name for field in fields(cls)) for cls in TABLES}
_CONVERTERS: dict[type, tuple[Callable[[object], object] | None, ...]] = {
    cls: tuple(_converter(get_type_hints(cls)[name]) for name in names) for cls, names in _COLUMNS.items()
}


def select(cls: type) -> str:
    """Return ``SELECT columns FROM table`` for ``cls``; the caller appends the condition."""
    return f"SELECT {', '.join(_COLUMNS[cls])} FROM {TABLES[cls]}"  # noqa: S608 - names of fields


def from_row(cls: type[T], row: Sequence[object]) -> T:
    """Build ``cls`` from a row in the order of :func:`select`."""
    values = [
        value if convert is None or value is None else convert(value)
        for value, convert in zip(row, _CONVERTERS[cls], strict=True)
    ]
    return cls(*values)


def fetch(
    connection: Connection, cls: type[T], condition: str = "", values: Sequence[object] = ()
) -> list[T]:
    """Return all rows of ``cls`` under ``condition`` (SQL after the table name, with placeholders)."""
    return [from_row(cls, row) for row in connection.execute(f"{select(cls)} {condition}", values)]


def fetch_one(
    connection: Connection, cls: type[T], condition: str, values: Sequence[object] = ()
) -> T | None:
    """Return the first row of ``cls`` under ``condition`` or None."""
    row = connection.execute(f"{select(cls)} {condition}", values).fetchone()
    return None if row is None else from_row(cls, row)


@cache
def table_columns(table: str) -> tuple[str, ...]:
    """Return every column of ``table``, salt included, as the dataclass and the hidden list say."""
    cls = next(cls for cls, name in TABLES.items() if name == table)
    return column_names(cls) + HIDDEN_COLUMNS[table]


def full_row(connection: Connection, table: str, row_id: int) -> dict[str, object] | None:
    """Return every column of one row, salt included, or None."""
    names = table_columns(table)
    row = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE id = ?",  # noqa: S608 - names of fields
        (row_id,),
    ).fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def insert_row(connection: Connection, table: str, values: dict[str, object]) -> int:
    """Insert ``values`` and return the id; unknown columns are a bug and raise KeyError."""
    names = _checked(table, values)
    marks = ", ".join("?" * len(names))
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - names of fields
        list(values.values()),
    )
    row_id = cursor.lastrowid
    assert row_id is not None  # noqa: S101 - an INSERT always has one
    return int(row_id)


def update_row(connection: Connection, table: str, row_id: int, values: dict[str, object]) -> None:
    """Set ``values`` on one row; unknown columns are a bug and raise KeyError."""
    pairs = ", ".join(f"{name} = ?" for name in _checked(table, values))
    connection.execute(
        f"UPDATE {table} SET {pairs} WHERE id = ?",  # noqa: S608 - names of fields
        [*values.values(), row_id],
    )


def delete_row(connection: Connection, table: str, row_id: int) -> None:
    """Delete one row."""
    _checked(table, {})
    connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - name from TABLES


def _checked(table: str, values: dict[str, object]) -> list[str]:
    known = table_columns(table)
    unknown = [name for name in values if name not in known]
    if unknown:
        raise KeyError(f"{table} has no column {unknown[0]}")
    return list(values)


def rows_of_contact(connection: Connection, table: str, contact_id: int) -> dict[int, dict[str, object]]:
    """Return every column of a contact's rows in one of the tables that belong to it, by their ids."""
    names = table_columns(table)
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE contact_id = ?",  # noqa: S608 - names of fields
        (contact_id,),
    )
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return {int(str(row["id"])): row for row in rows}


def ids_of_contact(connection: Connection, table: str, contact_id: int) -> list[int]:
    """Return the ids of a contact's rows in one of the tables that belong to it."""
    _checked(table, {"contact_id": contact_id})
    found = connection.execute(f"SELECT id FROM {table} WHERE contact_id = ?", (contact_id,))  # noqa: S608
    return [row_id for (row_id,) in found]
