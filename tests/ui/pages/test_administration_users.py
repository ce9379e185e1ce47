"""Users and rights in the window: what an administrator sees and does, what nobody else gets to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import RIGHTS, Role
from crm_desktop.operations import users
from crm_desktop.operations.users import UserRow, UserState
from crm_desktop.security.key_file_copies import read_key_file, write_key_file
from crm_desktop.security.slots import OpenedSlot, wrap_slot
from crm_desktop.security.user_pairs import UserPair
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.administration.rights import RightsSection
from crm_desktop.ui.pages.administration.user_dialogs import (
    AddUserDialog,
    PasswordSetDialog,
    RenameDialog,
    ResetDialog,
    RoleDialog,
    WorkingDialog,
)
from crm_desktop.ui.pages.administration.user_exceptions import ExceptionsDialog
from crm_desktop.ui.pages.administration.users import UsersSection
from crm_desktop.ui.tasks import Tasks
from tests.environments import CHEAP, PASSWORD, Office, add_member
from tests.operations.test_processes import Child
from tests.rights_table import rights_table
from tests.ui.desk import Desk


def section(desk: Desk) -> UsersSection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    found = page.show_section("users")
    desk.settle()
    assert isinstance(found, UsersSection)
    return found


def rights(desk: Desk) -> RightsSection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    found = page.show_section("rights")
    desk.settle()
    assert isinstance(found, RightsSection)
    return found


def user(desk: Desk, login: str) -> UserRow:
    return next(row for row in users.users(desk.session) if row.login == login)


def texts(widget: QDialog) -> str:
    return "\n".join(found.text() for found in widget.findChildren(QLabel) if found.isVisibleTo(widget))


def choose(section: UsersSection, login: str, verb: str) -> None:
    """Choose an entry of a user's menu."""
    item = next(item for item in section.list.items if item.user.login == login)
    menu = item.menu()
    action = next(action for action in menu.actions() if action.text() == verb)
    action.trigger()


def verbs(section: UsersSection, login: str) -> list[str]:
    item = next(item for item in section.list.items if item.user.login == login)
    return [action.text() for action in item.menu().actions()]


D = TypeVar("D", bound=QDialog)


def answer_next(kind: type[D], answer: Callable[[D], None]) -> list[BaseException]:
    """Have ``answer`` called with the next dialog of ``kind``; what goes wrong there is in the list."""
    failures: list[BaseException] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(5, look)
            return
        try:
            answer(dialog)
        except BaseException as failure:  # noqa: BLE001 - raised again by the test
            failures.append(failure)
            dialog.reject()

    QTimer.singleShot(0, look)
    return failures


def after(failures: list[BaseException]) -> None:
    """Raise what went wrong in an answer."""
    if failures:
        raise failures[0]


@contextmanager
def confirmed(desk: Desk, kind: type[D], fill: Callable[[D], None]) -> Iterator[list[str]]:
    """Answer the next dialog by its verb; gives the texts of the password shown after it, and the copy."""
    seen: list[str] = []

    def shown(dialog: PasswordSetDialog) -> None:
        seen.append(texts(dialog))
        dialog.copy_button.click()
        seen.append(QGuiApplication.clipboard().text())
        dialog.accept_button.click()

    def answer(dialog: D) -> None:
        fill(dialog)
        assert isinstance(dialog, WorkingDialog)
        if isinstance(dialog, AddUserDialog | ResetDialog):
            answer_next(PasswordSetDialog, shown)
        dialog.accept_button.click()

    failures = answer_next(kind, answer)
    yield seen
    desk.settle()
    after(failures)


def test_the_list_shows_who_signs_in_as_what(desk: Desk) -> None:
    add_member(desk.session, "ben", Role.MANAGER, revoked=("bank.edit",))
    users.add_user(desk.session, login="eva", name="Eva Klein", role=Role.STAFF, password="tamore-kusibo")
    page = section(desk)
    page.refresh()
    desk.settle()
    shown = [
        (item.name.full_text, item.login.full_text.partition(" · ")[0], item.role.text(), item.state.text())
        for item in page.list.items
    ]
    assert shown == [
        ("Ana Lima (you)", "ana", "Administrator", "Active"),
        ("Ben", "ben", "Manager", "Active"),
        ("Eva Klein", "eva", "Staff", "Must change password"),
    ]
    assert page.list.items[0].login.full_text.startswith("ana · signed in")
    assert page.list.items[1].login.full_text == "ben · never signed in"
    assert page.list.items[1].button.accessibleName() == "Change Ben: Manager, Active"
    assert verbs(page, "ana") == ["Name and login…"]
    assert verbs(page, "ben") == [
        "Role…", "Single rights…", "Name and login…", "Reset password…", "Disable…",
    ]  # fmt: skip


