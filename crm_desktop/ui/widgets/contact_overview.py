"""The overview of a contact: labels left, values right, the product used now, the latest events."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.domain.contact_drafts import ContactDraft, ProductUseDraft
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.contact_facts import lines_of, overview_facts, product_facts
from crm_desktop.ui.widgets.contact_origins import Origins
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.follow_up_words import due_pill, due_words
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import card, clear, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign
from crm_desktop.ui.widgets.timeline import Entry

_LABEL_PX = 92
_RENEWS_SOON_DAYS = 30


class ContactOverview(QScrollArea):
    """Filled anew for each contact; ``timeline_requested`` when the user asks for all events."""

    timeline_requested = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Overview"))
        inner = QWidget()
        set_role(inner, "page")
        self._layout = QVBoxLayout(inner)
        self._layout.setContentsMargins(0, SPACE_M, 2, SPACE_M)
        self._layout.setSpacing(SPACE_L)
        self.setWidget(inner)

    def show_draft(
        self,
        draft: ContactDraft,
        recent: Sequence[Entry],
        *,
        bank: str = "",
        more: Sequence[tuple[str, str]] = (),
        origins: Origins | None = None,
        follow_up: FollowUpRow | None = None,
    ) -> None:
        """Show what is known, ``bank`` what may be told of accounts, and the latest events beneath.

        ``follow_up`` is what is to be done next.
        """
        clear(self._layout)
        facts = overview_facts(draft, bank, more, origins)
        if facts:
            self._layout.addLayout(_fact_grid(facts))
        else:
            self._layout.addWidget(label(tr("No phone, e-mail or address yet."), "muted", wrap=True))
        if follow_up is not None:
            self._layout.addWidget(self._follow_up(follow_up))
        current = [use for use in draft.product_uses if not use.until]
        former = [use for use in draft.product_uses if use.until]
        if current:
            self._layout.addWidget(self._products(tr("Product used now"), current))
        if former:
            self._layout.addWidget(self._products(tr("Used before"), former))
        if recent:
            self._layout.addLayout(self._recent(recent))
        self._layout.addStretch(1)

    def empty(self) -> None:
        """Show nothing and hold nothing."""
        clear(self._layout)

    def _products(self, title: str, uses: Sequence[ProductUseDraft]) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M, spacing=SPACE_XS)
        body.addWidget(label(title.upper(), "capitals"))
        for use in uses:
            first, second = product_facts(use)
            line = row(spacing=SPACE_S)
            line.addWidget(label(first, wrap=True), 1)
            if use.renewal_on and not use.until:
                tone = "warn" if self._soon(use.renewal_on) else "neutral"
                pill = Pill(tr("renews {date}").format(date=self._clock.short_day(use.renewal_on)), tone)
                line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
            body.addLayout(line)
            if second:
                body.addWidget(label(second, "muted", wrap=True))
        return frame

    def _follow_up(self, follow_up: FollowUpRow) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M, spacing=SPACE_XS)
        body.addWidget(label(tr("Next follow-up").upper(), "capitals"))
        line = row(label(follow_up.what, wrap=True), spacing=SPACE_S)
        line.setStretch(0, 1)
        pill = Pill(*due_pill(follow_up.due_on, follow_up.due_time, self._clock))
        line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(line)
        due = due_words(follow_up.due_on, follow_up.due_time, self._clock)
        body.addWidget(label(f"{due} · {follow_up.assignee}", "muted", wrap=True))
        return frame

    def _soon(self, iso: str) -> bool:
        try:
            days = (
                date.fromisoformat(iso) - datetime.fromtimestamp(self._clock.now(), self._clock.zone).date()
            ).days
        except ValueError:
            return False
        return days <= _RENEWS_SOON_DAYS

    def _recent(self, entries: Sequence[Entry]) -> QVBoxLayout:
        lines = column(label(tr("Recent").upper(), "capitals"), spacing=SPACE_M)
        for entry in entries:
            sign = Sign(entry.glyph, entry.tone)
            words = column(ElidedLabel(entry.title), ElidedLabel(entry.detail, role="caption"), spacing=1)
            line = row(sign, spacing=SPACE_M)
            line.addLayout(words, 1)
            lines.addLayout(line)
        return lines


def _fact_grid(facts: Sequence[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_S - 1)
    grid.setColumnMinimumWidth(0, _LABEL_PX)
    grid.setColumnStretch(1, 1)
    for place, (words, value, origin) in enumerate(facts):
        right = label(value, wrap=True, selectable=True)
        right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right.setAccessibleName(f"{words}: {lines_of(value, origin)}")
        grid.addWidget(label(words, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        if not origin:
            grid.addWidget(right, place, 1)
            continue
        # It is read when somebody doubts the value; the value itself is what is looked for.
        grid.addLayout(column(right, ElidedLabel(origin, role="caption"), spacing=0), place, 1)
    return grid
