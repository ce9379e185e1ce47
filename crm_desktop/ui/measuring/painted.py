"""When something was painted: the time from an act to the picture of it, in the window's own loop."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from crm_desktop.ui.widgets.first_paint import after_first_paint

PATIENCE_MS = 60_000


def waited(begin: Callable[[Callable[[], None]], None], what: str) -> None:
    """Let the window work until what ``begin`` was given is called.

    Raises TimeoutError naming ``what`` after a minute.
    """
    loop = QEventLoop()
    timer = QTimer(loop)
    timer.setSingleShot(True)
    timer.timeout.connect(lambda: loop.exit(1))
    timer.start(PATIENCE_MS)
    began: list[bool] = []

    def done() -> None:
        began.append(True)
        loop.quit()

    begin(done)
    if not began and loop.exec():
        raise TimeoutError(what)
    timer.stop()


class PaintWatch(QObject):
    """Watches the rows of a table being painted."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._done: Callable[[], None] | None = None
        self._wanted: Callable[[], bool] = lambda: True
        self._painted_at = 0.0
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint as the table would, and take the time behind it."""
        if event.type() != QEvent.Type.Paint or watched is not self._table.viewport() or self._done is None:
            return False
        if not self._wanted():
            return False
        self._table.viewportEvent(event)
        self._painted_at = time.perf_counter()
        done, self._done = self._done, None
        done()
        return True

    def after(self, act: Callable[[], object], wanted: Callable[[], bool] = lambda: True) -> float:
        """Return how many ms lie between the beginning of ``act`` and the picture of its rows.

        ``wanted``: whether what is about to be painted is that picture already.
        """
        began = 0.0

        def begin(done: Callable[[], None]) -> None:
            nonlocal began
            self._done, self._wanted = done, wanted
            began = time.perf_counter()
            act()

        waited(begin, "the rows to be painted")
        return (self._painted_at - began) * 1000


def painted_once(widget: QWidget) -> None:
    """Wait for the first picture of ``widget``."""
    waited(partial(after_first_paint, widget), f"{type(widget).__name__} to be painted")


def frames(table: QAbstractItemView, watch: PaintWatch, places: list[int]) -> list[float]:
    """Return the time of each step of the scroll bar to ``places``, which must differ from step to step."""
    bar = table.verticalScrollBar()
    return [watch.after(lambda place=place: bar.setValue(place)) for place in places]  # type: ignore[misc]
