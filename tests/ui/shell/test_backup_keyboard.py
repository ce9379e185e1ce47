"""Backups by keyboard and by ear: every stop of Tab has a name, and Tab goes the way the eye does."""

from pytestqt.qtbot import QtBot

from crm_desktop.operations import backups
from crm_desktop.ui.pages.administration.backup_dialogs import LookDialog, RestoreDialog
from crm_desktop.ui.pages.administration.backups import BackupsSection
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.shell.restore_page import RestorePage, Step
from crm_desktop.ui.shell.work_alone import Person, WorkAlonePage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.page import WorkAlone
from tests.environments import PASSWORD, Office
from tests.ui.desk import Desk
from tests.ui.shell.test_keyboard import check_names, check_order, shown


def test_the_section(desk: Desk) -> None:
    backups.back_up(desk.session)
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    section = page.show_section("backups")
    desk.settle()
    assert isinstance(section, BackupsSection)
    check_names(section, desk.window)
    check_order(section, desk.window)


def test_looking_inside_and_restoring(qtbot: QtBot, desk: Desk) -> None:
    path = backups.back_up(desk.session).backup.path
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    for kind in (LookDialog, RestoreDialog):
        dialog = kind(page.context, path)
        shown(qtbot, dialog)
        desk.settle()
        assert dialog.inside is not None
        check_names(dialog)
        check_order(dialog)


def test_restoring_where_nobody_can_sign_in(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    session = office.open()
    backups.back_up(session)
    session.close()
    page = RestorePage(office.environment, tasks, path=office.path)
    shown(qtbot, page)
    assert tasks.wait_idle()
    assert tasks.wait_idle()
    check_names(page)
    check_order(page)
    page.form.password.setText(PASSWORD)
    page.next_button.click()
    assert tasks.wait_idle()
    assert page.step is Step.LOOK
    check_names(page)
    check_order(page)


def test_the_work_alone_can_be_cancelled_by_keyboard(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    work = WorkAlone("Restoring a backup", lambda **_: None, PASSWORD, str)
    page = WorkAlonePage(office.environment, tasks, work, Person(office.path, "ana"))
    shown(qtbot, page)
    check_names(page)
    assert page.progress.cancel_button.isEnabled()
