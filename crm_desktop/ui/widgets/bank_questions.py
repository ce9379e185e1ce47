"""What is asked before a number is shown or a change confirmed: a reason, or the password once more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField, PasswordField
from crm_desktop.ui.widgets.parts import fit_height


class Question(Dialog):
    """A dialog with one field; ``answered`` carries its text, ``refuse`` shows what came of it."""

    answered = Signal(str)

    def __init__(
        self,
        title: str,
        *,
        text: str,
        accept: str,
        asked: str,
        editor: QLineEdit,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, text=text, accept=accept, parent=parent)
        self.editor = editor
        self.field = LabelledField(asked, editor)
        self.body.addWidget(self.field)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._answer)
        editor.textChanged.connect(lambda: self.field.refuse(""))
        self.put_buttons_after(editor)
        editor.setFocus()

    def _answer(self) -> None:
        self.accept_button.setEnabled(False)
        self.message.hide()
        self.answered.emit(self.editor.text())

    def refuse(self, error: KnownError) -> None:
        """Show why nothing was done; what was typed stays."""
        self.accept_button.setEnabled(True)
        if error.facts.get("field") == "reason" or error.code == "password_wrong":
            self.field.refuse(message_for(error))
            self.editor.setFocus()
        else:
            self.show_refusal(message_for(error))
        fit_height(self, self.width())


def ask_reason(parent: QWidget) -> Question:
    """Return the question why a number is needed."""
    return Question(
        tr("Show the account number?"),
        text=tr("Your reason goes into the log together with your name. The number hides after 20 seconds."),
        accept=tr("Show"),
        asked=tr("Reason"),
        editor=QLineEdit(),
        parent=parent,
    )


def ask_password(parent: QWidget) -> Question:
    """Return the question of somebody who confirms his own change, because nobody else may."""
    return Question(
        tr("Confirm your own change?"),
        text=tr(
            "Nobody else in this organization may confirm bank details. Check the number by another way, "
            "for instance by calling back. The log will say that you confirmed it alone."
        ),
        accept=tr("Confirm alone"),
        asked=tr("Your password"),
        editor=PasswordField(),
        parent=parent,
    )
