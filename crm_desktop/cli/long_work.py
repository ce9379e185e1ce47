"""How long work shows where it is on a terminal, and how Ctrl+C stops it without leaving half of it."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback

_EVERY_S = 0.1


class _Line:
    """One line on standard error that is written over; nothing at all where nobody watches."""

    def __init__(self) -> None:
        self._shown_at = 0.0
        self._watched = sys.stderr.isatty()
        self._written = False

    def show(self, progress: Progress) -> None:
        """Show ``progress``, at most ten times a second."""
        now = time.monotonic()
        if not self._watched or now - self._shown_at < _EVERY_S:
            return
        self._shown_at = now
        self._written = True
        of = "" if progress.total is None else f" of {progress.total:,}"
        sys.stderr.write(f"\r{progress.label} {progress.done:,}{of}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty for what is printed next."""
        if self._written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def long_work() -> Iterator[tuple[ProgressCallback, CancelToken]]:
    """Give a progress callback and a token that Ctrl+C raises; the second Ctrl+C interrupts at once.

    The work itself decides at which step it stops, so that what it began is undone in order.
    """
    line, token = _Line(), CancelToken()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        token.cancel()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield line.show, token
    finally:
        signal.signal(signal.SIGINT, before)
        line.clear()
