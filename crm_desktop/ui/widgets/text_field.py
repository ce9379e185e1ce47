"""One line of text as an editor, in a form and in a table's cell."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget


class TextField(QLineEdit):
    """One line of text; proposals appear while typing when ``completions`` is given."""

    value_changed = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, completions: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        super().__init__(parent)
        self.textChanged.connect(self.value_changed)
        if completions is not None:
            self._proposals = QStringListModel(self)
            completer = QCompleter(self._proposals, self)
            completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            self.setCompleter(completer)
            self.textEdited.connect(lambda text: self._proposals.setStringList(list(completions(text))))

    def value(self) -> object:
        """Return the text without blanks around it."""
        return self.text().strip()

    def set_value(self, value: object) -> None:
        """Show ``value``; None is empty."""
        self.setText("" if value is None else str(value))
        self._show_beginning()

    def _show_beginning(self) -> None:
        """Show where a text longer than the field begins, not where its cursor was left."""
        if not self.hasFocus() and self.fontMetrics().horizontalAdvance(self.text()) > self.width() - 2 * 12:
            self.setCursorPosition(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may be too narrow."""
        super().resizeEvent(event)
        self._show_beginning()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Go on at the end where the program gives the focus; a click or Tab have their own rules."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.OtherFocusReason and not self.hasSelectedText():
            self.end(False)  # noqa: FBT003 - Qt's own: nothing is selected on the way

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave the beginning in sight."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._show_beginning()
