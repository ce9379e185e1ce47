"""Duplicates on screen: the scan, side by side, not a duplicate, undo; the quiet line while typing."""

import pytest

from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import PhoneKind
from crm_desktop.operations import contacts, duplicates, notes
from crm_desktop.operations.merging import JOINED
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.duplicates_dialog import DuplicatesDialog
from crm_desktop.ui.widgets.merge_dialog import MergeDialog
from tests.operations.samples import entry, person
from tests.ui.desk import Desk

MOBILE = PhoneDraft("+44 7700 900123", PhoneKind.MOBILE)
HARRIET = 1


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    """Harriet Blythe stands there twice more, once misspelt and once with another note."""
    contacts.add_contact(
        desk.session,
        person("Harriet", "Blyhte", phones=(MOBILE, PhoneDraft("+44 20 7946 0100")), note="Prefers mornings",
               title="Managing director", addresses=(AddressDraft("4 Quay Street", "BS1 4QA", "Bristol"),)),
    )  # fmt: skip
    contacts.add_contact(
        desk.session,
        entry("Harriet", "Blythe", phones=(MOBILE,), emails=(EmailDraft("h.blythe@example.com"),),
              note="Met at the fair", nickname="Harry", birthday="1984-05-17"),
    )  # fmt: skip
    notes.add_note(desk.session, 4, "Wants a new offer")
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    return made


def scanned(desk: Desk, page: CustomersPage) -> DuplicatesDialog:
    page.record_duplicates()
    desk.settle()
    found = page.duplicates.found
    assert found is not None
    return found


def side_by_side(desk: Desk, page: CustomersPage) -> MergeDialog:
    found = scanned(desk, page)
    found.merge_requested.emit(found.groups[0])
    desk.settle()
    dialog = page.duplicates.dialog
    assert dialog is not None
    return dialog


def test_a_scan_lists_who_may_be_one_and_why(desk: Desk, page: CustomersPage) -> None:
    found = scanned(desk, page)
    assert [group.ids for group in found.groups] == [(1, 4, 5)]
    assert found.found.text() == "1 group of possible duplicates."
    assert found.progress.isHidden()
    found.reject()
    desk.settle()
    assert page.duplicates.found is None


def test_later_puts_a_group_out_of_sight_and_a_search_finds_it_again(desk: Desk, page: CustomersPage) -> None:
    found = scanned(desk, page)
    found.done_with(found.groups[0])
    assert found.cards == []
    assert found.found.text() == "No possible duplicates were found."
    found.accept_button.click()
    desk.settle()
    assert len(found.cards) == 1
    found.reject()


def test_not_a_duplicate_is_remembered_and_undone(desk: Desk, page: CustomersPage) -> None:
    found = scanned(desk, page)
    found.apart_requested.emit(found.groups[0])
    desk.settle()
    assert found.groups == []
    assert duplicates.scan_duplicates(desk.session) == []
    found.reject()
    desk.workspace.actions_list.run("record.undo")
    desk.settle()
    assert len(duplicates.scan_duplicates(desk.session)) == 1


def test_choices_show_in_the_result_and_are_what_is_merged(desk: Desk, page: CustomersPage) -> None:
    dialog = side_by_side(desk, page)
    dialog.radios["", HARRIET].setChecked(True)
    dialog.radios["family", 4].setChecked(True)
    desk.settle()
    assert dialog._results["family"].text() == "Blyhte"
    dialog.radios["family", HARRIET].setChecked(True)
    desk.settle()
    assert dialog.radios["note", JOINED].isChecked()
    assert "1 note" in dialog.moved.text()
    dialog.accept_button.click()
    desk.settle()
    card = contacts.card(desk.session, HARRIET)
    assert (card.contact.family, card.contact.nickname, card.contact.title) == (
        "Blythe", "Harry", "Managing director",
    )  # fmt: skip
    assert str(card.contact.note).splitlines() in (
        ["Met at the fair", "", "Prefers mornings"], ["Prefers mornings", "", "Met at the fair"],
    )  # fmt: skip
    found = page.duplicates.found
    assert found is not None
    assert found.groups == []
    found.reject()
    desk.settle()
    assert page.model.rowCount() == 3
    desk.workspace.actions_list.run("record.undo")
    desk.settle()
    assert page.model.rowCount() == 4
    assert contacts.card(desk.session, 4).contact.trashed_at is None


def test_another_record_may_stay(desk: Desk, page: CustomersPage) -> None:
    dialog = side_by_side(desk, page)
    dialog.radios["", HARRIET].setChecked(True)
    desk.settle()
    dialog.radios["", 4].setChecked(True)
    desk.settle()
    dialog.accept_button.click()
    desk.settle()
    assert contacts.card(desk.session, 4).contact.trashed_at is None
    assert contacts.card(desk.session, HARRIET).contact.merged_into == 4


def test_selected_records_are_merged_by_hand(desk: Desk, page: CustomersPage) -> None:
    page.table.select_ids([1, 2])
    page.bulk.bar.buttons["merge"].click()
    desk.settle()
    dialog = page.duplicates.dialog
    assert dialog is not None
    assert set(dialog.preview.ids) == {1, 2}
    dialog.reject()
    desk.settle()


def test_saved_in_between_nothing_is_merged_and_it_is_said_in_the_dialog(
    desk: Desk, page: CustomersPage
) -> None:
    dialog = side_by_side(desk, page)
    notes.add_note(desk.session, HARRIET, "In between")
    dialog.accept_button.click()
    desk.settle()
    assert dialog.isVisible()
    assert "Somebody else saved" in dialog.message.label.text()
    dialog.reject()


def test_the_form_names_who_is_there_already_and_still_saves(desk: Desk, page: CustomersPage) -> None:
    page.record_new()
    editor = page.panel.editor
    assert editor.form is not None
    typed = {"kind": "person", "given": "Harriet", "family": "Blythe"}
    editor.form.set_values({**typed, "phones": [{"raw": "07700 900123", "kind": "mobile"}]})
    editor._edited()
    editor.similar.look()
    desk.settle()
    assert not editor.similar.isHidden()
    assert editor.similar.words.text().startswith("Harriet Blythe is there already. ")
    editor.save()
    desk.settle()
    assert contacts.contact_count(desk.session, contacts.ContactQuery(page.category)) == 5
