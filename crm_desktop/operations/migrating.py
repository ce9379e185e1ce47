"""Bringing an older file up to date at its opening: backed up first, then all migrations or none."""

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.backups import make_backup
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.storage import log
from crm_desktop.storage.schema import SCHEMA_VERSION, migrate, stored_version


def bring_up_to_date(session: Session, *, on_step: StepHook = no_step) -> None:
    """Migrate the session's file where a former version of the program wrote it.

    Whoever opens it does this, whatever his rights: without it nobody could work. Raises
    OrganizationFileError ``schema_older`` on a file open for reading, and what making a backup raises;
    the file is then as it was.
    """
    with session.database.read() as connection:
        version = stored_version(connection)
    if version == SCHEMA_VERSION:
        return
    if session.read_only:
        raise OrganizationFileError("schema_older", path=str(session.path))
    make_backup(session, reason=Reason.MIGRATION)
    on_step("backed up")
    with session.database.write() as connection:
        if migrate(connection):
            on_step("migrated")
            payload: dict[str, object] = {"from": version, "to": SCHEMA_VERSION}
            log.append(connection, session.author, "migrate", payload=payload)
            on_step("logged")
    session.remember_head()
