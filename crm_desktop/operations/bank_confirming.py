"""Confirming and rejecting a changed bank account: the second pair of eyes."""

from dataclasses import replace

from crm_desktop.domain.bank_accounts import BankRecord
from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.bank_accounts import ConfirmRule, confirm_rule
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
from crm_desktop.operations.bank_editing import changed_account
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import Place
from crm_desktop.storage import bank_accounts


def confirm_change(session: Session, account_id: int, *, version: int, password: str | None = None) -> None:
    """Make the waiting value of an account the confirmed one.

    Another user than its editors does it. Where nobody else may, the editor does with his ``password``
    again, and the log says "confirmed alone". Raises RefusedError ``bank_own_change``,
    ``bank_password_needed``, ``bank_nothing_waits``; SignInError("password_wrong"); ConflictError.
    """
    session.require("bank.confirm")
    alone = _rule(session, account_id) is ConfirmRule.ALONE
    if alone:
        if not password:
            raise RefusedError("bank_password_needed")
        sign_in_again(session, password)
    verb = "confirm_bank_alone" if alone else "confirm_bank"
    with changed_account(session, verb, account_id, version) as (changes, account, open_column):
        waiting = _waiting(open_column(WAITING))
        rule = confirm_rule(session, waiting)
        if rule is not ConfirmRule.YES and not (alone and rule is ConfirmRule.ALONE):
            raise RefusedError("bank_own_change")
        record = replace(waiting, confirmed_by=session.user_id.hex(), confirmed_at=session.now())
        owner = owner_of(changes.connection, account.contact_id)
        keys = keys_of(session, changes.connection)
        values = column_values(keys, record, Place(CONFIRMED, account.uuid, owner)) | empty_values(WAITING)
        changes.update(bank_accounts.TABLE, account_id, values, contact_id=account.contact_id)


def reject_change(session: Session, account_id: int, *, version: int) -> None:
    """Drop the waiting value of an account; one that was never confirmed goes altogether.

    Raises RefusedError("bank_nothing_waits"), ConflictError("record_changed").
    """
    with changed_account(session, "reject_bank", account_id, version) as (changes, account, _):
        if account.pending is None:
            raise RefusedError("bank_nothing_waits")
        if account.sealed is None:
            changes.delete(bank_accounts.TABLE, account_id, contact_id=account.contact_id)
        else:
            changes.update(
                bank_accounts.TABLE, account_id, empty_values(WAITING), contact_id=account.contact_id
            )


def _rule(session: Session, account_id: int) -> ConfirmRule:
    with session.reading("bank.confirm") as connection:
        account = account_of(connection, account_id)
        keys = keys_of(session, connection)
        waiting = opened(keys, account, WAITING, owner_of(connection, account.contact_id))
    return confirm_rule(session, _waiting(waiting))


def _waiting(record: BankRecord | None) -> BankRecord:
    if record is None:
        raise RefusedError("bank_nothing_waits")
    return record
