"""Rows of bank accounts and the boxes that lie in their images. What is inside a box is not this room's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crm_desktop.domain.bank_accounts import StoredBankAccount
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import image, read_image, row_digest
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.log import LoggedRow

TABLE = "bank_account"
# The lookup values beside each box.
LOOKUPS: dict[str, tuple[str, str]] = {
    "sealed": ("account_lookup", "last_four_lookup"),
    "pending": ("pending_account_lookup", "pending_last_four_lookup"),
}
_KEY_ID_BYTES = 16


def of_contact(connection: Connection, contact_id: int) -> list[StoredBankAccount]:
    """Return a contact's accounts in the order they were added."""
    return rows.fetch(connection, StoredBankAccount, "WHERE contact_id = ? ORDER BY id", (contact_id,))


def get(connection: Connection, account_id: int) -> StoredBankAccount | None:
    """Return one account or None."""
    return rows.fetch_one(connection, StoredBankAccount, "WHERE id = ?", (account_id,))


def count_of(connection: Connection, contact_id: int) -> int:
    """Return how many accounts are on file for a contact."""
    (found,) = connection.execute(
        "SELECT count(*) FROM bank_account WHERE contact_id = ?", (contact_id,)
    ).fetchone()
    return int(found)


def contacts_by_account(connection: Connection, lookups: Sequence[bytes]) -> list[int]:
    """Return the contacts (not trashed) with an account of one of these whole lookup values."""
    return _contacts_by(connection, "account_lookup", lookups)


def contacts_by_last_four(connection: Connection, lookups: Sequence[bytes]) -> list[int]:
    """Return the contacts (not trashed) with an account that ends as one of these lookup values says."""
    return _contacts_by(connection, "last_four_lookup", lookups)


def _contacts_by(connection: Connection, column: str, lookups: Sequence[bytes]) -> list[int]:
    marks = placeholders(len(lookups))
    found = connection.execute(
        "SELECT DISTINCT b.contact_id FROM bank_account b JOIN contact c ON c.id = b.contact_id"  # noqa: S608
        f" WHERE (b.{column} IN ({marks}) OR b.pending_{column} IN ({marks})) AND c.trashed_at IS NULL"
        " ORDER BY b.contact_id",
        [*lookups, *lookups],
    )
    return [contact_id for (contact_id,) in found]


@dataclass(frozen=True, slots=True)
class Box:
    """A box where it was found; ``owner_uuid`` is the customer's it was sealed for."""

    column: str
    row_uuid: bytes
    owner_uuid: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class NewBox:
    """The same content under another key, with its lookup values."""

    sealed: bytes
    account_lookup: bytes
    last_four_lookup: bytes


Renew = Callable[[Box], NewBox]
Values = dict[str, object]


def stale_ids(connection: Connection, newest: bytes) -> list[int]:
    """Return the ids of all rows, gone ones too, of which any box, in an image too, is of a former key."""
    found = {
        row_id
        for row_id, sealed, pending in connection.execute("SELECT id, sealed, pending FROM bank_account")
        if _is_stale({"sealed": sealed, "pending": pending}, newest)
    }
    images = connection.execute(
        "SELECT row_id, before_image, after_image FROM change_row WHERE table_name = ? ORDER BY id", (TABLE,)
    )
    for row_id, before, after in images:
        if row_id not in found and any(
            _is_stale(read_image(text), newest) for text in (before, after) if text
        ):
            found.add(row_id)
    return sorted(found)


def _is_stale(values: Values, newest: bytes) -> bool:
    return any(box[:_KEY_ID_BYTES] != newest for _, box in _boxes(values))


def _boxes(values: Values) -> Iterator[tuple[str, bytes]]:
    for column in LOOKUPS:
        box = values.get(column)
        if isinstance(box, bytes):
            yield column, box


def reseal(connection: Connection, row_id: int, renew: Renew) -> LoggedRow | None:
    """Put every box of one account, in its row and in all its images, under another key.

    Equal boxes stay equal, so that an undo still finds what it wrote. Returns the row as the log lists
    it, None where only images are left; what ``renew`` raises goes through with nothing written of it.
    """
    row = rows.full_row(connection, TABLE, row_id)
    images = connection.execute(
        "SELECT id, row_uuid, before_image, after_image FROM change_row WHERE table_name = ? AND row_id = ?",
        (TABLE, row_id),
    ).fetchall()
    read = [(at, [read_image(text) if text else None for text in pair]) for at, _, *pair in images]
    row_uuid = row["uuid"] if row else images[0][1]
    owner = _owner(connection, row, [values for _, pair in read for values in pair if values])
    assert isinstance(row_uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    renewed = _Renewed(renew, row_uuid, owner)
    changed = [
        (at, [None if values is None else renewed.apply(values) for values in pair]) for at, pair in read
    ]
    logged = None if row is None else _rewrite(connection, row_id, row, renewed.apply(row))
    connection.executemany(
        "UPDATE change_row SET before_image = ?, after_image = ? WHERE id = ?",
        [(*(None if values is None else image(values) for values in pair), at) for at, pair in changed],
    )
    return logged


class _Renewed:
    """Renews each distinct box of one account once."""

    def __init__(self, renew: Renew, row_uuid: bytes, owner_uuid: bytes) -> None:
        self._renew = renew
        self._row_uuid = row_uuid
        self._owner_uuid = owner_uuid
        self._done: dict[tuple[str, bytes], NewBox] = {}

    def apply(self, values: Values) -> Values:
        """Return ``values`` with new boxes and the lookup values that go with them."""
        changed = dict(values)
        for column, box in _boxes(values):
            if (column, box) not in self._done:
                found = Box(column, self._row_uuid, self._owner_uuid, box)
                self._done[column, box] = self._renew(found)
            new = self._done[column, box]
            changed[column] = new.sealed
            for name, lookup in zip(LOOKUPS[column], (new.account_lookup, new.last_four_lookup), strict=True):
                if changed.get(name) is not None:
                    changed[name] = lookup
        return changed


def _owner(connection: Connection, row: Values | None, images: Sequence[Values]) -> bytes:
    """Return whose account it is, by the contact itself; where that is gone, by what is left of the row."""
    known: list[Values] = [values for values in (row, *images) if values]
    contact_id = next((values["contact_id"] for values in known if "contact_id" in values), None)
    found = connection.execute("SELECT uuid FROM contact WHERE id = ?", (contact_id,)).fetchone()
    owner = found[0] if found else next((v["owner_uuid"] for v in known if "owner_uuid" in v), b"")
    return bytes(owner) if isinstance(owner, bytes) else b""


def _rewrite(connection: Connection, row_id: int, old: Values, new: Values) -> LoggedRow:
    version = int(str(old["version"])) + 1
    written = {name: value for name, value in new.items() if name not in {"id", "uuid", "contact_id"}}
    rows.update_row(connection, TABLE, row_id, {**written, "version": version, "salt": new_salt()})
    row = rows.full_row(connection, TABLE, row_id)
    assert row is not None and isinstance(row["uuid"], bytes)  # noqa: S101, PT018 - it was just written
    return LoggedRow(TABLE, row["uuid"], version, row_digest(TABLE, row))
