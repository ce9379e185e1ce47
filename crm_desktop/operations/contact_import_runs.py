"""The imports of contacts so far, and taking one back whenever it was."""

from dataclasses import dataclass

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.imports import ImportProblem, ImportRun
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.reverting import RevertOutcome, revert_all
from crm_desktop.operations.session import Session
from crm_desktop.storage import change_sets, import_runs

__all__ = ["ContactRun", "ImportRun", "RevertOutcome", "contact_runs", "run_problems", "undo_contact_import"]


@dataclass(frozen=True, slots=True)
class ContactRun:
    """An import of a file, and whether it can still be taken back.

    ``together``: how many other files were imported in the same go and are taken back with it.
    """

    run: ImportRun
    undone: bool
    together: int


def contact_runs(session: Session) -> list[ContactRun]:
    """Return the imports of contacts, newest first; needs ``contacts.import``."""
    with session.reading("contacts.import") as connection:
        runs = import_runs.list_runs(connection, import_runs.CONTACTS)
        found = []
        for run in runs:
            done = (
                None if run.change_set_uuid is None else change_sets.by_uuid(connection, run.change_set_uuid)
            )
            undone = done is None or change_sets.is_undone(connection, done.id)
            same = sum(other.change_set_uuid == run.change_set_uuid for other in runs)
            found.append(ContactRun(run, undone, same - 1))
        return found


def run_problems(session: Session, run_id: int) -> list[ImportProblem]:
    """Return the rows of an import that failed, by line and reason; needs ``contacts.import``."""
    with session.reading("contacts.import") as connection:
        return import_runs.problems_of(connection, run_id)


def undo_contact_import(
    session: Session,
    run_id: int,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> RevertOutcome:
    """Take back what an import wrote; a contact that was changed since keeps everything and is counted.

    Raises RefusedError ``record_not_found``, ``undo_expired``, ``already_undone``; Cancelled.
    """
    session.require("contacts.import")
    with session.reading("contacts.import") as connection:
        run = import_runs.get_run(connection, run_id)
    if run is None or run.change_set_uuid is None:
        raise RefusedError("record_not_found")
    return revert_all(session, run.change_set_uuid, progress=progress, cancel=cancel)
