"""What the distinct words of a column mean, one line each, whatever row of the table they stand in."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.folding import fold
from crm_desktop.operations.call_logs import ColumnWords
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.parts import clear, label
from crm_desktop.ui.widgets.words import direction_word, outcome_word

MOST_SHOWN = 40
_WORD_WIDTH_PX = 180


def direction_meanings() -> list[tuple[str, str]]:
    """Return (value, words) of what a word of the direction column can mean."""
    incoming, outgoing = (direction_word(way) for way in (Direction.INCOMING, Direction.OUTGOING))
    found = [("incoming", incoming), ("outgoing", outgoing)]
    found += [
        (f"incoming/{way.value}", f"{incoming}, {outcome_word(way)}")
        for way in (Outcome.ANSWERED, Outcome.MISSED, Outcome.REJECTED, Outcome.BLOCKED, Outcome.VOICEMAIL)
    ]
    found += [
        (f"outgoing/{way.value}", f"{outgoing}, {outcome_word(way)}")
        for way in (Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CANCELLED)
    ]
    return [
        *found,
        ("internal", tr("Internal call, left out")),
        ("unknown", direction_word(Direction.UNKNOWN)),
    ]


def outcome_meanings() -> list[tuple[str, str]]:
    """Return (value, words) of what a word of the outcome column can mean."""
    return [(way.value, outcome_word(way)) for way in Outcome]


class WordTable(QWidget):
    """``changed`` when a word means something else now; ``boxes`` by word.

    Of more than ``MOST_SHOWN`` words those without a meaning come first: the others are read as proposed.
    """

    changed = Signal()

    def __init__(self, title: str, meanings: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._meanings = meanings
        self.boxes: dict[str, QComboBox] = {}
        self._beyond: dict[str, str] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(2, 1)
        self.others = label("", "caption", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(label(title.upper(), "capitals"))
        layout.addLayout(self._grid)
        layout.addWidget(self.others)
        self.hide()

    def show_words(self, words: ColumnWords, known: Mapping[str, str]) -> None:
        """Show the words of a column with how many rows have them; ``known``: what is proposed."""
        clear(self._grid)
        self.boxes = {}
        meaning_of = {fold(word): meaning for word, meaning in known.items()}
        counts = list(words.counts)
        if len(counts) > MOST_SHOWN:
            counts.sort(key=lambda counted: fold(counted[0]) in meaning_of)
        for row, (word, count) in enumerate(counts[:MOST_SHOWN]):
            name = ElidedLabel(word)
            name.setFixedWidth(_WORD_WIDTH_PX)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(label(tr("%n rows", "", count), "muted"), row, 1)
            self._grid.addWidget(self._box(word, meaning_of.get(fold(word))), row, 2)
        shown = {fold(word) for word in self.boxes}
        self._beyond = {word: meaning for word, meaning in known.items() if fold(word) not in shown}
        unread = (count for word, count in counts[MOST_SHOWN:] if fold(word) not in meaning_of)
        others = words.others + sum(unread)
        self.others.setText(
            tr("%n rows have other words: they will be reported as not read.", "", others) if others else ""
        )
        self.others.setVisible(bool(others))
        self.setVisible(bool(self.boxes))

    def _box(self, word: str, meaning: str | None) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Meaning of “{word}”").format(word=word))
        box.addItem(tr("– not read, reported –"), None)
        for value, words in self._meanings:
            box.addItem(words, value)
        if meaning is not None and box.findData(meaning) < 0:
            box.addItem(meaning, meaning)
        box.setCurrentIndex(max(0, box.findData(meaning)))
        box.currentIndexChanged.connect(self.changed)
        self.boxes[word] = box
        return box

    def meanings(self) -> dict[str, str] | None:
        """Return the meaning of each word that has one, known words of other tables included.

        None where no column of words was chosen: none of its words is said to mean nothing then.
        """
        if not self.boxes and not self._beyond:
            return None
        chosen = {word: box.currentData() for word, box in self.boxes.items() if box.currentData()}
        return self._beyond | chosen
