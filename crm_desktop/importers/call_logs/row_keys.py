"""The identity of a row: the same call in another export of the same log has the same key.

Only raw fields go in, never a name, a zone or anything converted: another time zone, region or contact name
must not double the calls at the next import.
"""

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
    lead = since_1900 if 0 <= since_1900 <= _LAST else 0 if since_1900 < 0 else _LAST
    raw = "\x1f".join(fields).encode("utf-8", "surrogatepass")
    return lead.to_bytes(4, "big") + sha256(raw).digest()[:16]


class Ordinals:
    """Numbers equal rows of one file: sources without milliseconds may list two calls in equal rows.

    Remembers one entry per distinct key, the only thing here that grows with the file.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def distinct(self, key: bytes, since_1900: int, *fields: str) -> bytes:
        """Return the key at its first appearance, else the key of the fields and the count."""
        ordinal = self._seen.get(key, 0)
        self._seen[key] = ordinal + 1
        return key if ordinal == 0 else row_key(since_1900, *fields, str(ordinal))

    def is_new(self, key: bytes) -> bool:
        """Say whether the key appears for the first time."""
        if key in self._seen:
            return False
        self._seen[key] = 1
        return True
