"""Opening and sealing the values of a bank account with the keys of the person signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from crm_desktop.domain.bank_accounts import BankRecord, StoredBankAccount, from_bytes, to_bytes
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import BankKeys, Place, bank_keys
from crm_desktop.storage import bank_accounts, contacts
from crm_desktop.storage.bank_accounts import LOOKUPS
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal_rows import ChangedRow

CONFIRMED, WAITING = "sealed", "pending"


def keys_of(session: Session, connection: Connection) -> BankKeys:
    """Return the bank keys of the person, judged anew where the key file changed since.

    Raises OrganizationFileError("bank_key_missing") for somebody who holds none.
    """
    session.judge_anew(connection)
    keys = bank_keys(session.ring)
    if keys is None:
        raise OrganizationFileError("bank_key_missing")
    return keys


@contextmanager
def with_keys(session: Session, right: str) -> Iterator[tuple[Connection, BankKeys]]:
    """Read with a right and with the bank keys; errors as in :func:`keys_of`."""
    with session.reading(right) as connection:
        keys = keys_of(session, connection)
        session.require(right)
        yield connection, keys


def owner_of(connection: Connection, contact_id: int) -> bytes:
    """Return the UUID of a contact; raises RefusedError("record_not_found")."""
    contact = contacts.get_contact(connection, contact_id)
    if contact is None:
        raise RefusedError("record_not_found")
    return contact.uuid


def account_of(connection: Connection, account_id: int) -> StoredBankAccount:
    """Return a stored account; raises RefusedError("record_not_found")."""
    found = bank_accounts.get(connection, account_id)
    if found is None:
        raise RefusedError("record_not_found")
    return found


def opened(keys: BankKeys, account: StoredBankAccount, column: str, owner_uuid: bytes) -> BankRecord | None:
    """Return what a column of an account holds, None where it is empty.

    ``owner_uuid`` is the customer's the row points to now: a row that was moved does not open. Raises
    OrganizationFileError ``bank_not_authentic``, ``bank_key_missing``.
    """
    box = account.sealed if column == CONFIRMED else account.pending
    if box is None:
        return None
    return from_bytes(keys.open(box, Place(column, account.uuid, owner_uuid)))


def column_values(keys: BankKeys, record: BankRecord, place: Place) -> dict[str, object]:
    """Return the box of a record and its lookup values, by column."""
    details = record.details
    lookup = keys.lookup(account=details.account, last_four=details.last_four)
    names = LOOKUPS[place.column]
    box = keys.seal(to_bytes(record), place)
    return {place.column: box, names[0]: lookup.account, names[1]: lookup.last_four}


def empty_values(column: str) -> dict[str, object]:
    """Return the columns of a value that is not there."""
    return dict.fromkeys((column, *LOOKUPS[column]))


def prepared_for_undo(session: Session, connection: Connection, change: ChangedRow) -> ChangedRow:
    """Return what goes back of a changed row: a confirmed account comes back as one that waits.

    Raises RefusedError("right_missing") for a bank row without ``bank.edit``, and what opening raises.
    """
    if change.table != bank_accounts.TABLE:
        return change
    session.require("bank.edit")
    before = change.before
    box = before.get(CONFIRMED) if before else None
    if before is None or not isinstance(box, bytes):
        return change
    keys = keys_of(session, connection)
    owner = owner_of(connection, change.contact_id or 0)
    record = from_bytes(keys.open(box, Place(CONFIRMED, change.row_uuid, owner)))
    waiting = replace(
        record,
        editors=(session.user_id.hex(),),
        changed_at=session.now(),
        confirmed_by=None,
        confirmed_at=None,
    )
    values = {name: value for name, value in before.items() if name not in empty_values(CONFIRMED)}
    values |= column_values(keys, waiting, Place(WAITING, change.row_uuid, owner))
    # A row that was removed comes back whole; of one that was changed, the confirmed value stays.
    return replace(change, before=empty_values(CONFIRMED) | values if change.after is None else values)
