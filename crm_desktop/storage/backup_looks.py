"""What a copy of the file says of itself, and what the present file has beyond it. SQLite only."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.storage.connecting import connect, sqlite_errors_known
from crm_desktop.storage.database import Connection

# Without the entries that change no record, and those of the accounts, which stay as they are today.
_LAST_CHANGE = """
    SELECT log_entry.at, member.name FROM log_entry
    LEFT JOIN member ON member.uuid = log_entry.user_uuid
    WHERE log_entry.verb NOT IN (
        'login', 'rewrap', 'change_password', 'restored', 'rescued', 'migrate', 'tidy', 'set_backup_place',
        'add_member', 'add_user', 'disable_user'
    )
    ORDER BY log_entry.id DESC LIMIT 1
"""
_CHANGES_AFTER = """
    SELECT verb, count(*), max(at) FROM log_entry
    WHERE id > ? AND verb NOT IN (
        'login', 'rewrap', 'change_password', 'restored', 'rescued', 'migrate', 'tidy', 'set_backup_place',
        'add_member', 'add_user', 'disable_user'
    )
    GROUP BY verb
"""


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest change of records in a file: UTC epoch seconds and the name of who made it."""

    at: int
    by: str


def name_and_last_change(path: Path, raw_key: bytes) -> tuple[str, LastChange | None]:
    """Return the organization's name and the last change in the *verified* copy at ``path``.

    Read by column: a copy from before a migration has tables of its own day. Raises OrganizationFileError.
    """
    with sqlite_errors_known(path), closing(connect(path, raw_key, read_only=True)) as copy:
        name = copy.execute("SELECT name FROM organization ORDER BY id LIMIT 1").fetchone()
        newest = copy.execute(_LAST_CHANGE).fetchone()
    change = None if newest is None else LastChange(int(newest[0]), str(newest[1] or ""))
    return (str(name[0]) if name is not None else ""), change


def changes_after(connection: Connection, sequence: int) -> dict[str, tuple[int, int]]:
    """Return how many changes of records the log has after ``sequence``, and when the last was, by verb."""
    found = connection.execute(_CHANGES_AFTER, (sequence,))
    return {str(verb): (int(count), int(at)) for verb, count, at in found}
