"""Whose turn it is to write among the threads of one program: who asked first.

SQLite lets whoever comes at the right moment write, and who waits looks again after ever longer pauses.
Beside an import, which writes one batch after the other, a save would find the file busy each time it looks.
"""

import threading
from collections import deque


class Turns:
    """One holder at a time; the others follow in the order they asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, threading.Event]] = deque()
        self._holder: int | None = None

    def take(self, seconds: float) -> bool:
        """Wait so long at the most for the turn; return whether it came. Who has it already keeps it."""
        thread = threading.get_ident()
        with self._lock:
            if self._holder in {None, thread}:
                self._holder = thread
                return True
            called = threading.Event()
            self._waiting.append((thread, called))
        if called.wait(seconds):
            return True
        with self._lock:
            if self._holder != thread:  # else it came at the last moment
                self._waiting.remove((thread, called))
            return self._holder == thread

    def give_back(self) -> None:
        """Pass the turn on; nothing happens where this thread does not have it."""
        with self._lock:
            if self._holder != threading.get_ident():
                return
            self._holder = None
            if self._waiting:
                self._holder, called = self._waiting.popleft()
                called.set()
