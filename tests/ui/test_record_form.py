"""The generated form: values, repeating groups, refusals under their field, Ctrl+S and Esc."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.ui.widgets.field_editors import CheckField, ChoiceField, DateField, parse_date
from crm_desktop.ui.widgets.record_form import Field, RecordForm, Section
from crm_desktop.ui.widgets.repeat_group import Part, RepeatGroup, RepeatGroupEditor
from crm_desktop.ui.widgets.text_field import TextField
from tests.ui.screen import show_active

PHONES = RepeatGroup(
    "phones", "Phones", (Part("number", "Number", "phone"),), kinds=(("mobile", "Mobile"), ("work", "Work"))
)
SECTIONS = (
    Section(
        "",
        (
            Field("name", "Name", required=True),
            Field("status", "Status", "choice", choices=lambda: [("a", "Active"), ("l", "Lead")]),
            PHONES,
        ),
    ),
    Section(
        "Contract",
        (
            Field("since", "Since", "date"),
            Field("note", "Note", "lines"),
            Field("vip", "Handle with care", "check"),
        ),
    ),
)
STORED = {
    "name": "Jürgen Müller",
    "status": "a",
    "phones": [
        {"id": 7, "number": "+49 30 1", "kind": "mobile", "primary": True},
        {"id": 8, "number": "+49 30 2", "kind": "work", "primary": False},
    ],
    "since": "2024-03-03",
    "note": "",
    "vip": True,
}


@pytest.fixture
def form(qtbot: QtBot) -> RecordForm:
    form = RecordForm(SECTIONS)
    form.set_values(STORED)
    form.resize(520, 620)
    show_active(qtbot, form)
    return form


def field(form: RecordForm, key: str) -> TextField:
    editor = form.editor(key)
    assert isinstance(editor, TextField)
    return editor


def phones(form: RecordForm) -> RepeatGroupEditor:
    editor = form.editor("phones")
    assert isinstance(editor, RepeatGroupEditor)
    return editor


def test_values_come_back_as_they_were_set(form: RecordForm) -> None:
    assert form.values() == STORED
    assert not form.is_changed
    assert form.changes() == {}


def test_an_edit_is_told_and_only_the_changed_field_is_a_change(form: RecordForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(field(form, "name"), "!")
    assert form.is_changed
    assert form.changes() == {"name": "Jürgen Müller!"}


def test_filling_the_form_is_no_edit(form: RecordForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_values(STORED | {"name": "Ana", "phones": []})
    assert not form.is_changed


def test_ctrl_s_saves_and_escape_reverts(form: RecordForm, qtbot: QtBot) -> None:
    editor = field(form, "name")
    editor.setFocus()
    qtbot.keyClicks(editor, "!")
    with qtbot.waitSignal(form.save_requested):
        qtbot.keySequence(editor, QKeySequence("Ctrl+S"))
    with qtbot.waitSignal(form.revert_requested):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
    form.revert()
    assert form.values() == STORED


def test_after_saving_what_is_shown_is_the_stored_state(form: RecordForm) -> None:
    field(form, "name").setText("Ana")
    form.accept_values()
    assert not form.is_changed
    form.revert()
    assert form.values()["name"] == "Ana"


def test_a_refusal_stands_under_its_field_until_it_is_edited(form: RecordForm, qtbot: QtBot) -> None:
    assert form.show_refusal("name", "Name must not be empty.")
    editor = field(form, "name")
    labels = [label for label in form.findChildren(QLabel) if label.text() == "Name must not be empty."]
    assert editor.hasFocus()
    assert editor.property("refused")
    assert editor.accessibleDescription() == "Name must not be empty."
    assert labels[0].isVisible()
    assert (
        labels[0].mapTo(form, labels[0].rect().topLeft()).y()
        > editor.mapTo(form, editor.rect().bottomLeft()).y()
    )
    qtbot.keyClicks(editor, "x")
    assert form.refusal("name") == ""
    assert not editor.property("refused")
    assert not labels[0].isVisible()


def test_a_refusal_of_no_field_of_this_form_is_left_to_the_page(form: RecordForm) -> None:
    assert not form.show_refusal("unknown", "No.")


def test_a_refusal_can_mean_one_row_of_a_group(form: RecordForm) -> None:
    form.show_refusal("phones", "Not a number.", row=1)
    numbers = phones(form).findChildren(QLineEdit)
    assert [bool(editor.property("refused")) for editor in numbers] == [False, True]
    assert numbers[1].hasFocus()
    form.clear_refusals()
    assert not any(editor.property("refused") for editor in numbers)


def test_missing_required_fields_are_named(form: RecordForm) -> None:
    assert form.missing() == []
    field(form, "name").setText("  ")
    assert form.missing() == ["name"]


def test_rows_can_be_added_and_empty_ones_are_no_value(form: RecordForm, qtbot: QtBot) -> None:
    group = phones(form)
    qtbot.mouseClick(group.add_button, Qt.MouseButton.LeftButton)
    assert group.row_count() == 3
    assert len(group.values()) == 2
    focused = form.focusWidget()
    assert isinstance(focused, QLineEdit)
    qtbot.keyClicks(focused, "112")
    assert group.values()[2] == {"number": "112", "kind": "mobile", "primary": False}


def test_removing_the_main_row_makes_the_next_one_the_main_row(form: RecordForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.changed):
        phones(form).remove_row(0)
    assert form.values()["phones"] == [{"id": 8, "number": "+49 30 2", "kind": "work", "primary": True}]


def test_the_first_row_added_to_an_empty_group_is_the_main_one(form: RecordForm) -> None:
    form.set_values({})
    group = phones(form)
    group.add_row()
    group.findChildren(QLineEdit)[-1].setText("112")
    assert group.values() == [{"number": "112", "kind": "mobile", "primary": True}]


def test_only_one_row_is_the_main_one(form: RecordForm, qtbot: QtBot) -> None:
    rows = [dict(row, primary=False) for row in STORED["phones"]]  # type: ignore[attr-defined]
    phones(form).set_values([*rows[:1], dict(rows[1], primary=True)])
    assert [row["primary"] for row in phones(form).values()] == [False, True]


def test_a_value_that_is_no_longer_a_choice_is_kept(form: RecordForm) -> None:
    form.set_values(STORED | {"status": "old"})
    assert form.values()["status"] == "old"
    form.set_choices("status", [("l", "Lead")])
    assert form.values()["status"] == "old"


def test_every_editor_has_an_accessible_name(form: RecordForm) -> None:
    kinds = (QLineEdit, ChoiceField, CheckField)
    editors = [child for child in form.findChildren(QWidget) if isinstance(child, kinds)]
    shown = [editor for editor in editors if editor.isVisible()]
    assert len(shown) >= 8
    assert [
        editor for editor in shown if not (editor.accessibleName() or getattr(editor, "text", str)())
    ] == []
    assert form.editor("name").accessibleName() == "Name (required)"


def test_tab_follows_the_eye(form: RecordForm, qtbot: QtBot) -> None:
    form.editor("name").setFocus()
    order = []
    for _ in range(3):
        focused = form.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        order.append(form.focusWidget())
    assert order[0] is form.editor("status")
    heights = [editor.mapTo(form, editor.rect().center()).y() for editor in order]
    assert heights == sorted(heights)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2026-03-31", "2026-03-31"),
        ("31.3.2026", "2026-03-31"),
        ("31/03/2026", "2026-03-31"),
        ("", ""),
        ("soon", "soon"),
        ("2026-02-30", "2026-02-30"),
    ],
)
def test_a_date_is_read_in_several_forms_and_anything_else_is_left_for_the_refusal(
    qtbot: QtBot, typed: str, value: str
) -> None:
    editor = DateField()
    qtbot.addWidget(editor)
    editor.setText(typed)
    assert editor.value() == value
    assert (parse_date(typed) is None) == (value in {"", "soon", "2026-02-30"})


def test_a_date_can_be_picked_from_a_calendar(form: RecordForm, qtbot: QtBot) -> None:
    editor = form.editor("since")
    assert isinstance(editor, DateField)
    editor.open_calendar()
    calendar = editor.calendar
    assert calendar is not None
    assert calendar.isVisible()
    assert calendar.selectedDate().toString(Qt.DateFormat.ISODate) == "2024-03-03"
    calendar.clicked.emit(calendar.selectedDate().addDays(9))
    assert editor.value() == "2024-03-12"
    assert not calendar.isVisible()


def test_proposals_appear_while_typing(qtbot: QtBot) -> None:
    editor = TextField(completions=lambda text: [f"{text} Basic", f"{text} Pro"])
    show_active(qtbot, editor)
    qtbot.keyClicks(editor, "Fleet")
    completer = editor.completer()
    assert completer is not None
    model = completer.completionModel()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Fleet Basic", "Fleet Pro"]
    popup = completer.popup()
    assert popup is not None
    popup.hide()


def test_the_sentence_about_a_row_stands_under_that_row(form: RecordForm, qtbot: QtBot) -> None:
    group = phones(form)
    group.add_row()
    assert form.show_refusal("phones", "No number.", row=0)
    shown = [
        label for label in form.findChildren(QLabel) if label.text() == "No number." and label.isVisible()
    ]
    assert len(shown) == 1
    below = shown[0].mapTo(form, shown[0].rect().topLeft()).y()
    first, second = (group.part(place, "number") for place in (0, 1))
    assert first.mapTo(form, first.rect().bottomLeft()).y() < below
    assert below < second.mapTo(form, second.rect().topLeft()).y()
    qtbot.keyClicks(first, "1")
    assert not shown[0].isVisible()


def test_a_long_text_shows_its_beginning_unless_somebody_types_in_it(form: RecordForm) -> None:
    editor = field(form, "name")
    editor.setFocus()
    editor.set_value("a.very.long.address@a-very-long-organization.example" * 3)
    assert editor.cursorPosition() == len(editor.text())
    phones(form).add_button.setFocus()
    assert editor.cursorPosition() == 0
    editor.setFocus()
    assert editor.cursorPosition() == len(editor.text())
