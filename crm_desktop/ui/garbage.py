"""Collects Python's reference cycles on the UI thread, and nowhere else.

Python looks for cycles in whichever thread happens to allocate. Widgets and timers often sit in cycles
(a signal connected to a closure over its own sender), and Qt forbids destroying them outside their thread:
"Timers cannot be stopped from another thread", then a crash. So the window's program switches the automatic
collection off and looks here, by Python's own counts and thresholds. A program without a window keeps
Python's own way.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 500


def collect_when_due() -> None:
    """Collect the oldest generation whose count passed its threshold, as Python would have done by now."""
    passed = [
        generation
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if 0 < threshold < count
    ]
    if passed:
        gc.collect(max(passed))


class CycleCollector(QObject):
    """Collects on the UI thread from ``start`` until ``stop``, which gives Python its own way back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_automatic = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(collect_when_due)

    def start(self) -> None:
        """Take the collection over; what lives by now mostly stays, so it is not looked through again."""
        self._was_automatic = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give the collection back; to be called once no worker is left."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_automatic:
            gc.enable()
