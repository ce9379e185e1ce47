"""A toast stands where it covers no buttons."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.bulk_bar import SelectionBar
from crm_desktop.ui.widgets.parts import column
from crm_desktop.ui.widgets.toast import Toast


def test_a_toast_stands_above_the_bar_of_selected_records(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    bar = SelectionBar(may_change=True, may_export=True, may_trash=True)
    layout = column(None, bar)
    host.setLayout(layout)
    host.resize(900, 500)
    host.show()
    toast = Toast(host)
    toast.show_text("8 contacts changed", action=lambda: None)
    low = toast.geometry().bottom()
    bar.show_count(3, 9, trashed=False, customers=True)
    qtbot.waitUntil(bar.isVisible)
    layout.activate()
    toast.show_text("8 contacts changed", action=lambda: None)
    assert toast.geometry().bottom() < bar.geometry().top()
    assert toast.geometry().bottom() < low
