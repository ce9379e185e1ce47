"""What waits until a widget has been on screen: the first picture of a window waits for nothing else."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class _FirstPaint(QObject):
    """Hears of the first picture of a widget, which owns it."""

    def __init__(self, widget: QWidget, act: Callable[[], None]) -> None:
        super().__init__(widget)
        self._act = act
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Act once, behind the paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._act)
        return False


def after_first_paint(widget: QWidget, act: Callable[[], None]) -> None:
    """Call ``act`` once ``widget`` has been painted for the first time from now on."""
    _FirstPaint(widget, act)
