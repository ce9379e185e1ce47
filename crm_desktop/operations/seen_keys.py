"""Which calls a preview has counted, in memory that does not grow with the logs.

A set of keys takes 150 bytes a call. Here it is 8 bytes of hash in a table that is at most two thirds full,
and the table ends at 16 MiB: behind the first 1.4 million calls nothing more is remembered, so that a call
that stands in two such files is counted as new in both. The import itself asks the database.
"""

from array import array

_FIRST_SLOTS = 1 << 12
MOST_SLOTS = 1 << 21
_BITS = (1 << 64) - 1


class SeenKeys:
    """A set of hashable things that answers only whether one is new; wrong once in 2^44 calls."""

    def __init__(self, most_slots: int = MOST_SLOTS) -> None:
        self._most = most_slots
        self._slots = _empty(min(_FIRST_SLOTS, most_slots))
        self._used = 0
        self.count = 0
        """How many things were new."""

    def add(self, thing: object) -> bool:
        """Return whether something is new, and remember it while there is room."""
        number = (hash(thing) & _BITS) or 1
        place = self._place(number)
        if self._slots[place] == number:
            return False
        self.count += 1
        if self._used * 3 < len(self._slots) * 2:
            self._slots[place] = number
            self._used += 1
        elif len(self._slots) < self._most:
            self._grow()
            self._slots[self._place(number)] = number
            self._used += 1
        return True

    def _place(self, number: int) -> int:
        """Return where a number stands, or the free slot it would get."""
        mask = len(self._slots) - 1
        place = number & mask
        while self._slots[place] not in {0, number}:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        before = self._slots
        self._slots = _empty(2 * len(before))
        for number in before:
            if number:
                self._slots[self._place(number)] = number


def _empty(slots: int) -> "array[int]":
    return array("Q", [0]) * slots
