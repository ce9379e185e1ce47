"""Bank accounts of a contact, as verbs of a user.

Nothing here writes a confirmed value but :mod:`crm_desktop.operations.bank_confirming`: whatever adds or
changes an account of somebody on file makes a value that waits for a second person.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm_desktop.domain.bank_accounts import BankDetails, BankRecord, StoredBankAccount, masked
from crm_desktop.domain.bank_numbers import compact, normalized, problems
from crm_desktop.domain.errors import (
    ConflictError,
    InvalidValueError,
    KnownError,
    OrganizationFileError,
    RefusedError,
)
from crm_desktop.operations.bank_boxes import (
    CONFIRMED,
    WAITING,
    account_of,
    column_values,
    empty_values,
    keys_of,
    opened,
    owner_of,
)
from crm_desktop.operations.bank_keys import Resealed, reseal_all, rotate_bank_key
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.storage import bank_accounts, contacts, log, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "AccountLine",
    "BankDetails",
    "ConfirmRule",
    "Resealed",
    "SameAccount",
    "ShownValue",
    "account_draft",
    "account_problems",
    "accounts",
    "accounts_on_file",
    "add_account",
    "completed",
    "edit_account",
    "find_by_last_four",
    "remove_account",
    "reseal_all",
    "reveal",
    "rotate_bank_key",
]

_LONGEST_REASON = 500
_DIGITS_OF_AN_ACCOUNT = 5


class ConfirmRule(StrEnum):
    """What the person signed in may do about a waiting change."""

    NO_RIGHT = "no_right"
    OWN = "own"
    """He had a hand in it: somebody else confirms."""
    ALONE = "alone"
    """He had a hand in it and nobody else may confirm: with his password again."""
    YES = "yes"


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value with its number masked (``details.account`` is empty), who changed it, when (UTC seconds)."""

    masked: str
    details: BankDetails = field(repr=False)
    changed_at: int
    changed_by: str
    confirmed_at: int | None
    confirmed_by: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class SameAccount:
    """Another contact with the same account."""

    contact_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account on the card: the confirmed value, the change that waits, and what to look at.

    ``problem``: the boxes do not open (moved or altered outside the program, or no key for them).
    """

    id: int
    version: int
    confirmed: ShownValue | None
    waiting: ShownValue | None
    rule: ConfirmRule
    also_on: tuple[SameAccount, ...] = ()
    problem: KnownError | None = None


def accounts_on_file(session: Session, contact_id: int) -> bool:
    """Return whether a contact has bank details on file: all that is told without ``bank.view``."""
    with session.reading("records.view") as connection:
        return bank_accounts.count_of(connection, contact_id) > 0


@contextmanager
def _with_keys(session: Session, right: str) -> Iterator[tuple[Connection, BankKeys]]:
    with session.reading(right) as connection:
        keys = keys_of(session, connection)
        session.require(right)
        yield connection, keys


def accounts(session: Session, contact_id: int) -> list[AccountLine]:
    """Return the accounts of a contact with masked numbers.

    Raises RefusedError("record_not_found"), OrganizationFileError("bank_key_missing").
    """
    with _with_keys(session, "bank.view") as (connection, keys):
        owner = owner_of(connection, contact_id)
        found = bank_accounts.of_contact(connection, contact_id)
        return [_line(session, connection, keys, account, owner) for account in found]


def _line(
    session: Session, connection: Connection, keys: BankKeys, account: StoredBankAccount, owner: bytes
) -> AccountLine:
    try:
        confirmed = opened(keys, account, CONFIRMED, owner)
        waiting = opened(keys, account, WAITING, owner)
    except OrganizationFileError as error:
        return AccountLine(account.id, account.version, None, None, ConfirmRule.NO_RIGHT, problem=error)
    numbers = {record.details.account: record for record in (confirmed, waiting) if record}
    return AccountLine(
        account.id,
        account.version,
        None if confirmed is None else _shown(connection, confirmed),
        None if waiting is None else _shown(connection, waiting),
        ConfirmRule.NO_RIGHT if waiting is None else confirm_rule(session, waiting),
        also_on=_also_on(connection, keys, list(numbers.values()), account.contact_id),
    )


def _shown(connection: Connection, record: BankRecord) -> ShownValue:
    return ShownValue(
        masked=masked(record.details),
        details=replace(record.details, account=""),
        changed_at=record.changed_at,
        changed_by=_name(connection, record.editors[-1]),
        confirmed_at=record.confirmed_at,
        confirmed_by=None if record.confirmed_by is None else _name(connection, record.confirmed_by),
        source=record.source,
    )


def _name(connection: Connection, user_hex: str) -> str:
    member = organization.member_by_uuid(connection, bytes.fromhex(user_hex))
    return member.name if member else ""


def _also_on(
    connection: Connection, keys: BankKeys, records: list[BankRecord], contact_id: int
) -> tuple[SameAccount, ...]:
    lookups = [
        lookup.account
        for record in records
        for lookup in keys.lookups(account=record.details.account, last_four=record.details.last_four)
    ]
    others = [
        other for other in bank_accounts.contacts_by_account(connection, lookups) if other != contact_id
    ]
    found = [contacts.get_contact(connection, other) for other in others]
    return tuple(SameAccount(contact.id, contact.display_name) for contact in found if contact)


def confirm_rule(session: Session, waiting: BankRecord) -> ConfirmRule:
    """Return whether the person signed in may confirm a waiting value (design, section 3)."""
    if not session.may("bank.confirm"):
        return ConfirmRule.NO_RIGHT
    if session.user_id.hex() not in waiting.editors:
        return ConfirmRule.YES
    holders = [user for user in session.ring.roster.current_users() if "bank.confirm" in user.rights]
    return ConfirmRule.ALONE if len(holders) < 2 else ConfirmRule.OWN


def find_by_last_four(session: Session, digits: str) -> list[int]:
    """Return the contacts with an account that ends in ``digits`` (four letters or digits)."""
    wanted = compact(digits)
    with _with_keys(session, "bank.view") as (connection, keys):
        lookups = [lookup.last_four for lookup in keys.lookups(account="", last_four=wanted)]
        return bank_accounts.contacts_by_last_four(connection, lookups)


def reveal(session: Session, account_id: int, *, reason: str, waiting: bool = False) -> BankDetails:
    """Return an account with its whole number, after the reason was written to the log.

    ``waiting``: the change that waits instead of the confirmed value. Raises InvalidValueError
    ``reason_needed``, ``value_too_long``, ``reason_holds_account``; RefusedError("record_not_found");
    OrganizationFileError("file_read_only"): what cannot be logged is not shown.
    """
    text = reason.strip()
    if not text:
        raise InvalidValueError("reason_needed", field="reason")
    if len(text) > _LONGEST_REASON:
        raise InvalidValueError("value_too_long", field="reason", length=len(text), limit=_LONGEST_REASON)
    session.require_for("reveal_bank")
    with session.database.write() as connection:
        session.require_for("reveal_bank")
        account = account_of(connection, account_id)
        owner = owner_of(connection, account.contact_id)
        record = opened(keys_of(session, connection), account, WAITING if waiting else CONFIRMED, owner)
        if record is None:
            raise RefusedError("record_not_found")
        _refuse_account_in(text, record.details.account)
        payload: dict[str, object] = {"account": account.uuid.hex(), "reason": text}
        log.append(connection, session.author, "reveal_bank", payload=payload)
    session.remember_head()
    return record.details


def _refuse_account_in(reason: str, account: str) -> None:
    """Keep digits of the account itself out of the log, which people without the right may read."""
    told = compact(reason)
    runs = re.findall(rf"[0-9]{{{_DIGITS_OF_AN_ACCOUNT},}}", told)
    parts = [run[at : at + _DIGITS_OF_AN_ACCOUNT] for run in runs for at in range(len(run))]
    if account in told or any(len(part) == _DIGITS_OF_AN_ACCOUNT and part in account for part in parts):
        raise InvalidValueError("reason_holds_account", field="reason")


def account_problems(details: BankDetails) -> dict[str, InvalidValueError]:
    """Return what is wrong with typed details, by field; the rules are domain/bank_numbers.py's."""
    return problems(normalized(details))


