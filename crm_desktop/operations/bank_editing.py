"""Adding, changing and removing bank accounts.

Nothing here writes a confirmed value but :mod:`crm_desktop.operations.bank_confirming`: whatever adds or
changes an account of somebody on file makes a value that waits for a second person.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from crm_desktop.domain.bank_accounts import BankDetails, BankRecord, StoredBankAccount, masked
from crm_desktop.domain.bank_numbers import normalized, problems
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.operations.bank_boxes import (
    CONFIRMED,
    WAITING,
    account_of,
    column_values,
    empty_values,
    keys_of,
    opened,
    owner_of,
    with_keys,
)
from crm_desktop.operations.bank_conflicts import AccountDraft, kept_together, number_mark
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.storage import bank_accounts
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet


def account_problems(details: BankDetails) -> dict[str, InvalidValueError]:
    """Return what is wrong with typed details, by field; the rules are domain/bank_numbers.py's."""
    return problems(normalized(details))


def completed(details: BankDetails) -> BankDetails:
    """Return typed details as they would be kept, with bank and BIC of a valid IBAN filled in."""
    return normalized(details)


def account_draft(session: Session, account_id: int) -> AccountDraft:
    """Return what an edit of an account starts from."""
    session.require("bank.edit")
    with with_keys(session, "bank.view") as (connection, keys):
        account = account_of(connection, account_id)
        record = _newest(keys, account, owner_of(connection, account.contact_id))
        return AccountDraft(
            replace(record.details, account=""), masked(record.details), account.version, number_mark(account)
        )


def _newest(keys: BankKeys, account: StoredBankAccount, owner: bytes) -> BankRecord:
    record = opened(keys, account, WAITING, owner) or opened(keys, account, CONFIRMED, owner)
    assert record is not None  # noqa: S101 - the schema wants one of the two
    return record


def add_account(session: Session, contact_id: int, details: BankDetails, *, source: str | None = None) -> int:
    """Add an account, which waits for its confirmation; return its id.

    Raises InvalidValueError for a value that cannot be kept and ``account_already_there``,
    RefusedError ``record_not_found``, ``record_in_trash``.
    """
    session.require("bank.edit")
    checked = _checked(details)
    with session.change("add_bank") as changes:
        connection = changes.connection
        owner, keys = writable(connection, contact_id).uuid, keys_of(session, connection)
        _refuse_double(connection, keys, checked, contact_id=contact_id, account_id=None)
        record = BankRecord(checked, (session.user_id.hex(),), session.now(), source=source)
        row_uuid = new_uuid()
        values = {
            "uuid": row_uuid, "contact_id": contact_id, "owner_uuid": owner, **empty_values(CONFIRMED),
            **column_values(keys, record, Place(WAITING, row_uuid, owner)),
        }  # fmt: skip
        return changes.insert(bank_accounts.TABLE, values, contact_id=contact_id)


def edit_account(
    session: Session,
    account_id: int,
    details: BankDetails,
    *,
    version: int,
    base: AccountDraft | None = None,
) -> RowConflict[BankDetails] | None:
    """Change an account that was read at ``version``; the change waits for its confirmation.

    An empty ``details.account`` keeps the number. With ``base``, what was read then, somebody else's save in
    between is brought together with this one; what has to be decided first is returned, and nothing is
    written. Without, it raises ConflictError("record_changed"). Raises as :func:`add_account` too.
    """
    session.require("bank.edit")
    with session.change("edit_bank") as changes:
        connection = changes.connection
        account = account_of(connection, account_id)
        owner, keys = writable(connection, account.contact_id).uuid, keys_of(session, connection)
        newest = _newest(keys, account, owner)
        if base is not None and base.version != account.version:
            typed = normalized(details) if details.account.strip() else replace(details, account="")
            found = kept_together(connection, keys, account, base=base, newest=newest.details, typed=typed)
            if isinstance(found, RowConflict):
                return found
            details, version = found, account.version
        checked = _checked(details if details.account.strip() else _with_number(details, newest.details))
        _refuse_double(connection, keys, checked, contact_id=account.contact_id, account_id=account_id)
        if checked == newest.details:
            return None
        values = _edited(session, keys, account, owner, checked)
        changes.update(
            bank_accounts.TABLE, account_id, values, expected_version=version, contact_id=account.contact_id
        )
    return None


def _with_number(details: BankDetails, former: BankDetails) -> BankDetails:
    return replace(details, account=former.account, type=former.type)


def _edited(
    session: Session, keys: BankKeys, account: StoredBankAccount, owner: bytes, details: BankDetails
) -> dict[str, object]:
    """Return the columns of a changed account: a change back to the confirmed value waits for nobody."""
    confirmed, waiting = (opened(keys, account, column, owner) for column in (CONFIRMED, WAITING))
    if confirmed is not None and confirmed.details == details:
        return empty_values(WAITING)
    me, former = session.user_id.hex(), waiting.editors if waiting else ()
    editors = (*(editor for editor in former if editor != me), me)
    record = BankRecord(details, editors, session.now(), source=confirmed.source if confirmed else None)
    return column_values(keys, record, Place(WAITING, account.uuid, owner))


def remove_account(session: Session, account_id: int, *, version: int) -> None:
    """Remove an account that was read at ``version``; undone, it comes back as one that waits.

    Raises RefusedError ``record_not_found``, ``bank_change_waiting`` (confirm or reject that first),
    ConflictError("record_changed").
    """
    with changed_account(session, "remove_bank", account_id, version) as (changes, account, _):
        if account.sealed is not None and account.pending is not None:
            raise RefusedError("bank_change_waiting")
        changes.delete(bank_accounts.TABLE, account_id, contact_id=account.contact_id)


@contextmanager
def changed_account(
    session: Session, verb: str, account_id: int, version: int
) -> Iterator[tuple[ChangeSet, StoredBankAccount, Callable[[str], BankRecord | None]]]:
    """Change one account that was read at ``version``: the change set, the row, and how to open a column."""
    with session.change(verb) as changes:
        connection = changes.connection
        account = account_of(connection, account_id)
        owner, keys = writable(connection, account.contact_id).uuid, keys_of(session, connection)
        if account.version != version:
            raise ConflictError("record_changed")
        yield changes, account, lambda column: opened(keys, account, column, owner)


def _checked(details: BankDetails) -> BankDetails:
    kept = normalized(details)
    for problem in problems(kept).values():
        raise problem
    return kept


def _refuse_double(
    connection: Connection, keys: BankKeys, details: BankDetails, *, contact_id: int, account_id: int | None
) -> None:
    lookups = keys.lookups(account=details.account, last_four=details.last_four)
    wanted = {lookup.account for lookup in lookups}
    for other in bank_accounts.of_contact(connection, contact_id):
        if other.id != account_id and wanted & {other.account_lookup, other.pending_account_lookup}:
            raise InvalidValueError("account_already_there", field="account")
