"""Input fields of dialogs and of the pages before sign-in: a labelled field with its refusal, a password."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import repolish
from crm_desktop.ui.tokens import SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.parts import label, row


class PasswordField(QLineEdit):
    """A password; the eye at its end shows it while it is on."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        # Neither an input method nor a dictionary may learn it.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self._show = QAction(icon("eye", "muted", on_role="accent"), tr("Show the password"), self)
        self._show.setCheckable(True)
        self._show.toggled.connect(self._toggle)
        self.addAction(self._show, QLineEdit.ActionPosition.TrailingPosition)

    def _toggle(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._show.setText(tr("Hide the password") if shown else tr("Show the password"))

    def forget(self) -> None:
        """Empty the field and its undo history."""
        self._show.setChecked(False)
        self.clear()


class LabelledField(QWidget):
    """A label above an input, a hint below it, and in its place the sentence when the input is refused."""

    def __init__(self, text: str, field: QWidget, *, hint: str = "", beside: QWidget | None = None) -> None:
        super().__init__()
        self.field = field
        self._hint_text = hint
        self._label = label(text, "muted")
        self._label.setBuddy(field)
        self._below = label(hint, "caption", wrap=True)
        self._below.setVisible(bool(hint))
        self._refusal = label("", "refusal", wrap=True)
        self._refusal.hide()
        field.setAccessibleName(text)
        field.setAccessibleDescription(hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        layout.addWidget(self._label)
        line = row(field, spacing=SPACE_S)
        if beside is not None:
            line.addWidget(beside)
        layout.addLayout(line)
        layout.addWidget(self._below)
        layout.addWidget(self._refusal)

    def set_hint(self, text: str) -> None:
        """Say something else below the field."""
        self._hint_text = text
        self._below.setText(text)
        self._below.setVisible(bool(text) and not self._refusal.isVisibleTo(self))

    def refuse(self, sentence: str) -> None:
        """Show why the input cannot be taken; an empty sentence takes the refusal back."""
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
        self._below.setVisible(not sentence and bool(self._hint_text))
        self.field.setAccessibleDescription(sentence or self._hint_text)
        self.field.setProperty("refused", bool(sentence))
        repolish(self.field)
