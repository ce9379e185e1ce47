"""Tags, notes, identifiers and own fields in the window: typed, seen, kept unchecked knowingly, undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts, custom_fields, customer_numbers, notes, tags
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft, FieldKind
from crm_desktop.ui.pages.administration.fields import FieldsSection
from crm_desktop.ui.pages.administration.fields_dialogs import FieldDialog, TagDialog
from crm_desktop.ui.pages.administration.page import AdministrationPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.note_dialog import NoteDialog
from crm_desktop.ui.widgets.record_form import RecordForm
from crm_desktop.ui.widgets.timeline import EntryRole
from tests.ui.desk import Desk, answering


def customers(desk: Desk) -> CustomersPage:
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.table.select_ids([1])
    desk.settle()
    return page


def form_of(page: CustomersPage) -> RecordForm:
    assert page.panel.editor.form is not None
    return page.panel.editor.form


def set_in_form(page: CustomersPage, **values: object) -> None:
    for key, value in values.items():
        form_of(page).editor(key.replace("__", ".")).set_value(value)  # type: ignore[attr-defined]


def shown(page: CustomersPage) -> dict[str, str]:
    """Return label -> value of the overview."""
    pairs = [
        text.accessibleName().partition(": ")
        for text in page.panel.card.overview.findChildren(QLabel)
        if ": " in text.accessibleName()
    ]
    return {words: value for words, _, value in pairs}


def test_a_tag_is_added_on_the_card_by_typing_proposed_and_undone(desk: Desk) -> None:
    page = customers(desk)
    field = page.panel.card.tags.field
    desk.qtbot.keyClicks(field.entry, "Key account")
    desk.qtbot.keyClick(field.entry, Qt.Key.Key_Return)
    desk.settle()
    assert contacts.contact_draft(desk.session, 1)[0].tags == ("Key account",)
    desk.qtbot.keyClicks(field.entry, "VIP,")
    desk.settle()
    assert field.value() == ["Key account", "VIP"]
    page.table.select_ids([2])
    desk.settle()
    assert field.value() == []
    desk.qtbot.keyClicks(field.entry, "key")
    assert field._proposals.stringList() == ["Key account"]
    field.entry.clear()
    page.table.select_ids([1])
    desk.settle()
    desk.qtbot.keyClick(field.entry, Qt.Key.Key_Backspace)
    desk.settle()
    assert contacts.contact_draft(desk.session, 1)[0].tags == ("Key account",)
    desk.workspace.record_undo()
    desk.settle()
    assert page.panel.card.tags.field.value() == ["Key account", "VIP"]


def test_somebody_who_may_not_edit_sees_the_tags_alone(desk: Desk) -> None:
    page = customers(desk)
    page.panel.card.tags.field.set_read_only(read_only=True)
    page.panel.card.tags.field.set_value(["VIP"])
    assert page.panel.card.tags.field.entry.isHidden()
    assert page.panel.card.tags.field.value() == ["VIP"]


def test_a_note_is_written_found_opened_changed_and_removed(desk: Desk) -> None:
    page = customers(desk)
    page.panel.card.tabs.setCurrentWidget(page.panel.card.events)
    events = page.panel.card.events
    assert events.add_button.isHidden()
    events.entry.setPlainText("Wants the Zeppelin brochure")
    assert not events.add_button.isHidden()
    events.add_button.click()
    desk.settle()
    (note,) = notes.notes(desk.session, 1)
    assert (note.text, note.member_name) == ("Wants the Zeppelin brochure", desk.session.member.name)
    model = events.timeline.entries
    entries = [model.index(place, 0).data(EntryRole) for place in range(model.rowCount())]
    titles = [entry.title for entry in entries if entry is not None]
    assert titles.count("Wants the Zeppelin brochure") == 1
    assert "Note added" not in titles
    answering(change_note)  # type: ignore[arg-type]
    events.open_entry(("note", note.id))
    desk.settle()
    (note,) = notes.notes(desk.session, 1)
    assert (note.text, note.edited_at is not None) == ("Has it", True)
    answering(remove_note)  # type: ignore[arg-type]
    events.open_entry(("note", note.id))
    desk.settle()
    assert notes.notes(desk.session, 1) == []


def remove_note(dialog: NoteDialog) -> None:
    dialog.remove_button.click()


def change_note(dialog: NoteDialog) -> None:
    dialog.editor.set_value("Has it")
    dialog.accept_button.click()


def test_identifiers_tags_and_owner_are_typed_in_the_form_and_seen_on_the_card(desk: Desk) -> None:
    page = customers(desk)
    page.record_edit()
    set_in_form(page, customer_number="K-77", vat_id="gb 980 7806 84", tags=["VIP"], owner_id=1)
    form_of(page).editor("foreign_ids").set_values([{"system": "Ledger", "value": "D10042"}])  # type: ignore[attr-defined]
    page.record_save()
    desk.settle()
    draft = contacts.contact_draft(desk.session, 1)[0]
    assert (draft.customer_number, draft.vat_id, draft.tags, draft.owner_id) == (
        "K-77",
        "GB980780684",
        ("VIP",),
        1,
    )
    facts = shown(page)
    assert (facts["Customer no."], facts["VAT id"], facts["Ledger"]) == ("K-77", "GB980780684", "D10042")
    assert facts["Owner"] == desk.session.member.name
    found = contacts.contact_ids(desk.session, ContactQuery(Category.CUSTOMER, text="d10042"))
    assert list(found) == [1]


def test_a_number_somebody_has_is_refused_at_its_field(desk: Desk) -> None:
    page = customers(desk)
    page.record_edit()
    set_in_form(page, customer_number="c-00002")
    page.record_save()
    desk.settle()
    assert "C-00002".casefold() in form_of(page).refusal("customer_number").casefold()
    assert contacts.contact_draft(desk.session, 1)[0].customer_number == "C-00001"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"vat_id": "GB980780685"}, "VAT id"),
        ({"emails": [{"address": "at home", "kind": "home", "primary": True}]}, "e-mail"),
        ({"vat_id": "GB980780685", "phones": [{"raw": "x1", "kind": "home"}]}, "red"),
    ],
)
def test_what_looks_wrong_is_kept_only_when_the_user_says_so(
    desk: Desk, values: dict[str, object], words: str
) -> None:
    page = customers(desk)
    page.record_edit()
    for key, value in values.items():
        editor = form_of(page).editor(key)
        (editor.set_values if isinstance(value, list) else editor.set_value)(value)  # type: ignore[attr-defined]
    page.record_save()
    desk.settle()
    refused = page.panel.editing
    assert refused
    assert words in page.panel.editor.message.accessibleName()
    page.panel.editor.message.action_requested.emit()
    desk.settle()
    saved = not page.panel.editing
    assert saved
    draft = contacts.contact_draft(desk.session, 1)[0]
    assert draft.vat_unchecked is ("vat_id" in values or None)
    assert draft.emails[0].unchecked is ("emails" in values)
    page.record_edit()
    set_in_form(page, vat_id="GB980780686")
    page.record_save()
    desk.settle()
    assert page.panel.editing


def test_a_field_is_defined_filled_and_removed_without_a_restart(desk: Desk) -> None:
    page = customers(desk)
    section = administration(desk)
    answering(define_level)  # type: ignore[arg-type]
    section.add()
    desk.settle()
    (field,) = custom_fields.fields(desk.session)
    assert (field.name, field.kind, field.options) == ("Level", FieldKind.CHOICE, ("Gold", "Silver"))
    page = customers(desk)
    page.record_edit()
    editor = form_of(page).editor(f"custom.{field.id}")
    assert isinstance(editor, QComboBox)
    assert [editor.itemText(place) for place in range(1, editor.count())] == ["Gold", "Silver"]
    set_in_form(page, **{f"custom__{field.id}": "Silver"})
    page.record_save()
    desk.settle()
    assert shown(page)["Level"] == "Silver"
    section = administration(desk)
    section.remove(field)
    desk.settle()
    assert "Level" not in shown(customers(desk))
    desk.workspace.record_undo()
    desk.settle()
    assert shown(customers(desk))["Level"] == "Silver"


def define_level(dialog: FieldDialog) -> None:
    dialog.name.setText("Level")
    dialog.kind.setCurrentIndex(list(FieldKind).index(FieldKind.CHOICE))
    dialog.accept_button.click()
    assert not dialog.result()
    dialog.choices.set_value("Gold\nSilver")
    dialog.accept_button.setEnabled(True)
    dialog.accept_button.click()


def administration(desk: Desk) -> FieldsSection:
    page = desk.page("administration")
    assert isinstance(page, AdministrationPage)
    page.show_section("fields")
    desk.settle()
    return next(iter(page.findChildren(FieldsSection)))


def test_a_wrong_value_is_refused_at_its_own_field(desk: Desk) -> None:
    field = custom_fields.define_field(desk.session, FieldDraft("Seats", FieldKind.NUMBER))
    page = customers(desk)
    page.record_edit()
    set_in_form(page, **{f"custom__{field}": "many"})
    page.record_save()
    desk.settle()
    assert "many" in form_of(page).refusal(f"custom.{field}")
    assert contacts.contact_draft(desk.session, 1)[0].custom == ()


def test_customer_numbers_are_made_as_the_administrator_says(desk: Desk) -> None:
    section = administration(desk)
    section.prefix.setText("K/")
    section.width_box.setValue(3)
    section.next_box.setValue(70)
    assert "K/070" in section.example.text()
    section.numbers_button.click()
    desk.settle()
    sequence = customer_numbers.number_sequence(desk.session)
    assert (sequence.prefix, sequence.width, sequence.next) == ("K/", 3, 70)
    section.prefix.setText(" x")
    section.numbers_button.click()
    desk.settle()
    assert customer_numbers.number_sequence(desk.session) == sequence


def test_a_tag_is_renamed_and_coloured_in_the_administration(desk: Desk) -> None:
    page = customers(desk)
    desk.qtbot.keyClicks(page.panel.card.tags.field.entry, "VIP,")
    desk.settle()
    section = administration(desk)
    (tag,) = tags.all_tags(desk.session)
    answering(rename)  # type: ignore[arg-type]
    section.change_tag(tag)
    desk.settle()
    (changed,) = tags.all_tags(desk.session)
    assert (changed.name, changed.tone) == ("Key account", tags.TagTone.RED)
    assert customers(desk).panel.card.tags.field.value() == ["Key account"]


def rename(dialog: TagDialog) -> None:
    assert isinstance(dialog.name, QLineEdit)
    dialog.name.setText("Key account")
    dialog.tone.setCurrentIndex(list(tags.TagTone).index(tags.TagTone.RED))
    dialog.accept_button.click()


def test_a_value_is_confirmed_from_the_card_and_tells_so(desk: Desk) -> None:
    page = customers(desk)
    card = page.panel.card
    menu = card.more_button.menu()
    assert menu is not None
    card._fill_menu(menu)
    inner = next(action.menu() for action in menu.actions() if action.text() == "Confirm as right")
    assert isinstance(inner, QMenu)
    assert [action.text() for action in inner.actions()] == ["+44 7700 900123", "ha@example.com"]
    inner.actions()[0].trigger()
    desk.settle()
    assert contacts.card(desk.session, 1).phones[0].confirmed_at == desk.session.now()
    assert "confirmed" in shown(page)["Mobile"]
    desk.workspace.record_undo()
    desk.settle()
    assert "confirmed" not in shown(customers(desk))["Mobile"]


def test_a_former_address_and_notes_are_typed_and_seen_as_their_country_writes_them(desk: Desk) -> None:
    page = customers(desk)
    page.record_edit()
    address = {
        "street": "Am Kai 7", "postal_code": "20457", "city": "Hamburg", "region": "", "country": "de",
        "kind": "home", "primary": True, "former": True, "note": "rear door",
    }  # fmt: skip
    form_of(page).editor("addresses").set_values([address])  # type: ignore[attr-defined]
    form_of(page).editor("phones").part(0, "note").set_value("mornings")  # type: ignore[attr-defined]
    page.record_save()
    desk.settle()
    draft = contacts.contact_draft(desk.session, 1)[0]
    assert (draft.addresses[0].former, draft.addresses[0].note, draft.phones[0].note) == (
        True,
        "rear door",
        "mornings",
    )
    facts = shown(page)
    assert facts["Home, former"] == "Am Kai 7\n20457 Hamburg\nGERMANY\nrear door"
    assert facts["Mobile"] == "+44 7700 900123\nmornings"
