"""Rotating the class key of bank details, and bringing every box under the newest one.

Nothing says how far a resealing got but the boxes themselves: each begins with the id of its key. One
that was killed is done again from where it stopped.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.bank_accounts import from_bytes
from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.bank_details import BankKeys, Place
from crm_desktop.security.bank_rotation import every_bank_key, with_new_bank_key, without_former_bank_keys
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.storage import bank_accounts, log
from crm_desktop.storage.bank_accounts import Box, NewBox
from crm_desktop.storage.identifiers import new_uuid

# With the commit behind it, a writer elsewhere waits less than a tenth of a second.
_BATCH_S = 0.05


@dataclass(frozen=True, slots=True)
class Resealed:
    """``accounts`` are under the newest key now; ``unreadable`` ones open under no key there ever was."""

    accounts: int
    unreadable: int


def rotate_bank_key(session: Session, *, on_step: StepHook = no_step) -> None:
    """Make a new bank key beside the old: who holds the right gets both, new values use the new one.

    :func:`reseal_all` follows. Raises RefusedError("right_missing"), BusyError, OrganizationFileError.
    """
    session.require("keys")
    change_keys(
        session, "rotate_bank_key", lambda body: with_new_bank_key(body, session.ring), on_step=on_step
    )


def reseal_all(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> Resealed:
    """Put every bank account and its images under the newest bank key, then end the rotation.

    Works in transactions of less than 100 ms, one log entry each, all of one change set; stopped at any point
    it goes on when it is called again. Rows of a restored backup are opened with the keys of the chest.
    Raises RefusedError("right_missing"), Cancelled, BusyError, OrganizationFileError.
    """
    session.require("keys")
    work = _Resealing(session)
    waiting = work.waiting()
    total = len(waiting)
    while waiting:
        if cancel is not None:
            cancel.raise_if_cancelled()
        waiting = work.batch(waiting)
        if progress is not None:
            progress(Progress(total - len(waiting), total))
    if len(session.ring.roster.key_ids.bank) > 1:
        change_keys(session, "end_bank_rotation", work.ended)
    if total:
        session.empty_log()  # what lay under the former key leaves the write-ahead log too
    session.remember_head()
    return Resealed(accounts=total - len(work.unreadable), unreadable=len(work.unreadable))


def resealing_needed(session: Session) -> bool:
    """Return whether a bank account lies under a former key and the person may change that.

    So it is after the key was rotated, and after a backup of before was restored.
    """
    if not session.may("keys") or session.read_only:
        return False
    with session.database.read() as connection:
        return bool(bank_accounts.stale_ids(connection, session.ring.roster.newest(KeyKind.BANK)))


class _Resealing:
    """One run: its change set, and the accounts that open under no key."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._change_set = new_uuid()
        self._roster_sequence = -1
        self._keys: BankKeys | None = None
        self.unreadable: set[int] = set()

    def waiting(self) -> list[int]:
        with self._session.database.read() as connection:
            return bank_accounts.stale_ids(connection, self._all_keys().newest)

    def _all_keys(self) -> BankKeys:
        """Return every bank key there ever was; anew when the roster changed since."""
        ring = self._session.ring
        if self._keys is None or ring.roster.sequence != self._roster_sequence:
            every = every_bank_key(read_key_file(self._session.places).body, ring)
            self._keys = BankKeys(newest=self._session.ring.roster.newest(KeyKind.BANK), keys=every)
            self._roster_sequence = ring.roster.sequence
        return self._keys

    def batch(self, waiting: Sequence[int]) -> list[int]:
        """Reseal what fits into one short transaction; return what is left."""
        session, began, done = self._session, time.monotonic(), 0
        logged = []
        with session.database.write() as connection:
            session.require_for("reseal_bank")
            keys = self._all_keys()
            for row_id in waiting:
                try:
                    row = bank_accounts.reseal(connection, row_id, lambda box: _renewed(keys, box))
                except OrganizationFileError:
                    self.unreadable.add(row_id)
                    row = None
                logged += [row] if row else []
                done += 1
                if time.monotonic() - began > _BATCH_S:
                    break
            if not self.unreadable.issuperset(waiting[:done]):
                log.append(
                    connection, session.author, "reseal_bank", rows=logged, change_set_uuid=self._change_set
                )
        return list(waiting[done:])

    def ended(self, body: KeyFileBody) -> KeyFileBody:
        """Leave only the newest key in the key file, unless something lies under another by now."""
        session = self._session
        with session.database.read() as connection:  # the transaction the key file is changed in
            newest = session.ring.roster.newest(KeyKind.BANK)
            left = set(bank_accounts.stale_ids(connection, newest)) - self.unreadable
        if left:
            raise BusyError("bank_rotation_unfinished")
        return without_former_bank_keys(body, session.ring)


def _renewed(keys: BankKeys, box: Box) -> NewBox:
    place = Place(box.column, box.row_uuid, box.owner_uuid)
    plain = keys.open(box.sealed, place)
    details = from_bytes(plain).details
    lookup = keys.lookup(account=details.account, last_four=details.last_four)
    return NewBox(keys.seal(plain, place), lookup.account, lookup.last_four)
