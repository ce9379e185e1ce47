"""The conditions of a list as pills: pressed they are edited, by the cross at the end they are taken out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from crm_desktop.domain.filters import NO_FIELDS, Condition, OwnFields, is_account_end
from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.filter_words import condition_words
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.parts import button, row

_LONGEST, _PILL_PX = 64, 28


class ConditionPill(QWidget):
    """One condition; Del or Backspace on it takes it out."""

    def __init__(self, bar: "FilterBar", place: int, condition: Condition, own: OwnFields) -> None:
        super().__init__(bar)
        self._bar = bar
        self._place = place
        words = condition_words(condition, own)
        shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        self.words = button(shown.replace("&", "&&"), lambda: bar.edit_requested.emit(place), role="chip")
        self.words.setChecked(False)
        self.words.setAccessibleName(tr("Filter: {words}").format(words=words))
        self.words.setToolTip(words)
        self.remove = QToolButton()
        set_role(self.remove, "quiet")
        self.remove.setIcon(icon("x", "muted"))
        self.remove.setAccessibleName(tr("Take out the filter {words}").format(words=words))
        self.remove.setToolTip(tr("Take out"))
        self.remove.setFixedWidth(26)
        self.remove.clicked.connect(lambda: bar.removed.emit(place))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.words)
        layout.addWidget(self.remove)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the condition out with Del or Backspace."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._bar.removed.emit(self._place)
            event.accept()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """``edit_requested`` and ``removed`` carry the place of a condition; the other wishes say themselves.

    Hidden while nothing narrows the list.
    """

    edit_requested = Signal(int)
    removed = Signal(int)
    cleared = Signal()
    save_requested = Signal()
    update_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Filters of the list"))
        self._layout = FlowLayout(self, spacing=SPACE_S)
        self.pills: list[ConditionPill] = []
        self._shown: object = None
        self.clear_button = button(tr("Clear"), self.cleared.emit, role="link")
        self.save_button = button(tr("Save this view…"), self.save_requested.emit, role="link")
        self.update_button = button(tr("Save changes"), self.update_requested.emit, role="link")
        # In one widget as tall as a pill: what stands in one line has one middle, and wraps together.
        self._ends = QWidget(self)
        self._ends.setFixedHeight(_PILL_PX)
        self._ends.setLayout(row(self.update_button, self.save_button, self.clear_button, spacing=SPACE_S))
        self.show_conditions((), text="", may_save=False, changed=False)

    def show_conditions(
        self, conditions: Sequence[Condition], *, text: str, may_save: bool, changed: bool,
        own: OwnFields = NO_FIELDS,
    ) -> None:  # fmt: skip
        """Show the conditions; ``changed``: a saved one differs. Of words alone nothing is shown.

        While somebody types, nothing below may move. ``own`` are the office's own fields that conditions may
        speak of.
        """
        may_save = may_save and not is_account_end(text)
        shown = (tuple(conditions), may_save, changed, dict(own))
        if shown == self._shown:
            return  # another key of a search: not even the layout is asked
        self._shown = shown
        for old in self.pills:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._layout.removeWidget(self._ends)
        self.pills = [ConditionPill(self, place, known, own) for place, known in enumerate(conditions)]
        for part in (*self.pills, self._ends):
            self._layout.addWidget(part)
        for pill in self.pills:
            pill.show()
        self.update_button.setVisible(changed)
        self.save_button.setVisible(may_save)
        self.clear_button.setVisible(bool(conditions))
        self.setVisible(bool(conditions) or changed)
