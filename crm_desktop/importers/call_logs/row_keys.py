"""The identity of a row: the same call in another export of the same log has the same key.

Only raw fields go in, never a name, a zone or anything converted: another time zone, region or contact name
must not double the calls at the next import.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256

_EPOCH_SINCE_1900 = 2_208_988_800
_START = datetime(1900, 1, 1)  # noqa: DTZ001 - wall-clock time on purpose
_LAST = 2**32 - 1


def wall_clock_seconds(local: datetime) -> int:
    """Return seconds from 1900 to a wall-clock time."""
    return whole_seconds(local - _START)


def whole_seconds(span: timedelta) -> int:
    """Return a span in seconds, fractions cut off towards the past."""
    return span.days * 86_400 + span.seconds


def epoch_to_1900(seconds: int) -> int:
    """Return seconds since 1900 of a Unix time."""
    return seconds + _EPOCH_SINCE_1900


def row_key(since_1900: int, *fields: str) -> bytes:
    """Return 4 bytes of time, which end at 2036 and stay at their last value then, and 16 of SHA-256."""
    raw = "\x1f".join(fields).encode("utf-8", "surrogatepass")
    return lead(since_1900) + sha256(raw).digest()[:16]


def lead(since_1900: int) -> bytes:
    """Return the 4 bytes of time a key begins with."""
    seconds = since_1900 if 0 <= since_1900 <= _LAST else 0 if since_1900 < 0 else _LAST
    return seconds.to_bytes(4, "big")


REMEMBERED = 50_000


class Ordinals:
    """Numbers equal rows of one file: sources without milliseconds may list two calls in equal rows.

    Remembers the last ``REMEMBERED`` distinct keys, so that it does not grow with the file: rows that are
    equal in everything stand beside each other in whatever order a log is. One that comes again much later
    (a log written twice into one file) has the key it had before, and what is stored knows it by that.
    """

    def __init__(self) -> None:
        # A plain dict would look for its first key past all those that were taken out before it.
        self._seen: OrderedDict[bytes, int] = OrderedDict()

    def distinct(self, key: bytes, since_1900: int, *fields: str) -> bytes:
        """Return the key at its first appearance, else the key of the fields and the count."""
        ordinal = self._count(key)
        return key if ordinal == 0 else row_key(since_1900, *fields, str(ordinal))

    def is_new(self, key: bytes) -> bool:
        """Say whether the key appears for the first time."""
        return self._count(key) == 0

    def _count(self, key: bytes) -> int:
        """Return how often the key was there among those remembered, and remember it."""
        before = self._seen.get(key, 0)
        self._seen[key] = before + 1
        if before == 0 and len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return before
