"""UUIDs of rows: version 7 (RFC 9562), so that their unique index grows at its end."""

import os
import time

# The bits of version and variant in the last 10 bytes, and all the others.
_MARKS = 0x7000_8000_0000_0000_0000
_RANDOM = 0x0FFF_3FFF_FFFF_FFFF_FFFF


def new_uuid() -> bytes:
    """Return 16 bytes: 48 bits of Unix milliseconds, then random, with version and variant set."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    tail = int.from_bytes(os.urandom(10), "big") & _RANDOM | _MARKS
    return stamp + tail.to_bytes(10, "big")


def new_identities(count: int) -> list[tuple[bytes, bytes]]:
    """Return so many pairs of a new uuid and a new salt: an import gives one to each of its rows."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    random = os.urandom(26 * count)
    made = []
    for at in range(0, 26 * count, 26):
        tail = int.from_bytes(random[at : at + 10], "big") & _RANDOM | _MARKS
        made.append((stamp + tail.to_bytes(10, "big"), random[at + 10 : at + 26]))
    return made


def new_salt() -> bytes:
    """Return the 16 random bytes that belong to one version of one row."""
    return os.urandom(16)
