"""Checks of a file: pages, foreign keys, full text against rows, and rows against the log. SQLite only.

Each check works on a connection of its own: a damaged page poisons the connection that met it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.attachments import AttachmentRole
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage import attachments, contacts, log, rollup_recount, search
from crm_desktop.storage.connecting import page_problems, sqlite_errors_known
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.log_checks import Judge, Pause, chain_problems, removal_problems, row_problems
from crm_desktop.storage.problems import Problem
from crm_desktop.storage.schema import SCHEMA_VERSION, differences

# One problem explains a file; a thousand lines of them explain nothing.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; ``detail``: a sentence or the first problems; ``problems``: those of the log.

    Where there are more than ``SHOWN``, one more is there to say so.
    """

    name: str
    ok: bool
    detail: str
    problems: tuple[Problem, ...] = ()


def page_check(database: Database) -> Finding:
    """Check every page's HMAC and the structure, after a checkpoint (before one the answers are wrong)."""
    if not database.read_only:
        database.checkpoint()
    return _on_own_connection(database, "pages", _pages)


def _pages(connection: Connection) -> list[str]:
    problems = page_problems(connection)
    structure = [str(text) for (text,) in connection.execute("PRAGMA integrity_check")]
    return problems + [text for text in structure if text != "ok"]


def foreign_key_check(database: Database) -> Finding:
    """Check that nothing refers to a row that is gone."""

    def check(connection: Connection) -> list[str]:
        found = connection.execute("PRAGMA foreign_key_check")
        return [f"{table} → {parent}" for table, _, parent, _ in found]

    return _on_own_connection(database, "foreign_keys", check)


def version_check(database: Database) -> Finding:
    """Check that the schema is the one this program writes."""

    def check(connection: Connection) -> list[str]:
        (version,) = connection.execute("SELECT schema_version FROM meta").fetchone()
        # Of another version everything may differ.
        return differences(connection) if version == SCHEMA_VERSION else [f"{version} ≠ {SCHEMA_VERSION}"]

    return _on_own_connection(database, "schema_version", check)


def search_check(database: Database) -> Finding:
    """Check that the full text holds exactly the contacts outside the trash, with exactly their words."""

    def check(connection: Connection) -> list[str]:
        wanted = set(contacts.all_contact_ids(connection))
        found = {row_id for (row_id,) in connection.execute("SELECT rowid FROM search_word")}
        if not database.read_only:  # the check is an INSERT to SQLite
            connection.execute("INSERT INTO search_word (search_word, rank) VALUES ('integrity-check', 0)")
        missing, extra = len(wanted - found), len(found - wanted)
        if missing or extra:
            return [f"-{missing} +{extra}"]
        expected: Counter[str] = Counter()
        for contact_id in wanted:
            expected.update(contacts.expected_words(connection, contact_id))
        differing = expected - search.word_counts(connection)
        differing.update(search.word_counts(connection) - expected)
        return [f"{len(differing)} words"] if differing else []

    return _on_own_connection(database, "search_index", check)


def rollup_check(database: Database) -> Finding:
    """Check that the figures of calls are what counting the calls gives."""

    def check(connection: Connection) -> Iterator[str]:
        connection.execute("BEGIN")  # one state of the file: others go on importing
        yield from rollup_recount.differences(connection)

    return _on_own_connection(database, "call_figures", check)


def attachment_check(database: Database, *, pause: Pause) -> Finding:
    """Check that the content of each file and photo is what was added, a damaged page under it included."""

    def check(connection: Connection) -> Iterator[Problem]:
        for sha256, named in attachments.named_contents(connection).items():
            pause()
            if not _as_added(database, sha256, named[0].size):
                yield from map(_damaged_content, named)

    return _on_own_connection(database, "attachments", check)


def _as_added(database: Database, sha256: bytes, size: int) -> bool:
    # A connection for each: one that met a damaged page reads nothing more, and the others are to be named.
    with closing(database.separate_connection(cache_mib=1)) as connection:
        try:
            return attachments.is_as_added(connection, sha256, size)
        except sqlcipher.DatabaseError:
            return False


def _damaged_content(named: attachments.NamedContent) -> Problem:
    if named.record is None:  # who may not look into the trash is told of no name in it
        return Problem("content_in_trash", {})
    if named.role is AttachmentRole.PHOTO:
        return Problem("photo_damaged", {"contact": named.record})
    return Problem("content_damaged", {"name": named.name, "contact": named.record})


def log_chain_check(
    database: Database,
    judge: Judge,
    *,
    since: log.LogHead | None = None,
    pause: Pause,
) -> Finding:
    """Check hashes and order of the log, its signers and lists, and that nothing left it without an entry."""

    def check(connection: Connection) -> Iterator[Problem]:
        connection.execute("BEGIN")  # one state of the file: others go on writing
        yield from chain_problems(connection, judge, since=since, pause=pause)
        yield from removal_problems(connection, since=since, pause=pause)

    return _on_own_connection(database, "log_chain", check)


def row_check(database: Database, *, since: log.LogHead | None = None, pause: Pause) -> Finding:
    """Check rows against their newest digest in the log: differing, missing, or without an entry."""

    def check(connection: Connection) -> Iterator[Problem]:
        connection.execute("BEGIN")
        yield from row_problems(connection, since=since, pause=pause)

    return _on_own_connection(database, "rows_against_log", check)


def _on_own_connection(
    database: Database, name: str, check: Callable[[Connection], Iterable[str | Problem]]
) -> Finding:
    problems: list[str | Problem] = []
    try:
        connection = database.separate_connection()
    except OrganizationFileError as error:
        return Finding(name, ok=False, detail=error.code)
    try:
        with sqlite_errors_known(database.path):
            # One more than is shown says that there are more.
            problems += islice(check(connection), SHOWN + 1)
    except OrganizationFileError as error:
        problems.append(error.code)
    except sqlcipher.DatabaseError as error:
        problems.append(getattr(error, "sqlite_errorname", None) or "database error")
    finally:
        connection.close()
    texts = [problem for problem in problems if isinstance(problem, str)]
    named = tuple(problem for problem in problems if isinstance(problem, Problem))
    return Finding(name, ok=not problems, detail="; ".join(texts[:SHOWN]), problems=named)
