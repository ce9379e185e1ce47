"""By keyboard and by ear: every stop of Tab has a name, and Tab goes the way the eye does."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.operations import consents
from crm_desktop.ui.pages.administration.keys_dialogs import ChangeKeysDialog, NewKitDialog
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.shell.about import AboutDialog
from crm_desktop.ui.shell.bug_report import BugReport
from crm_desktop.ui.shell.create_wizard import CreateWizard
from crm_desktop.ui.shell.own_password import OwnPasswordPage
from crm_desktop.ui.shell.password_dialog import PasswordDialog
from crm_desktop.ui.shell.recovery import RecoveryPage, Step
from crm_desktop.ui.shell.sample_page import SamplePage
from crm_desktop.ui.shell.shortcut_sheet import ShortcutSheet
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.shell.welcome import WelcomePage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.follow_up_forms import FollowUpDialog
from tests.environments import PASSWORD, Office, new_environment
from tests.ui.desk import Desk, sample_call_log


def stops(root: QWidget, window: QWidget | None) -> list[QWidget]:
    """Return what Tab stops at inside ``root`` (of ``window``, if it is none itself), by going there.

    Not by ``nextInFocusChain``: PySide takes what that returns for a child of the widget asked, so that a
    widget that goes takes the Python side of living ones with it.
    """
    window = window or root
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    before = QApplication.focusWidget()
    if before is not None:
        before.clearFocus()
    found: list[QWidget] = []
    while window.focusNextPrevChild(True):  # noqa: FBT003 - Qt's own
        at = QApplication.focusWidget()
        if at is None or at in found:
            break
        found.append(at)
    if before is not None:
        before.setFocus()
    return [widget for widget in found if root.isAncestorOf(widget)]


def spoken(widget: QWidget) -> str:
    """Return what a screen reader calls ``widget``."""
    if isinstance(widget, QComboBox):
        return widget.accessibleName()  # its text is its value
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def described(widget: QWidget) -> str:
    """Return a widget as a failing test names it."""
    ancestors = []
    at: QWidget | None = widget
    while at is not None:
        ancestors.append(type(at).__name__)
        at = at.parentWidget()
    return f"{spoken(widget)!r}: {' < '.join(ancestors[:5])}"


def check_names(root: QWidget, window: QWidget | None = None) -> None:
    """Fail on a stop without a name, and on a window without any stop."""
    found = stops(root, window)
    assert found
    # Of an exclusive group Tab stops at the chosen button; the arrows go to the others.
    grouped = [
        button
        for button in root.findChildren(QAbstractButton)
        if button.isCheckable() and button.isVisibleTo(root)
    ]
    assert [described(widget) for widget in (*found, *grouped) if not spoken(widget).strip()] == []


def check_order(root: QWidget, window: QWidget | None = None) -> None:
    """Fail where Tab jumps up, or back within a line."""
    found = stops(root, window)
    wrong = []
    for before, after in pairwise(found):
        first, second = (place.mapTo(root, QPoint(0, 0)) for place in (before, after))
        below = second.y() >= first.y() + before.height() // 2
        beside = abs(second.y() - first.y()) < before.height() and second.x() > first.x()
        if not below and not beside:
            wrong.append(f"{described(before)} {first.toTuple()} -> {described(after)} {second.toTuple()}")
    assert wrong == []


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    """Show ``widget`` at a usual size and lay it out."""
    qtbot.addWidget(widget)
    widget.resize(max(widget.width(), 600), max(widget.height(), 760))
    widget.show()
    QApplication.processEvents()
    return widget


@pytest.mark.parametrize("name", ["today", "customers", "address_book", "calls", "follow_ups", "privacy"])
def test_every_stop_of_a_page_has_a_name(desk: Desk, name: str) -> None:
    desk.page(name)
    check_names(desk.window)


def test_every_stop_of_card_and_form_has_a_name(desk: Desk) -> None:
    desk.window.resize(1440, 3000)  # nothing of the form is scrolled away
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.table.select_ids([page.model.ids_between(0, 0)[0]])
    desk.settle()
    for tab in range(page.panel.card.tabs.count()):
        page.panel.card.tabs.setCurrentIndex(tab)
        desk.settle()
        check_names(page.panel, desk.window)
    page.record_edit()
    desk.settle()
    check_names(page.panel, desk.window)
    check_order(page.panel, desk.window)
    page.record_revert()


def test_tab_goes_through_a_new_record_as_the_eye_does(desk: Desk) -> None:
    desk.window.resize(1440, 3000)  # nothing of the form is scrolled away
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.record_new()
    desk.settle()
    for key in ("phones", "emails", "addresses", "product_uses"):
        form = page.panel.editor.form
        assert form is not None
        group = form.editor(key)
        group.add_row()  # type: ignore[attr-defined]  # all four are groups of rows
    QApplication.processEvents()
    check_names(page.panel, desk.window)
    check_order(page.panel, desk.window)
    page.record_revert()


DIALOGS: dict[str, Callable[[Desk], QDialog]] = {
    "shortcuts": lambda desk: ShortcutSheet(desk.workspace.actions_list.available()),
    "about": lambda desk: AboutDialog(desk.session, version="1"),
    "password": lambda desk: PasswordDialog(desk.office.environment, desk.session, desk.tasks),
    "consent": lambda desk: ConsentDialog(desk.session),
    "question": lambda _desk: Dialog("Sure?", text="It goes.", accept="Remove", danger=True),
    "bug": lambda _desk: BugReport(ValueError(), version="1"),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs_have_names_and_follow_the_eye(qtbot: QtBot, desk: Desk, name: str) -> None:
    dialog = shown(qtbot, DIALOGS[name](desk))
    assert spoken(dialog)
    check_names(dialog)
    check_order(dialog)


def test_the_form_of_a_follow_up_has_names_and_follows_the_eye(qtbot: QtBot, desk: Desk) -> None:
    page = desk.page("follow_ups")
    assert isinstance(page, FollowUpsPage)
    draft = FollowUpDraft("Call back", "2026-09-21", contact_id=1)
    dialog = FollowUpDialog(page.context, draft, "Harriet Blythe", new=True, parent=page)
    shown(qtbot, dialog)
    check_names(dialog)
    check_order(dialog)
    dialog.choose_button.click()
    desk.settle()
    check_names(dialog)
    check_order(dialog)


def test_the_import_has_names_and_follows_the_eye(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    consents.grant_consent(desk.session)
    dialog = ImportDialog(page.context, [sample_call_log(tmp_path)])
    shown(qtbot, dialog)
    desk.settle()
    check_names(dialog)
    check_order(dialog)
    dialog.accept_button.click()
    desk.settle()
    check_names(dialog)
    check_order(dialog)
    runs = shown(qtbot, RunsDialog(page.context))
    check_names(runs)
    check_order(runs)


def test_sign_in_and_first_start_have_names_and_follow_the_eye(
    qtbot: QtBot, office: Office, tasks: Tasks, tmp_path: Path
) -> None:
    elsewhere = new_environment(tmp_path / "elsewhere")
    pages = (
        WelcomePage(),
        SignInPage(office.environment, tasks, office.path),
        SignInPage(elsewhere, tasks, office.path),
        SamplePage(elsewhere, tasks),
    )
    for page in pages:
        shown(qtbot, page)
        assert tasks.wait_idle()
        QApplication.processEvents()
        check_names(page)
        check_order(page)


def test_each_step_of_creating_has_names_and_follows_the_eye(
    qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> None:
    wizard = CreateWizard(new_environment(tmp_path / "data"), tasks)
    shown(qtbot, wizard)
    check_names(wizard)
    check_order(wizard)
    form = wizard.form
    form.name.setText("Nordkai")
    form.path.setText(str(tmp_path / "n.crm"))
    form.member.setText("Ben Ode")
    form.login.setText("ben")
    form.password.setText("four words are good")
    form.again.setText("four words are good")
    for _step in range(2):
        wizard.next_button.click()
        assert tasks.wait_idle()
        QApplication.processEvents()
        check_names(wizard)
        check_order(wizard)


def test_each_step_of_the_emergency_kit_has_names_and_follows_the_eye(
    qtbot: QtBot, office: Office, tasks: Tasks, tmp_path: Path
) -> None:
    page = RecoveryPage(new_environment(tmp_path / "elsewhere", clock=office.clock), tasks, office.path)
    shown(qtbot, page)
    assert tasks.wait_idle()
    page.codes.recovery.line.setText(office.recovery_code)
    page.codes.set_up.line.setText(office.set_up_code)
    for field in (page.who.form.new, page.who.form.again):
        field.setText("four words are good")
    for _step in Step:
        QApplication.processEvents()
        check_names(page)
        check_order(page)
        page.next_button.click()
        assert tasks.wait_idle()


def test_an_own_password_has_names_and_follows_the_eye(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    page = OwnPasswordPage(office.environment, tasks, SignedIn(office.open()))
    shown(qtbot, page)
    check_names(page)
    check_order(page)
    page.leave()
    assert tasks.wait_idle()


@pytest.mark.parametrize("left", [True, False])
def test_the_keys_have_names_and_follow_the_eye(qtbot: QtBot, desk: Desk, *, left: bool) -> None:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    section = page.show_section("keys")
    desk.settle()
    assert section is not None
    check_names(section, desk.window)
    dialog = ChangeKeysDialog(section.context, people=[] if left else None)
    shown(qtbot, dialog)
    check_names(dialog)
    check_order(dialog)
    kit = NewKitDialog(section.context)
    shown(qtbot, kit)
    kit.password.setText(PASSWORD)
    for _step in range(2):
        kit.accept()
        desk.settle()
        check_names(kit)
        check_order(kit)
