"""Looking inside a backup, and restoring it: nothing is asked before it was opened, checked and described."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backup_contents import Inside, look_inside
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.backup_facts import BackupFacts, newer_words
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import fit_height, label
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

WIDTH_PX = 560


class LookDialog(Dialog):
    """Opens a backup for reading and shows what is in it; accepted when somebody wants to restore it.

    ``inside`` is what was found, None until then; given at the start, the backup is not read again.
    """

    def __init__(
        self,
        context: PageContext,
        path: Path,
        *,
        inside: Inside | None = None,
        title: str = "",
        accept: str = "",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            title or tr("Inside this backup"),
            accept=accept or tr("Restore it…"),
            reject=tr("Cancel") if danger else tr("Close"),
            danger=danger,
            parent=parent,
        )
        self.context = context
        self.path = path
        self.inside = inside
        self._token = CancelToken()
        self.body.setSpacing(SPACE_M)
        self.progress = ProgressPanel()
        self.progress.cancel_button.hide()
        self.body.addWidget(self.progress)
        self.accept_button.hide()
        # Enter belongs to nobody here: what follows changes the whole file.
        for button in (self.accept_button, self.reject_button):
            button.setDefault(False)
        self.setMinimumWidth(WIDTH_PX)
        self.resize(WIDTH_PX, self.sizeHint().height())
        if inside is None:
            self._look()
        else:
            self.show_inside(inside)

    def _look(self) -> None:
        session, path = self.context.session, self.path

        def work(progress: ProgressCallback, cancel: CancelToken) -> Inside:
            return look_inside(session, path, progress=progress, cancel=cancel)

        self.progress.start(tr("Opening the backup and checking every page of it…"))
        self.context.tasks.run(
            work,
            on_done=self.show_inside,
            on_error=self._refuse,
            on_progress=self._step,
            cancel=self._token,
            owner=self,
            serial=False,
        )

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def show_inside(self, inside: Inside) -> None:
        """Show what was found."""
        self.inside = inside
        self.progress.hide()
        self.body.addWidget(BackupFacts(inside, self.context.clock))
        newer = MessageBar()
        newer.show_message(
            newer_words(inside.newer, self.context.clock),
            tone="warn" if inside.newer is not None else "info",
            can_dismiss=False,
        )
        self.body.addWidget(newer)
        self.accept_button.show()
        self.fit()
        # Once more when the new parts are dressed: their letters may be taller.
        QTimer.singleShot(0, self, self.fit)

    def _refuse(self, error: KnownError) -> None:
        self.progress.hide()
        self.show_refusal(message_for(error))
        self.fit()

    def fit(self) -> None:
        """Take the height the texts need at this width."""
        fit_height(self, max(self.width(), WIDTH_PX))

    def done(self, result: int) -> None:
        """Let a look under way go with the dialog."""
        self._token.cancel()
        super().done(result)


class RestoreDialog(LookDialog):
    """Asks for the password once it is clear what is restored; ``password`` is the checked one."""

    def __init__(
        self, context: PageContext, path: Path, *, inside: Inside | None = None, parent: QWidget | None = None
    ) -> None:
        self.password = PasswordField()
        self.password_field = LabelledField(tr("Your password"), self.password)
        super().__init__(
            context,
            path,
            inside=inside,
            title=tr("Restore this backup?"),
            accept=tr("Restore this backup"),
            danger=True,
            parent=parent,
        )
        self.password.textChanged.connect(lambda: self.password_field.refuse(""))

    def show_inside(self, inside: Inside) -> None:
        """Show what was found, what happens, and ask for the password."""
        super().show_inside(inside)
        self.body.addWidget(label(tr("What happens").upper(), "capitals"))
        self.body.addWidget(
            label(
                tr(
                    "The file of now is moved into a folder beside it and never deleted. The backup takes "
                    "its place; accounts, passwords and keys stay those of today. Nobody else may have the "
                    "file open meanwhile. Then you are signed in again, and backups made by the program wait "
                    "until you confirm that everything is there."
                ),
                "muted",
                wrap=True,
            )
        )
        self.body.addWidget(self.password_field)
        self.put_buttons_after(self.password)
        self.password.setFocus()
        self.fit()

    def accept(self) -> None:
        """Check the password first: a wrong one must not end the session."""
        if self.inside is None or not self.accept_button.isEnabled():
            return
        if not self.password.text():
            self.password_field.refuse(tr("Type your password."))
            self.fit()
            self.password.setFocus()
            return
        self._set_busy(busy=True)
        session, password = self.context.session, self.password.text()
        self.context.tasks.run(
            lambda: sign_in_again(session, password),
            on_done=self._known,
            on_error=self._not_known,
            owner=self,
        )

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.password, self.accept_button):
            part.setEnabled(not busy)

    def _known(self, _nothing: None) -> None:
        super().accept()

    def _not_known(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        wrong = error.code == "password_wrong"
        words = tr("This is not your password. Nothing was changed.") if wrong else message_for(error)
        self.password_field.refuse(words)
        self.fit()
        self.password.selectAll()
        self.password.setFocus()
