"""Unknown numbers: from the preview and the report of an import, and those of which calls are kept."""

from pathlib import Path

import pytest

from crm_desktop.operations import consents
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery, call_count
from crm_desktop.operations.contacts import card
from crm_desktop.operations.unknown_numbers import ignored_numbers
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.unknown_dialog import (
    CustomerDialog,
    NewCustomerDialog,
    UnknownNumbersDialog,
)
from tests.operations.samples import call_log, customer_with, table_rows
from tests.ui.desk import Desk

KNOWN, STRANGER, SECOND = "+44 7700 900123", "+44 7700 900777", "+44 7700 900888"


@pytest.fixture
def page(desk: Desk) -> CallsPage:
    consents.grant_consent(desk.session)
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return call_log(tmp_path / "log.xml", (KNOWN, 0), (STRANGER, 60), (STRANGER, 120), (SECOND, 180))


@pytest.fixture
def dialog(desk: Desk, page: CallsPage, path: Path) -> ImportDialog:
    made = ImportDialog(page.context, [path], parent=page)
    desk.qtbot.addWidget(made)
    made.show()
    desk.settle()
    return made


def shown(dialog: UnknownNumbersDialog) -> list[list[str]]:
    model = dialog.table.records
    assert model is not None
    return [
        [str(model.index(at, column).data() or "") for column in (0, 2)] for at in range(model.rowCount())
    ]


def asked(dialog: ImportDialog) -> UnknownNumbersDialog:
    assert dialog.numbers_dialog is not None
    return dialog.numbers_dialog


def make_customer(desk: Desk, numbers: UnknownNumbersDialog, name: str) -> None:
    numbers.new_button.click()
    form = numbers.dialog
    assert isinstance(form, NewCustomerDialog)
    form.accept_button.click()
    assert form.isVisible(), "a customer needs a name"
    form.form.set_values({"name": name, "kind": "person"})
    form.accept_button.click()
    desk.settle()


def test_a_number_of_the_preview_becomes_a_customers_and_its_calls_come_in(
    desk: Desk, dialog: ImportDialog
) -> None:
    assert dialog.accept_button.text() == "Import 1 call"
    dialog.review.numbers_button.click()
    numbers = asked(dialog)
    assert shown(numbers) == [["+44 7700 900777", "2"], ["+44 7700 900888", "1"]]
    make_customer(desk, numbers, "Nina Newly")
    assert shown(numbers) == [["+44 7700 900888", "1"]]
    numbers.accept_button.click()
    desk.settle()
    assert dialog.accept_button.text() == "Import 3 calls", "the preview was read anew"
    dialog.accept_button.click()
    desk.settle()
    assert call_count(desk.session, CallQuery()) == 3


def test_after_the_import_the_same_files_bring_the_calls_of_a_number_that_became_known(
    desk: Desk, dialog: ImportDialog
) -> None:
    customer = customer_with(desk.session, "Zed Known")
    dialog.accept_button.click()
    desk.settle()
    assert dialog.result_view is not None
    first = dialog.result_view
    assert call_count(desk.session, CallQuery()) == 1
    first.numbers_button.click()
    numbers = asked(dialog)
    numbers.give_button.click()
    choice = numbers.dialog
    assert isinstance(choice, CustomerDialog)
    desk.settle()
    choice.chooser.search.setText("Zed")
    desk.qtbot.waitUntil(lambda: len(choice.chooser.results.parties.lines) == 1)
    choice.chooser.choose(choice.chooser.results.parties.lines[0].key)
    choice.accept_button.click()
    desk.settle()
    assert [phone.e164 for phone in card(desk.session, customer).phones] == ["+447700900777"]
    numbers.accept_button.click()
    desk.settle()
    assert dialog.result_view is not first
    assert call_count(desk.session, CallQuery()) == 3
    dialog.result_view.numbers_button.click()
    assert shown(asked(dialog)) == [["+44 7700 900888", "1"]]


def test_a_number_is_left_alone_and_offered_again(desk: Desk, page: CallsPage, path: Path) -> None:
    session = desk.session
    options = reading_options(session)
    run_import(session, [path], member_id=session.member.id, options=options, keep_unknown=True)
    page.numbers_button.click()
    page.numbers_button.click()  # a double click
    desk.settle()
    assert len(page.findChildren(UnknownNumbersDialog)) == 1
    numbers = page.writes.dialog
    assert isinstance(numbers, UnknownNumbersDialog)
    assert len(shown(numbers)) == 2
    numbers.ignore_button.click()
    desk.settle()
    assert shown(numbers) == [["+44 7700 900888", "1"]]
    assert ignored_numbers(session) == ["+447700900777"]
    numbers.alone_button.click()
    desk.settle()
    assert [line[0] for line in shown(numbers)] == ["+44 7700 900777"]
    assert not numbers.new_button.isVisible()
    numbers.heed_button.click()
    desk.settle()
    assert ignored_numbers(session) == []
    assert not numbers.heed_button.isEnabled()
    numbers.alone_button.click()
    assert len(shown(numbers)) == 2, "it is offered again at once"
    numbers.reject()


def test_closed_without_a_word_nothing_is_read_anew(desk: Desk, dialog: ImportDialog) -> None:
    dialog.review.numbers_button.click()
    numbers = asked(dialog)
    numbers.accept_button.click()
    desk.settle()
    assert dialog.numbers_dialog is None
    assert table_rows(desk.session, "call") == []
