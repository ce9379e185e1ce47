"""What an administrator sees of the backups at a glance: where each lies, and whether it can be reached.

Looking at a place may take long: a share that does not answer, a disk that has to start. Never called
where somebody waits for the window.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crm_desktop.domain.backups import EVERY_S, Backup
from crm_desktop.operations.automatic_backups import changed_since_backup
from crm_desktop.operations.backup_cleaning import holds_withdrawn
from crm_desktop.operations.backups import backups, default_folder, notes_of
from crm_desktop.operations.known_backups import is_paused, is_there, known_backups
from crm_desktop.operations.ledger import read_ledger
from crm_desktop.operations.second_place import remembered_place
from crm_desktop.operations.session import Session
from crm_desktop.security.class_keys import KeyKind


class BackupPlace(StrEnum):
    """Where a backup lies."""

    HERE = "here"
    SECOND = "second"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """A backup, where it lies, and whether that can be reached; ``former_key``: from before a change.

    ``holds_withdrawn``: it may still hold calls whose consent was withdrawn since.
    """

    backup: Backup
    place: BackupPlace
    reachable: bool
    former_key: bool
    holds_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The backups this computer knows of, the newest first; times are UTC epoch seconds.

    ``size`` counts what can be reached. ``next_at`` is when the program makes the next one by itself, None
    where nothing changed since the last. ``paused``: a restored file waits to be confirmed.
    ``second_there`` is None without a second place.
    """

    backups: tuple[ListedBackup, ...]
    size: int
    verified: ListedBackup | None
    next_at: int | None
    paused: bool
    second: Path | None
    second_there: bool | None


def backup_overview(session: Session) -> Overview:
    """Look at every known backup and at the second place; needs ``backup.now``."""
    second = remembered_place(session)
    judged = read_ledger(session).judged
    # By what is in them, which not everybody is told.
    uncleaned = {
        backup.path for backup in known_backups(notes_of(session)) if holds_withdrawn(backup, judged)
    }
    listed = [_listed(session, backup, second, uncleaned) for backup in backups(session)]
    # Twins made in one go: the one at hand first.
    found = tuple(sorted(listed, key=lambda each: (each.backup.order, each.reachable), reverse=True))
    newest = found[0].backup if found else None
    due = None
    if changed_since_backup(session):
        due = session.now() if newest is None else max(session.now(), newest.made_at + EVERY_S)
    return Overview(
        backups=found,
        size=sum(listed.backup.size for listed in found if listed.reachable),
        verified=next((listed for listed in found if listed.backup.verified and listed.reachable), None),
        next_at=due,
        paused=is_paused(notes_of(session)),
        second=second,
        second_there=None if second is None else is_there(second),
    )


def _listed(session: Session, backup: Backup, second: Path | None, uncleaned: set[Path]) -> ListedBackup:
    folder = backup.path.parent
    place = BackupPlace.ELSEWHERE
    if folder == default_folder(session):
        place = BackupPlace.HERE
    elif folder == second:
        place = BackupPlace.SECOND
    former = backup.key_id != session.ring.roster.newest(KeyKind.FILE)
    return ListedBackup(backup, place, is_there(backup.path), former, backup.path in uncleaned)
