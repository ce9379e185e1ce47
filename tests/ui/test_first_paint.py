"""What waits for the first picture of a widget."""

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.first_paint import after_first_paint


class Painted(QWidget):
    """Writes down that it was painted."""

    def __init__(self, seen: list[str]) -> None:
        super().__init__()
        self._seen = seen

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._seen.append("painted")


def test_it_comes_behind_the_picture_and_once(qtbot: QtBot) -> None:
    seen: list[str] = []
    widget = Painted(seen)
    qtbot.addWidget(widget)
    after_first_paint(widget, lambda: seen.append("acted"))
    QTimer.singleShot(0, lambda: seen.append("in between"))
    QApplication.processEvents()
    assert seen == ["in between"], "nothing is on screen yet"
    widget.show()
    qtbot.waitUntil(lambda: "acted" in seen)
    assert seen.index("painted") < seen.index("acted")
    widget.repaint()
    QApplication.processEvents()
    assert seen.count("acted") == 1


def test_a_widget_that_is_gone_takes_it_along(qtbot: QtBot) -> None:
    seen: list[str] = []
    widget = Painted([])
    after_first_paint(widget, lambda: seen.append("acted"))
    widget.show()
    widget.repaint()
    shiboken6.delete(widget)
    QApplication.processEvents()
    assert seen == []
