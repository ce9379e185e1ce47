"""Imports that were interrupted: removed by the next who opens the file and may import, and said.

A run in state ``running`` belongs to the program that holds its seat of the lock file. Where that seat is
free, or is one's own although nothing is being imported, the program was killed: all or nothing. Calls of
such a run are in no list and no figure, so somebody who may not import leaves it as it is.
"""

from crm_desktop.domain.errors import BusyError
from crm_desktop.domain.imports import ImportRun
from crm_desktop.operations.session import Session
from crm_desktop.storage import import_runs
from crm_desktop.storage.database import Connection

VERB = "remove_unfinished_import"


def remove_abandoned(session: Session, connection: Connection) -> list[int]:
    """Remove the runs whose program is gone; return how many calls each had written.

    Whoever may not leaves them, without their seat: that may be this program's by now.
    """
    abandoned = [run.id for run in import_runs.running(connection) if not _is_being_written(session, run)]
    return [
        count
        for run_id in abandoned
        if (count := remove_or_leave(session, connection, run_id, VERB)) is not None
    ]


def remove_or_leave(session: Session, connection: Connection, run_id: int, verb: str) -> int | None:
    """Remove a run with its calls under ``verb`` and return how many; None: the person may not."""
    if session.may_do(verb):
        return import_runs.remove_run(connection, session.author, run_id, verb)
    import_runs.give_up_seat(connection, run_id)
    return None


def refuse_second_import(session: Session, connection: Connection, member_id: int) -> None:
    """Refuse while another program imports a log of the same member: its calls may still go again.

    Raises BusyError("import_under_way").
    """
    remove_abandoned(session, connection)
    if any(run.member_id == member_id for run in import_runs.running(connection)):
        raise BusyError("import_under_way")


def _is_being_written(session: Session, run: ImportRun) -> bool:
    return run.seat is not None and session.held_lock.is_held_elsewhere(run.seat)
