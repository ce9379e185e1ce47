"""UUIDs of rows: version 7 (RFC 9562), so that their unique index grows at its end."""

import os
import time


def new_uuid() -> bytes:
    """Return 16 bytes: 48 bits of Unix milliseconds, then random, with version and variant set."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return stamp + bytes(tail)


def new_salt() -> bytes:
    """Return the 16 random bytes that belong to one version of one row."""
    return os.urandom(16)
