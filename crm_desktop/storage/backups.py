"""Copies of the file: written by ``VACUUM INTO`` and read back before they count. SQLite only.

``Connection.backup()`` is never used here: it drops the damaged pages of its source without a word.
``VACUUM INTO`` reads every row through the cipher's check of each page and keeps the key.
"""

import os
from collections.abc import Iterable
from contextlib import closing
from itertools import accumulate
from operator import add
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.backups import Contents
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.storage.connecting import PAGE_SIZE, page_count, page_problems, sqlite_errors_known
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.rollup_recount import TABLES as ROLLUPS
from crm_desktop.storage.schema import stored_version

# Everything the schema has but the full text's virtual tables; a test holds it against the migrations.
_COUNTED_FIRST = (
    "meta", "organization", "member", "import_run", "import_problem", "contact", "phone", "email",
    "postal_address", "product", "product_use", "consent", "call", "draft", "member_setting",
    "change_set", "change_row", "log_entry", "log_row", "log_block", "search_token",
)  # fmt: skip
_COUNTED_FIELDS = (
    "foreign_id", "tag", "contact_tag", "contact_note", "past_status", "custom_field", "custom_value",
)  # fmt: skip
_FIRST_ROLLUPS = tuple(table for table in ROLLUPS if table != "call_leg")
# What each migration after the first added: a file is backed up before it is migrated.
_ADDED: tuple[tuple[str, ...], ...] = (
    ("organization_setting",), ("bank_account",), (), ("relation",), _COUNTED_FIELDS, ("saved_filter",), (),
    ("attachment", "attachment_piece"), ("imported_row", "card_property"), ("moved_calls", "not_duplicate"),
    (), ("follow_up", "keep_in_touch"), _FIRST_ROLLUPS, (), (), ("number_decision", "linked_calls"),
    (), (), ("call_leg",), (),
)  # fmt: skip
# The tables of each schema version.
COUNTED: tuple[tuple[str, ...], ...] = tuple(accumulate((_COUNTED_FIRST, *_ADDED), add))
_ATTEMPTS = 3
_CANCEL_EVERY = 200_000  # steps of SQLite's machine, some milliseconds
_INTERRUPTED, _CORRUPT, _FULL, _NOT_A_DATABASE = 9, 11, 13, 26
MIB = 1024 * 1024


def needed_bytes(database: Database) -> int:
    """Return how much space a copy may need."""
    with closing(database.separate_connection()) as connection, sqlite_errors_known(database.path):
        return PAGE_SIZE * page_count(connection)


def write_copy(database: Database, target: Path, *, cancel: CancelToken | None = None) -> Contents:
    """Write a verified copy of the file as it is now into ``target``, an empty file of the caller's.

    The caller removes ``target`` when this fails. Nobody is kept from writing, unless somebody wrote
    between counting and copying three times in a row. Raises OrganizationFileError
    ``backup_source_damaged``, ``backup_not_whole``, ``backup_disk_full``, ``backup_place_failed``;
    Cancelled.
    """
    with closing(database.separate_connection()) as source:
        _check_source(database, source)
        for attempt in range(_ATTEMPTS):
            quiet = attempt == _ATTEMPTS - 1 and not database.read_only
            if _copied(database, source, target, quiet=quiet, cancel=cancel):
                break
            os.truncate(target, 0)
        else:
            raise OrganizationFileError("backup_not_whole", path=str(target))
    return read_back(database, target, cancel=cancel)


def _check_source(database: Database, source: Connection) -> None:
    """Read every page of the source: a damaged one must fail here, before older backups are thinned."""
    try:
        found = [str(text) for (text,) in source.execute("PRAGMA quick_check(1)")]
    except sqlcipher.DatabaseError as error:
        raise OrganizationFileError("backup_source_damaged", path=str(database.path)) from error
    if found != ["ok"]:
        raise OrganizationFileError("backup_source_damaged", path=str(database.path))


def _copied(
    database: Database, source: Connection, target: Path, *, quiet: bool, cancel: CancelToken | None
) -> bool:
    """Copy and compare the counts; False when somebody wrote in between, so that they say nothing.

    With ``quiet`` the write lock is held by a second connection: ``VACUUM INTO`` refuses a transaction.
    """
    if not quiet:
        version = _data_version(source)
        counted = counts(source)
        _vacuum_into(database, source, target, cancel)
        same = _counts_of(database, target) == counted
        if not same and _data_version(source) == version:
            raise OrganizationFileError("backup_not_whole", path=str(target))
        return same
    with closing(database.separate_connection()) as guard, sqlite_errors_known(database.path):
        guard.execute("BEGIN IMMEDIATE")
        try:
            return _copied(database, source, target, quiet=False, cancel=cancel)
        finally:
            guard.execute("ROLLBACK")


