"""Backups nobody asks for: half an hour after a change, at the end of work, and before an import.

They go on in a thread of their own while people work: each uses connections of its own with a small
cache, never the ones the lists are read through.
"""

from crm_desktop.domain.backups import EVERY_S, Reason
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.backups import BackedUp, make_backup, notes_of
from crm_desktop.operations.known_backups import is_paused, is_there, known_backups
from crm_desktop.operations.session import Session
from crm_desktop.storage.backups import changed_since, newest_in_log


def backup_due(session: Session) -> bool:
    """Return whether something changed and half an hour passed since the newest backup made here.

    Logins are no change. A clock that was set back makes it due: too early is better than too late.
    """
    # Not the newest by the log alone: an older file put back goes on with lower numbers.
    if any(0 <= session.now() - backup.made_at < EVERY_S for backup in known_backups(notes_of(session))):
        return False
    return changed_since_backup(session)


def changed_since_backup(session: Session) -> bool:
    """Return whether the log has more than logins since the newest backup made here.

    Never where nothing can be changed: on a file opened for reading, or for somebody without the right.
    Nor after a restore, until a backup made by hand confirms it: older backups might be what is needed.
    """
    if is_paused(notes_of(session)):
        return False
    return _changed(session)


def _changed(session: Session) -> bool:
    if session.read_only or not session.may("backup.now"):
        return False
    reachable = [backup.contents for backup in known_backups(notes_of(session)) if is_there(backup.path)]
    return changed_since(session.database, newest_in_log(session.database, reachable))


def back_up_if_due(session: Session, *, cancel: CancelToken | None = None) -> BackedUp | None:
    """Make the half-hourly backup when it is due; errors as ``backups.back_up``."""
    return make_backup(session, reason=Reason.AUTOMATIC, cancel=cancel) if backup_due(session) else None


def back_up_before_import(session: Session, *, cancel: CancelToken | None = None) -> None:
    """Make a backup of what an import would be undone to, unless there is one; errors as ``back_up``.

    Without a backup there is no import: the person is told what is in the way. After a restore too: this
    one takes no older backup away and confirms nothing.
    """
    if _changed(session):
        make_backup(session, reason=Reason.IMPORT, cancel=cancel)


def close_with_backup(session: Session) -> None:
    """Make a backup of what was changed, then close the session, whatever came of it.

    Raises what ``backups.back_up`` raises, once the session is closed.
    """
    try:
        if changed_since_backup(session):
            make_backup(session, reason=Reason.CLOSING)
    finally:
        session.close()
