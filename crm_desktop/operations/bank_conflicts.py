"""An account two people change at once: brought together, or asked about, without a number being told.

A number stands in what is compared as its mask. Two numbers that look alike under it are still two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crm_desktop.domain.bank_accounts import AccountType, BankDetails, StoredBankAccount, masked
from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.operations.row_conflicts import RowConflict, bring_together, decided_row
from crm_desktop.security.bank_details import BankKeys
from crm_desktop.storage import bank_accounts
from crm_desktop.storage.database import Connection

__all__ = ["AccountDraft", "decided_account", "kept_together", "number_mark"]

GROUP = "bank_accounts"


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What an edit starts from: the newest value without its number, that masked, the row's version.

    ``number`` tells whether the number is another one by now, and nothing else of it.
    """

    details: BankDetails
    masked: str
    version: int
    number: bytes = field(repr=False)


def number_mark(account: StoredBankAccount) -> bytes:
    """Return the mark of the newest number of a row."""
    return account.pending_account_lookup or account.account_lookup or b""


def kept_together(
    connection: Connection,
    keys: BankKeys,
    account: StoredBankAccount,
    *,
    base: AccountDraft,
    newest: BankDetails,
    typed: BankDetails,
) -> BankDetails | RowConflict[BankDetails]:
    """Return what is saved of ``typed``, made from ``base``, where ``newest`` stands by now.

    A number of the result that is empty is the one that stands there. What both changed otherwise comes back
    to be decided, its numbers masked.
    """
    marks: dict[bytes, str] = {base.number: base.masked}
    theirs = _named(marks, number_mark(account), newest)
    mine = _named(marks, _mark_of(keys, typed), typed) if typed.account else base.masked
    numbers = (base.masked, theirs, mine)
    same = {name: getattr(newest, name) for name in _of_the_number(numbers, typed)}
    shown = [
        replace(details, account=number, **same)
        for details, number in zip((base.details, newest, typed), numbers, strict=True)
    ]
    place = (GROUP, bank_accounts.TABLE, account.id)
    found = bring_together(connection, place, *shown, version=account.version, label=base.masked)
    return found if isinstance(found, RowConflict) else _with_typed_number(found, typed, numbers)


def decided_account(
    conflict: RowConflict[BankDetails], choices: Mapping[Place, Side], typed: BankDetails
) -> BankDetails:
    """Return the details that keep what was chosen; an empty number is the one that stands there."""
    numbers = (conflict.base.account, conflict.theirs.account, conflict.mine.account)
    return _with_typed_number(decided_row(conflict, choices), typed, numbers)


def _of_the_number(numbers: tuple[str, str, str], typed: BankDetails) -> tuple[str, ...]:
    """Return what goes with the number that is chosen, and is no question of its own.

    Of two new numbers that is the bank as well, and an IBAN of mine alone says its bank.
    """
    base, theirs, mine = numbers
    anew = mine not in {base, theirs}
    whole = anew and (theirs != base or typed.type is AccountType.IBAN)
    return ("type", "bank_code", "bic", "bank_name") if whole else ("type",)


def _with_typed_number(row: BankDetails, typed: BankDetails, numbers: tuple[str, str, str]) -> BankDetails:
    _, theirs, mine = numbers
    if row.account != mine or mine == theirs:
        return replace(row, account="")
    own = {name: getattr(typed, name) for name in _of_the_number(numbers, typed)}
    return replace(row, account=typed.account, **own)


def _mark_of(keys: BankKeys, details: BankDetails) -> bytes:
    return keys.lookup(account=details.account, last_four=details.last_four).account


def _named(marks: dict[bytes, str], mark: bytes, details: BankDetails) -> str:
    """Return a number's mask, told apart from another number's that has the same."""
    if mark not in marks:
        text = masked(details)
        alike = sum(known.startswith(text) for known in marks.values())
        marks[mark] = f"{text} ({alike + 1})" if alike else text
    return marks[mark]
