"""Imports that were interrupted: removed at the next opening, or before the next import, and said.

A run in state ``running`` belongs to the program that holds its seat of the lock file. Where that seat is
free, or is one's own although nothing is being imported, the program was killed: all or nothing.
"""

from crm_desktop.domain.errors import BusyError
from crm_desktop.domain.imports import ImportRun
from crm_desktop.operations.session import Session
from crm_desktop.storage import import_runs
from crm_desktop.storage.database import Connection


def remove_abandoned(session: Session, connection: Connection) -> list[int]:
    """Remove the runs whose program is gone; return how many calls each had written."""
    return [
        import_runs.remove_run(connection, session.author, run.id, "remove_unfinished_import")
        for run in import_runs.running(connection)
        if not _is_being_written(session, run)
    ]


def refuse_second_import(session: Session, connection: Connection, member_id: int) -> None:
    """Refuse while another program imports a log of the same member: its calls may still go again.

    Raises BusyError("import_under_way").
    """
    remove_abandoned(session, connection)
    if any(run.member_id == member_id for run in import_runs.running(connection)):
        raise BusyError("import_under_way")


def _is_being_written(session: Session, run: ImportRun) -> bool:
    return run.seat is not None and session.held_lock.is_held_elsewhere(run.seat)
