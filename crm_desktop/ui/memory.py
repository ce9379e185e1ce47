"""Gives memory back to the system that the program has freed.

SQLite's page caches are many small blocks: glibc keeps what is freed of them for the next, 190 MiB after an
import. The allocators of Windows and macOS give back by themselves.
"""

import ctypes
import sys


def give_back() -> None:
    """Give back what is free in C's heap; takes some milliseconds, from any thread."""
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
        if trim is not None:
            trim(0)
