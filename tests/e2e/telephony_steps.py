"""Telephony in the real window: settings with their examples, and a line given to a member.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from PySide6.QtWidgets import QDialog, QScrollArea

from crm_desktop.operations import member_lines
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.administration.telephony import TelephonySection
from crm_desktop.ui.pages.administration.telephony_lines import LineDialog
from tests.e2e.driver import Driver


def _telephony(driver: Driver) -> TelephonySection:
    driver.workspace.pages.show_named("administration")
    driver.settle()
    section = driver.page(AdministrationPage).show_section("telephony")
    assert isinstance(section, TelephonySection)
    driver.settle()
    return section


def telephony_steps(driver: Driver) -> None:
    """Say how the office dials, see what a number becomes, save, and give a line."""
    section = _telephony(driver)
    section.outside.setText("9")
    section.digits.setValue(3)
    section.own.set_value("030 23125 100\n030 23125 101 2024-01-01 – 2026-06-30")
    driver.picture("87-telephony")
    area = section.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    driver.settle()
    driver.picture("88-telephony-saving")
    driver.click(section.save_button)
    driver.until(lambda: not section.save_button.isEnabled(), "the settings in the file")
    assert section.lines is not None

    def give(dialog: QDialog) -> None:
        assert isinstance(dialog, LineDialog)
        dialog.line.setText("101")
        dialog.since.set_value("2026-01-01")
        driver.picture("89-telephony-line")
        driver.click(dialog.accept_button)

    driver.answer(LineDialog, give)
    driver.click(section.lines.give_button)
    driver.settle()
    driver.until(lambda: bool(member_lines.lines(driver.workspace.session)), "the line in the file")
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    driver.settle()
    driver.picture("90-telephony-lines")
