"""Checks of the pages while people work: quick at each opening, whole once a week. SQLite only.

Each runs on connections of its own, because a damaged page poisons the connection that met it, and stops
at once when its token is raised. A finding counts when a second look, on another connection, finds it too:
other programs write meanwhile, and a false alarm would stop what backups are thinned by.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.storage.connecting import sqlite_errors_known
from crm_desktop.storage.database import Connection, Database

_CANCEL_EVERY = 20_000  # steps of SQLite's machine, about a millisecond
_CHECKPOINT_WAIT_MS = 1000
_INTERRUPTED, _IO_ERROR, _CORRUPT, _NOT_A_DATABASE = 9, 10, 11, 26


def quick_check(database: Database, *, cancel: CancelToken) -> bool:
    """Return whether every page in use can be read and is where it belongs.

    Raises OrganizationFileError ``file_closed``, ``file_not_openable``; BusyError; Cancelled.
    """
    return _twice(database, lambda connection: _all_ok(connection, "PRAGMA quick_check(1)"), cancel)


def whole_check(database: Database, *, cancel: CancelToken) -> bool | None:
    """Check every page's authentication and the whole structure; None where others keep it from that.

    The write-ahead log is emptied first, for before that the answers are wrong, and readers of the check
    keep it from being written back meanwhile. Errors as above.
    """
    with ExitStack() as held:
        guard = held.enter_context(closing(database.separate_connection()))
        if not database.read_only and not _settled(guard, database):
            return None
        return _twice(database, _authentic, cancel) and _twice(database, _structure, cancel)


def _settled(guard: Connection, database: Database) -> bool:
    """Empty the write-ahead log and begin to read on ``guard``: nobody writes the file until it is closed."""
    with sqlite_errors_known(database.path):
        guard.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT_MS}")
        busy, *_ = guard.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return False
        guard.execute("BEGIN")
        guard.execute("SELECT count(*) FROM sqlite_master").fetchone()
    wal = database.path.with_name(f"{database.path.name}-wal")
    return not wal.exists() or wal.stat().st_size == 0


def _authentic(connection: Connection) -> bool:
    return connection.execute("PRAGMA cipher_integrity_check").fetchone() is None


def _structure(connection: Connection) -> bool:
    return _all_ok(connection, "PRAGMA integrity_check(1)")


def _all_ok(connection: Connection, check: str) -> bool:
    return connection.execute(check).fetchall() == [("ok",)]


def _twice(database: Database, check: Callable[[Connection], bool], cancel: CancelToken) -> bool:
    return _once(database, check, cancel) or _once(database, check, cancel)


def _once(database: Database, check: Callable[[Connection], bool], cancel: CancelToken) -> bool:
    cancel.raise_if_cancelled()
    try:
        connection = database.separate_connection()
    except OrganizationFileError as error:
        if error.code in {"file_damaged", "disk_error"}:
            return False
        raise
    with closing(connection):
        connection.set_progress_handler(lambda: int(cancel.cancelled), _CANCEL_EVERY)
        try:
            return check(connection)
        except sqlcipher.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code == _INTERRUPTED:
                raise Cancelled from error
            if code in {_IO_ERROR, _CORRUPT, _NOT_A_DATABASE}:
                return False
            with sqlite_errors_known(database.path):
                raise
