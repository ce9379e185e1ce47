"""What every column of a table holds, over all of its rows: its words, and the formats of its dates."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm_desktop.importers.call_logs.content_guess import (
    ColumnMoments,
    first_values,
    may_be_dates,
    moments_of,
)
from crm_desktop.importers.call_logs.date_guess import DateGuess
from crm_desktop.importers.call_logs.table_layout import TableLayout

# A column of words for the direction has a dozen; a column of names is none.
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """The distinct words of a column with how many rows have each, the most frequent first.

    ``others``: how many rows have a word beyond the ``MOST_WORDS`` met first.
    """

    counts: tuple[tuple[str, int], ...] = ()
    others: int = 0


class ColumnValues:
    """Looks at every row once and keeps a bounded number of words per column."""

    def __init__(self, layout: TableLayout, region: str | None, *, typed: bool) -> None:
        self._first = moments_of(layout, region, typed=typed)
        self._words: list[Counter[str]] = [Counter() for _ in range(layout.columns)]
        self._others = [0] * layout.columns
        self._dates = {
            place: DateGuess(region, typed=typed)
            for place, column in enumerate(first_values(layout))
            if may_be_dates(column)
        }

    def add(self, cells: Sequence[str]) -> None:
        """Count the values of one row."""
        for place, cell in enumerate(cells[: len(self._words)]):
            word = cell.strip()
            if not word:
                continue
            counted = self._words[place]
            if word in counted or len(counted) < MOST_WORDS:
                counted[word] += 1
            else:
                self._others[place] += 1
        for place, guess in self._dates.items():
            if place < len(cells) and (word := cells[place].strip()):
                guess.add(word)

    def words(self) -> tuple[ColumnWords, ...]:
        """Return the words of each column."""
        return tuple(
            ColumnWords(tuple(counted.most_common()), others)
            for counted, others in zip(self._words, self._others, strict=True)
        )

    def moments(self) -> tuple[ColumnMoments, ...]:
        """Return how each column would be read as dates: one 31/02 among all rows decides."""
        return tuple(self._moments(place, first) for place, first in enumerate(self._first))

    def _moments(self, place: int, first: ColumnMoments) -> ColumnMoments:
        guess = self._dates.get(place)
        if guess is None:
            return first
        return replace(first, styles=tuple(guess.fitting()), certain=guess.result().certain)
