"""A database of another program, read from memory, or from a private copy with its write-ahead log.

The file is hostile until proven otherwise: nothing in its schema may run a function of ours, no query of
ours takes for ever, and nothing is ever written to it. It is opened without touching the original, beside
which SQLite would make files of its own.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import LogSource

SIGN = b"SQLite format 3\0"
# Twice the largest call log one could carry about; beyond it is no log of a phone.
_LARGEST = 1 << 30
_STEPS = 1_000_000
_MOST_STEPS = 4_000
# Bytes 18 and 19 of the header: 2 means write-ahead log, which a database in memory cannot have.
_FORMAT = slice(18, 20)
_PAGE_SIZE = slice(16, 18)
_LARGEST_PAGE = 1 << 16  # written as 1


@contextmanager
def open_foreign(source: LogSource) -> Iterator[sqlite3.Connection]:
    """Give a connection that can only read. Raises ForeignFileError ``log_damaged``.

    The bytes of ``source`` are read once, so that its digest is known.
    """
    if source.size > _LARGEST:
        raise ForeignFileError("log_damaged", name=source.path.name)
    data = bytearray().join(source.chunks())
    beside = source.path.with_name(f"{source.path.name}-wal")
    try:
        if beside.is_file() and beside.stat().st_size:
            with _private_copy(source.path, bytes(data), beside) as copy, closing(_from_disk(copy)) as found:
                yield _guarded(found)
        elif _is_cut(data):
            raise ForeignFileError("log_damaged", name=source.path.name)
        else:
            data[_FORMAT] = b"\1\1"
            with closing(sqlite3.connect(":memory:")) as found:
                found.deserialize(data)
                data.clear()
                yield _guarded(found)
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # what SQLite says may be no text
        raise ForeignFileError("log_damaged", name=source.path.name) from error


def _is_cut(data: bytearray) -> bool:
    """Return whether the last page is not whole: SQLite would take the missing part of it for zeros."""
    size = int.from_bytes(data[_PAGE_SIZE], "big")
    return len(data) % (_LARGEST_PAGE if size <= 1 else size) != 0


@contextmanager
def _private_copy(path: Path, data: bytes, beside: Path) -> Iterator[Path]:
    """Copy a database with its write-ahead log to a folder only we can enter, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="crm-desktop-log-") as folder:
        copy = Path(folder) / path.name
        copy.touch(mode=0o600)
        copy.write_bytes(data)
        wal = Path(folder) / beside.name
        wal.touch(mode=0o600)
        with beside.open("rb") as original, wal.open("wb") as target:
            shutil.copyfileobj(original, target)
        yield copy


def _from_disk(copy: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{copy.as_uri()}?mode=rw", uri=True)


def _guarded(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return the connection with everything switched off a reader does not need."""
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a real table, upper case; empty where there is none (a view is none)."""
    real = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND upper(name) = upper(?)", (table,)
    ).fetchone()
    if real is None:
        return set()
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return {str(name).upper() for (name,) in found}
