"""Changes of many records: short transactions of one change set, with progress and cancel.

Up to ``LARGE`` rows are one transaction. More are written in batches of at most a tenth of a second, so
that a save elsewhere never waits long; each is an entry of the same change set in the log. Cancelled,
refused or killed in between, everything written so far is taken back from the journal: at once, or by
the next who opens the file and may change records. Until then it stays as it was written.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from crm_desktop.domain.errors import KnownError, RefusedError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.session import Session
from crm_desktop.operations.verb_scopes import BANK
from crm_desktop.storage import change_sets, contacts, journal, running_sets
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet, RunningSet

T = TypeVar("T")

LARGE = 1000
BATCH_SECONDS = 0.1
FIRST_BATCH = 50
MOST_AT_ONCE = 2000
# Less than allowed: the next records may be longer, and the commit waits for the disk.
_AIM = 0.7 * BATCH_SECONDS


class Pace:
    """How many rows to write at once, so that a transaction stays within ``BATCH_SECONDS``."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.size = FIRST_BATCH
        self._clock = clock

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Time a transaction and choose the size of the next."""
        begin = self._clock()
        yield
        spent = max(self._clock() - begin, 1e-6)
        wanted = int(self.size * _AIM / spent)
        self.size = max(1, min(wanted, 2 * self.size, MOST_AT_ONCE))


def change_many(
    session: Session,
    verb: str,
    items: Sequence[T],
    change: Callable[[ChangeSet, Sequence[T]], None],
    *,
    undoes: int | None = None,
    require: Callable[[], None] | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Have ``change`` write every one of ``items`` under ``verb``: all of them, or none in the end.

    ``undoes``: the change set this one undoes. ``require`` raises where a right beside the verb's is
    missing; both are asked in every transaction. Raises what they raise, and Cancelled.
    """
    session.require_for(verb)
    running: RunningSet | None = None
    pace, done = Pace(), 0
    try:
        while done < len(items):
            if cancel is not None:
                cancel.raise_if_cancelled()
            part = items[done : done + pace.size]
            with pace.batch(), _writing(session, verb, require) as connection:
                running = running or _begin(session, connection, verb, undoes)
                changes = ChangeSet(connection, session.author, verb, running=running)
                change(changes, part)
                changes.finish()
                if done + len(part) == len(items):
                    running_sets.complete(connection, running)
            done += len(part)
            if progress is not None:
                progress(Progress(done, len(items)))
            time.sleep(0)  # hand the interpreter to the window between two transactions
    except BaseException:
        if running is not None:
            _take_back_or_leave(session, running, progress)
        raise
    session.remember_head()


def change_some(  # noqa: PLR0917 - what change_many takes
    session: Session,
    verb: str,
    items: Sequence[T],
    change: Callable[[ChangeSet, Sequence[T]], None],
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> None:
    """Write up to ``LARGE`` items in one transaction, more in batches as :func:`change_many` does."""
    if len(items) > LARGE:
        change_many(session, verb, items, change, progress=progress, cancel=cancel)
        return
    with session.change(verb) as changes:
        change(changes, items)


@contextmanager
def _writing(session: Session, verb: str, require: Callable[[], None] | None) -> Iterator[Connection]:
    with session.database.write() as connection:
        session.require_for(verb)
        if require is not None:
            require()
        yield connection


def _begin(session: Session, connection: Connection, verb: str, undoes: int | None) -> RunningSet:
    seat = session.held_lock.take_seat()
    return journal.insert_set(connection, session.author, verb, undoes=undoes, seat=seat)


def _take_back_or_leave(session: Session, running: RunningSet, progress: ProgressCallback | None) -> None:
    """Take back what was written; where even that fails, a later opening does it."""
    try:
        take_back(session, running, "cancel_change", progress=progress)
    except KnownError:
        # What stopped the change is what is told; the change set is still marked as unfinished.
        return


def take_back(
    session: Session, running: RunningSet, verb: str, *, progress: ProgressCallback | None = None
) -> None:
    """Undo what a running change set has written, in batches, under ``verb``.

    Raises RefusedError("right_missing") where the person may not, or no longer.
    """
    pace, total = Pace(), 0
    left = 1
    naming: set[int] = set()
    while left > 0:
        with pace.batch(), session.database.write() as connection:
            _require_taking_back(session, connection, running, verb)
            size = pace.size
            before = running_sets.take_back_some(
                connection, session.author, running, verb, limit=size, naming=naming
            )
        total, left = max(total, before), max(0, before - size)
        if progress is not None:
            progress(Progress(left, max(total, 1)))
    if naming:
        _find_by_former_names(session, running)
    session.remember_head()


def _find_by_former_names(session: Session, running: RunningSet) -> None:
    """Have everybody found by the names that were taken back; only then is the change set forgotten.

    Interrupted, it is done again from the beginning.
    """
    with session.database.read() as connection:
        ids = change_sets.contacts_naming(connection, running.id)
    pace, done = Pace(), 0
    while done < len(ids):
        size = pace.size
        with pace.batch(), session.database.write() as connection:
            contacts.reindex_many(connection, ids[done : done + size])
        done += size
    with session.database.write() as connection:
        running_sets.forget(connection, running)


def _require_taking_back(session: Session, connection: Connection, running: RunningSet, verb: str) -> None:
    """Require the right to change back what a change set wrote; bank accounts have one of their own."""
    session.require_for(verb)
    if BANK in running_sets.tables_of(connection, running):
        session.require("bank.edit")


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Change sets of killed programs: rows taken back, and rows left to somebody who may change them."""

    taken_back: int
    left: int


def take_back_abandoned(session: Session) -> Abandoned:
    """Take back the change sets whose program was killed, or leave them to who may.

    One whose seat another program holds is being written there. One that is left gives up its seat, which
    may be this program's by now.
    """
    with session.database.read() as connection:
        found = [
            (running, running_sets.row_count(connection, running))
            for running in running_sets.running_sets(connection)
            if running.seat is None or not session.held_lock.is_held_elsewhere(running.seat)
        ]
    taken_back = left = 0
    for running, count in found:
        try:
            take_back(session, running, "undo_unfinished")
        except RefusedError:
            left += count
            with session.database.write() as connection:
                running_sets.give_up_seat(connection, running)
        else:
            taken_back += count
    return Abandoned(taken_back, left)
