"""The tags of a record: each as a word on its tint with a cross, then a field that proposes known ones."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QToolButton, QWidget

from crm_desktop.domain.folding import fold
from crm_desktop.domain.tags import NAME_LIMIT
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import ICON_PX, SPACE_S
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.pill import Pill

_ENTRY_PX = 118
_CROSS_PX = 26


def _no_proposals(_typed: str) -> Sequence[str]:
    return ()


def _neutral(_name: str) -> str:
    return "neutral"


class TagField(QWidget):
    """``value_changed`` when a tag came or went; Enter and a comma end one, Backspace takes the last.

    ``tone`` tells the tone of a tag by its name; the word itself always stands on it.
    """

    value_changed = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        completions: Callable[[str], Sequence[str]] | None = None,
        tone: Callable[[str], str] = _neutral,
        placeholder: str = "",
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self._completions = completions or _no_proposals
        self._names: list[str] = []
        self._chips: list[QWidget] = []
        self._read_only = False
        self._flow = FlowLayout(self, spacing=SPACE_S)
        self.entry = _TagEntry(self)
        self.entry.setPlaceholderText(placeholder or tr("Add a tag"))
        self.entry.setAccessibleName(tr("Add a tag"))
        self.entry.setMaxLength(NAME_LIMIT)
        self.entry.setFixedWidth(_ENTRY_PX)
        self._proposals = QStringListModel(self)
        completer = QCompleter(self._proposals, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.entry.setCompleter(completer)
        # After the completer has put its word into the field.
        completer.activated.connect(lambda _word: self.take_typed(), Qt.ConnectionType.QueuedConnection)
        self.entry.textEdited.connect(self._typed)
        self.entry.taken.connect(self.take_typed)
        self.entry.emptied.connect(self._remove_last)
        self._flow.addWidget(self.entry)
        self.setFocusProxy(self.entry)

    def value(self) -> object:
        """Return the names in order, with one that was typed and not ended yet."""
        typed = " ".join(self.entry.text().split())
        return [*self._names, typed] if typed and not self._has(typed) else list(self._names)

    def set_value(self, value: object) -> None:
        """Show these names; None is none."""
        names = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        self._names = [str(name) for name in names]
        self.entry.clear()
        self._show()

    def set_read_only(self, *, read_only: bool) -> None:
        """Show the tags alone, without crosses and entry."""
        self._read_only = read_only
        self._show()

    def take_typed(self) -> None:
        """Make what was typed a tag."""
        name = " ".join(self.entry.text().split())
        self.entry.clear()
        if name and not self._has(name):
            self._names.append(name)
            self._show()
            self.value_changed.emit()

    def _has(self, name: str) -> bool:
        return fold(name) in {fold(known) for known in self._names}

    def _typed(self, text: str) -> None:
        if text.endswith(","):
            self.entry.setText(text[:-1])
            self.take_typed()
            return
        proposed = [name for name in self._completions(text) if not self._has(name)]
        self._proposals.setStringList(proposed)

    def _remove_last(self) -> None:
        if self._names and not self._read_only:
            self.remove(self._names[-1])

    def remove(self, name: str) -> None:
        """Take one tag away."""
        self._names.remove(name)
        self._show()
        self.entry.setFocus()
        self.value_changed.emit()

    def _show(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.entry)
        self._chips = [self._chip(name) for name in self._names]
        for chip in self._chips:
            self._flow.addWidget(chip)
        self._flow.addWidget(self.entry)
        self.entry.setVisible(not self._read_only)
        self.updateGeometry()

    def _chip(self, name: str) -> QWidget:
        chip = QWidget(self)
        inner = QHBoxLayout(chip)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(Pill(name, self._tone(name)))
        if not self._read_only:
            cross = QToolButton()
            cross.setProperty("role", "quiet")
            cross.setIcon(icon("x", "muted"))
            cross.setIconSize(QSize(ICON_PX, ICON_PX))
            cross.setFixedSize(_CROSS_PX, _CROSS_PX)
            cross.setToolTip(tr("Remove"))
            cross.setAccessibleName(tr("Remove the tag {name}").format(name=name))
            cross.clicked.connect(lambda: self.remove(name))
            inner.addWidget(cross)
        chip.show()
        return chip


class _TagEntry(QLineEdit):
    """``taken`` on Enter with something typed, ``emptied`` on Backspace in the empty field."""

    taken = Signal()
    emptied = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends a tag instead of what it does in the window."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.text().strip():
            self.taken.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
