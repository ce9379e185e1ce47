"""The tour's steps of finding: the palette, conditions as pills, a saved view, incomplete records."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from crm_desktop.domain.filters import Operator
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.palette import Palette
from crm_desktop.ui.widgets.filter_editor import ConditionDialog
from crm_desktop.ui.widgets.saved_filters import NameDialog
from tests.e2e.driver import Driver

VIEW = "Fleet Pro in Berlin"


def finding_steps(driver: Driver) -> None:
    """Find people and actions by keyboard, narrow the list, keep the view, look at what is incomplete."""
    driver.workspace.pages.show_named("customers")
    driver.window.resize(1440, 900)
    driver.settle()
    _palette(driver)
    page = driver.page(CustomersPage)
    _conditions(driver, page)
    _saved_view(driver, page)
    page.chips._buttons["incomplete"].click()
    driver.settle()
    driver.picture("64-incomplete")
    page.filters.clear()
    driver.settle()


def _palette(driver: Driver) -> None:
    driver.shortcut(Qt.Key.Key_K)
    palette = driver.workspace.findChild(Palette)
    assert palette is not None
    driver.until(palette.isVisible, "the palette")
    driver.settle()
    driver.picture("60-palette")
    driver.write(palette.field, "fleet ma")
    driver.settle()
    assert any(entry.key.startswith("record:") for entry in palette.model.entries)
    driver.picture("61-palette-people")
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()


def _conditions(driver: Driver, page: CustomersPage) -> None:
    for field, operator, value in (
        ("product", Operator.IS, "Fleet Pro"),
        ("city", Operator.CONTAINS, "berlin"),
    ):

        def fill(dialog: QDialog, *, asked: tuple[str, Operator, str] = (field, operator, value)) -> None:
            assert isinstance(dialog, ConditionDialog)
            dialog.field.setCurrentIndex(dialog.field.findData(asked[0]))
            dialog.operator.setCurrentIndex(dialog.operator.findData(asked[1]))
            dialog.value.setText(asked[2])
            dialog.accept()

        driver.answer(ConditionDialog, fill)
        driver.click(page.filter_button)
        driver.settle()
    assert len(page.filter_bar.pills) == 2
    driver.picture("62-filters")


def _saved_view(driver: Driver, page: CustomersPage) -> None:
    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, NameDialog)
        dialog.name.setText(VIEW)
        dialog.accept()

    driver.answer(NameDialog, fill)
    driver.click(page.filter_bar.save_button)
    driver.settle()
    known = page.filters.saved.of_chip(page.chips.current())
    assert known is not None
    assert known.name == VIEW
    driver.picture("63-saved-view")
