"""One entry of the log whole: who, when, what, what it says, and the records it touched."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.operations.log_reading import LogDetails, TouchedRow
from crm_desktop.ui.messages import DASH, number, tr
from crm_desktop.ui.pages.administration.log_words import said_words, table_word, verb_word
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, clear, label, row

_LABEL_PX = 120
_RING_PX = 5


class LogCard(QFrame):
    """``contact_requested`` when the name of a contact is pressed."""

    contact_requested = Signal(object)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        set_role(self, "card")
        self._clock = clock
        self.shown: LogDetails | None = None
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        self._column.setSpacing(SPACE_S)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(area)
        self.setAccessibleName(tr("Entry of the log"))
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say that no entry is chosen."""
        self.shown = None
        clear(self._column)
        self._column.addWidget(label(tr("Choose an entry to see what it touched."), "muted", wrap=True))
        self._column.addStretch(1)

    def show_entry(self, details: LogDetails) -> None:
        """Show an entry."""
        self.shown = details
        line = details.line
        clear(self._column)
        self._column.addWidget(label(verb_word(line.verb), "section", wrap=True))
        self._column.addSpacing(SPACE_S)
        facts = [
            (tr("Who"), line.user_name),
            (tr("When"), self._clock.exact(line.at)),
            (tr("Entry"), number(line.sequence)),
            (tr("Records"), number(line.records)),
            *said_words(line.said),
        ]
        if line.removed:
            facts.append((tr("Words"), tr("removed after their time; the entry itself is kept")))
        for name, value in facts:
            self._column.addWidget(_line(name, label(value, wrap=True, selectable=True)))
        if details.touched:
            self._column.addSpacing(SPACE_M)
            self._column.addWidget(label(tr("Touched records").upper(), "caption"))
        for touched in details.touched:
            self._column.addWidget(self._touched(touched))
        if details.more:
            more = tr("and %n more", "", details.more)
            self._column.addWidget(label(more, "muted"))
        self._column.addStretch(1)

    def _touched(self, touched: TouchedRow) -> QWidget:
        if touched.contact_id is not None and touched.name is not None:
            link = button(touched.name, partial(self.contact_requested.emit, touched.contact_id), role="link")
            link.setToolTip(tr("Show this contact"))
            return _line(table_word(touched.table), link)
        words = label(tr("removed") if touched.removed else DASH, "muted")
        words.setToolTip(touched.uuid.hex())
        return _line(table_word(touched.table), words)


def _line(name: str, value: QWidget) -> QWidget:
    """Return a muted label and a value that begins where every other does."""
    left = label(name, "muted")
    left.setFixedWidth(_LABEL_PX)
    wraps = isinstance(value, QLabel) and value.wordWrap()
    made = QWidget()
    if wraps:
        left.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        inside = row(left, value, spacing=SPACE_M)
        inside.setStretch(1, 1)
    else:
        # A link is inset by its focus ring; its words begin where the values above do.
        inset = _RING_PX if isinstance(value, QPushButton) else 0
        inside = row(left, value, None, spacing=SPACE_M - inset)
    made.setLayout(inside)
    return made
