"""What calls that are there get at the end of an import that reads them otherwise.

Not sooner: a run that is cancelled or killed takes its own rows back, and nobody else's values. So they are
kept until then: a log read again under another zone corrects every call it has, and a call as it was read
takes 400 bytes. Here it is 28, and each number stands once.
"""

from array import array
from collections.abc import Iterator, Mapping

from crm_desktop.storage.imported_calls import Corrected, NewCall

_NOBODY = 0  # ids begin at 1


class Corrections:
    """The values in the order they were noted; a call a log has twice is corrected twice and counts once."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._times = array("q")
        self._customers = array("Q")
        self._places = array("I")
        self._numbers: dict[str | None, int] = {}

    def note(self, found: Mapping[int, NewCall]) -> None:
        """Note what calls, by id, will get."""
        for call_id, call in found.items():
            self._ids.append(call_id)
            self._times.append(call.started_at)
            self._customers.append(call.customer_id or _NOBODY)
            self._places.append(self._numbers.setdefault(call.e164, len(self._numbers)))

    def ids(self) -> "array[int]":
        """Return the calls, each once, the first before the others."""
        found = array("Q")
        for call_id in sorted(self._ids):
            if not found or found[-1] != call_id:
                found.append(call_id)
        return found

    def __len__(self) -> int:
        """Return how many calls."""
        return len(self.ids())

    def __iter__(self) -> Iterator[Corrected]:
        """Yield what each gets, in the order it was noted."""
        numbers = list(self._numbers)
        for call_id, at, customer, place in zip(
            self._ids, self._times, self._customers, self._places, strict=True
        ):
            yield Corrected(call_id, at, numbers[place], customer or None)
