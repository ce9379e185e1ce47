"""One organization's SQLCipher file: connections, transactions, pragmas, and errors in the program's words.

SQLite only. A thread has a connection of its own; writes take the file's single write lock with
``BEGIN IMMEDIATE`` so that what a transaction reads is what it changes.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage.connecting import (
    BUSY_TIMEOUT_MS,
    Connection,
    connect,
    file_identity,
    sqlite_errors_known,
)
from crm_desktop.storage.turns import Turns

__all__ = ["Connection", "Database", "integrity_as", "placeholders"]

READER_CACHE_MIB = 96
WRITER_CACHE_MIB = 48
IMPORT_CACHE_MIB = 192
BESIDE_CACHE_MIB = 16
BESIDE = ("worker", "background")
"""How the threads that only read beside the others are named: their pages are those the others hold too."""
CHECKPOINT_PAGES = 4000
"""A quarter as often as SQLite by itself: pages every batch or save writes anew reach the file once."""


class Database:
    """The open file: a connection per thread and one way to write; ``settled`` as in :func:`connect`.

    ``before_write`` is called inside each write transaction before anything else; it may raise to stop
    the write (the key file moved on: rights and keys are judged anew there).
    """

    def __init__(
        self,
        path: Path,
        raw_key: bytes,
        *,
        read_only: bool = False,
        settled: bool = False,
        before_write: Callable[[Connection], None] | None = None,
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._settled = settled
        self.before_write = before_write
        self._raw_key: bytes | None = raw_key
        self._lock = threading.Lock()
        self._connections: dict[int, Connection] = {}
        # Threads inside a transaction. SQLite would say so too, but only after the statement under way.
        self._in_use: set[int] = set()
        self._turns = Turns()
        self._identity: tuple[int, int] | None = None
        self.connection()
        self._identity = file_identity(path)

    def __repr__(self) -> str:
        """Show the place and nothing of the key."""
        return f"Database({self.path.name!r})"

    def use_write_ahead_log(self) -> None:
        """Let readers go on while somebody writes.

        It changes the file, so it is called once the file is known to be one this program may write.
        """
        self.refuse_read_only()
        with sqlite_errors_known(self.path):
            self.connection().execute("PRAGMA journal_mode = WAL").fetchone()

    def connection(self) -> Connection:
        """Return this thread's connection, opening it on first use."""
        thread = threading.get_ident()
        with self._lock:
            found = self._connections.get(thread)
            if found is not None:
                return found
            if self._raw_key is None:
                raise OrganizationFileError("file_closed")
            self.refuse_swapped()
            connection = connect(self.path, self._raw_key, read_only=self.read_only, settled=self._settled)
            connection.execute(f"PRAGMA cache_size = -{_cache_mib(threading.current_thread()) * 1024}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchone()
            self._connections[thread] = connection
            return connection

    @contextmanager
    def more_cache(self) -> Iterator[None]:
        """Keep more pages of this thread's connection meanwhile: a long import touches all indexes.

        Its commits do not move pages into the file either; :meth:`move_committed` does, between them.
        """
        connection = self.connection()
        connection.execute(f"PRAGMA cache_size = -{IMPORT_CACHE_MIB * 1024}")
        connection.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        try:
            yield
        finally:
            connection.execute(f"PRAGMA cache_size = -{_cache_mib(threading.current_thread()) * 1024}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchone()
        # Else the next save would move what the last commit left.
        self.move_committed()

    def move_committed(self) -> None:
        """Move what is committed into the file, as far as no reader needs it; meanwhile others may write."""
        with sqlite_errors_known(self.path):
            self.connection().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def separate_connection(self, *, cache_mib: int = 4) -> Connection:
        """Open a further connection for a check or a snapshot; the caller closes it."""
        if self._raw_key is None:
            raise OrganizationFileError("file_closed")
        self.refuse_swapped()
        connection = connect(self.path, self._raw_key, read_only=self.read_only, settled=self._settled)
        connection.execute(f"PRAGMA cache_size = -{cache_mib * 1024}")
        return connection

    def connection_to_copy(self, path: Path, *, cache_mib: int = 4) -> Connection:
        """Open a copy of this file under its key, for reading; the caller closes it."""
        if self._raw_key is None:
            raise OrganizationFileError("file_closed")
        connection = connect(path, self._raw_key, read_only=True)
        connection.execute(f"PRAGMA cache_size = -{cache_mib * 1024}")
        return connection

    @contextmanager
    def read_apart(self) -> Iterator[Connection]:
        """Read on a connection of its own, beside whatever this thread is doing."""
        with sqlite_errors_known(self.path), closing(self.separate_connection()) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one state of the file, however many statements it takes.

        Inside a write transaction of this thread it is that transaction's state.
        """
        with sqlite_errors_known(self.path):
            connection = self.connection()
            if connection.in_transaction:
                yield connection
                return
            self._begin_reading(connection)
            try:
                yield connection
            finally:
                self._end_reading(connection)

    def _begin_reading(self, connection: Connection) -> None:
        """Begin under the lock that :meth:`close` takes: it closes what is not in a transaction."""
        with self._lock:
            if self._raw_key is None:
                raise OrganizationFileError("file_closed")
            self._in_use.add(threading.get_ident())
            connection.execute("BEGIN")

    def _end_reading(self, connection: Connection) -> None:
        """End a reading; a connection whose file was closed meanwhile is left to its reader to close.

        Under the lock: :meth:`close` must not interrupt a connection that is closed at this moment.
        """
        with self._lock:
            self._in_use.discard(threading.get_ident())
            if self._raw_key is None:
                connection.close()
            elif connection.in_transaction:
                connection.execute("ROLLBACK")

    def _rest(self) -> None:
        self._turns.give_back()
        with self._lock:
            self._in_use.discard(threading.get_ident())

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one write transaction: all or nothing, on this thread's connection.

        Raises OrganizationFileError("file_read_only") on a file opened for reading and BusyError when
        another program holds the write lock for longer than the time-out.
        """
        with sqlite_errors_known(self.path):
            try:
                yield self.begin_write()
                self.commit()
            except BaseException:
                self.rollback()
                raise

    def begin_write(self) -> Connection:
        """Take the write lock and ask ``before_write``; errors as in :meth:`write`."""
        self.refuse_read_only()
        self.refuse_swapped()
        with sqlite_errors_known(self.path):
            connection = self.connection()
            with self._lock:
                self._in_use.add(threading.get_ident())
            # Where it does not come in time, SQLite says that the file is busy.
            self._turns.take(BUSY_TIMEOUT_MS / 1000)
            try:
                connection.execute("BEGIN IMMEDIATE")
            except BaseException:
                if not connection.in_transaction:  # else it is an earlier one of this thread that goes on
                    self._turns.give_back()
                raise
            if self.before_write is not None:
                self.before_write(connection)
        return connection

    def commit(self) -> None:
        """Commit this thread's transaction."""
        with sqlite_errors_known(self.path):
            self.connection().execute("COMMIT")
        self._rest()

    def rollback(self) -> None:
        """Leave the file as it was; nothing happens where no transaction is open."""
        with self._lock:
            connection = self._connections.get(threading.get_ident())
        if connection is not None and connection.in_transaction:
            connection.execute("ROLLBACK")
        self._rest()

    def refuse_read_only(self) -> None:
        """Raise OrganizationFileError("file_read_only") on a file opened for reading."""
        if self.read_only:
            raise OrganizationFileError("file_read_only", path=str(self.path))

    def refuse_swapped(self) -> None:
        """Raise OrganizationFileError where another file, or none, stands at the path of the open one.

        What is written then would go into a file nobody finds again. Facts path; codes ``file_swapped``,
        ``file_gone``. A file opened for reading is not asked about: it loses nothing.
        """
        if self.read_only or self._identity is None:
            return
        found = file_identity(self.path)
        if found != self._identity:
            raise OrganizationFileError("file_gone" if found is None else "file_swapped", path=str(self.path))

    def keep_aside(self, target: Path) -> None:
        """Write what is open to the new file ``target``, also where the path leads to another file by now.

        The write-ahead log is emptied first: it lies under its name beside the other file, whose next
        reader would take it for that file's own. Raises OrganizationFileError.
        """
        with self._lock:
            own = self._connections.get(threading.get_ident())
            connection = own or next(iter(self._connections.values()), None)
        if connection is None:
            raise OrganizationFileError("file_closed")
        with sqlite_errors_known(self.path):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute("VACUUM INTO ?", (str(target),))

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and empty it, so that removed rows leave the disk.

        Returns whether it is empty: a program that reads an older state keeps it longer than the time-out.
        """
        with sqlite_errors_known(self.path):
            busy, *_ = self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def close(self) -> None:
        """Close every connection and forget the key; safe to call twice.

        Closing a connection while another thread reads with it would crash the program: such a reading
        is interrupted ("file_closed") and its thread closes the connection. All others are closed here,
        the last of which leaves one whole file without a write-ahead log.
        """
        with self._lock:
            self._raw_key = None
            own = self._connections.pop(threading.get_ident(), None)
            others = list(self._connections.items())
            self._connections.clear()
            for thread, connection in others:
                if thread in self._in_use:
                    connection.interrupt()
                else:
                    connection.close()
        if own is not None:
            own.close()


def _cache_mib(thread: threading.Thread) -> int:
    """Return how many MiB of pages the connection of a thread keeps."""
    if thread is threading.main_thread():
        return READER_CACHE_MIB
    return BESIDE_CACHE_MIB if thread.name.startswith(BESIDE) else WRITER_CACHE_MIB


def placeholders(count: int) -> str:
    """Return ``?,?,…`` for an IN list of ``count`` values."""
    return ",".join("?" * count)


@contextmanager
def integrity_as(error: Exception) -> Iterator[None]:
    """Raise ``error`` where the schema's constraints refuse what is written."""
    try:
        yield
    except sqlcipher.IntegrityError as refused:
        raise error from refused