def _vacuum_into(database: Database, source: Connection, target: Path, cancel: CancelToken | None) -> None:
    if cancel is not None:
        source.set_progress_handler(lambda: int(cancel.cancelled), _CANCEL_EVERY)
    if database.read_only:
        # It writes the copy only, but SQLite refuses it on a connection that may run no write at all.
        source.execute("PRAGMA query_only = OFF")
    try:
        source.execute("VACUUM INTO ?", (str(target),))
    except sqlcipher.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == _INTERRUPTED:
            raise Cancelled from error
        raise _copy_error(code, database, target) from error
    finally:
        source.set_progress_handler(None, 0)


def _copy_error(code: int, database: Database, target: Path) -> OrganizationFileError:
    """Name what went wrong; the source was read whole just before, so the rest is the target's."""
    if code in {_CORRUPT, _NOT_A_DATABASE}:
        return OrganizationFileError("backup_source_damaged", path=str(database.path))
    if code == _FULL:
        return OrganizationFileError(
            "backup_disk_full", path=str(target.parent), needed_mb=megabytes(needed_bytes(database))
        )
    return OrganizationFileError("backup_place_failed", path=str(target.parent))


def megabytes(size: int) -> int:
    """Return ``size`` bytes in MB, rounded up."""
    return -(-size // MIB)


def counts(connection: Connection) -> dict[str, int]:
    """Return the rows of every table."""
    return {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for table in COUNTED[stored_version(connection) - 1]
    }


def _data_version(connection: Connection) -> int:
    """Return a number that changes when another connection commits."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _counts_of(database: Database, target: Path) -> dict[str, int]:
    with sqlite_errors_known(target), closing(database.connection_to_copy(target)) as copy:
        return counts(copy)


def read_back(database: Database, target: Path, *, cancel: CancelToken | None = None) -> Contents:
    """Open a copy under the file's key, check every page and the structure, and say what is in it.

    Raises OrganizationFileError ``backup_not_whole``; Cancelled.
    """
    try:
        with closing(database.connection_to_copy(target)) as copy:
            if cancel is not None:
                copy.set_progress_handler(lambda: int(cancel.cancelled), _CANCEL_EVERY)
            check_whole(copy, target)
            return contents(copy)
    except sqlcipher.DatabaseError as error:
        if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF == _INTERRUPTED:
            raise Cancelled from error
        raise OrganizationFileError("backup_not_whole", path=str(target)) from error


def check_whole(copy: Connection, path: Path) -> None:
    """Check every page's authentication and the structure; raises OrganizationFileError as above."""
    pages = page_problems(copy)
    structure = [str(text) for (text,) in copy.execute("PRAGMA integrity_check")]
    if pages or structure != ["ok"]:
        raise OrganizationFileError("backup_not_whole", path=str(path))


def contents(connection: Connection) -> Contents:
    """Return what is in the file behind ``connection``."""
    by_category = dict(
        connection.execute(
            "SELECT category, count(*) FROM contact WHERE trashed_at IS NULL GROUP BY category"
        )
    )
    (calls,) = connection.execute("SELECT count(*) FROM call").fetchone()
    newest = connection.execute("SELECT epoch, id, at FROM log_entry ORDER BY id DESC LIMIT 1").fetchone()
    epoch, sequence, at = newest or (1, 0, 0)
    return Contents(
        customers=int(by_category.get("customer", 0)),
        address_book=int(by_category.get("address_book", 0)),
        calls=int(calls),
        epoch=int(epoch),
        sequence=int(sequence),
        changed_at=int(at),
    )


def newest_in_log(database: Database, copies: Iterable[Contents]) -> int:
    """Return the highest sequence among ``copies`` of this very file, 0 without any.

    The newest entry of a copy must stand in the file's own log: where an older file was put back by hand,
    a newer copy is of a state this file never was in.
    """
    ordered = sorted(copies, key=lambda each: each.sequence, reverse=True)
    with closing(database.separate_connection()) as connection, sqlite_errors_known(database.path):
        for each in ordered:
            found = connection.execute("SELECT epoch, at FROM log_entry WHERE id = ?", (each.sequence,))
            if found.fetchone() == (each.epoch, each.changed_at):
                return each.sequence
    return 0


def changed_since(database: Database, sequence: int) -> bool:
    """Return whether the log has an entry after ``sequence`` that is more than a login."""
    with closing(database.separate_connection()) as connection, sqlite_errors_known(database.path):
        found = connection.execute(
            "SELECT 1 FROM log_entry WHERE id > ? AND verb <> 'login' LIMIT 1", (sequence,)
        ).fetchone()
    return found is not None
