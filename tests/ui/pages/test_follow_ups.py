"""The page of the follow-ups in a real window: planned, done with one key, postponed in its cell, undone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QRadioButton
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.follow_ups import FollowUpDraft, Span
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.operations import (
    call_imports,
    consents,
    contacts,
    follow_up_lists,
    follow_ups,
    keep_in_touch,
    tags,
)
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.follow_ups.follow_up_list import EVERYBODY, FollowUpList
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.due_field import DueField
from crm_desktop.ui.widgets.due_follow_ups import DueFollowUps
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.follow_up_forms import FollowUpDialog
from crm_desktop.ui.widgets.form_dialog import FormDialog
from tests.environments import Office, add_member
from tests.operations.follow_up_samples import MONTHLY, planned, set_rhythm, set_tag_rhythm
from tests.ui.desk import Desk, add_people, sample_call_log

LATE, TODAY, SOON = "2026-09-01", "2026-09-21", "2026-09-24"
"""The day of the tests is Monday, 21 September 2026, 15:13 in London."""


def fill(session: Session) -> None:
    harriet, zoe, _owen = add_people(session)
    ben = add_member(session, "ben", Role.STAFF)
    planned(session, "Send the offer", LATE, contact_id=harriet)
    planned(session, "Call about the renewal", TODAY, contact_id=zoe, due_time="16:30")
    planned(session, "Invoice", SOON, repeat=MONTHLY)
    planned(session, "Book a room", SOON, assignee_id=ben)


@pytest.fixture
def diary(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    session = office.open()
    fill(session)
    desk = Desk(qtbot, office, tasks, session)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []


def page(desk: Desk) -> FollowUpsPage:
    found = desk.page("follow_ups")
    assert isinstance(found, FollowUpsPage)
    return found


def shown(found: FollowUpList) -> list[str]:
    place = found.model.column_of("what")
    assert place is not None
    return [str(found.model.index(row, place).data()) for row in range(found.model.rowCount())]


def choose(desk: Desk, span: Span) -> FollowUpList:
    found = page(desk).list
    found.chips._buttons[span.value].click()
    desk.settle()
    return found


def select(desk: Desk, what: str) -> FollowUpList:
    found = page(desk).list
    found.table.select_ids([found.model.ids_between(0, 99)[shown(found).index(what)]])
    desk.settle()
    return found


def form(edits: FollowUpEdits) -> FormDialog:
    assert isinstance(edits.dialog, FormDialog)
    return edits.dialog


def submit(desk: Desk, edits: FollowUpEdits, **values: object) -> None:
    dialog = form(edits)
    for key, value in values.items():
        dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    dialog.accept_button.click()
    desk.settle()


def test_mine_stand_there_by_their_day_with_counts(diary: Desk) -> None:
    found = page(diary).list
    assert shown(found) == ["Send the offer", "Call about the renewal", "Invoice"]
    assert found.chips._buttons["overdue"].text() == "Overdue  1"
    assert shown(choose(diary, Span.OVERDUE)) == ["Send the offer"]
    assert shown(choose(diary, Span.TODAY)) == ["Send the offer", "Call about the renewal"], (
        "what is late rolls over"
    )
    assert shown(choose(diary, Span.WEEK)) == ["Send the offer", "Call about the renewal", "Invoice"]
    found.people.set_value(EVERYBODY)
    diary.settle()
    assert shown(found) == ["Send the offer", "Call about the renewal", "Invoice", "Book a room"]
    page(diary).search.setText("zoe")
    diary.settle()
    diary.qtbot.waitUntil(lambda: shown(found) == ["Call about the renewal"])


def test_done_with_one_key_makes_the_next_and_one_undo_takes_it_back(diary: Desk) -> None:
    found = select(diary, "Invoice")
    with diary.qtbot.waitActive(diary.window):
        diary.window.activateWindow()
    diary.qtbot.keyClick(found.table, Qt.Key.Key_F8)
    diary.settle()
    row = follow_up_lists.follow_up_rows(diary.session, [5])[5]
    assert (row.what, row.due_on) == ("Invoice", "2026-10-24")
    assert shown(choose(diary, Span.DONE)) == ["Invoice"]
    diary.workspace.record_undo()
    diary.settle()
    assert shown(found) == []
    assert shown(choose(diary, Span.OPEN)) == ["Send the offer", "Call about the renewal", "Invoice"]


def test_a_day_is_typed_the_short_way_in_the_cell_and_refused_with_a_sentence(diary: Desk) -> None:
    found = select(diary, "Send the offer")
    table = found.table
    row = table.currentIndex().row()
    table.setCurrentIndex(found.model.index(row, 0))
    table.edit_current()
    editor = table.findChild(QLineEdit)
    assert isinstance(editor, DueField)
    editor.setText("whenever")
    assert editor.meaning == ""
    diary.qtbot.keyClick(editor, Qt.Key.Key_Return)
    diary.settle()
    assert "tomorrow" in table.delegate.refusal
    editor.setText("fri 9:30")
    assert editor.meaning == "Fri 25 Sept 2026 09:30"
    assert editor.accessibleDescription() == editor.meaning
    diary.qtbot.keyClick(editor, Qt.Key.Key_Return)
    diary.settle()
    kept = follow_up_lists.follow_up_rows(diary.session, [1])[1]
    assert (kept.due_on, kept.due_time) == ("2026-09-25", "09:30")


def test_what_and_for_whom_are_changed_in_their_cells(diary: Desk) -> None:
    found = select(diary, "Send the offer")
    what, assignee = (found.model.column_of(key) for key in ("what", "assignee"))
    assert what is not None
    assert assignee is not None
    assert found.model.setData(found.model.index(0, what), "Send it again")
    diary.settle()
    assert found.model.setData(found.model.index(0, assignee), 2)
    diary.settle()
    kept = follow_up_lists.follow_up_rows(diary.session, [1])[1]
    assert (kept.what, kept.assignee, kept.due_on) == ("Send it again", "Ben", LATE)
    assert "Send it again" not in shown(found)


def test_a_new_one_is_planned_about_somebody_with_a_repetition(diary: Desk) -> None:
    found = page(diary)
    found.record_new()
    edits = found.list.edits
    dialog = form(edits)
    assert isinstance(dialog, FollowUpDialog)
    submit(diary, edits, what="", due_on="someday")
    assert form(edits).form.refusal("what")
    assert "tomorrow" in form(edits).form.refusal("due_on")
    dialog.choose_button.click()
    assert dialog.chooser is not None
    dialog.chooser.search.setText("Owen")
    diary.settle()
    diary.qtbot.waitUntil(
        lambda: dialog.chooser is not None and len(dialog.chooser.results.parties.lines) == 1
    )
    dialog.chooser._choose_first()
    assert dialog.about.text() == "Owen O'Neill"
    submit(diary, edits, what="Visit", due_on="tm 10:00", unit="week", every="2")
    made = follow_up_lists.follow_up_rows(diary.session, [5])[5]
    assert (made.what, made.due_on, made.due_time, made.contact) == (
        "Visit",
        "2026-09-22",
        "10:00",
        "Owen O'Neill",
    )
    assert made.repeat == Interval(2, RepeatUnit.WEEK)
    assert "Visit" in shown(found.list)


def test_a_repetition_that_is_none_is_refused_at_its_field(diary: Desk) -> None:
    found = page(diary)
    found.record_new()
    submit(diary, found.list.edits, what="Visit", due_on="t", unit="week", every="often")
    assert "between 1" in form(found.list.edits).form.refusal("every")


def test_one_is_changed_postponed_and_removed(diary: Desk) -> None:
    found = select(diary, "Send the offer")
    page(diary).record_edit()
    submit(diary, found.edits, what="Send the contract")
    row = found.current()
    assert row is not None
    assert row.what == "Send the contract"
    menu = QMenu()
    found.edits.fill_postpone_menu(menu, [row])
    menu.actions()[0].trigger()
    diary.settle()
    row = follow_up_lists.follow_up_rows(diary.session, [1])[1]
    assert row.due_on == "2026-09-22"
    found.edits.ask_until([row])
    submit(diary, found.edits, due_on="nonsense")
    assert form(found.edits).form.refusal("due_on")
    submit(diary, found.edits, due_on="+1m")
    assert follow_up_lists.follow_up_rows(diary.session, [1])[1].due_on == "2026-10-21"
    select(diary, "Send the contract")
    diary.qtbot.keyClick(found.table, Qt.Key.Key_Delete)
    diary.settle()
    assert "Send the contract" not in shown(found)


def test_several_are_postponed_and_removed_at_once_and_one_undo_takes_each_back(diary: Desk) -> None:
    found = page(diary).list
    found.table.select_ids([1, 2])
    diary.settle()
    diary.workspace.actions_list.run("follow_up.postpone")
    submit(diary, found.edits, due_on="+1w")
    rows = follow_up_lists.follow_up_rows(diary.session, [1, 2])
    assert [(row.due_on, row.due_time) for row in rows.values()] == [
        ("2026-09-28", None),
        ("2026-09-28", "16:30"),
    ]
    assert found.chips._buttons["overdue"].text() == "Overdue  0"
    diary.workspace.record_undo()
    diary.settle()
    found.table.select_ids([1, 2])
    diary.settle()
    diary.qtbot.keyClick(found.table, Qt.Key.Key_Delete)
    diary.settle()
    assert shown(found) == ["Invoice"]
    diary.workspace.record_undo()
    diary.settle()
    assert shown(found) == ["Send the offer", "Call about the renewal", "Invoice"]


def test_only_whoever_may_see_them_is_offered(diary: Desk) -> None:
    add_member(diary.session, "vic", Role.VIEWER)
    found = page(diary)
    found.record_new()
    box = form(found.list.edits).form.editor("assignee")
    assert isinstance(box, ChoiceField)
    assert [box.itemText(place) for place in range(box.count())] == ["Ana Lima", "Ben"]


def test_done_with_an_outcome_and_open_again(diary: Desk) -> None:
    found = select(diary, "Send the offer")
    found.finish_with_outcome()
    submit(diary, found.edits, outcome="accepted")
    listed = choose(diary, Span.DONE)
    row = listed.current()
    assert row is not None
    assert row.outcome == "accepted"
    listed.finish_current()
    diary.settle()
    assert shown(choose(diary, Span.OPEN))[0] == "Send the offer"


def test_a_list_goes_to_a_calendar(diary: Desk, tmp_path: Path) -> None:
    found = page(diary).list
    found.write_calendar(tmp_path / "mine.ics")
    diary.settle()
    assert (tmp_path / "mine.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == 3
    assert diary.workspace.notices.toast.isVisible()


def test_from_a_card_it_is_about_its_contact_and_stands_on_it(diary: Desk) -> None:
    customers = diary.page("customers")
    assert isinstance(customers, CustomersPage)
    customers.show_contact(3)
    diary.settle()
    diary.workspace.actions_list.run("follow_up.new")
    submit(diary, customers.follow_ups, what="Say thanks", due_on="+3d")
    (made,) = follow_up_lists.open_follow_ups(diary.session, 3)
    assert made.due_on == "2026-09-24"
    words = [part.text() for part in customers.panel.card.overview.findChildren(QLabel)]
    assert "Say thanks" in words
    assert "NEXT FOLLOW-UP" in words
    diary.workspace.actions_list.run("follow_up.rhythm")
    submit(diary, customers.follow_ups, unit="week", every="2")
    rhythm = keep_in_touch.rhythm_of(diary.session, 3)
    assert rhythm is not None
    assert rhythm.interval == Interval(2, RepeatUnit.WEEK)


def test_from_a_call_it_is_about_its_customer_with_a_proposal_that_typing_replaces(
    diary: Desk, tmp_path: Path
) -> None:
    session = diary.session
    consents.grant_consent(session)
    call_imports.run_import(
        session, [sample_call_log(tmp_path)], member_id=1, options=call_imports.reading_options(session)
    )
    found = diary.page("calls")
    assert isinstance(found, CallsPage)
    found.table.select_ids([found.model.ids_between(0, 0)[0]])
    diary.settle()
    diary.workspace.actions_list.run("follow_up.new")
    dialog = form(found.follow_ups)
    assert isinstance(dialog, FollowUpDialog)
    assert dialog.about.text() == "Owen O'Neill"
    assert dialog.nobody_button.isHidden()
    what = dialog.form.editor("what")
    assert isinstance(what, QLineEdit)
    assert what.selectedText() == "Call back"
    submit(diary, found.follow_ups, due_on="t")
    made = follow_up_lists.follow_up_rows(session, [5])[5]
    assert (made.what, made.contact, made.call_id) == ("Call back", "Owen O'Neill", found.table.current_id())
    diary.workspace.record_undo()
    diary.settle()
    assert follow_up_lists.follow_up_rows(session, [5]) == {}


def test_who_is_quiet_stands_there_with_the_reason(diary: Desk) -> None:
    draft, version = contacts.contact_draft(diary.session, 1)
    contacts.save_contact(diary.session, 1, replace(draft, tags=("VIP",)), version=version)
    set_tag_rhythm(diary.session, tags.all_tags(diary.session)[0].id, Interval(1, RepeatUnit.WEEK))
    diary.office.clock.advance(10 * 86_400)
    found = page(diary)
    quiet = found.quiet
    assert quiet is not None
    found.bring_section("quiet")
    found.refresh()
    diary.settle()
    row = [str(quiet.model.index(0, place).data()) for place in range(5)]
    assert row[:3] == ["Harriet Blythe", "3 days over", "every week (tag VIP)"]
    assert found.tabs.tabText(1) == "Keep in touch (1)"
    quiet.plan_current()
    submit(diary, quiet.edits, what="Ask how it goes", due_on="t")
    assert "Ask how it goes" in shown(found.list)
    menu = quiet.tags_button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["VIP: every week"]
    menu.actions()[0].trigger()
    submit(diary, quiet.edits, unit="")
    assert quiet.model.rowCount() == 0


def test_without_the_right_to_see_calls_there_is_neither_the_list_of_the_quiet_nor_a_call_behind_one(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    fill(session)
    add_member(session, "cy", Role.STAFF, revoked=("calls.view",))
    set_rhythm(session, 1, Interval(1, RepeatUnit.WEEK))
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("cy"))
    found = page(desk)
    assert found.quiet is None
    found.bring_section("quiet")
    assert found.section_name() == "follow_ups"
    desk.workspace.pages.show_contact(1)
    desk.settle()
    customers = desk.workspace.page
    assert isinstance(customers, CustomersPage)
    words = [part.text() for part in customers.panel.card.overview.findChildren(QLabel)]
    assert "every week" in words, "how often is said, not when: that would tell of calls"
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_a_viewer_has_no_such_page_and_no_such_action(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    fill(session)
    add_member(session, "vic", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("vic"))
    assert not desk.workspace.pages.show_named("follow_ups")
    assert desk.workspace.actions_list.action("follow_up.new") is None
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_the_list_of_what_is_due_is_worked_off_in_its_lines(diary: Desk) -> None:
    context = page(diary).context
    due = DueFollowUps(context, most=1)
    diary.qtbot.addWidget(due)
    due.refresh()
    diary.settle()
    assert ([line.what for line in due.shown], due.count) == (["Send the offer"], 2)
    due.edits.finish([due.shown[0].id])
    diary.settle()
    assert [line.what for line in due.shown] == ["Call about the renewal"]
    follow_ups.finish(diary.session, [due.shown[0].id])
    due.refresh()
    diary.settle()
    assert due.count == 0


def test_reminders_can_be_switched_off(diary: Desk) -> None:
    found = page(diary)
    found.remind.setChecked(False)
    assert get_setting(diary.session, "reminders_off") is True


def changed_elsewhere(desk: Desk, row: FollowUpRow) -> None:
    draft = FollowUpDraft("Changed elsewhere", LATE, contact_id=row.contact_id)
    follow_ups.edit_follow_up(desk.session, row.id, draft, version=row.version)


@pytest.mark.parametrize("side", [*Side, None])
def test_a_cell_of_a_follow_up_somebody_changed_meanwhile_is_asked_about(
    diary: Desk, side: Side | None
) -> None:
    found = select(diary, "Send the offer")
    row = found.current()
    assert row is not None
    changed_elsewhere(diary, row)
    place = found.model.column_of("what")
    assert place is not None
    refusals: list[str] = []
    found.model.save_cell(found.model.index(0, place), "Mine", on_refused=refusals.append)
    diary.settle()
    (asked,) = found.findChildren(ConflictDialog)
    if side is None:
        asked.reject()
    else:
        asked.choose_all(side)
        asked.accept()
    diary.settle()
    now = follow_up_lists.follow_up_rows(diary.session, [row.id])[row.id]
    assert (now.what, now.due_on) == ("Mine" if side is Side.MINE else "Changed elsewhere", LATE)
    assert len(refusals) == (side is None)


def test_a_form_of_a_follow_up_somebody_changed_meanwhile_keeps_both_or_asks(diary: Desk) -> None:
    found = select(diary, "Send the offer")
    row = found.current()
    assert row is not None
    found.edits.change(row)
    dialog = found.edits.dialog
    assert isinstance(dialog, FollowUpDialog)
    changed_elsewhere(diary, row)
    dialog.form.set_values(dialog.form.values() | {"what": "Mine"})
    dialog._submit()
    diary.settle()
    (asked,) = dialog.findChildren(ConflictDialog)
    assert [choice.text() for choice in asked.findChildren(QRadioButton)] == ["Changed elsewhere", "Mine"]
    asked.reject()
    diary.settle()
    assert dialog.form.values()["what"] == "Mine"
    dialog._submit()
    diary.settle()
    dialog.findChildren(ConflictDialog)[-1].accept()
    diary.settle()
    now = follow_up_lists.follow_up_rows(diary.session, [row.id])[row.id]
    assert (now.what, now.due_on) == ("Mine", LATE)
    assert found.edits.dialog is None
