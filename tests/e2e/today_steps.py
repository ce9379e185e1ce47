"""The Today page in the real window: the first look, a chart by keyboard, its table, the list behind it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.today.page import TodayPage
from crm_desktop.ui.pages.today.quiet_dialog import QuietDialog
from tests.e2e.driver import Driver


def _page(driver: Driver) -> TodayPage:
    driver.workspace.pages.show_named("today")
    driver.settle()
    page = driver.page(TodayPage)
    driver.until(lambda: page.overview is not None, "the figures")
    driver.settle()
    return page


def today_page(driver: Driver) -> None:
    """What somebody sees first after signing in."""
    _page(driver)
    driver.picture("80-today")


def today_steps(driver: Driver) -> None:
    """Scroll down, everybody quiet, another period, what is behind a bar, and a narrow window."""
    driver.window.resize(1440, 900)
    page = _page(driver)
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    driver.settle()
    driver.picture("81-today-more")
    bar.setValue(0)
    _everybody_quiet(driver, page)
    page.picker._buttons["year"].click()
    driver.settle()
    page.charts.calls.turn()
    driver.settle()
    driver.picture("82-today-year-table")
    page.charts.calls.turn()
    _behind_a_bar(driver, page)
    page = _page(driver)
    page.picker._buttons["days_30"].click()
    driver.window.resize(1024, 700)
    driver.settle()
    driver.picture("84-today-narrow")
    driver.window.resize(1440, 900)


def _everybody_quiet(driver: Driver, page: TodayPage) -> None:
    assert page.quiet.all_button is not None
    page.quiet.all_button.click()
    driver.settle()
    dialog = page.edits.dialog
    assert isinstance(dialog, QuietDialog)
    driver.picture("85-today-everybody-quiet")
    dialog.accept()
    driver.settle()


def _behind_a_bar(driver: Driver, page: TodayPage) -> None:
    chart = page.charts.calls.chart
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.overview is not None
    assert page.overview.figures is not None
    counts = [one.total for one in page.overview.figures.slices]
    expected = max(counts)
    QTest.keyClick(chart, Qt.Key.Key_Home)
    for _ in range(counts.index(expected)):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    driver.settle()
    calls = driver.page(CallsPage)
    assert calls.model.rowCount() == expected
    driver.picture("83-calls-behind-a-bar")
    calls.filters.only.click()
    driver.settle()
