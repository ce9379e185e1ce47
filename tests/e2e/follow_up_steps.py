"""Follow-ups in the real window, by keyboard: three planned, one done, one moved, undone; who was quiet.

Follows the sample's pages: an administrator is signed in to the sample organization.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.domain.follow_ups import Span
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import follow_up_lists
from crm_desktop.operations.follow_ups import office_time
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.follow_up_forms import FollowUpDialog
from tests.e2e.driver import Driver
from tests.operations.follow_up_samples import set_rhythm

_CONTROL = Qt.KeyboardModifier.ControlModifier
_PLAN = _CONTROL | Qt.KeyboardModifier.ShiftModifier


def _at(driver: Driver) -> QWidget:
    """Return where the keyboard is."""
    driver.until(QApplication.focusWidget, "a place for the keyboard")
    found = QApplication.focusWidget()
    assert found is not None
    return found


def _type(driver: Driver, text: str) -> None:
    QTest.keyClicks(_at(driver), text)


def _press(driver: Driver, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(_at(driver), key)


def _page(driver: Driver) -> FollowUpsPage:
    driver.go_to("follow_ups")
    driver.settle()
    return driver.page(FollowUpsPage)


def _form(driver: Driver, edits: FollowUpEdits) -> FollowUpDialog:
    """Press Ctrl+Shift+F and return the form that opens, ready to be typed in."""
    QTest.keyClick(_at(driver), Qt.Key.Key_F, _PLAN)
    driver.until(lambda: isinstance(edits.dialog, FollowUpDialog), "the form of a follow-up")
    dialog = edits.dialog
    assert isinstance(dialog, FollowUpDialog)
    dialog.activateWindow()
    driver.until(lambda: QApplication.focusWidget() is dialog.form.editor("what"), "the keyboard in the form")
    return dialog


def _saved(driver: Driver, edits: FollowUpEdits) -> None:
    driver.until(lambda: edits.dialog is None, "the form to be saved")
    driver.window.activateWindow()
    driver.until(driver.window.isActiveWindow, "the keyboard in the window")
    driver.settle()


def _planned(driver: Driver) -> list[str]:
    session = driver.workspace.session
    query = follow_up_lists.span_query(session, Span.OPEN, session.member.id)
    ids = follow_up_lists.follow_up_first_page(session, query)
    rows = follow_up_lists.follow_up_rows(session, ids)
    return [rows[one].what for one in ids]


def plan_three(driver: Driver) -> None:
    """One of nobody, one about somebody who is searched for, one from a customer's card."""
    page = _page(driver)
    driver.picture("95-no-follow-ups")
    edits = page.list.edits
    _form(driver, edits)
    _type(driver, "Order paper for the printer")
    _press(driver, Qt.Key.Key_Tab)
    _type(driver, "+3d 9:30")
    driver.picture("95-new-follow-up")
    _press(driver, Qt.Key.Key_Return)
    _saved(driver, edits)
    dialog = _form(driver, edits)
    _type(driver, "Call about the renewal")
    _press(driver, Qt.Key.Key_Tab)
    _type(driver, "t")
    _press(driver, Qt.Key.Key_Backtab, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is dialog.choose_button, "whom it is about stands above what it is"
    _press(driver, Qt.Key.Key_Space)
    chooser = dialog.chooser
    assert chooser is not None
    _type(driver, "an")
    driver.settle()
    driver.until(lambda: bool(chooser.results.parties.lines), "somebody who is called so")
    driver.picture("95-follow-up-about")
    _press(driver, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is dialog.form.editor("what")
    _press(driver, Qt.Key.Key_Return)
    _saved(driver, edits)
    driver.go_to("customers")
    driver.settle()
    customers = driver.page(CustomersPage)
    QTest.keyClick(customers.table, Qt.Key.Key_Home, _CONTROL)
    driver.settle()
    dialog = _form(driver, customers.follow_ups)
    assert dialog.about.text() == customers.panel.card.draft.name  # type: ignore[union-attr]
    _type(driver, "Send the offer again")
    _press(driver, Qt.Key.Key_Tab)
    _type(driver, "mo")
    _press(driver, Qt.Key.Key_Return)
    _saved(driver, customers.follow_ups)
    driver.picture("95-next-follow-up-on-the-card")
    assert set(_planned(driver)) == {
        "Call about the renewal",
        "Order paper for the printer",
        "Send the offer again",
    }


def finish_and_move(driver: Driver) -> None:
    """The first is done with F8, the next is moved in its cell, and both are undone."""
    page = _page(driver)
    listed = page.list
    assert _at(driver) is listed.table, "the keyboard is in the list at once"
    driver.picture("96-follow-ups")
    QTest.keyClick(_at(driver), Qt.Key.Key_Home, _CONTROL)
    before = _planned(driver)
    _press(driver, Qt.Key.Key_F8)
    driver.settle()
    driver.picture("96-follow-up-done")
    assert _planned(driver) == before[1:]
    assert listed.table.currentIndex().row() == 0, "the next one is at hand"
    row = listed.current()
    assert row is not None
    _press(driver, Qt.Key.Key_F2)
    _type(driver, "+1m")
    driver.picture("96-moved-in-the-cell")
    _press(driver, Qt.Key.Key_Return)
    driver.settle()
    session = driver.workspace.session
    assert follow_up_lists.follow_up_rows(session, [row.id])[row.id].due_on != row.due_on
    driver.until(driver.window.isActiveWindow, "the keyboard in the window")
    for _ in range(2):
        QTest.keyClick(_at(driver), Qt.Key.Key_Z, _CONTROL)
        driver.settle()
    assert follow_up_lists.follow_up_rows(session, [row.id])[row.id].due_on == row.due_on
    assert _planned(driver) == before


def quiet_ones(driver: Driver) -> None:
    """Somebody was not spoken to for longer than one wanted."""
    session = driver.workspace.session
    day = office_time(session).date()
    customers = driver.workspace
    customers.pages.show_named("customers")
    driver.settle()
    page = driver.page(CustomersPage)
    for contact_id in page.model.ids_between(0, 5):
        set_rhythm(session, contact_id, Interval(1 + day.toordinal() % 2, RepeatUnit.DAY))
    found = _page(driver)
    found.bring_section("quiet")
    found.refresh()
    driver.settle()
    driver.picture("97-quiet-for-too-long")
    found.bring_section("follow_ups")


def follow_up_steps(driver: Driver) -> None:
    """Walk all of it."""
    for step in (plan_three, finish_and_move, quiet_ones):
        step(driver)
