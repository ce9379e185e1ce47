"""Create the schema and bring an older file up to date with the numbered migrations."""

from importlib.resources import files

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage import call_rollups, contacts
from crm_desktop.storage.database import Connection

MIGRATIONS: tuple[str, ...] = (
    "0001_first.sql",
    "0002_backup_place.sql",
    "0003_bank_accounts.sql",
    "0004_change_set_seat.sql",
    "0005_relations.sql",
    "0006_fields.sql",
    "0007_saved_filters.sql",
    "0008_products.sql",
    "0009_attachments.sql",
    "0010_contact_imports.sql",
    "0011_duplicates.sql",
    "0012_number_letters.sql",
    "0013_follow_ups.sql",
    "0014_call_rollups.sql",
    "0015_filter_indexes.sql",
    "0016_import_counts.sql",
    "0017_numbers.sql",
    "0018_call_notes.sql",
    "0019_call_back_index.sql",
    "0020_call_legs.sql",
    "0021_call_moments.sql",
)
SCHEMA_VERSION = len(MIGRATIONS)
# The last migration after which more of a contact is searched than before: numbers, notes, tags.
_SEARCHED_ANEW = 6
_ROLLUPS_MADE = 14


def _statements(script: str) -> list[str]:
    from sqlcipher3 import dbapi2 as sqlcipher

    statements: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlcipher.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements


def create_schema(connection: Connection) -> None:
    """Run every migration on an empty file; the caller holds the transaction."""
    run_migrations(connection, after=0)


def run_migrations(connection: Connection, *, after: int, until: int | None = None) -> None:
    """Run the migrations behind number ``after`` to ``until`` or the last, in the caller's transaction."""
    for name in MIGRATIONS[after:until]:
        script = (files("crm_desktop.storage.migrations") / name).read_text(encoding="utf-8")
        for statement in _statements(script):
            connection.execute(statement)


def planted(connection: Connection) -> list[str]:
    """Return the names of triggers and views: the program's schema has none, so somebody else put them there.

    A trigger would run when the next person saves, whose signature its changes would then bear.
    """
    return [name for _, name in _planted(connection)]


def remove_planted(connection: Connection) -> list[str]:
    """Remove triggers and views in the caller's transaction; return their names."""
    found = _planted(connection)
    for kind, name in found:
        quoted = name.replace('"', '""')
        connection.execute(f'DROP {_KINDS[kind]} IF EXISTS "{quoted}"')
    return [name for _, name in found]


_KINDS = {"trigger": "TRIGGER", "view": "VIEW"}


def _planted(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type, name"
    ).fetchall()


def differences(connection: Connection) -> list[str]:
    """Return type and name of what is in the file's schema otherwise than this program makes it."""
    from sqlcipher3 import dbapi2 as sqlcipher

    fresh = sqlcipher.connect(":memory:", isolation_level=None)
    try:
        create_schema(fresh)
        expected = _objects(fresh)
    finally:
        fresh.close()
    found = _objects(connection)
    return [
        f"{kind} {name}"
        for kind, name in sorted(expected.keys() | found.keys())
        if expected.get((kind, name)) != found.get((kind, name))
    ]


def _objects(connection: Connection) -> dict[tuple[str, str], str]:
    """Return the SQL of each object, by type and name; tables and indexes of SQLite's own are left out."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE NOT (type IN ('table', 'index') AND name LIKE 'sqlite^_%' ESCAPE '^')"
    )
    return {(kind, name): sql or "" for kind, name, sql in found}


def stored_version(connection: Connection) -> int:
    """Return the number of the last migration the file has seen."""
    (version,) = connection.execute("SELECT schema_version FROM meta").fetchone()
    return int(version)


def migrate(connection: Connection) -> bool:
    """Bring an older file up to date in the caller's transaction; False when another program just did."""
    version = stored_version(connection)
    check_version(version)
    if version == SCHEMA_VERSION:
        return False
    run_migrations(connection, after=version)
    if version < _SEARCHED_ANEW:
        contacts.reindex_many(connection, contacts.all_contact_ids(connection))
    if version < _ROLLUPS_MADE:
        call_rollups.rebuild(connection)
    connection.execute("UPDATE meta SET schema_version = ?", (SCHEMA_VERSION,))
    return True


def check_version(version: int) -> None:
    """Refuse a file that a newer program wrote; nothing is changed.

    Raises OrganizationFileError("schema_newer").
    """
    if version > SCHEMA_VERSION:
        raise OrganizationFileError("schema_newer", version=version, known=SCHEMA_VERSION)
