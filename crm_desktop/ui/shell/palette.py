"""The palette (Ctrl+K): one field over everything in the organization, by keyboard alone.

What needs no reading is there at once; records come from the pool, one search at a time, and an answer to
what was typed before is dropped. What was typed is kept nowhere; what was chosen is remembered inside the
organization file, for this user (promise P1).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import filters, finding
from crm_desktop.operations.filters import NamedFilter
from crm_desktop.operations.finding import FoundRecord
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.palette_entries import (
    Entry,
    filter_entry,
    matching,
    recent_first,
    record_entry,
)
from crm_desktop.ui.shell.palette_painter import EntryDelegate
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.parts import card, label, line

_WIDTH_PX, _ROWS, _TOP_PX = 640, 9, 72
_SETTING = "palette_recent"
_REMEMBERED = 8
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pool brought for ``text``; ``recent`` are the keys chosen last, newest first."""

    text: str
    records: tuple[FoundRecord, ...]
    named: tuple[NamedFilter, ...]
    recent: tuple[str, ...]


class EntryModel(QAbstractListModel):
    """The lines shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show ``entries``."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a line."""
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken
        return None


class Palette(QWidget):
    """Lies over ``host`` while open. ``open_record(id)`` and ``open_filter(filter)`` go to what is chosen."""

    closed = Signal()

    def __init__(
        self,
        host: QWidget,
        session: Session,
        tasks: Tasks,
        *,
        others: Callable[[], Sequence[Entry]],
        open_record: Callable[[int], object],
        open_filter: Callable[[NamedFilter], object],
    ) -> None:
        super().__init__(host)
        self._host = host
        self._session = session
        self._tasks = tasks
        self._others = others
        self._open_record = open_record
        self._open_filter = open_filter
        self._entries: list[Entry] = []
        self._answer: Answer | None = None
        self._asking = False
        self._open_first = False
        # Whether the arrows chose a line since the last key: then it stays chosen while more is found.
        self._moved = False
        self._focus_before: QWidget | None = None
        self._build()
        host.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self.field = QLineEdit()
        self.field.setProperty("role", "search")
        self.field.setPlaceholderText(tr("Search people, numbers, actions, pages and filters"))
        self.field.setAccessibleName(tr("Search over everything"))
        self.field.addAction(icon("magnifying-glass", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.model = EntryModel(self)
        self.list = QListView()
        self.list.setProperty("role", "plain")
        self.list.setModel(self.model)
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(EntryDelegate(self.list, lambda row: self.model.entries[row]))
        self.list.clicked.connect(lambda index: self._open(index.row()))
        self.nothing = label("", "muted", wrap=True)
        self.hint = label(tr("↑ ↓ choose · Enter opens · Esc closes"), "caption")
        self.card, inside = card(margin=SPACE_M, spacing=SPACE_S)
        self._inside = inside
        self.card.setParent(self)
        for part in (self.field, line(), self.nothing, self.list, self.hint):
            inside.addWidget(part)

    # --- open and closed -----------------------------------------------------------------------

    def open(self) -> None:
        """Come up empty, with what was chosen last first."""
        if self.isHidden():
            self._focus_before = QApplication.focusWidget()
        self._entries = list(self._others())
        self._answer = None
        self._open_first = self._moved = False
        self.field.clear()
        self._show_found()
        self.setGeometry(self._host.rect())
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._ask()

    def close_palette(self) -> None:
        """Go away without a choice; the keyboard goes back to where it was."""
        if self.isHidden():
            return
        self._forget()
        before = self._focus_before
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def _forget(self) -> None:
        self.hide()
        # Neither the words nor the names found stay behind.
        self.field.clear()
        self._answer = None
        self.model.show_entries(())

    # --- what was found ------------------------------------------------------------------------

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.field.text().strip()

    def _typed(self) -> None:
        if self.isVisible():
            self._open_first = False
            self._show_found()
            self._ask()

    def _ask(self) -> None:
        """Search in the pool, one search at a time; what is typed meanwhile is searched afterwards."""
        if self._asking:
            return
        self._asking = True
        named = None if self._answer is None else self._answer.named
        self._tasks.run(
            partial(_answer, self._session, self.typed, named), on_done=self._answered,
            on_error=self._refused, owner=self, serial=False,
        )  # fmt: skip

    def _answered(self, answer: Answer) -> None:
        self._asking = False
        if self.isHidden():
            return
        fresh = answer.text == self.typed
        self._answer = answer
        self._show_found()
        if not fresh:
            self._ask()
        elif self._open_first:
            self._open_first = False
            self._open(0)

    def _refused(self, error: KnownError) -> None:
        self._asking = False
        self.nothing.setText(message_for(error))
        self.nothing.show()

    def _show_found(self) -> None:
        typed, answer = self.typed, self._answer
        recent = () if answer is None else answer.recent
        named = () if answer is None else answer.named
        saved = [filter_entry(known, partial(self._open_filter, known)) for known in named]
        others = self._entries + saved
        fresh = answer is not None and answer.text == typed
        found = answer.records if answer is not None and fresh else ()
        records = [record_entry(known, partial(self._open_record, known.id)) for known in found]
        if typed:
            entries = [*matching(typed, others, recent), *records]
        else:
            entries = recent_first([*records, *others], recent)
        chosen = self._current_key()
        self.model.show_entries(entries)
        place = next((place for place, entry in enumerate(entries) if entry.key == chosen), 0)
        self._choose(place if self._moved else 0)
        self.nothing.setText(tr("Nothing found. Try fewer letters or digits."))
        self.nothing.setVisible(fresh and not entries)
        self.list.setVisible(bool(entries))
        self._place()

    def _current_key(self) -> str:
        row = self.list.currentIndex().row()
        return self.model.entries[row].key if 0 <= row < len(self.model.entries) else ""

    def _choose(self, row: int) -> None:
        count = self.model.rowCount()
        if not count:
            return
        index = self.model.index(max(0, min(count - 1, row)), 0)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        # The keyboard stays in the field: this is how a screen reader hears which line is chosen.
        self.field.setAccessibleDescription(self.model.entries[index.row()].spoken)

    def _open(self, row: int) -> None:
        if not 0 <= row < len(self.model.entries):
            return
        entry = self.model.entries[row]
        self._tasks.run(partial(_remember, self._session, entry.key), on_error=self._refused, owner=self)
        self._forget()
        self.closed.emit()
        entry.run()

    # --- keys, place, paint --------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that move and choose from the field; keep the size of the host."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
            self._place()
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row, key = self.list.currentIndex().row(), event.key()
        steps = {
            Qt.Key.Key_Down: row + 1,
            Qt.Key.Key_Up: row - 1,
            Qt.Key.Key_PageDown: row + _ROWS,
            Qt.Key.Key_PageUp: row - _ROWS,
            Qt.Key.Key_Tab: row + 1,
            Qt.Key.Key_Backtab: row - 1,
        }
        if key in steps:
            self._moved = True
            self._choose(steps[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter(row)
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            self._moved = False
            return False
        return True

    def _enter(self, row: int) -> None:
        """Open the chosen line; where the answer is still under way and nothing is there, its first."""
        if self.model.rowCount():
            self._open(row)
        else:
            self._open_first = self._asking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close where somebody presses beside it."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_palette()
        event.accept()

    def _place(self) -> None:
        delegate = self.list.itemDelegate()
        assert isinstance(delegate, EntryDelegate)  # noqa: S101 - set above
        rows = min(_ROWS, self.model.rowCount())
        self.list.setFixedHeight(rows * delegate.row_px + 2)
        width = min(_WIDTH_PX, self.width() - 2 * SPACE_M)
        self._inside.activate()
        self.card.resize(width, self.card.sizeHint().height())
        self.card.move((self.width() - width) // 2, min(_TOP_PX, max(0, self.height() - self.card.height())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Dim what lies behind."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 140 if Theme.current().tokens.dark else 70))
        finally:
            painter.end()


def _answer(session: Session, text: str, named: tuple[NamedFilter, ...] | None) -> Answer:
    """Read what belongs to ``text``, in the pool; without text what was chosen last."""
    stored = get_setting(session, _SETTING)
    recent = tuple(key for key in stored if isinstance(key, str)) if isinstance(stored, list) else ()
    if named is None:
        named = tuple(known for category in Category for known in filters.saved(session, category))
    ids = [int(key.partition(":")[2]) for key in recent if key.startswith("record:")]
    records = finding.find_records(session, text) if text else finding.records_of(session, ids)
    return Answer(text, tuple(records), named, recent)


def _remember(session: Session, key: str) -> None:
    """Put what was chosen first among the recent choices: keys and ids, inside the file."""
    stored = get_setting(session, _SETTING)
    known = [old for old in stored if isinstance(old, str) and old != key] if isinstance(stored, list) else []
    put_setting(session, _SETTING, [key, *known][:_REMEMBERED])
