"""The database under another key: made ready, copied, and marked in its own log. SQLite only.

The key of the file itself is never changed in place: after a change that failed, one more write left a
file that neither key opened.
"""

import os
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.storage import log, organization
from crm_desktop.storage.backups import check_whole
from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.log import Author
from crm_desktop.storage.restoring import copy_under

_SALT_BYTES = 16


def opens_with(path: Path, raw_key: bytes) -> bool:
    """Return whether the file is under this key: SQLCipher writes the key's salt at its start.

    Raises OSError.
    """
    with path.open("rb") as stream:
        return stream.read(_SALT_BYTES) == raw_key[-_SALT_BYTES:]


def make_ready(path: Path, raw_key: bytes) -> log.LogHead:
    """Fold the write-ahead log in, check every page, and return the head of the log.

    The caller holds every seat. Raises BusyError ``file_busy`` when the log stays (a foreign program has
    the file open), OrganizationFileError ``rotation_source_damaged``.
    """
    try:
        with sqlite_errors_known(path), closing(connect(path, raw_key)) as connection:
            # In this order: before the checkpoint the checks are wrong, and a damaged file stays as it is.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            check_whole(connection, path)
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode != "delete" or path.with_name(f"{path.name}-wal").exists():
                raise BusyError("file_busy", name=path.name)
            return log.head(connection)
    except (OrganizationFileError, sqlcipher.DatabaseError) as error:
        if isinstance(error, OrganizationFileError) and error.code not in {
            "backup_not_whole",
            "file_damaged",
        }:
            raise
        raise OrganizationFileError("rotation_source_damaged", path=str(path)) from error


def copy_to(
    path: Path, raw_key: bytes, copy: Path, new_key: bytes, *, cancel: CancelToken | None = None
) -> None:
    """Write the file :func:`make_ready` found whole into the new file ``copy``, checked and counted.

    The copy may be read by whom the file may be. Errors as for ``restoring.copy_under``, OSError.
    """
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    copy_under(path, raw_key, copy, new_key, cancel=cancel)
    copy.chmod(0o600 | (path.stat().st_mode & 0o060))


def mark(
    copy: Path, new_key: bytes, author: Author, verb: str, *, key_file_seq: int, roster: bytes
) -> log.LogHead:
    """Log the change of keys in the copy, name key file and roster it goes with, and make it last.

    ``roster`` is the hash of the roster the new keys are listed in.
    """
    with sqlite_errors_known(copy), closing(connect(copy, new_key)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        organization.set_key_sequences(connection, key_file_seq=key_file_seq, roster_seq=author.roster_seq)
        log.append(connection, author, verb, payload={"roster": roster.hex()})
        connection.execute("COMMIT")
        head = log.head(connection)
    with copy.open("rb+") as stream:
        os.fsync(stream.fileno())
    return head


def discard(copy: Path) -> None:
    """Remove a copy and what SQLite keeps beside one."""
    for ending in ("", "-journal", "-wal", "-shm"):
        copy.with_name(f"{copy.name}{ending}").unlink(missing_ok=True)
