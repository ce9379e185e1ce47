"""Asks where the rescued file goes, and for the password: the session ends for it."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.operations.rescuing import RescueReport, rescue
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.page import WorkAlone
from crm_desktop.ui.widgets.parts import button, fit_height

_WIDTH_PX = 560


def proposed_target(path: Path) -> Path:
    """Return a name beside ``path`` that nobody has."""
    names = (f"{path.stem} rescued{number}{path.suffix}" for number in ("", *range(2, 1000)))
    return next((path.with_name(name) for name in names if not path.with_name(name).exists()), path)


class RescueDialog(Dialog):
    """Accepted once place and password are there and the password is right; ``work`` is what to do."""

    def __init__(self, session: Session, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Rescue what can be read?"),
            text=tr(
                "Everything that can still be read goes into a new organization file, with a report of what "
                "is lost. The damaged file is not changed. Nobody else may have it open meanwhile. The new "
                "file opens with the same logins and passwords."
            ),
            accept=tr("Rescue"),
            parent=parent,
        )
        self._session = session
        self._tasks = tasks
        self.place = QLineEdit(str(proposed_target(session.path)))
        self.choose_button = button(tr("Choose…"), self._choose)
        self.place_field = LabelledField(tr("The new file"), self.place, beside=self.choose_button)
        self.password = PasswordField()
        self.password_field = LabelledField(tr("Your password"), self.password)
        self.body.setSpacing(SPACE_M)
        self.body.addWidget(self.place_field)
        self.body.addWidget(self.password_field)
        self.place.textChanged.connect(lambda: self.place_field.refuse(""))
        self.password.textChanged.connect(lambda: self.password_field.refuse(""))
        self.put_buttons_after(self.password)
        self.setMinimumWidth(_WIDTH_PX)
        self.password.setFocus()
        self._fit()

    def _fit(self) -> None:
        fit_height(self, max(self.width(), _WIDTH_PX))

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Where to put the rescued file"), self.place.text(), tr("Organizations (*.crm)")
        )
        if chosen:
            self.place.setText(chosen)

    @property
    def work(self) -> WorkAlone:
        """The work, for the window to do alone."""
        session, password = self._session, self.password.text()
        operation = partial(
            rescue, session.environment, session.path, Path(self.place.text().strip()),
            login=session.member.login, password=password,
        )  # fmt: skip
        return WorkAlone(tr("Rescuing what can be read"), operation, password, rescued_words)

    def accept(self) -> None:
        """Check what was typed first: a wrong password must not end the session."""
        if not self.accept_button.isEnabled():
            return
        self.place_field.refuse("" if self._place_is_free() else tr("Name a new file that ends in .crm."))
        self.password_field.refuse("" if self.password.text() else tr("Type your password."))
        self._fit()
        if not self._place_is_free() or not self.password.text():
            return
        self._set_busy(busy=True)
        session, password = self._session, self.password.text()
        self._tasks.run(
            lambda: sign_in_again(session, password),
            on_done=self._known,
            on_error=self._not_known,
            owner=self,
        )

    def _place_is_free(self) -> bool:
        place = Path(self.place.text().strip())
        return place.suffix.lower() == ".crm" and place.parent.is_dir() and not place.exists()

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self.place, self.choose_button, self.password, self.accept_button):
            part.setEnabled(not busy)

    def _known(self, _nothing: None) -> None:
        super().accept()

    def _not_known(self, error: KnownError) -> None:
        self._set_busy(busy=False)
        wrong = error.code == "password_wrong"
        words = tr("This is not your password. Nothing was changed.") if wrong else message_for(error)
        self.password_field.refuse(words)
        self._fit()
        self.password.selectAll()
        self.password.setFocus()


def rescued_words(result: object) -> str:
    """Return what a rescue did, for the bar the person comes back to."""
    assert isinstance(result, RescueReport)  # noqa: S101 - what ``rescue`` returns
    return tr(
        "{kept} rows are in {target}; {lost} are known to be lost, as the report beside it says. Open the "
        "new file and look whether everything is there. This is still the damaged one."
    ).format(kept=number(result.kept), target=result.target, lost=number(result.lost))
