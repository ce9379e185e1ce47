"""A call of a number several customers have: asked in the list of calls, remembered, undone."""

from pathlib import Path

import pytest

from crm_desktop.operations import consents
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.whose_dialog import WhoseDialog
from tests.operations.samples import customer_with, log_of
from tests.ui.desk import Desk

NUMBER = "+44 7700 900999"


@pytest.fixture
def page(desk: Desk, tmp_path: Path) -> CallsPage:
    session = desk.session
    consents.grant_consent(session)
    for name in ("Ann Shared", "Bob Shared"):
        customer_with(session, name, NUMBER)
    log = log_of(tmp_path / "log.xml", NUMBER, 2)
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    made.refresh()
    desk.settle()
    return made


def customers(page: CallsPage) -> list[str]:
    column = [field.column.key for field in page._fields].index("customer")
    model = page.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def asked(desk: Desk, page: CallsPage) -> WhoseDialog:
    page.table.selectRow(0)
    page.record_open()
    desk.settle()
    dialog = page.writes.dialog
    assert isinstance(dialog, WhoseDialog)
    return dialog


def test_whose_call_it_was_is_asked_and_remembered(desk: Desk, page: CallsPage) -> None:
    assert customers(page)[:2] == ["Whose call?"] * 2
    dialog = asked(desk, page)
    names = dialog.names.buttons()
    assert [one.text() for one in names] == ["Ann Shared", "Bob Shared"]
    assert not dialog.accept_button.isEnabled(), "nobody is proposed"
    names[1].click()
    dialog.remember.click()
    dialog.accept_button.click()
    desk.settle()
    assert customers(page)[:2] == ["Bob Shared"] * 2
    undo = page.context.actions.action("record.undo")
    assert undo is not None
    undo.trigger()
    desk.settle()
    page.refresh()
    desk.settle()
    assert customers(page)[:2] == ["Whose call?"] * 2


def test_an_answer_for_one_call_leaves_the_other_waiting(desk: Desk, page: CallsPage) -> None:
    dialog = asked(desk, page)
    dialog.names.buttons()[0].click()
    dialog.accept_button.click()
    desk.settle()
    assert sorted(customers(page)[:2]) == ["Ann Shared", "Whose call?"]