def test_adding_shows_the_proposed_password_once(desk: Desk) -> None:
    page = section(desk)
    proposed: list[str] = []

    def fill(dialog: AddUserDialog) -> None:
        QtBot.keyClicks(dialog.name, "Eva Klein")
        assert dialog.login.text() == "eva"
        first = dialog.passphrase.edit.text()
        dialog.passphrase.renew()
        assert dialog.passphrase.edit.text() != first
        dialog.roles.buttons[Role.VIEWER].setChecked(True)
        proposed.append(dialog.passphrase.edit.text())

    with confirmed(desk, AddUserDialog, fill) as seen:
        page.add_button.click()
    words, copied = seen
    assert copied == proposed[0]
    assert all(part in words for part in ("Eva Klein", "eva", proposed[0], "only now"))
    eva = user(desk, "eva")
    assert (eva.name, eva.role, eva.state) == ("Eva Klein", Role.VIEWER, UserState.MUST_CHANGE_PASSWORD)
    assert [item.user.login for item in page.list.items] == ["ana", "eva"]


def test_what_cannot_be_taken_is_said_at_its_field(desk: Desk) -> None:
    page = section(desk)
    said: list[str] = []

    def answer(dialog: AddUserDialog) -> None:
        dialog.name.setText("Other")
        dialog.login.setText("ANA")
        dialog.accept_button.click()
        assert desk.tasks.wait_idle()
        said.append(dialog.login.accessibleDescription())
        dialog.login.setText("other")
        dialog.passphrase.edit.setText("short")
        dialog.accept_button.click()
        assert desk.tasks.wait_idle()
        said.append(dialog.passphrase.edit.accessibleDescription())
        assert dialog.accept_button.isEnabled()
        dialog.reject()

    failures = answer_next(AddUserDialog, answer)
    page.add_button.click()
    desk.settle()
    after(failures)
    assert "already signs in" in said[0]
    assert "at least 10" in said[1]
    assert [row.login for row in users.users(desk.session)] == ["ana"]


def test_role_name_and_password_of_a_user(desk: Desk, office: Office) -> None:
    add_member(desk.session, "ben", Role.STAFF)
    page = section(desk)

    def role(dialog: RoleDialog) -> None:
        assert dialog.roles.role is Role.STAFF
        dialog.roles.buttons[Role.MANAGER].setChecked(True)

    with confirmed(desk, RoleDialog, role):
        choose(page, "ben", "Role…")
    assert user(desk, "ben").role is Role.MANAGER

    def name(dialog: RenameDialog) -> None:
        dialog.name.setText("Ben Archer")
        dialog.login.setText("archer")

    with confirmed(desk, RenameDialog, name):
        choose(page, "ben", "Name and login…")
    assert user(desk, "archer").name == "Ben Archer"

    with confirmed(desk, ResetDialog, lambda _dialog: None) as seen:
        choose(page, "archer", "Reset password…")
    assert user(desk, "archer").state is UserState.MUST_CHANGE_PASSWORD
    words, copied = seen
    assert copied in words
    desk.window.close()
    desk.settle()
    other = office.open("archer", copied)
    assert other.must_change_password
    other.close()


def test_disabling_says_what_stays_readable_and_leads_to_the_keys(desk: Desk) -> None:
    add_member(desk.session, "ben", Role.STAFF)
    page = section(desk)
    told: list[str] = []

    def read(dialog: WorkingDialog) -> None:
        told.append(dialog.text.text())
        assert dialog.reject_button.isDefault()

    with confirmed(desk, WorkingDialog, read):
        choose(page, "ben", "Disable…")
    assert "stay readable until the keys are rotated" in told[0]
    assert not user(desk, "ben").enabled
    assert page.bar.isVisible()
    assert "Rotate the keys" in page.bar.label.text()
    assert verbs(page, "ben") == ["Let in again…"]
    page.bar.button.click()
    desk.settle()
    administration = desk.workspace.page
    assert isinstance(administration, AdministrationPage)
    assert administration.section_name() == "keys"

    page = section(desk)
    with confirmed(desk, ResetDialog, lambda _dialog: None):
        choose(page, "ben", "Let in again…")
    assert user(desk, "ben").state is UserState.MUST_CHANGE_PASSWORD


