"""What the way in with the emergency kit asks for: the codes of the sheet, then who gets which password."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.password_form import PasswordForm
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.code_field import recovery_code_field, set_up_code_field
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import column

if TYPE_CHECKING:
    from crm_desktop.operations.recovering import RecoveryPlan


class CodesStep(QWidget):
    """The recovery code, and the set-up code where this computer has none."""

    def __init__(self, known_code: str | None) -> None:
        super().__init__()
        self._known_code = known_code
        self.recovery = recovery_code_field()
        self.set_up = set_up_code_field(tr("13 groups, from the same sheet"))
        self.keep = QCheckBox(tr("Keep the set-up code in this computer's keyring"))
        self.keep.setChecked(True)
        self.setLayout(column(self.recovery, self.set_up, self.keep, spacing=SPACE_L))
        self.ask_set_up(needed=False)

    def ask_set_up(self, *, needed: bool) -> None:
        """Ask for the set-up code, or not."""
        self.set_up.setVisible(needed)
        self.keep.setVisible(needed)

    @property
    def asks_set_up(self) -> bool:
        """Whether the set-up code is asked for."""
        return not self.set_up.isHidden()

    @property
    def set_up_code(self) -> str | None:
        """What was typed, or what the window knows; None where the keyring keeps it."""
        return self.set_up.code if self.asks_set_up else self._known_code

    def checked(self) -> bool:
        """Return whether both codes are whole; what is missing is said at its field."""
        verdicts = [self.recovery.insist(), not self.asks_set_up or self.set_up.insist()]
        wanted = [self.recovery, self.set_up]
        wrong = next((field for field, right in zip(wanted, verdicts, strict=True) if not right), None)
        if wrong is not None:
            wrong.line.setFocus()
        return wrong is None


class WhoStep(QWidget):
    """Which administrator gets in, under which login, with which new password."""

    def __init__(self) -> None:
        super().__init__()
        self.who = QComboBox()
        self.login = QLineEdit()
        self.form = PasswordForm(asks_old=False)
        self._login_field = LabelledField(tr("Login"), self.login)
        self._who_field = LabelledField(
            tr("Administrator"), self.who, hint=tr("The others keep their passwords.")
        )
        self.setLayout(column(self._who_field, self._login_field, self.form, spacing=SPACE_L))
        self.who.currentIndexChanged.connect(self._chosen)
        self.login.textChanged.connect(lambda: self._login_field.refuse(""))

    def offer(self, plan: "RecoveryPlan") -> None:
        """Fill in the administrators the kit can let in."""
        self.who.clear()
        for place, person in enumerate(plan.administrators, start=1):
            unnamed = tr("Administrator {place} (login unknown)").format(place=place)
            self.who.addItem(person.login or unnamed, person)
        self._who_field.setVisible(len(plan.administrators) > 1)
        self._chosen()

    def _chosen(self) -> None:
        person = self.who.currentData()
        self.login.setText(person.login or "" if person is not None else "")

    def checked(self) -> bool:
        """Return whether login and password are there."""
        login = self.login.text().strip()
        self._login_field.refuse("" if login else tr("Type the login this person signs in with."))
        if not self.form.checked():
            return False
        if not login:
            self.login.setFocus()
        return bool(login)

    def refuse(self, error: KnownError) -> bool:
        """Show an error at its field; False when it belongs to none."""
        if error.facts.get("field") in {"login", "user"}:
            self._login_field.refuse(message_for(error))
            self.login.setFocus()
            return True
        return self.form.refuse(error)
