"""Making the sample organization: asked where, made with progress, opened at once."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import key_here, open_organization
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.sign_in import SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.folders import proposed_folder
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import button, row
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

CUSTOMERS, CALLS, SEED = 500, 3000, 1
"""Enough to look around in, made in a few seconds."""

LOGIN, PASSWORD = "ana", "sample-organization"


def make_sample(
    environment: Environment, path: Path, *, progress: ProgressCallback, cancel: CancelToken
) -> SignedIn:
    """Make the sample file at ``path`` and sign in to it. Errors as those of ``create_sample``."""
    from crm_desktop.operations.sample import create_sample

    code = create_sample(
        environment, path, customers=CUSTOMERS, calls=CALLS, seed=SEED, progress=progress, cancel=cancel
    )
    session = open_organization(environment, path, login=LOGIN, password=PASSWORD, set_up_code=code)
    return SignedIn(session, None, code if key_here(environment, path).needs_set_up_code else None)


def _free_path() -> Path:
    """Return a path in the proposed folder that does not exist yet."""
    folder = proposed_folder()
    names = [tr("Sample organization"), *(f"{tr('Sample organization')} {place}" for place in range(2, 1000))]
    return next(path for path in (folder / f"{name}.crm" for name in names) if not path.exists())


class SamplePage(CentredPage):
    """Emits ``opened(SignedIn)`` or ``cancelled``."""

    opened = Signal(object)
    cancelled = Signal()

    def __init__(self, environment: Environment, tasks: Tasks) -> None:
        super().__init__(
            title=tr("Sample organization"),
            subtitle=tr(
                "A file with made-up people, reserved phone numbers and calls. You sign in as {login} with "
                "the password “{password}”. Delete the file when you are done."
            ).format(login=LOGIN, password=PASSWORD),
            glyph="flask",
        )
        self._environment = environment
        self._tasks = tasks
        self.path = QLineEdit(str(_free_path()))
        self.message = MessageBar()
        self.message.hide()
        self.field = LabelledField(tr("File"), self.path)
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_requested.connect(self._cancel_making)
        self._token = CancelToken()
        self.make_button = button(tr("Make and open it"), self._make, role="primary")
        self.make_button.setDefault(True)
        self.cancel_button = button(tr("Cancel"), self.cancelled.emit)
        for part in (self.message, self.field, self.progress):
            self.body.addWidget(part)
        self.body.addLayout(row(self.cancel_button, None, self.make_button))

    def _make(self) -> None:
        path = Path(self.path.text().strip()).expanduser()
        if path.exists():
            self.field.refuse(
                tr("There is already a file of this name. Choose another name; it is not touched.")
            )
            return
        self.field.refuse("")
        self._set_busy(busy=True)
        environment = self._environment

        def work(progress: ProgressCallback, cancel: CancelToken) -> SignedIn:
            return make_sample(environment, path, progress=progress, cancel=cancel)

        token = CancelToken()
        self.progress.start(tr("Making people and calls…"))
        self._token = token
        self._tasks.run(
            work,
            on_done=self._done,
            on_error=self._refuse,
            on_progress=self._step,
            on_cancelled=self._cancelled,
            cancel=token,
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.make_button, self.cancel_button, self.path):
            part.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _refuse(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        self.message.show_message(message_for(error), tone="danger")

    def _cancel_making(self) -> None:
        self._token.cancel()

    def _cancelled(self) -> None:
        self._set_busy(busy=False)

    def _done(self, result: SignedIn) -> None:
        self.opened.emit(result)
