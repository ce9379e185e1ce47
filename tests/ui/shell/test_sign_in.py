"""Signing in: what is known is offered, refusals are sentences, delays are kept, the set-up code is taken."""

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import SignInError
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.tasks import Tasks
from tests.environments import PASSWORD, Office, new_environment


@pytest.fixture
def page(qtbot: QtBot, office: Office, tasks: Tasks) -> SignInPage:
    made = SignInPage(office.environment, tasks, office.path)
    qtbot.addWidget(made)
    assert tasks.wait_idle()
    return made


def test_the_only_login_is_filled_in_and_no_code_is_asked(page: SignInPage) -> None:
    assert page.login.currentText() == "ana"
    assert not page.asks_for_code
    assert page.title.text() == "acme"


def test_the_right_password_opens(qtbot: QtBot, page: SignInPage) -> None:
    page.password.setText(PASSWORD)
    with qtbot.waitSignal(page.signed_in) as signal:
        page.submit_button.click()
    result = signal.args[0]
    assert isinstance(result, SignedIn)
    assert result.session.member.login == "ana"
    assert page.password.text() == ""
    result.session.close()


def test_a_page_that_was_left_while_it_opened_leaves_no_session_behind(
    qtbot: QtBot, office: Office, tasks: Tasks
) -> None:
    page, gone = SignInPage(office.environment, tasks, office.path), list[bool]()
    assert tasks.wait_idle()
    page.destroyed.connect(lambda: gone.append(True))
    page.password.setText(PASSWORD)
    page.submit_button.click()
    page.deleteLater()
    qtbot.waitUntil(lambda: gone != [])
    assert tasks.wait_idle()
    # A session still open would hold the lock file, of which a process may have one.
    office.open().close()


def test_a_wrong_password_is_a_sentence_and_can_be_tried_again(page: SignInPage, tasks: Tasks) -> None:
    page.password.setText("not the password")
    page.submit_button.click()
    assert not page.submit_button.isEnabled()
    assert tasks.wait_idle()
    assert "password" in page.message.label.text().casefold()
    assert page.password.isEnabled()


def test_an_empty_password_is_refused_without_asking(page: SignInPage, tasks: Tasks) -> None:
    page.submit_button.click()
    assert page.password.property("refused")
    assert not tasks.busy


def test_the_delay_is_counted_down(qtbot: QtBot, page: SignInPage) -> None:
    page._refuse(SignInError("wait", seconds=2))
    assert not page.submit_button.isEnabled()
    assert "2" in page.submit_button.text()
    page._count_down()
    assert "1" in page.submit_button.text()
    page._count_down()
    assert page.submit_button.isEnabled()


def test_another_computer_asks_for_the_code_and_keeps_it(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    elsewhere = new_environment(office.path.parent / "elsewhere", clock=office.clock)
    page = SignInPage(elsewhere, tasks, office.path)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert page.asks_for_code
    page.login.setEditText("ana")
    page.password.setText(PASSWORD)
    page.code.setText("not a code")
    page.submit_button.click()
    assert tasks.wait_idle()
    assert not page.message.isHidden()
    page.code.setText(office.set_up_code)
    with qtbot.waitSignal(page.signed_in) as signal:
        page.submit_button.click()
    signal.args[0].session.close()
    again = SignInPage(elsewhere, tasks, office.path)
    qtbot.addWidget(again)
    assert tasks.wait_idle()
    assert not again.asks_for_code


def test_the_password_can_be_looked_at(page: SignInPage) -> None:
    eye = page.password.actions()[0]
    eye.trigger()
    assert page.password.echoMode() == page.password.EchoMode.Normal
    page.password.forget()
    assert page.password.echoMode() == page.password.EchoMode.Password
