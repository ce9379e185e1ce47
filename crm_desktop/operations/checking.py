"""Checking the open file while people work, and what is said when it is damaged: what is safe, what to do.

Nobody's right is asked: whoever works in a damaged file must know. While damage is known no older backup
is thinned (``operations/backups.py``): one of them may hold what this file has lost.
"""

from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.backups import Backup
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.known_backups import is_there, known_backups, notes_folder
from crm_desktop.operations.known_damage import health_of, note_damage, note_whole
from crm_desktop.operations.session import Session
from crm_desktop.storage import page_checks

WHOLE_EVERY_S = 7 * 86_400


def quick_check(session: Session, *, cancel: CancelToken | None = None) -> KnownError | None:
    """Look through the pages in use, at the opening; return the damage in a sentence, None without.

    Damage that is known already is told without a new look. Raises BusyError, OrganizationFileError
    ``file_closed``; Cancelled.
    """
    if damage_known(session) or not page_checks.quick_check(session.database, cancel=cancel or CancelToken()):
        return _damaged(session)
    return None


def whole_check_due(session: Session) -> bool:
    """Return whether a week passed since the last whole check, the clock was set back, or damage is known."""
    known = health_of(session.environment, session.path, session.ring.file_id)
    if known.whole_at is None or known.damaged_at is not None:
        return True
    return not 0 <= session.now() - known.whole_at < WHOLE_EVERY_S


def whole_check(session: Session, *, cancel: CancelToken | None = None) -> KnownError | None:
    """Check every page and the whole structure; return the damage in a sentence, None without.

    Where another program keeps the write-ahead log from being emptied, it is still due afterwards. Errors
    as above. A file that is whole (again) is no longer known as damaged.
    """
    whole = page_checks.whole_check(session.database, cancel=cancel or CancelToken())
    if whole is None:
        return None
    if whole:
        note_whole(session.environment, session.path, session.ring.file_id)
        return None
    return _damaged(session)


def damage_known(session: Session) -> bool:
    """Return whether this computer knows the session's file as damaged."""
    return health_of(session.environment, session.path, session.ring.file_id).damaged_at is not None


def _damaged(session: Session) -> KnownError:
    note_damage(session.environment, session.path, session.ring.file_id)
    backup = newest_verified(session.environment, session.ring.file_id)
    if backup is None:
        return OrganizationFileError("damage_found", name=session.path.name)
    return OrganizationFileError(
        "damage_found_backup", name=session.path.name, when=_when(backup), backup=backup.path.name
    )


def newest_verified(environment: Environment, file_id: bytes) -> Backup | None:
    """Return the newest backup that was read back and can be reached now."""
    known = known_backups(notes_folder(environment, file_id))
    return next((backup for backup in known if backup.verified and is_there(backup.path)), None)


def _when(backup: Backup) -> str:
    return datetime.fromtimestamp(backup.made_at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def damaged_with_backup(environment: Environment, path: Path) -> OrganizationFileError | None:
    """Return what is said of a damaged file with the newest verified backup named; None where none is known.

    ``file_damaged_backup_known``, facts: path, when, backup (its path).
    """
    file_id = environment.device().file_id_of(path)
    backup = None if file_id is None else newest_verified(environment, file_id)
    if backup is None:
        return None
    return OrganizationFileError(
        "file_damaged_backup_known", path=str(path), when=_when(backup), backup=str(backup.path)
    )
