"""The words for direction and outcome in a table, to what they mean."""

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import lru_cache

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.header_words import DIRECTION_WORDS, OUTCOME_WORDS
from crm_desktop.importers.call_logs.mapping import Mapping, split_meaning


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row says about the call; ``raw`` is how it says it."""

    direction: Direction
    outcome: Outcome | None
    raw: str
    internal: bool = False

    def outcome_after(self, seconds: int, direction: Direction) -> Outcome:
        """Return the stated outcome, else the one the talk time shows."""
        if self.outcome is not None:
            return self.outcome
        if seconds > 0:
            return Outcome.ANSWERED
        unanswered = {Direction.INCOMING: Outcome.MISSED, Direction.OUTGOING: Outcome.NO_ANSWER}
        return unanswered.get(direction, Outcome.UNKNOWN)


class Meanings:
    """Reads the direction and outcome cells of a row by the mapping's words."""

    def __init__(self, mapping: Mapping, places: dict[str, int]) -> None:
        self._direction = places.get("direction")
        self._outcome = places.get("outcome")
        self._of_all = mapping.direction_of_all
        self._directions = folded(
            DIRECTION_WORDS if mapping.direction_values is None else mapping.direction_values
        )
        self._outcomes = folded(OUTCOME_WORDS if mapping.outcome_values is None else mapping.outcome_values)
        self._look_up = lru_cache(maxsize=1024)(self._meaning)

    def of(self, cells: list[str]) -> Meaning | None:
        """Return the meaning of a row; None if one of its words is unknown."""
        direction = None if self._direction is None else cells[self._direction]
        outcome = None if self._outcome is None else cells[self._outcome]
        return self._look_up(direction, outcome)

    def _meaning(self, direction_cell: str | None, outcome_cell: str | None) -> Meaning | None:
        direction: Direction | None = Direction.UNKNOWN
        outcome: Outcome | None = None
        if direction_cell is not None:
            word = self._directions.get(fold(direction_cell.strip()))
            if word is None:
                return None
            direction, outcome = split_meaning(word)
        elif self._of_all is not None:
            direction, outcome = split_meaning(self._of_all)
        if outcome_cell is not None and outcome is None:
            found = self._outcomes.get(fold(outcome_cell.strip()))
            if found is None:
                return None
            outcome = Outcome(found)
        raw = "/".join(cell.strip() for cell in (direction_cell, outcome_cell) if cell is not None)
        return Meaning(direction or Direction.UNKNOWN, outcome, raw, internal=direction is None)


def folded(words: MappingABC[str, str]) -> dict[str, str]:
    """Return a table of words keyed the way cells are compared."""
    return {fold(word.strip()): meaning for word, meaning in words.items()}
