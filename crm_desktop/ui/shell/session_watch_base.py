"""What every system's watch of the person's session has in common."""

from PySide6.QtCore import QObject, Signal


class SessionWatch(QObject):
    """Says ``left`` each time; saying it twice for one leaving does no harm. A child of its window."""

    left = Signal()

    def stop(self) -> None:
        """Listen no more; safe to call twice."""
