"""Taking out of a copy of a backup what was withdrawn after the backup was made. SQLite only.

The log of the copy goes on in its own epoch right behind its last entry: a new epoch would hide what
somebody had cut off, and only who may restore begins one.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from crm_desktop.domain.backups import Contents
from crm_desktop.storage import log, organization
from crm_desktop.storage.backups import check_whole, contents
from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author
from crm_desktop.storage.schema import SCHEMA_VERSION, migrate, stored_version


def clean_copy(
    path: Path, raw_key: bytes, author: Author, clean: Callable[[Connection, Author], bool]
) -> Contents | None:
    """Let ``clean`` change the copy at ``path`` in one transaction; check every page of the result.

    ``clean`` returns whether there was anything to do; None is returned and nothing changed when not. The
    author must be a member of the copy, which gets the present schema. Raises OrganizationFileError for the
    disk, ``backup_not_whole``.
    """
    with closing(connect(path, raw_key)) as connection, sqlite_errors_known(path):
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        version = stored_version(connection)
        if migrate(connection):
            log.append(connection, author, "migrate", payload={"from": version, "to": SCHEMA_VERSION})
        member = organization.member_by_uuid(connection, author.user_uuid)
        if member is None or not clean(connection, replace(author, member_id=member.id)):
            connection.execute("ROLLBACK")
            return None
        connection.execute("COMMIT")
    with closing(connect(path, raw_key, read_only=True)) as copy:
        check_whole(copy, path)
        return contents(copy)