def completed(details: BankDetails) -> BankDetails:
    """Return typed details as they would be kept, with bank and BIC of a valid IBAN filled in."""
    return normalized(details)


def account_draft(session: Session, account_id: int) -> tuple[BankDetails, str, int]:
    """Return what an edit starts from: the newest value without its number, that masked, the version."""
    session.require("bank.edit")
    with _with_keys(session, "bank.view") as (connection, keys):
        account = account_of(connection, account_id)
        record = _newest(keys, account, owner_of(connection, account.contact_id))
        return replace(record.details, account=""), masked(record.details), account.version


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
        owner, keys = _writable_owner(connection, contact_id), keys_of(session, connection)
        _refuse_double(connection, keys, checked, contact_id=contact_id, account_id=None)
        record = BankRecord(checked, (session.user_id.hex(),), session.now(), source=source)
        row_uuid = new_uuid()
        values = {
            "uuid": row_uuid, "contact_id": contact_id, "owner_uuid": owner, **empty_values(CONFIRMED),
            **column_values(keys, record, Place(WAITING, row_uuid, owner)),
        }  # fmt: skip
        return changes.insert(bank_accounts.TABLE, values, contact_id=contact_id)


def edit_account(session: Session, account_id: int, details: BankDetails, *, version: int) -> None:
    """Change an account that was read at ``version``; the change waits for its confirmation.

    An empty ``details.account`` keeps the number. Raises as :func:`add_account`, and
    ConflictError("record_changed").
    """
    session.require("bank.edit")
    with session.change("edit_bank") as changes:
        connection = changes.connection
        account = account_of(connection, account_id)
        owner, keys = _writable_owner(connection, account.contact_id), keys_of(session, connection)
        newest = _newest(keys, account, owner)
        checked = _checked(details if details.account.strip() else _with_number(details, newest.details))
        _refuse_double(connection, keys, checked, contact_id=account.contact_id, account_id=account_id)
        if checked == newest.details:
            return
        values = _edited(session, keys, account, owner, checked)
        changes.update(
            bank_accounts.TABLE, account_id, values, expected_version=version, contact_id=account.contact_id
        )


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
        owner, keys = _writable_owner(connection, account.contact_id), keys_of(session, connection)
        if account.version != version:
            raise ConflictError("record_changed")
        yield changes, account, lambda column: opened(keys, account, column, owner)


def _writable_owner(connection: Connection, contact_id: int) -> bytes:
    contact = contacts.get_contact(connection, contact_id)
    if contact is None:
        raise RefusedError("record_not_found")
    if contact.trashed_at is not None:
        raise RefusedError("record_in_trash")
    return contact.uuid


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
