"""The search field of a page: filters while typing, without ever asking twice for one moment."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr


class SearchBox(QLineEdit):
    """``search_changed(text)``: once per turn of the event loop, however many keys were pressed in it.

    Down (``down_requested``) goes to the list; Esc clears, and on an empty field ``left`` it.
    """

    search_changed = Signal(str)
    down_requested = Signal()
    left = Signal()

    def __init__(
        self, placeholder: str = "", *, shortcut: str = "Ctrl+F", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._told = ""
        self.setProperty("role", "search")
        self.setPlaceholderText(placeholder or tr("Search"))
        self.setAccessibleName(placeholder or tr("Search"))
        self.setClearButtonEnabled(False)
        self.addAction(icon("magnifying-glass", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(icon("x", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText(tr("Clear the search"))
        self._clear.setToolTip(tr("Clear the search"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.hint = QLabel(keys, self)
        self.hint.setProperty("role", "muted")
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tell)
        self.textChanged.connect(self._typed)

    def offer(self, glyph: str, words: str, act: Callable[[], object], *, shortcut: str) -> QAction:
        """Put a further button into the field, hidden at first; who asked for it shows it."""
        offered = self.addAction(icon(glyph, "muted"), QLineEdit.ActionPosition.TrailingPosition)
        offered.setText(words)
        offered.setShortcut(shortcut)
        offered.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        keys = offered.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        offered.setToolTip(f"{words} ({keys})")
        offered.setVisible(False)
        offered.triggered.connect(act)
        return offered

    def take_focus(self) -> None:
        """Take the focus with everything selected, so that typing starts a new search."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes to the list, Esc clears or leaves; the rest is typing."""
        if event.key() == Qt.Key.Key_Down:
            self.down_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the hint at the end, and hide it where the placeholder needs the room."""
        super().resizeEvent(event)
        self._place_hint()

    def _place_hint(self) -> None:
        self.hint.adjustSize()
        x = 12 if self.isRightToLeft() else self.width() - self.hint.width() - 12
        self.hint.move(x, (self.height() - self.hint.height()) // 2)
        needed = self.fontMetrics().horizontalAdvance(self.placeholderText()) + self.hint.width() + 60
        shown = not self.text() and needed <= self.width()
        self.hint.setVisible(shown)
        room = self.hint.width() + 4 if shown else 0
        self.setTextMargins(room if self.isRightToLeft() else 0, 0, 0 if self.isRightToLeft() else room, 0)

    def _typed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._place_hint()
        self._timer.start()

    def _tell(self) -> None:
        if self.text() != self._told:
            self._told = self.text()
            self.search_changed.emit(self._told)
