"""Create the schema and bring an older file up to date with the numbered migrations."""

from importlib.resources import files

from crm_desktop.domain.errors import OrganizationFileError
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
)
SCHEMA_VERSION = len(MIGRATIONS)


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
    connection.execute("UPDATE meta SET schema_version = ?", (SCHEMA_VERSION,))
    return True


def check_version(version: int) -> None:
    """Refuse a file that a newer program wrote; nothing is changed.

    Raises OrganizationFileError("schema_newer").
    """
    if version > SCHEMA_VERSION:
        raise OrganizationFileError("schema_newer", version=version, known=SCHEMA_VERSION)
