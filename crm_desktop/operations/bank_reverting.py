"""What would go back of a bank account, told to whoever may see bank details: its numbers masked."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace

from crm_desktop.domain.bank_accounts import BankDetails, from_bytes, masked
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.bank_boxes import CONFIRMED, WAITING, keys_of, owner_of
from crm_desktop.operations.session import Session
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.history import HistoryChange
from crm_desktop.storage.reverting import BANK, Item

_NUMBER = "account"


def with_masked_lines(session: Session, connection: Connection, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return items whose bank accounts say what stands there and what would again, to holders alone."""
    if not any(item.change.table == BANK for item in items):
        return tuple(items)
    try:
        keys = keys_of(session, connection)
    except OrganizationFileError:
        return tuple(items)
    if not session.may("bank.view"):
        return tuple(items)
    return tuple(_told(keys, connection, item) if item.change.table == BANK else item for item in items)


def _told(keys: BankKeys, connection: Connection, item: Item) -> Item:
    change = item.change
    current: Mapping[str, object] = rows.full_row(connection, BANK, change.row_id) or {}
    with suppress(
        OrganizationFileError
    ):  # a box that does not open says nothing, and does not go back either
        owner = owner_of(connection, change.contact_id or 0)
        now = _newest(keys, current, change.row_uuid, owner)
        # A confirmed value that is there stays: what goes back is the one that waits.
        before = {**current, **(change.before or {})} if change.before is not None else {}
        then = _newest(keys, before, change.row_uuid, owner)
        return replace(item, lines=tuple(_lines(now, then, whole=not item.columns)))
    return item


def _newest(keys: BankKeys, row: Mapping[str, object], row_uuid: bytes, owner: bytes) -> BankDetails | None:
    for column in (WAITING, CONFIRMED):
        box = row.get(column)
        if isinstance(box, bytes):
            return from_bytes(keys.open(box, Place(column, row_uuid, owner))).details
    return None


def _lines(now: BankDetails | None, then: BankDetails | None, *, whole: bool) -> list[HistoryChange]:
    names = [_NUMBER] if whole else [item.name for item in fields(BankDetails) if item.name != "type"]
    found: list[HistoryChange] = []
    for name in names:
        old, new = (None if one is None else getattr(one, name) for one in (now, then))
        if old != new:
            old, new = _masks(now, then) if name == _NUMBER else (old, new)
            found.append(HistoryChange(BANK, name, old, new))
    return found


def _masks(now: BankDetails | None, then: BankDetails | None) -> tuple[str | None, str | None]:
    """Return the masks of two numbers, told apart where they are alike."""
    old, new = (None if one is None else masked(one) for one in (now, then))
    return old, f"{new} (2)" if old == new else new
