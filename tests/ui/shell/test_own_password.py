"""A password somebody else set is changed before anything of the file is shown."""

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.own_password import OwnPasswordPage
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.tasks import Tasks
from tests.environments import PASSWORD, Office, add_member

OWN = "only eva knows this one"


@pytest.fixture
def window(qtbot: QtBot, office: Office, tasks: Tasks) -> MainWindow:
    session = office.open()
    add_member(session, "eva", Role.VIEWER, temporary=True)
    session.close()
    made = MainWindow(
        office.environment, tasks, Preferences(office.environment.data_folder),
        version=lambda: "1", idle_s=3600,
    )  # fmt: skip
    qtbot.addWidget(made)
    made.show()
    made.open_file(office.path)
    assert tasks.wait_idle()
    return made


def _sign_in(window: MainWindow, tasks: Tasks, password: str = PASSWORD) -> None:
    page = window.front
    assert isinstance(page, SignInPage)
    page.login.setEditText("eva")
    page.password.setText(password)
    page.submit_button.click()
    assert tasks.wait_idle()


def _asked(window: MainWindow) -> OwnPasswordPage:
    page = window.front
    assert isinstance(page, OwnPasswordPage)
    return page


def _pages_shown(window: MainWindow) -> None:
    assert window.workspace is not None
    assert not window.workspace.session.must_change_password


def test_an_own_password_comes_before_anything_else(window: MainWindow, tasks: Tasks, office: Office) -> None:
    _sign_in(window, tasks)
    page = _asked(window)
    assert window.workspace is None
    assert window.windowTitle() == "CT-CRM Desktop"
    assert page.form.old.isHidden() or not page.form.old.isVisible()
    page.form.new.setText("short")
    page.change_button.click()
    assert page.form.new.property("refused")
    assert "5 more characters" in page.form.new.accessibleDescription()
    page.form.new.setText(OWN)
    page.form.again.setText(OWN + "!")
    page.change_button.click()
    assert page.form.again.property("refused")
    page.form.again.setText(OWN)
    page.change_button.click()
    assert tasks.wait_idle()
    _pages_shown(window)
    window.close()
    assert tasks.wait_idle()
    office.open("eva", OWN).close()


def test_the_same_password_again_is_refused(window: MainWindow, tasks: Tasks) -> None:
    _sign_in(window, tasks)
    page = _asked(window)
    for field in (page.form.new, page.form.again):
        field.setText(PASSWORD)
    page.form.again.returnPressed.emit()
    assert tasks.wait_idle()
    assert window.front is page
    assert page.form.new.property("refused")
    assert page.form.isEnabled()
    page.leave()
    assert tasks.wait_idle()


def test_locking_signs_out_and_leaves_no_session_behind(
    window: MainWindow, tasks: Tasks, office: Office
) -> None:
    _sign_in(window, tasks)
    page = _asked(window)
    page.form.new.setText(OWN)
    window.program_lock()
    assert tasks.wait_idle()
    again = window.front
    assert isinstance(again, SignInPage)
    assert again.login.currentText() == "eva"
    # A session still open would hold the lock file, of which a process may have one.
    office.open().close()
    _sign_in(window, tasks)
    _asked(window)
    window.close()
    assert tasks.wait_idle()
    office.open().close()


def test_where_the_old_password_is_not_known_it_is_asked(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    session = office.open()
    add_member(session, "eva", Role.VIEWER, temporary=True)
    session.close()
    page = OwnPasswordPage(office.environment, tasks, SignedIn(office.open("eva")))
    qtbot.addWidget(page)
    for field in (page.form.new, page.form.again):
        field.setText(OWN)
    page.change_button.click()
    assert page.form.old.property("refused")
    page.form.old.setText("not this one")
    page.change_button.click()
    assert tasks.wait_idle()
    assert page.form.old.property("refused")
    office.clock.advance(1)  # a wrong one makes the next try wait
    page.form.old.setText(PASSWORD)
    with qtbot.waitSignal(page.chosen) as signal:
        page.change_button.click()
    result = signal.args[0]
    assert isinstance(result, SignedIn)
    assert result.typed_password is None
    result.session.close()
