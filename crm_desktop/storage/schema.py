"""Create the schema and bring an older file up to date with the numbered migrations."""

from importlib.resources import files

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.storage.database import Connection

MIGRATIONS: tuple[str, ...] = ("0001_first.sql",)
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
    for name in MIGRATIONS:
        script = (files("crm_desktop.storage.migrations") / name).read_text(encoding="utf-8")
        for statement in _statements(script):
            connection.execute(statement)


def check_version(version: int) -> None:
    """Refuse a file that a newer program wrote; nothing is changed.

    Raises OrganizationFileError("schema_newer").
    """
    if version > SCHEMA_VERSION:
        raise OrganizationFileError("schema_newer", version=version, known=SCHEMA_VERSION)
