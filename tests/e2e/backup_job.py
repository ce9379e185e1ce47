"""Backups in the real window: made, looked into, restored after a mistake, confirmed; then a lost file.

Follows the main job: an administrator is signed in to an organization with customers and calls.
"""

from pathlib import Path

from PySide6.QtWidgets import QDialog

from crm_desktop.operations import contacts
from crm_desktop.ui.pages.administration.backup_dialogs import LookDialog, RestoreDialog
from crm_desktop.ui.pages.administration.backups import BackupsSection
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.restore_page import RestorePage, Step
from crm_desktop.ui.shell.welcome import WelcomePage
from tests.e2e.driver import Driver
from tests.e2e.main_job import PASSWORD


def _section(driver: Driver) -> BackupsSection:
    driver.workspace.pages.show_named("administration")
    page = driver.page(AdministrationPage)
    section = page.show_section("backups")
    driver.settle()
    assert isinstance(section, BackupsSection)
    return section


def _customers(driver: Driver) -> int:
    driver.workspace.pages.show_named("customers")
    driver.settle()
    return driver.page(CustomersPage).model.rowCount()


def make_one(driver: Driver) -> None:
    """The first backup: verified, listed, and a second place is asked for."""
    section = _section(driver)
    driver.picture("30-backups-none")
    driver.click(section.back_up_button)
    driver.until(lambda: section.table.chosen is not None, "the backup in the list")
    driver.settle()
    assert section.hint.isVisible()
    driver.picture("31-backups")


def restore_after_a_mistake(driver: Driver) -> None:
    """Everybody goes to the trash by mistake; the backup is looked into, restored and confirmed."""
    count = _customers(driver)
    session = driver.workspace.session
    page = driver.page(CustomersPage)
    contacts.trash(session, page.model.ids_between(0, count - 1))
    section = _section(driver)

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, LookDialog)
        driver.until(lambda: "moved to trash" in driver.labels(dialog), "what would be gone")
        driver.picture("32-backup-inside")
        dialog.accept()

    def restore(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        driver.until(dialog.password.isVisible, "the password")
        driver.write(dialog.password, PASSWORD)
        driver.picture("33-backup-restore")
        driver.click(dialog.accept_button)
        driver.until(lambda: not dialog.isVisible(), "the password to be checked")

    answered = driver.answers_given
    driver.answer(LookDialog, look)
    driver.answer(RestoreDialog, restore)
    driver.click(section.look_button)
    driver.answered(answered + 2)
    driver.until(lambda: driver.window.workspace is not None, "the workspace again")
    driver.settle()
    section = _section(driver)
    driver.until(section.paused.isVisible, "the question whether everything is there")
    driver.picture("34-backup-restored")
    assert _customers(driver) == count
    section = _section(driver)
    driver.click(section.paused.button)
    driver.until(section.paused.isHidden, "the confirmation")
    driver.settle()
    driver.picture("35-backup-confirmed")


def restore_what_is_gone(driver: Driver, path: Path) -> None:
    """The file is lost: its newest backup is offered, opened, restored, and the person is signed in."""
    count = _customers(driver)
    driver.window.program_other_file()
    driver.settle()
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    driver.window.open_file(path)
    welcome = driver.front(WelcomePage)
    driver.until(welcome.message.isVisible, "the sentence")
    driver.picture("36-file-gone")
    driver.click(welcome.message.button)
    page = driver.front(RestorePage)
    driver.until(page.form.backup.text, "the newest backup")
    driver.until(page.form.login.currentText, "the login")
    driver.write(page.form.password, PASSWORD)
    driver.picture("37-restore")
    driver.click(page.next_button)
    driver.until(lambda: page.step is Step.LOOK, "what is inside")
    driver.settle()
    driver.picture("38-restore-inside")
    driver.click(page.next_button)
    driver.until(lambda: driver.window.workspace is not None, "the restored organization")
    driver.settle()
    assert _customers(driver) == count
    driver.picture("39-restored")


def whole_backup_job(driver: Driver, path: Path) -> None:
    """Do all steps with the organization at ``path``, which is open."""
    make_one(driver)
    restore_after_a_mistake(driver)
    restore_what_is_gone(driver, path)