def test_single_rights_of_one_user(desk: Desk) -> None:
    add_member(desk.session, "ben", Role.STAFF)
    page = section(desk)

    def fill(dialog: ExceptionsDialog) -> None:
        box = dialog.box("lists.export")
        assert [box.itemText(place) for place in range(box.count())] == [
            "As Staff: no", "Allowed for this user",
        ]  # fmt: skip
        box.setCurrentIndex(1)
        dialog.box("records.trash").setCurrentIndex(1)

    with confirmed(desk, ExceptionsDialog, fill):
        choose(page, "ben", "Single rights…")
    ben = user(desk, "ben")
    assert ben.granted == {"lists.export"}
    assert ben.revoked == {"records.trash"}
    matrix = rights(desk)
    model = matrix.table.model()
    shown = {RIGHTS[row].name: str(model.index(row, 5).data() or "") for row in range(model.rowCount())}
    assert shown["lists.export"] == "allowed: Ben"
    assert shown["records.trash"] == "not: Ben"
    assert shown["users"] == "follows the role"


def test_accounts_nobody_made_are_said_and_removed(desk: Desk) -> None:
    page = section(desk)
    session = desk.session
    assert page.findings.isHidden()
    body = read_key_file(session.places).body
    made = wrap_slot(
        OpenedSlot(UserPair.new()), file_id=body.file_id, slot_id=bytes(range(16)),
        secret=session.ring.organization_secret, login="boss", password=PASSWORD, argon2=CHEAP,
        temporary=False,
    )  # fmt: skip
    write_key_file(session.places, replace(body.with_slot(made), sequence=body.sequence + 1))
    page.refresh()
    desk.settle()
    assert page.findings.isVisible()
    assert "no administrator made" in page.findings.label.text()
    page.findings.button.click()
    desk.settle()
    assert page.findings.isHidden()
    assert len(read_key_file(session.places).body.slots) == 1


def test_the_matrix_is_the_products_table(desk: Desk) -> None:
    model = rights(desk).table.model()
    table = rights_table()
    accessible = Qt.ItemDataRole.AccessibleTextRole
    for row, right in enumerate(RIGHTS):
        for place, role in enumerate(Role, start=1):
            has = right.name in table[role]
            cell = model.index(row, place)
            assert cell.data() == ("Yes" if has else "–")
            assert str(cell.data(accessible)).endswith("yes" if has else "no")


def test_exceptions_are_set_from_the_matrix_too(desk: Desk) -> None:
    add_member(desk.session, "ben", Role.VIEWER)
    matrix = rights(desk)
    place = next(place for place, right in enumerate(RIGHTS) if right.name == "calls.view")
    matrix.table.select_ids([place])
    assert matrix.change_button.isEnabled()

    def fill(dialog: ExceptionsDialog) -> None:
        assert "Ben, Viewer" in texts(dialog)
        dialog.box("calls.view").setCurrentIndex(1)

    with confirmed(desk, ExceptionsDialog, fill):
        matrix.change_button.click()
    assert user(desk, "ben").granted == {"calls.view"}
    fixed = next(place for place, right in enumerate(RIGHTS) if not right.exception_allowed)
    matrix.table.select_ids([fixed])
    assert not matrix.change_button.isEnabled()


# What a role finds in the window, by the product's table: pages, and sections of the administration.
PAGES = ("customers", "address_book", "calls", "products", "privacy", "administration")
FOUND = {
    Role.ADMINISTRATOR: PAGES,
    Role.MANAGER: PAGES[:5],
    Role.STAFF: PAGES[:5],
    Role.VIEWER: ("customers", "address_book", "products", "privacy"),
}


@pytest.mark.parametrize("role", list(Role))
def test_pages_a_role_may_not_use_are_absent(
    role: Role, qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_member(session, "eva", role)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("eva"))
    assert tuple(name for name in PAGES if desk.workspace.pages.show_named(name)) == FOUND[role]
    desk.settle()
    if role is Role.ADMINISTRATOR:
        page = desk.page("administration")
        assert isinstance(page, AdministrationPage)
        titles = [page.tabs.tabText(place) for place in range(page.tabs.count())]
        assert titles[:2] == ["Users", "Rights"]
    desk.window.close()
    desk.settle()
    assert bugs == []


@pytest.mark.parametrize("role", list(Role))
def test_actions_a_role_may_not_do_are_absent(
    role: Role, qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_member(session, "eva", role)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("eva"))
    table = rights_table()[role]
    for identity, right in {
        "record.new": "records.edit",
        "record.trash": "records.trash",
        "record.undo": "records.edit",
        "calls.import": "calls.import_own",
    }.items():
        assert (desk.workspace.actions_list.action(identity) is not None) is (right in table), identity
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_42_an_account_disabled_elsewhere_is_said_in_the_window(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_member(session, "ben", Role.ADMINISTRATOR)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("ben"))
    page = section(desk)
    child = Child(office, "ana", "disable")
    child.tell()
    assert child.said() == "done"
    child.end()
    page.refresh()
    desk.settle()
    assert desk.workspace.notices.bar.isVisible()
    assert "This account no longer opens the organization" in desk.workspace.notices.bar.label.text()
    desk.window.close()
    desk.settle()
    assert bugs == []
