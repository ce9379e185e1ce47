"""The base of every dialog: the title asks, the buttons answer with verbs, danger is never the default."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.parts import follow_by_tab, height_at

_WIDTH_PX = 440


class Dialog(QDialog):
    """``title`` is the question, ``text`` what follows from the answer, ``body`` takes more widgets.

    Esc and the refusing button reject; ``accept_button`` carries the verb. ``danger`` colours it and
    makes the refusing button the one Enter presses.
    """

    def __init__(
        self,
        title: str,
        *,
        text: str = "",
        accept: str = "",
        reject: str = "",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        heading = QLabel(title)
        heading.setProperty("role", "section")
        heading.setWordWrap(True)
        # Not the dialog itself: its own minimum would overrule what long verbs on the buttons need.
        heading.setMinimumWidth(_WIDTH_PX - 2 * SPACE_XL)
        self.text = QLabel(text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setVisible(bool(text))
        self.message = MessageBar()
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_S)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_S)
        self._buttons.addStretch(1)
        self._verbs: list[QPushButton] = []
        self.reject_button = self.add_button(reject or tr("Cancel"))
        self.reject_button.clicked.connect(self.reject)
        self.accept_button = self.add_button(accept or tr("OK"), role="danger" if danger else "primary")
        self.accept_button.clicked.connect(self.accept)
        (self.reject_button if danger else self.accept_button).setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        layout.setSpacing(SPACE_L)
        layout.addWidget(heading)
        layout.addWidget(self.text)
        layout.addWidget(self.message)
        # Room to spare goes to the body, not between heading and text.
        layout.addLayout(self.body, 1)
        layout.addLayout(self._buttons)
        if danger:
            self.reject_button.setFocus()

    def add_button(self, verb: str, *, role: str = "") -> QPushButton:
        """Add a button that says ``verb`` at the end of the row of buttons and return it."""
        button = QPushButton(verb)
        button.setAutoDefault(False)
        if role:
            button.setProperty("role", role)
        self._buttons.addWidget(button)
        self._verbs.append(button)
        return button

    def put_buttons_after(self, last: QWidget) -> None:
        """Let Tab reach the buttons after ``last``, the last stop in ``body``, as the eye does."""
        follow_by_tab(last, *self._verbs)

    def show_refusal(self, sentence: str) -> None:
        """Say inside the dialog why the answer could not be followed; the dialog stays open."""
        self.message.show_message(sentence, tone="danger", can_dismiss=False)
        # The sentence takes its lines from nobody: a layout would squeeze the fields for them.
        needed = height_at(self, self.width()) or 0
        if needed > self.height():
            self.resize(self.width(), min(needed, self.screen().availableGeometry().height()))


def ask(
    parent: QWidget | None, title: str, *, text: str = "", accept: str, reject: str = "", danger: bool = False
) -> bool:
    """Ask ``title`` and wait; True when the user chose the verb ``accept``."""
    dialog = Dialog(title, text=text, accept=accept, reject=reject, danger=danger, parent=parent)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
