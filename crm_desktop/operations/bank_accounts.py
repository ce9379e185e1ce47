"""Bank accounts of a contact, as verbs of a user: seeing them masked, revealing one on the record, finding.

What adds, changes and removes one is :mod:`crm_desktop.operations.bank_editing`, offered here too.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm_desktop.domain.bank_accounts import BankDetails, BankRecord, StoredBankAccount, masked
from crm_desktop.domain.bank_numbers import compact
from crm_desktop.domain.errors import InvalidValueError, KnownError, OrganizationFileError, RefusedError
from crm_desktop.operations.bank_boxes import (
    CONFIRMED,
    WAITING,
    account_of,
    keys_of,
    opened,
    owner_of,
    with_keys,
)
from crm_desktop.operations.bank_editing import (
    account_draft,
    account_problems,
    add_account,
    completed,
    edit_account,
    remove_account,
)
from crm_desktop.operations.bank_keys import Resealed, reseal_all, rotate_bank_key
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import BankKeys
from crm_desktop.storage import bank_accounts, contacts, log, organization
from crm_desktop.storage.database import Connection

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
    NOBODY = "nobody"
    """He and everybody else who may confirm had a hand in it: it is dropped and entered again by one."""
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


def accounts(session: Session, contact_id: int) -> list[AccountLine]:
    """Return the accounts of a contact with masked numbers.

    Raises RefusedError("record_not_found"), OrganizationFileError("bank_key_missing").
    """
    with with_keys(session, "bank.view") as (connection, keys):
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
    if len(holders) < 2:
        return ConfirmRule.ALONE
    others = {user.user_id.hex() for user in holders} - set(waiting.editors)
    return ConfirmRule.OWN if others else ConfirmRule.NOBODY


def find_by_last_four(session: Session, digits: str) -> list[int]:
    """Return the contacts with an account that ends in ``digits`` (four letters or digits)."""
    wanted = compact(digits)
    with with_keys(session, "bank.view") as (connection, keys):
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
