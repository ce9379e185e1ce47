"""What narrows the list of calls: boxes to choose from, chips for what comes from a call or a chart."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.periods import PeriodKind, period_of
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.members import members
from crm_desktop.operations.session import Session
from crm_desktop.operations.today import moments_of, office_today
from crm_desktop.ui.messages import duration, tr
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.parts import button
from crm_desktop.ui.widgets.words import direction_word, outcome_word

_MINUTE_S = 60
_PILL_PX = 28
_LENGTHS = (1, 5, 15, 30)


class CallFilters(QWidget):
    """``changed``: the list is to be narrowed anew; ``cleared``: nothing shall narrow it any more.

    ``only`` says which calls another page asked for, where neither a box nor another chip says it.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setAccessibleName(tr("Filters of the list"))
        self._session = session
        self._customer_id: int | None = None
        self._e164: str | None = None
        self._by_customer = False
        self._of_period = False
        self._only_out = False
        self.direction = self._box(tr("Direction"), [(d, direction_word(d)) for d in Direction])
        self.outcome = self._box(tr("Outcome"), [(o, outcome_word(o).capitalize()) for o in Outcome])
        self.member = self._box(tr("Team member"), [(m.id, m.name) for m in members(session)])
        self.period = self._box(tr("Period"), _periods())
        self.length = self._box(tr("Talk time"), _lengths())
        self.customer = self._chip(self._without_customer)
        self.number = self._chip(self._without_number)
        self.only = self._chip(self._without_only)
        self.clear = button(tr("Clear"), self.cleared.emit, role="link")
        self.clear.setFixedHeight(_PILL_PX)
        layout = FlowLayout(self, spacing=SPACE_S)
        for part in (
            self.direction, self.outcome, self.member, self.period, self.length,
            self.customer, self.number, self.only, self.clear,
        ):  # fmt: skip
            layout.addWidget(part)
        self.show_query(CallQuery(), "")

    def _box(self, name: str, choices: Sequence[tuple[object, str]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(tr("{what}: all").format(what=name), None)
        for value, words in choices:
            box.addItem(words, value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(self.changed)
        return box

    @staticmethod
    def _chip(taken_out: object) -> QPushButton:
        made = button("", taken_out, role="chip", glyph="x")  # type: ignore[arg-type]  # a signal's emit
        made.setCheckable(True)
        return made

    def narrowed(self, query: CallQuery) -> CallQuery:
        """Return ``query`` narrowed by what is chosen; a period of the box replaces the one asked for."""
        kind = self.period.currentData()
        if kind is not None or self._of_period or self._only_out:
            query = _plain(query)
            _name(self.only, "")
        self._of_period, self._only_out = kind is not None, False
        if kind is not None:
            since, until = moments_of(self._session, period_of(PeriodKind(kind), office_today(self._session)))
            query = replace(query, since=since, until=until)
        direction, outcome = self.direction.currentData(), self.outcome.currentData()
        query = replace(
            query,
            direction=Direction(direction) if direction else None,
            outcome=Outcome(outcome) if outcome else None,
            member_id=self.member.currentData(),
            least_s=self.length.currentData(),
            e164=self._e164,
        )
        if self._by_customer:
            query = replace(query, customer_id=self._customer_id)
        self._show_clear(query)
        return query

    def show_query(self, query: CallQuery, words: str, customer: str = "") -> None:
        """Show what another page asked for: with which ``customer`` (his name), and in ``words`` the rest."""
        chosen = (
            (self.direction, query.direction),
            (self.outcome, query.outcome),
            (self.member, query.member_id),
            (self.period, None),
            (self.length, query.least_s),
        )
        for box, value in chosen:
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)) if value is not None else 0)
        self._customer_id, self._by_customer = (query.customer_id if customer else None), bool(customer)
        self._e164, self._of_period = query.e164, False
        _name(self.customer, customer)
        _name(self.number, "" if query.e164 is None else international_display(query.e164))
        _name(self.only, words)
        self._show_clear(query)

    def _show_clear(self, query: CallQuery) -> None:
        """Offer to take out all at once, unless one chip alone does that."""
        chips = (self.customer, self.number, self.only)
        boxes = (self.direction, self.outcome, self.member, self.period, self.length)
        several = sum(chip.isChecked() for chip in chips) > 1
        boxed = any(box.currentData() is not None for box in boxes)
        self.clear.setVisible(query != _plain(query) and (several or boxed or not self.only.isChecked()))

    def of_customer(self, customer_id: int, name: str) -> None:
        """Show the calls with one customer alone."""
        self._customer_id, self._by_customer = customer_id, True
        _name(self.customer, name)
        self.changed.emit()

    def of_number(self, e164: str) -> None:
        """Show the calls of one number alone."""
        self._e164 = e164
        _name(self.number, international_display(e164))
        self.changed.emit()

    def _without_customer(self) -> None:
        self._customer_id = None
        _name(self.customer, "")
        self.changed.emit()

    def _without_number(self) -> None:
        self._e164 = None
        _name(self.number, "")
        self.changed.emit()

    def _without_only(self) -> None:
        self._only_out = True
        self.changed.emit()


def _plain(query: CallQuery) -> CallQuery:
    """Return what is searched for, and the order, without what narrows the list."""
    return CallQuery(text=query.text, sort=query.sort, ascending=query.ascending)


def _name(chip: QPushButton, words: str) -> None:
    """Let a chip say what it stands for; without words it is not there."""
    spoken = tr("Take out the filter {words}").format(words=words)
    chip.setText(words.replace("&", "&&"))
    chip.setAccessibleName(spoken)
    chip.setToolTip(spoken)
    chip.setChecked(bool(words))
    chip.setVisible(bool(words))


def _periods() -> list[tuple[object, str]]:
    return [
        (PeriodKind.DAYS_7, tr("%n days", "", 7)),
        (PeriodKind.DAYS_30, tr("%n days", "", 30)),
        (PeriodKind.QUARTER, tr("Quarter")),
        (PeriodKind.YEAR, tr("Year")),
    ]


def _lengths() -> list[tuple[object, str]]:
    return [
        (minutes * _MINUTE_S, tr("at least {time}").format(time=duration(minutes * _MINUTE_S)))
        for minutes in _LENGTHS
    ]
