"""The state of the backups at a glance: the last good one, all of them, the next one, the second place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from crm_desktop.operations.backup_overview import Overview
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.backup_words import size_words
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.pill import Pill


class _Fact(QWidget):
    """A small title, the answer, and a line about it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.value = label("", "section")
        self.below = label("", "caption")
        self.setLayout(column(label(title.upper(), "capitals"), self.value, self.below, spacing=2))

    def show_fact(self, value: str, below: str, *, tip: str = "") -> None:
        """Answer ``value``; ``below`` says more."""
        self.value.setText(value)
        self.value.setToolTip(tip)
        self.below.setText(below)
        self.setAccessibleName(f"{value}, {below}")


class BackupsSummary(QFrame):
    """Filled by ``show_overview``; emits what somebody wishes for the second place."""

    second_requested = Signal()
    second_removed = Signal()

    def __init__(self, *, may_choose: bool) -> None:
        super().__init__()
        self._may_choose = may_choose
        self.last = _Fact(tr("Last verified backup"))
        self.all = _Fact(tr("All backups"))
        self.next = _Fact(tr("Next by itself"))
        frame, body = card()
        facts = QWidget()
        flow = FlowLayout(facts, spacing=SPACE_XL)
        for fact in (self.last, self.all, self.next):
            fact.setMinimumWidth(190)
            flow.addWidget(fact)
        body.addWidget(facts)
        body.addSpacing(SPACE_S)
        body.addLayout(self._second_line())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _second_line(self) -> QVBoxLayout:
        self.second = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.second_pill = Pill()
        self.choose_button = button(tr("Choose…"), self.second_requested.emit)
        self.remove_button = button(tr("Remove"), self.second_removed.emit)
        title: QLabel = label(tr("Second place").upper(), "capitals")
        line = row(self.second_pill, self.second, self.choose_button, self.remove_button, spacing=SPACE_M)
        return column(title, line, spacing=2)

    def show_overview(self, overview: Overview, clock: Clock) -> None:
        """Show what was found."""
        newest = overview.verified
        if newest is None:
            self.last.show_fact(tr("None yet"), tr("Make the first one now."))
        else:
            made = newest.backup.made_at
            words = tr("read back whole, {size}").format(size=size_words(newest.backup.size))
            self.last.show_fact(clock.relative(made), words, tip=clock.exact(made))
        self.all.show_fact(
            str(len(overview.backups)), tr("{size} in all").format(size=size_words(overview.size))
            if overview.size else tr("nothing can be reached") if overview.backups else tr("none yet"),
        )  # fmt: skip
        self._show_next(overview, clock)
        self._show_second(overview)

    def _show_next(self, overview: Overview, clock: Clock) -> None:
        if overview.paused:
            self.next.show_fact(tr("Paused"), tr("until the restored file is confirmed"))
        elif overview.next_at is None:
            self.next.show_fact(tr("After the next change"), tr("nothing changed since the last one"))
        elif overview.next_at <= clock.now():
            self.next.show_fact(tr("Within minutes"), tr("something changed since the last one"))
        else:
            self.next.show_fact(clock.relative(overview.next_at), tr("something changed since the last one"))

    def _show_second(self, overview: Overview) -> None:
        place = overview.second
        if place is None:
            self.second.show_text(tr("None: one lost disk would take the file and its backups."))
            self.second_pill.show_value("")
        else:
            self.second.show_text(str(place))
            there = overview.second_there
            self.second_pill.show_value(
                tr("Reachable") if there else tr("Not plugged in"), "ok" if there else "warn"
            )
        self.choose_button.setText(tr("Choose…") if place is None else tr("Change…"))
        self.choose_button.setVisible(self._may_choose)
        self.remove_button.setVisible(self._may_choose and place is not None)
