"""A new password, typed twice, with what makes it good; the present one above it where it is asked for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.password_strength import LEAST, strength
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.parts import column

_OF_THE_NEW = {"password", "new"}


class PasswordForm(QWidget):
    """``checked`` says what is wrong at the field it belongs to; ``submitted`` is Enter in the last one."""

    submitted = Signal()

    def __init__(self, *, asks_old: bool) -> None:
        super().__init__()
        self.asks_old = asks_old
        self.old, self.new, self.again = PasswordField(), PasswordField(), PasswordField()
        self._old_field = LabelledField(tr("Current password"), self.old)
        self._new_field = LabelledField(tr("New password"), self.new, hint=strength("")[1])
        self._again_field = LabelledField(tr("New password again"), self.again)
        self._old_field.setVisible(asks_old)
        self.setLayout(column(self._old_field, self._new_field, self._again_field, spacing=SPACE_L))
        self.new.textChanged.connect(lambda text: self._new_field.set_hint(strength(text)[1]))
        # What was refused is taken back as soon as it is corrected; the new ones are compared, so both count.
        self.old.textChanged.connect(lambda: self._old_field.refuse(""))
        self.new.textChanged.connect(lambda: self._new_field.refuse(""))
        for field in (self.new, self.again):
            field.textChanged.connect(lambda: self._again_field.refuse(""))
        self.again.returnPressed.connect(self.submitted)

    @property
    def first(self) -> PasswordField:
        """The field to begin with."""
        return self.old if self.asks_old else self.new

    def ask_old(self) -> None:
        """Ask for the present password after all."""
        self.asks_old = True
        self._old_field.show()

    def checked(self) -> bool:
        """Return whether everything is typed as it must be; the first refused field has the keyboard."""
        new = self.new.text()
        refusals = {
            self._old_field: ""
            if self.old.text() or not self.asks_old
            else tr("Type the password you use now."),
            self._new_field: strength(new)[1] if len(new) < LEAST else "",
            self._again_field: "" if new == self.again.text() else tr("The two passwords differ."),
        }
        for field, sentence in refusals.items():
            field.refuse(sentence)
        refused = next((field for field, sentence in refusals.items() if sentence), None)
        if refused is not None:
            refused.field.setFocus()
        return refused is None

    def refuse(self, error: KnownError) -> bool:
        """Show an error of the operation at its field; False when it belongs to none of them."""
        if error.facts.get("field") in _OF_THE_NEW:
            field, words = self._new_field, message_for(error)
        elif error.code == "password_wrong" and self.asks_old:
            field, words = (
                self._old_field,
                tr("This is not your current password. Nothing was changed."),
            )
        else:
            return False
        field.refuse(words)
        field.field.setFocus()
        return True

    def forget(self) -> None:
        """Empty the fields."""
        for field in (self.old, self.new, self.again):
            field.forget()
