"""Filling a new file with many contacts at once: rows, search documents and salted digests for the log.

No journal: nothing of it can be undone row by row, and nobody would. Everything else is as after a save: the
log has a line for every row, the search documents are those of ``storage.contacts``. For a file that holds
nothing yet and has one writer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from crm_desktop.domain.contacts import Contact, ContactCard, Email, Phone, PostalAddress
from crm_desktop.storage import contacts, rows, search
from crm_desktop.storage.database import Connection, Database, placeholders
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.log import LoggedRow

T = TypeVar("T")

PARTS: dict[str, type] = {"phone": Phone, "email": Email, "postal_address": PostalAddress}
CACHE_MIB = 192

Parts = Sequence[tuple[str, list[dict[str, object]]]]
"""(table, its rows without id and contact) for each table that belongs to a contact."""


class Filling:
    """Collects contacts of one transaction; ``write`` inserts them and gives the lines for the log.

    ``keys``: the digit strings a number is found by, as ``domain.phone_numbers.search_keys``;
    ``products``: their names by id.
    """

    def __init__(
        self, connection: Connection, *, keys: Callable[[str], Sequence[str]], products: dict[int, str]
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._products = products
        self._rows: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        self._documents: list[search.Document] = []
        self._next = {table: last + 1 for table, last in _last_ids(connection).items()}

    def add(self, values: dict[str, object], parts: Parts) -> int:
        """Take one contact with its parts; return the id it gets."""
        contact = self._take("contact", values)
        contact_id = int(str(contact["id"]))
        for table, items in parts:
            for item in items:
                self._take(table, {**item, "contact_id": contact_id})
        self._documents.append(self._document(contact, parts))
        return contact_id

    def _take(self, table: str, values: dict[str, object]) -> dict[str, object]:
        row_id = self._next.get(table, 1)
        self._next[table] = row_id + 1
        # As it is stored: the digest is of what will be read.
        plain = {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
        row = {"id": row_id, "uuid": new_uuid(), "version": 1, **plain, "salt": new_salt()}
        self._rows[table].append(row)
        return row

    def _document(self, contact: dict[str, object], parts: Parts) -> search.Document:
        made = dict(parts)
        card = ContactCard(
            contact=_made(Contact, contact),
            phones=tuple(_made(Phone, row) for row in made["phone"]),
            emails=tuple(_made(Email, row) for row in made["email"]),
            addresses=tuple(_made(PostalAddress, row) for row in made["postal_address"]),
            product_uses=(),
        )
        used = [
            self._products[int(str(use["product_id"]))] for use in made["product_use"] if not use["until"]
        ]
        texts, numbers = contacts.searched(card, used, keys=self._keys)
        return search.Document(card.contact.id, card.contact.category, texts, numbers)

    def write(self, vocabulary: set[str]) -> list[LoggedRow]:
        """Insert what was taken; ``vocabulary`` are the words known so far and learns the new ones."""
        logged: list[LoggedRow] = []
        for table, items in self._rows.items():
            names = rows.table_columns(table)
            marks = ",".join("?" * len(names))
            self._connection.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - names of fields
                [[item.get(name) for name in names] for item in items],
            )
            logged += [LoggedRow(table, _uuid(item), 1, row_digest(table, item)) for item in items]
        search.index_new_documents(self._connection, self._documents, vocabulary)
        return logged


def _uuid(row: dict[str, object]) -> bytes:
    uuid = row["uuid"]
    assert isinstance(uuid, bytes)  # noqa: S101 - made above
    return uuid


def _made(cls: type[T], row: dict[str, object]) -> T:
    return rows.from_row(cls, [row.get(name) for name in rows.column_names(cls)])


def _last_ids(connection: Connection) -> dict[str, int]:
    found = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    return {name: int(last) for name, last in found}


@contextmanager
def indexes_made_at_the_end(database: Database) -> Iterator[None]:
    """Leave the indexes of contacts, their parts and calls away inside the block, and make them after it.

    Sorted once instead of grown in a hundred thousand random places; those that forbid something stay. The
    schema is the same afterwards; a block that fails leaves a file without indexes, to be thrown away.
    """
    tables = ("contact", "call", "log_row", *PARTS, "product_use")
    with database.write() as connection:
        connection.execute(f"PRAGMA cache_size = -{CACHE_MIB * 1024}")
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master"  # noqa: S608 - placeholders only
            " WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'"
            f" AND tbl_name IN ({placeholders(len(tables))}) ORDER BY name",
            tables,
        ).fetchall()
        for name, _ in found:
            connection.execute(f"DROP INDEX {name}")
    yield
    with database.write() as connection:
        for _, sql in found:
            connection.execute(sql)
