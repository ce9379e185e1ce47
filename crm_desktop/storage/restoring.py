"""Bringing a copy back under the file's key, and saying so in its log. SQLite only.

``Connection.backup()`` re-encrypts page by page; it drops damaged pages silently, so it is used on a
source only after every page of that source was checked, and its result is checked and counted too.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.backups import Contents
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.storage import log, organization, rows
from crm_desktop.storage.backups import check_whole, contents, counts
from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.identifiers import new_salt
from crm_desktop.storage.log import Author, LoggedRow
from crm_desktop.storage.schema import SCHEMA_VERSION, check_version, migrate, stored_version

_PAGES_AT_ONCE = 2048
_CANCEL_EVERY = 200_000  # steps of SQLite's machine, some milliseconds
_INTERRUPTED = 9


@dataclass(frozen=True, slots=True)
class Continued:
    """How a restored file goes on: above every epoch and sequence that was ever used."""

    epoch: int
    after: int
    key_file_seq: int
    roster_seq: int


def verified_contents(
    path: Path, raw_keys: Sequence[bytes], *, file_id: bytes, cancel: CancelToken | None = None
) -> tuple[bytes, Contents]:
    """Return which key opens a backup and what is in it, after every page of it was checked.

    Raises OrganizationFileError ``backup_key_unknown``, ``backup_damaged``, ``schema_newer``;
    Cancelled.
    """
    raw_key = _key_of(path, raw_keys)
    with closing(_opened(path, raw_key)) as copy:
        if cancel is not None:
            copy.set_progress_handler(lambda: int(cancel.cancelled), _CANCEL_EVERY)
        try:
            _check_belongs(copy, path, file_id)
            check_whole(copy, path)
            return raw_key, contents(copy)
        except sqlcipher.DatabaseError as error:
            if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF == _INTERRUPTED:
                raise Cancelled from error
            raise OrganizationFileError("backup_damaged", path=str(path)) from error
        except OrganizationFileError as error:
            if error.code != "backup_not_whole":
                raise
            raise OrganizationFileError("backup_damaged", path=str(path)) from error


def _check_belongs(copy: Connection, path: Path, file_id: bytes) -> None:
    meta = organization.read_meta(copy) if organization.has_meta(copy) else None
    if meta is None or meta.file_id != file_id:
        raise OrganizationFileError("backup_key_unknown", path=str(path))
    check_version(meta.schema_version)


def _key_of(path: Path, raw_keys: Sequence[bytes]) -> bytes:
    """Find the key by the salt at the start of the file."""
    with path.open("rb") as stream:
        salt = stream.read(16)
    found = next((raw for raw in raw_keys if raw[-16:] == salt), None)
    if found is None:
        raise OrganizationFileError("backup_key_unknown", path=str(path))
    return found


def _opened(path: Path, raw_key: bytes) -> Connection:
    try:
        return connect(path, raw_key, read_only=True)
    except OrganizationFileError as error:
        raise OrganizationFileError("backup_damaged", path=str(path)) from error


def copy_under(
    source: Path, source_key: bytes, target: Path, target_key: bytes, *, cancel: CancelToken | None = None
) -> None:
    """Write the *verified* ``source`` into the empty ``target`` under another key, and check the result.

    Raises OrganizationFileError for the target's disk, ``backup_not_whole``; Cancelled.
    """

    def step(_status: int, _remaining: int, _total: int) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()

    with closing(connect(source, source_key, read_only=True)) as read, sqlite_errors_known(target):
        with closing(connect(target, target_key, create=True)) as written:
            try:
                read.backup(written, pages=_PAGES_AT_ONCE, progress=step)
            except sqlcipher.DatabaseError as error:
                # It carries no code; the source was read whole before, so the target's disk is at fault.
                code = "disk_full" if "full" in str(error) else "disk_error"
                raise OrganizationFileError(code, path=str(target)) from error
        wanted = counts(read)
        with closing(connect(target, target_key, read_only=True)) as copy:
            check_whole(copy, target)
            if counts(copy) != wanted:
                raise OrganizationFileError("backup_not_whole", path=str(target))


def mark_restored(
    path: Path,
    raw_key: bytes,
    author: Author,
    continued: Continued,
    members: Mapping[bytes, str],
    *,
    then: Callable[[Connection, Author], None] | None = None,
) -> log.LogHead:
    """Log the restore in the copy, and give it the present schema, key file, roster and members.

    ``members`` are the login names of the roster's users by id: one who came after the backup was made
    gets his row again. ``then`` is called in the same transaction with the author as a member of the
    copy: what the backup must not bring back goes before anybody sees it. Returns the new head of the log.
    """
    with closing(connect(path, raw_key)) as connection, sqlite_errors_known(path):
        connection.execute("BEGIN IMMEDIATE")
        version = stored_version(connection)
        # First, for what is written below is written as the present schema has it.
        migrated = migrate(connection)
        connection.execute("UPDATE meta SET epoch = ?", (continued.epoch,))
        organization.set_key_sequences(
            connection, key_file_seq=continued.key_file_seq, roster_seq=continued.roster_seq
        )
        added = [
            _add_member(connection, user_id, login)
            for user_id, login in members.items()
            if organization.member_by_uuid(connection, user_id) is None
        ]
        log.append(
            connection, author, log.RESTORED, rows=added, payload={"backup": log.head(connection).sequence},
            after=continued.after,
        )  # fmt: skip
        if migrated:
            log.append(connection, author, "migrate", payload={"from": version, "to": SCHEMA_VERSION})
        member = organization.member_by_uuid(connection, author.user_uuid)
        if then is not None and member is not None:
            then(connection, replace(author, member_id=member.id))
        connection.execute("COMMIT")
        return log.head(connection)


def _add_member(connection: Connection, user_id: bytes, login: str) -> LoggedRow:
    values: dict[str, object] = {
        "uuid": user_id, "version": 1, "salt": new_salt(), "login": login, "name": login,
    }  # fmt: skip
    row_id = rows.insert_row(connection, "member", values)
    row = rows.full_row(connection, "member", row_id)
    if row is None:
        raise AssertionError("a row that was just written")
    return LoggedRow("member", user_id, 1, row_digest("member", row))


def settle(path: Path, raw_keys: Sequence[bytes]) -> log.LogHead | None:
    """Fold the write-ahead log of the file that is replaced into it, and return the head of its log.

    None where it does not open or is damaged: then it is moved aside with its log as it stands.
    """
    try:
        with closing(connect(path, _key_of(path, raw_keys))) as connection, sqlite_errors_known(path):
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            return log.head(connection)
    except (OrganizationFileError, sqlcipher.DatabaseError, OSError):
        return None
