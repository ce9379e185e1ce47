"""Notices that nobody has been at the program for a while.

Listens at the windows, not at the application: a filter in Python on every event of every widget would
slow down each repaint.
"""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

IDLE_LOCK_S = 600
"""Ten minutes, as the security design says."""

_HUMAN = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class IdleWatch(QObject):
    """Says ``idle_passed`` after a time without any key, click or movement in the program's windows."""

    idle_passed = Signal()

    def __init__(self, parent: QObject, *, seconds: float = IDLE_LOCK_S) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(int(seconds * 1000))
        self._timer.timeout.connect(self.idle_passed)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._window_entered)

    @property
    def active(self) -> bool:
        """Whether it is counting."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin to count."""
        self._window_entered(QGuiApplication.focusWindow())
        self._timer.start()

    def stop(self) -> None:
        """Stop counting, while nothing is open."""
        self._timer.stop()

    def _window_entered(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # installing again only moves it to the front

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count from the start again when somebody is there; takes no event away."""
        if event.type() in _HUMAN and self._timer.isActive():
            self._timer.start()
        return False
