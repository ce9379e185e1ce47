"""A job of the hidden option ``--measure``: sign in to a sample, work in the real window, give the figures.

``bench`` starts the program so (``operations/measuring/window.py``): one JSON document on standard input
says what to measure, one on standard output answers with {measure: [value, floor or null]}. The window is
the program's own, with everything that goes on beside the work but two: the check of the file's pages,
which would be measured too, and the lock that waits for somebody at the keys. Between the sign-in page and
the first rows lie the unlocking and a second in which a person types the password, with what the window
does meanwhile; neither is measured. The session ends without the backup that closing makes.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from crm_desktop.domain.measures import Figure
from crm_desktop.operations.environment import Environment
from crm_desktop.ui.measuring.painted import PaintWatch, painted_once, waited
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.whereabouts import Whereabouts
from crm_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from crm_desktop.operations.session import Session

    # As in the program, loaded once somebody has signed in.
    from crm_desktop.ui.widgets.contact_list_page import ContactListPage

TYPING_MS = 1000
"""How long somebody types his password at the least."""


def measured(window: MainWindow, tasks: Tasks, environment: Environment, job: dict[str, Any]) -> str:
    """Do ``job`` in a window that is not shown yet; return the answer."""
    path = Path(job["file"])
    window.show()
    window.start(path)
    painted_once(window)
    shown_ms = (time.time() - job["started_at"]) * 1000
    figures = _begun(window, _unlocked(tasks, environment, path, job), shown_ms)
    if job["kind"] == "work":
        figures |= _worked(window, tasks, job)
    window.program_lock()
    return json.dumps({name: [figure.value, figure.floor] for name, figure in figures.items()})


def _unlocked(tasks: Tasks, environment: Environment, path: Path, job: dict[str, Any]) -> "Session":
    """Sign in as the sign-in page does: in a thread, while the window lives and loads what comes next."""

    def opened() -> "Session":
        from crm_desktop.operations.organizations import open_organization

        return open_organization(
            environment, path, login=job["login"], password=job["password"], set_up_code=job["set_up_code"]
        )

    sessions: list[Session] = []

    def begin(done: Callable[[], None]) -> None:
        def unlocked(session: "Session") -> None:
            sessions.append(session)
            done()

        tasks.run(opened, on_done=unlocked)

    waited(begin, "the file to be unlocked")
    waited(lambda done: QTimer.singleShot(TYPING_MS, done), "the password to be typed")
    return sessions[0]


def _begun(window: MainWindow, session: "Session", shown_ms: float) -> dict[str, Figure]:
    """Show the first rows of a file that is unlocked, which was not measured."""
    began = time.perf_counter()
    window.begin(session, Whereabouts("customers"))
    page = _list_of(window)
    PaintWatch(page.table).after(lambda: None)
    rows_ms = (time.perf_counter() - began) * 1000
    return {"start_to_paint": Figure(shown_ms + rows_ms), "unlocked_to_painted": Figure(rows_ms)}


def _list_of(window: MainWindow) -> "ContactListPage":
    from crm_desktop.ui.widgets.contact_list_page import ContactListPage

    workspace = window.workspace
    page = workspace.page if workspace is not None else None
    if not isinstance(page, ContactListPage):
        raise TypeError(type(page).__name__)
    return page


def _worked(window: MainWindow, tasks: Tasks, job: dict[str, Any]) -> dict[str, Figure]:
    from crm_desktop.ui.measuring.work import Job, Work

    workspace = window.workspace
    assert workspace is not None  # noqa: S101 - begun just before
    workspace.checks.stop()
    window.stay_unlocked()  # of a million customers it takes longer than the lock waits for a key
    given = Job(job["typed"], Path(job["peer"]), Path(job["log"]))
    return Work(_list_of(window), workspace.session, tasks, given).figures()
