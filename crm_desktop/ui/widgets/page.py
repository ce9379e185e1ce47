"""What every page is given and what the shell may ask of it; pages know the shell by this alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.filters import Condition
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from crm_desktop.ui.tasks import Job, Tasks
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.work_cards import WorkCard


class ActionSource(Protocol):
    """The shell's one list of actions, as pages see it."""

    def action(self, identity: str) -> QAction | None:
        """Return the action, or None where the user's role has none."""


class Notices(Protocol):
    """How a page tells something that belongs to no single field."""

    def say(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Show a toast, with an *Undo* button when ``undo`` is given."""

    def refuse(self, error: KnownError) -> None:
        """Show the sentence of a failed action."""

    def warn(self, text: str) -> None:
        """Show a sentence to be taken note of."""

    def working(self, title: str, cancel: CancelToken) -> WorkCard:
        """Show long work with progress and *Cancel* until its card is told that it has ended."""

    def dismiss(self) -> None:
        """Take back what was said."""


@dataclass(frozen=True, slots=True)
class WorkAlone:
    """Work that needs the file to itself: nobody may have it open, this program included.

    ``operation`` is called with ``progress=``, ``cancel=`` and ``set_up_code=`` (None where the keyring
    keeps it) once the session has ended; ``password`` is the one of the person signed in, typed again for
    this. ``told`` turns the result into the sentence shown when the person is signed in again.
    ``new_set_up_code`` is the one that counts afterwards, where the work replaces it.
    """

    title: str
    operation: Callable[..., object] = field(repr=False)  # its arguments hold the password
    password: str = field(repr=False)
    told: Callable[[object], str]
    new_set_up_code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RunningWork:
    """Long work that goes on while the window is locked: what it is, and how to stop it."""

    title: str
    job: Job


@dataclass(frozen=True, slots=True)
class ShownCalls:
    """Calls to be shown, and in words which they are; ``customer``: the name of the one they are with.

    Where he is named, ``words`` say the rest.
    """

    query: CallQuery
    words: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class PageContext:
    """Everything a page works with."""

    session: Session
    tasks: Tasks
    actions: ActionSource
    notices: Notices
    clock: Clock
    work_alone: Callable[[WorkAlone], None]
    """End the session, do the work on a page of its own, and sign the same person in again."""
    running: list[RunningWork] = field(default_factory=list)
    """Long work begun by a page; what is done stays in the list and is passed over."""


class Page(QWidget):
    """A page of the workspace.

    Methods named like an action's id (``record_new``) answer that action while the page is in front.
    """

    contact_requested = Signal(object)
    """Wish to see the contact with this id on the page of its list."""

    customers_requested = Signal(object)
    """Wish to see the customers who fit this condition, on their page."""

    calls_requested = Signal(object)
    """Wish to see some calls (a ShownCalls) on their page."""

    page_requested = Signal(str)
    """Wish to see the page of this name."""

    records_changed = Signal()
    """Fact: something was written that other pages may show."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.session = context.session

    def activate(self) -> None:
        """Come to the front: load what is not loaded yet and take the keyboard focus."""

    def refresh(self) -> None:
        """Read again what another page may have changed."""

    def save_draft(self) -> None:
        """Keep half-typed input in the file, before the session ends."""

    def tells(self, code: str) -> bool:
        """Return whether the page itself tells what opening the file found under this code."""
        del code
        return False

    def stop(self) -> None:
        """Let go of what is under way for this session alone: it ends."""

    def remember(self) -> None:
        """Keep widths, order and choices for this user."""

    def show_contact(self, contact_id: int, *, reveal: bool = True) -> None:
        """Bring a contact into view, on pages that show contacts; ``reveal`` opens a hidden card for it."""

    def show_returned(self, contact_id: int) -> None:
        """Bring a contact into view that undo or redo brought, on pages that list such contacts."""

    def show_filter(self, filter_id: int) -> None:
        """Bring the list of a saved filter to the front, on pages that have filters."""

    def show_filtered(self, condition: Condition) -> None:
        """Show every record that fits ``condition``, on pages that have filters."""

    def show_calls(self, shown: ShownCalls) -> None:
        """Show these calls and no others, on the page of the calls."""

    def current_contact(self) -> int | None:
        """Return the id of the contact in view, on pages that show contacts."""
        return None

    def called_contact(self) -> int | None:
        """Return the id of the contact a call would be logged with: the one in view."""
        return self.current_contact()

    def section_name(self) -> str:
        """Return the name of the section in front, on pages of several sections."""
        return ""

    def bring_section(self, name: str) -> None:
        """Bring a section to the front by its name, on pages of several sections."""

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Tell whether the user may go elsewhere; an open form asks first and runs ``then`` when saved."""
        del then
        return True
