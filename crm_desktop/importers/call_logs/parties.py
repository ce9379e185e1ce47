"""Who is the other party of a row, and whose line it was."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from crm_desktop.domain.calls import Direction, NumberNote
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import NormalizedNumber


class Party(NamedTuple):
    """The other party's number as written, the direction, and the own line if the row names it."""

    raw: str
    direction: Direction
    own_line: str | None = None
    internal: bool = False


class Parties:
    """Reads the number cells of a row: one column of other parties, or caller and callee."""

    def __init__(
        self,
        places: dict[str, int],
        own_numbers: Sequence[str],
        normalize: Callable[[str], NormalizedNumber],
    ) -> None:
        self._number = places.get("number")
        self._caller = places.get("caller", -1)
        self._callee = places.get("callee", -1)
        self._own_line = places.get("own_line")
        self._normalize = normalize
        self._line = lru_cache(maxsize=1024)(self._line_in)
        self._own = {self._normalize(number).e164 or number for number in own_numbers}

    def of(self, cells: list[str], direction: Direction) -> Party:
        """Return the other party of a row."""
        if self._number is not None:
            own_line = None if self._own_line is None else self._line(cells[self._own_line])
            return Party(cells[self._number], direction, own_line)
        return self._of_two(cells[self._caller], cells[self._callee], direction)

    def own_side(self, cells: list[str], direction: Direction) -> str | None:
        """Return the line of this side as one spelling, also where it is words; None for none."""
        if self._number is not None:
            raw = "" if self._own_line is None else cells[self._own_line]
            return self._line(raw) or fold(raw.strip()) or None
        party = self.of(cells, direction)
        if party.internal:
            return None
        raw = cells[self._callee if party.direction is Direction.INCOMING else self._caller]
        return party.own_line or fold(raw.strip()) or None

    def _of_two(self, caller: str, callee: str, direction: Direction) -> Party:
        caller_own, callee_own = self._is_own(caller), self._is_own(callee)
        if caller_own and callee_own:
            return Party(callee, direction, internal=True)
        if direction is Direction.UNKNOWN and caller_own != callee_own:
            direction = Direction.OUTGOING if caller_own else Direction.INCOMING
        if direction is Direction.INCOMING:
            return Party(caller, direction, self._line(callee))
        return Party(callee, direction, self._line(caller))

    def _is_own(self, raw: str) -> bool:
        number = self._normalize(raw)
        return number.note is NumberNote.EXTENSION or (number.e164 or raw.strip()) in self._own

    def _line_in(self, raw: str) -> str | None:
        """Return the own number in ``Phone: +44 7700 900999``, or an extension; None for other words."""
        written = raw.rpartition(":")[2].strip()
        number = self._normalize(written)
        if number.note in {NumberNote.EXTENSION, NumberNote.SHORT_CODE}:
            return written
        return number.e164
