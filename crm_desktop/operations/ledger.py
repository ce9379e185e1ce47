"""The ledger at work: written before a deletion, finished at the next opening, applied to what is restored.

Entry first, then the deletion, then the mark that it is done: whatever happens in between, the next
opening finds the entry without its mark and carries it out (security design, section 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.operations.session import Session
from crm_desktop.security.ledger import EntryKind, JudgedLedger, LedgerEntry, judge
from crm_desktop.security.ledger_files import (
    LedgerPlaces,
    append_missing,
    append_missing_here,
    encode_ledger,
    read_ledger_file,
)
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.storage import log, withdrawals
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author
from crm_desktop.storage.withdrawals import Withdrawal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The union of all copies, judged by the roster; ``missing`` are the entries the main copy lacks."""

    entries: frozenset[LedgerEntry]
    judged: JudgedLedger
    missing: frozenset[LedgerEntry]
    problems: tuple[KnownError, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What the ledger did to a file: withdrawals that still had to act, and how many calls they removed.

    ``erased`` are ids of contacts an erasure names that the file has (again). How many calls, is None for
    whoever may not see calls.
    """

    withdrawals: tuple[LedgerEntry, ...] = ()
    calls_removed: int | None = 0
    erased: tuple[int, ...] = ()


def places_of_ledger(session: Session) -> LedgerPlaces:
    """Return where the copies of the session's ledger lie."""
    folder = session.environment.keys_folder
    return LedgerPlaces.beside(session.path, device_folder=folder, file_id=session.ring.file_id)


def union_of(paths: Iterable[Path]) -> tuple[frozenset[LedgerEntry], tuple[KnownError, ...]]:
    """Return every entry of the copies that can be read, and what is wrong with the others."""
    entries: frozenset[LedgerEntry] = frozenset()
    problems: list[KnownError] = []
    for path in paths:
        try:
            reading = read_ledger_file(path)
        except OrganizationFileError as error:
            problems.append(error)
            continue
        entries |= reading.entries
        if reading.damaged:
            lines = ", ".join(map(str, reading.damaged[:10]))
            problems.append(OrganizationFileError("ledger_damaged", name=path.name, lines=lines))
    return entries, tuple(problems)


def read_ledger(session: Session) -> Ledger:
    """Return the entries of the ledger beside the file and of this computer's copy, judged."""
    places = places_of_ledger(session)
    here, problems = union_of((places.main,))
    there, others = union_of((places.device,))
    entries = here | there
    return Ledger(entries, judge(entries, session.ring.roster), entries - here, problems + others)


def ledger_for_backup(session: Session) -> bytes:
    """Return the bytes of the ledger that goes with a backup: the union; empty without any entry."""
    places = places_of_ledger(session)
    return encode_ledger(union_of((places.main, places.device))[0])


def append(
    session: Session,
    kind: EntryKind,
    subject: bytes,
    *,
    sequence: int,
    key_id: bytes | None = None,
    identifiers: Sequence[bytes] = (),
    reason: bytes | None = None,
) -> LedgerEntry:
    """Sign an entry and append it to every copy, synced; a copy on this computer that fails is a warning.

    ``sequence``: the log entry it is written for, by which the writer's right is judged. Raises
    OrganizationFileError ``ledger_not_written``, ``ledger_full``, ``ledger_unreadable``, BusyError
    ``key_file_busy``; then nothing was appended.
    """
    entry = LedgerEntry(
        kind, subject, sequence, session.now(), session.user_id, key_id, tuple(identifiers), reason
    ).signed_by(session.ring)
    _append_all(session, [entry])
    return entry


def _append_all(session: Session, entries: Sequence[LedgerEntry]) -> None:
    """Append to every copy at once: each append reads the whole copy and waits for its disk."""
    places = places_of_ledger(session)
    # Byte 0 of the lock file: ledger and key file have one writer at a time.
    with session.held_lock.key_file_change():
        append_missing(places.main, entries)
    _renew_here(session, places, entries)


def _renew_here(session: Session, places: LedgerPlaces, entries: Iterable[LedgerEntry]) -> None:
    try:
        append_missing_here(places.device, entries)
    except OrganizationFileError:
        # The ledger beside the file has everything; this computer's copy is there for when it is lost.
        session.warn_once(OrganizationFileError("ledger_not_kept_here"))


def mark_done(session: Session, *entries: LedgerEntry) -> None:
    """Note that entries were carried out; raises as :func:`append` does."""
    with session.database.read() as connection:
        sequence = log.head(connection).sequence + 1
    marks = [
        LedgerEntry(EntryKind.DONE, entry.entry_id, sequence, session.now(), session.user_id)
        for entry in entries
    ]
    _append_all(session, [mark.signed_by(session.ring) for mark in marks])


def apply_ledger(
    connection: Connection, author: Author, judged: JudgedLedger, *, newer_than: int = HIGHEST_SEQUENCE
) -> Applied:
    """Carry out in a file what the ledger says, in the caller's write transaction, with its log entries.

    ``newer_than``: the sequence of a backup's log; what was withdrawn behind it takes everything of the
    member. Doing it twice changes nothing. Erasures are reported, the caller removes the contacts.
    """
    acted: list[LedgerEntry] = []
    removed = 0
    for entry in judged.withdrawals:
        withdrawal = _as_withdrawal(entry, judged, newer_than)
        meant = withdrawals.still_meant(connection, withdrawal)
        if meant is not None:
            removed += withdrawals.carry_out(connection, author, withdrawal, meant)
            acted.append(entry)
    erased = withdrawals.contacts_named(connection, [entry.subject for entry in judged.erasures])
    return Applied(tuple(acted), removed, tuple(erased))


def _as_withdrawal(entry: LedgerEntry, judged: JudgedLedger, newer_than: int) -> Withdrawal:
    certain = entry.entry_id not in judged.done or entry.sequence > newer_than
    return Withdrawal(entry.subject, entry.by, entry.sequence, entry.at, certain)


def finish_unfinished(session: Session) -> None:
    """Carry out at an opening what an entry says and the file does not have, and complete the copies.

    A withdrawal that was interrupted, or undone by an older file put back, removes its calls and becomes a
    warning of the session; so does what is wrong with a copy.
    """
    ledger = read_ledger(session)
    session.warnings += ledger.problems
    places = places_of_ledger(session)
    if ledger.judged.refused:
        refused = OrganizationFileError(
            "ledger_entries_refused", name=places.main.name, count=len(ledger.judged.refused)
        )
        session.warnings += (refused,)
    due = _is_due(session, ledger.judged)
    if session.read_only:
        if due:
            session.warnings += (
                OrganizationFileError("withdrawal_not_finished_here", path=str(session.path)),
            )
        return
    _complete_copies(session, places, ledger)
    if due:
        _carry_out(session, ledger.judged)
    unmarked = [entry for entry in ledger.judged.withdrawals if entry.entry_id not in ledger.judged.done]
    if unmarked:
        _finish(session, unmarked)


def _complete_copies(session: Session, places: LedgerPlaces, ledger: Ledger) -> None:
    """Put back what the copy beside the file has lost, and take over what this computer has not seen."""
    if ledger.missing:
        try:
            with session.held_lock.key_file_change():
                count = append_missing(places.main, ledger.entries)
        except KnownError as error:
            session.warnings += (error,)
        else:
            name = places.main.name
            session.warnings += (OrganizationFileError("ledger_completed", name=name, count=count),)
    if ledger.entries:
        _renew_here(session, places, ledger.entries)


def _is_due(session: Session, judged: JudgedLedger) -> bool:
    """Tell without writing whether a withdrawal still has to act on this file."""
    with session.database.read() as connection:
        return any(
            withdrawals.still_meant(connection, _as_withdrawal(entry, judged, HIGHEST_SEQUENCE))
            for entry in judged.withdrawals
        )


def _carry_out(session: Session, judged: JudgedLedger) -> None:
    with session.database.write() as connection:
        applied = apply_ledger(connection, session.author, judged)
    session.remember_head()
    session.empty_log()
    if applied.withdrawals:
        finished = OrganizationFileError("withdrawal_was_finished")
        if session.may("calls.view"):
            finished = OrganizationFileError("withdrawal_was_unfinished", calls=applied.calls_removed)
        session.warnings += (finished,)


def _finish(session: Session, entries: Sequence[LedgerEntry]) -> None:
    """Mark entries as done once what they removed has left the disk; else the next opening tries again."""
    try:
        if session.empty_log():
            mark_done(session, *entries)
    except KnownError as error:
        session.warnings += (error,)
