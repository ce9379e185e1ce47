"""Backups after a withdrawal: those this computer knows of and can reach lose what was withdrawn, too.

Each is copied under its own key, the ledger is applied to the copy, the copy is read back whole, and only
then takes the old one's place (security design, section 6). Anybody cleans backups under the present key
from his own time on: an entry in the log of an older one would be signed by somebody who was not there.
The others wait for an administrator. Whatever goes wrong leaves a backup as it was, and still to do.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.backups import Backup, Contents
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backup_contents import keys_to_try, reading_backup
from crm_desktop.operations.backup_places import check_room, discard, reserve
from crm_desktop.operations.backups import notes_of
from crm_desktop.operations.known_backups import is_there, known_backups, remember_backup
from crm_desktop.operations.ledger import apply_ledger, ledger_for_backup, read_ledger
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, move_over, no_step, replace_file, sync_folder
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.ledger import JudgedLedger
from crm_desktop.security.ledger_files import ledger_beside
from crm_desktop.storage import restoring
from crm_desktop.storage.backup_cleaning import clean_copy
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How many backups lost what was withdrawn; ``left`` still hold it, each with the code of the reason.

    Codes: ``backup_not_reachable``, ``backup_key_unknown`` (from before a change of keys),
    ``backup_from_before_you`` and those of damage and disks.
    """

    cleaned: int
    left: tuple[tuple[Backup, str], ...]


def holds_withdrawn(backup: Backup, judged: JudgedLedger) -> bool:
    """Tell whether a backup may hold calls whose consent was withdrawn since."""
    newest = max((entry.sequence for entry in judged.withdrawals), default=0)
    return bool(backup.contents.calls) and newest > max(backup.contents.sequence, backup.cleaned_up_to)


def backups_to_clean(session: Session) -> list[Backup]:
    """Return the known backups that may hold what was withdrawn since, the newest first."""
    judged = read_ledger(session).judged
    return [backup for backup in known_backups(notes_of(session)) if holds_withdrawn(backup, judged)]


def clean_backups(
    session: Session,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    on_step: StepHook = no_step,
) -> Cleaning:
    """Clean every known backup that holds what was withdrawn; what could not be is named, not raised.

    Nobody's right is asked: it carries out what the ledger says. Raises Cancelled; backups cleaned before
    stay so.
    """
    due = backups_to_clean(session)
    judged = read_ledger(session).judged
    left: list[tuple[Backup, str]] = []
    cancel = cancel or CancelToken()
    for number, backup in enumerate(due):
        cancel.raise_if_cancelled()
        if progress is not None:
            progress(Progress(number, len(due)))
        try:
            _clean(session, backup, judged, cancel, on_step)
        except KnownError as error:
            left.append((backup, error.code))
    if progress is not None and due:
        progress(Progress(len(due), len(due)))
    return Cleaning(len(due) - len(left), tuple(left))


def _clean(
    session: Session, backup: Backup, judged: JudgedLedger, cancel: CancelToken, on_step: StepHook
) -> None:
    path = backup.path
    if not is_there(path):
        raise OrganizationFileError("backup_not_reachable", path=str(path))
    with reading_backup(path):
        keys = keys_to_try(read_key_file(session.places).body, session.ring)
        raw_key, found = restoring.verified_contents(path, keys, file_id=session.ring.file_id, cancel=cancel)
        _require_presence(session, found, path)
        check_room(path.parent, path.stat().st_size)
        with _copy(path) as copy:
            restoring.copy_under(path, raw_key, copy, raw_key, cancel=cancel)
            on_step("copied")
            after = clean_copy(copy, raw_key, session.author, _withdrawing(judged, found))
            if after is not None:
                _put_in_place(session, copy, path, on_step)
    upto = max(entry.sequence for entry in judged.withdrawals)
    contents = backup.contents if after is None else replace(backup.contents, calls=after.calls)
    done = replace(backup, contents=contents, size=path.stat().st_size, cleaned_up_to=upto)
    remember_backup(notes_of(session), done)
    on_step("noted")


def _require_presence(session: Session, found: Contents, path: Path) -> None:
    """Refuse a backup from before this user, or his present signature, counted."""
    user = session.ring.roster.user_at(session.user_id, found.sequence + 1)
    probe = b"ct-crm/1|who cleans"
    if user is None or not user.has_signed(probe, session.ring.sign(probe)):
        raise OrganizationFileError("backup_from_before_you", path=str(path))


def _withdrawing(judged: JudgedLedger, found: Contents) -> Callable[[Connection, Author], bool]:
    def clean(connection: Connection, author: Author) -> bool:
        return bool(apply_ledger(connection, author, judged, newer_than=found.sequence).withdrawals)

    return clean


def _put_in_place(session: Session, copy: Path, path: Path, on_step: StepHook) -> None:
    with copy.open("rb+") as stream:
        os.fsync(stream.fileno())
    # The ledger first: should the copy not come to its place, a restore takes out what it says.
    if ledger := ledger_for_backup(session):
        replace_file(ledger_beside(path), ledger)
    on_step("ledger")
    move_over(copy, path)
    sync_folder(path.parent)
    on_step("in place")


@contextmanager
def _copy(path: Path) -> Iterator[Path]:
    """Make the empty file the copy goes into; whatever of it is left in the end is removed."""
    _, copy = reserve(path.parent, path.stem)
    try:
        yield copy
    finally:
        discard((copy, copy.with_name(f"{copy.name}-journal")))
