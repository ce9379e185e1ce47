"""Opening an SQLCipher file: the key, the pragmas of the design, and errors in the program's words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.domain.folding import fold, plain_digits

if TYPE_CHECKING:
    # sqlcipher3 has no type stubs; its connection is the standard library's plus set_key().
    from sqlite3 import Connection
else:
    Connection = sqlcipher.Connection

__all__ = [
    "Connection",
    "cipher_settings",
    "connect",
    "create_database",
    "file_identity",
    "page_count",
    "page_problems",
    "sqlite_errors_known",
]

PAGE_SIZE = 4096
RAW_KEY_LENGTH = 48  # 32 bytes of key, 16 bytes of salt
BUSY_TIMEOUT_MS = 15_000

_BUSY, _READ_ONLY, _INTERRUPTED, _IO_ERROR, _CORRUPT, _FULL, _CANNOT_OPEN = 5, 8, 9, 10, 11, 13, 14
_NOT_A_DATABASE = 26


@contextmanager
def sqlite_errors_known(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file, the disk and other programs into known errors."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        known = _known_error(error, path)
        if known is None:
            raise
        raise known from error


def _known_error(error: Exception, path: Path) -> BusyError | OrganizationFileError | None:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == _BUSY:
        return BusyError("file_busy", name=path.name)
    names = {
        _READ_ONLY: "file_read_only",
        _INTERRUPTED: "file_closed",
        _IO_ERROR: "disk_error",
        _CORRUPT: "file_damaged",
        _FULL: "disk_full",
        _CANNOT_OPEN: "file_not_openable",
        _NOT_A_DATABASE: "file_damaged",
    }
    return OrganizationFileError(names[code], path=str(path)) if code in names else None


def connect(
    path: Path, raw_key: bytes, *, read_only: bool = False, settled: bool = False, create: bool = False,
    cut_short: bool = False,
) -> Connection:  # fmt: skip
    """Open ``path`` with ``raw_key`` (48 bytes) and set every pragma the design asks for.

    Raises OrganizationFileError when the key does not open the file or the file is not readable. The
    length is asserted because SQLCipher silently takes a malformed raw key for a passphrase. ``settled``:
    nobody writes to the file where it lies, so that it may be read without locks; raises
    ``changes_wait_beside`` where a log lies beside it that cannot be read there. ``cut_short``: a file may
    have fewer pages than its header says, to read those that are left.
    """
    if len(raw_key) != RAW_KEY_LENGTH:
        raise ValueError("the raw key must be 48 bytes")
    mode = "rwc" if create else _reading_mode(path, settled=settled) if read_only else "rw"
    uri = f"file:{quote(str(path))}?mode={mode}"
    try:
        with sqlite_errors_known(path):
            return _connected(uri, raw_key, read_only=read_only, cut_short=cut_short)
    except OrganizationFileError as error:
        log = _waiting_beside(path) if settled and error.code == "file_not_openable" else None
        if log is None:
            raise
        raise OrganizationFileError("changes_wait_beside", path=str(path), log=log.name) from error


def _connected(uri: str, raw_key: bytes, *, read_only: bool, cut_short: bool) -> Connection:
    connection: Connection = sqlcipher.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        if cut_short:
            # With it SQLite goes by the pages that are there; nothing is written on this connection.
            connection.execute("PRAGMA writable_schema = ON")
        _prepare(connection, raw_key, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _reading_mode(path: Path, *, settled: bool) -> str:
    """Return how to read: a settled file without a log as it stands, leaving nothing beside it.

    Where somebody may write, now or later, a reading without locks would find pages that do not belong
    together and call a sound file damaged.
    """
    return "ro&immutable=1" if settled and _waiting_beside(path) is None else "ro"


def _waiting_beside(path: Path) -> Path | None:
    """Return the log of changes that are not in the file yet, as a program that was killed leaves it."""
    beside = (path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-journal"))
    return next((log for log in beside if log.exists() and log.stat().st_size), None)


def _prepare(connection: Connection, raw_key: bytes, *, read_only: bool) -> None:
    # What SQLCipher would print on standard error becomes an error with a sentence.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.set_key(f"x'{raw_key.hex()}'")  # type: ignore[attr-defined]
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise OrganizationFileError("cipher_missing")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for pragma in (
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",  # on disk, sorts would leave plaintext behind
        "PRAGMA secure_delete = ON",
        "PRAGMA synchronous = FULL",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA cell_size_check = ON",
        f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(pragma)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    for name, function in (("folded", _folded), ("plain_digits", _plain_digits)):
        connection.create_function(name, 1, function, deterministic=True)


def _folded(value: object) -> str:
    """Fold a value for comparison in SQL; for plain ASCII, as most are, lower case is all there is to it."""
    if not isinstance(value, str):
        return ""
    return value.lower() if value.isascii() else fold(value)


def _plain_digits(value: object) -> str:
    return plain_digits(value) if isinstance(value, str) else ""


def create_database(path: Path, raw_key: bytes, fill: Callable[[Connection], None]) -> None:
    """Make a new file; ``fill`` writes schema and first rows in one transaction.

    Raises OrganizationFileError; what ``fill`` raises goes through, and an empty file may be left.
    """
    connection = connect(path, raw_key, create=True)
    try:
        with sqlite_errors_known(path):
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN IMMEDIATE")
            fill(connection)
            connection.execute("COMMIT")
    finally:
        connection.close()


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at ``path`` from one that is put in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def cipher_settings(connection: Connection) -> dict[str, str]:
    """Return what SQLCipher says of the file: version, page size, HMAC and key derivation."""
    names = ("cipher_version", "cipher_page_size", "cipher_hmac_algorithm", "cipher_kdf_algorithm")
    return {name: str(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names}


def page_count(connection: Connection) -> int:
    """Return how many pages the file has by its own header."""
    (count,) = connection.execute("PRAGMA page_count").fetchone()
    return int(count)


def page_problems(connection: Connection) -> list[str]:
    """Return what is wrong with the file's pages by their authentication codes.

    What another program added behind the last page is not the file's: it is said at opening, and no damage.
    """
    count = page_count(connection)
    found = [str(text) for (text,) in connection.execute("PRAGMA cipher_integrity_check")]
    numbers = (re.search(r"page (\d+)", text) for text in found)
    return [
        text for text, number in zip(found, numbers, strict=True) if not number or int(number[1]) <= count
    ]
