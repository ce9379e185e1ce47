"""Calls entered by hand in a real window: typed or timed, changed, noted, filtered in the timeline."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QDialog, QLabel, QMenu, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from crm_desktop.domain.follow_ups import FollowUpDraft
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents, follow_ups, manual_calls, notes
from crm_desktop.operations.calls import CallQuery, CallRow, call_ids, call_rows
from crm_desktop.operations.running_calls import enter_call, running_call
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.source import CallSource
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.pages.follow_ups.page import FollowUpsPage
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.call_forms import CallDialog
from crm_desktop.ui.widgets.conflict_dialog import ConflictDialog
from crm_desktop.ui.widgets.contact_timeline import ContactTimeline
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.note_dialog import NoteDialog
from crm_desktop.ui.widgets.timeline import EntryRole
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites
from tests.environments import PASSWORD, Office, add_member
from tests.operations.follow_up_samples import planned
from tests.ui.desk import Desk, add_people, answering, sample_call_log


def with_harriet(desk: Desk) -> CustomersPage:
    found = desk.page("customers")
    assert isinstance(found, CustomersPage)
    found.show_contact(1)
    desk.settle()
    return found


def events(desk: Desk) -> ContactTimeline:
    card = with_harriet(desk).panel.card
    card.tabs.setCurrentWidget(card.events)
    desk.settle()
    return card.events


def titles(shown: ContactTimeline) -> list[str]:
    model = shown.timeline.entries
    entries = [model.index(place, 0).data(EntryRole) for place in range(model.rowCount())]
    return [entry.title for entry in entries if entry is not None]


def stored(desk: Desk) -> list[CallRow]:
    return list(call_rows(desk.session, call_ids(desk.session, CallQuery())).values())


def call_form(writes: UndoableWrites) -> CallDialog:
    assert isinstance(writes.dialog, CallDialog)
    return writes.dialog


def fill(desk: Desk, writes: UndoableWrites, **values: object) -> None:
    assert isinstance(writes.dialog, FormDialog)
    for key, value in values.items():
        writes.dialog.form.editor(key).set_value(value)  # type: ignore[attr-defined]
    writes.dialog.accept_button.click()
    desk.settle()


def test_a_call_is_logged_from_the_card_and_stands_in_the_timeline(desk: Desk) -> None:
    shown = events(desk)
    shown.log_button.click()
    dialog = call_form(desk.workspace.calling)
    assert dialog.form.values()["number"] == "+44 7700 900123"
    assert dialog.text.text() == "With Harriet Blythe"
    fill(desk, desk.workspace.calling, how="incoming answered", duration="3:25", note="Wants a second van")
    (call,) = stored(desk)
    assert (call.customer_id, call.duration_s, call.e164) == (1, 205, "+447700900123")
    words = "Incoming, answered · 3 min 25 s · Wants a second van"
    assert words in titles(shown)
    desk.workspace.record_undo()
    desk.settle()
    assert stored(desk) == []
    assert words not in titles(shown)


def test_the_talk_time_is_marked_where_it_is_needed(desk: Desk) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    dialog = call_form(desk.workspace.calling)
    editor, how = dialog.form.editor("duration"), dialog.form.editor("how")
    marked = {}
    for value, _words in [("outgoing answered", ""), ("outgoing busy", ""), ("incoming voicemail", "")]:
        how.set_value(value)  # type: ignore[attr-defined]
        how.value_changed.emit()  # type: ignore[attr-defined]
        (beside,) = (one for one in dialog.form.findChildren(QLabel) if one.buddy() is editor)
        marked[value] = (beside.text(), editor.accessibleName())
    assert marked == {
        "outgoing answered": ("Talk time *", "Talk time (required)"),
        "outgoing busy": ("Talk time", "Talk time"),
        "incoming voicemail": ("Talk time", "Talk time"),
    }
    dialog.reject()
    desk.settle()


def test_while_a_call_runs_a_page_has_one_primary_button(desk: Desk) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    call_form(desk.workspace.calling).timer_button.click()
    desk.settle()
    assert desk.workspace.calling.bar.isVisible()
    for name in ("today", "customers", "calls", "follow_ups", "products"):
        assert desk.workspace.pages.show_named(name)
        desk.settle()
        shown = [one for one in desk.window.findChildren(QPushButton) if one.isVisible()]
        primary = [one.text() for one in shown if one.property("role") == "primary"]
        assert len(primary) == 1, (name, primary)


def test_what_cannot_be_is_said_at_its_field(desk: Desk) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    calling = desk.workspace.calling
    dialog = call_form(calling)
    for field, wrong in (("duration", ""), ("duration", "ages"), ("time", "noon"), ("day", "someday")):
        before = dialog.form.editor(field).value()  # type: ignore[attr-defined]
        fill(desk, calling, **{field: wrong})
        assert dialog.form.editor(field).property("refused"), (field, wrong)
        dialog.form.editor(field).set_value(before)  # type: ignore[attr-defined]
    fill(desk, calling, day="2031-01-01", duration="2")
    assert dialog.form.editor("time").property("refused")
    assert stored(desk) == []
    dialog.reject()
    desk.settle()


def test_the_clock_runs_through_pages_and_a_lock_until_the_call_is_entered(
    desk: Desk, qtbot: QtBot, office: Office
) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    call_form(desk.workspace.calling).timer_button.click()
    desk.settle()
    bar = desk.workspace.calling.bar
    assert bar.isVisible()
    assert bar.words.text() == "On the phone with Harriet Blythe"
    desk.page("today")
    assert bar.isVisible()
    office.clock.advance(125)
    qtbot.waitUntil(lambda: "2 min 5 s" in bar.clock.text())
    desk.window.program_lock()
    desk.settle()
    office.clock.advance(10)
    locked = desk.window.front
    assert isinstance(locked, LockPage)
    locked.password.setText(PASSWORD)
    with qtbot.waitSignal(locked.signed_in):
        locked.submit_button.click()
    desk.settle()
    calling = desk.workspace.calling
    assert calling.bar.isVisible()
    calling.bar.enter_button.click()
    call_form(calling).reject()  # it was no end: it runs on
    desk.settle()
    assert calling.bar.isVisible()
    calling.bar.enter_button.click()
    assert call_form(calling).clock_line.isHidden()
    fill(desk, calling, note="Booked")
    (call,) = stored(desk)
    assert (call.duration_s, call.note, call.customer_id) == (135, "Booked", 1)
    assert calling.bar.isHidden()
    assert running_call(desk.session) is None


def test_a_discarded_call_is_taken_up_again_by_undo(desk: Desk) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    call_form(desk.workspace.calling).timer_button.click()
    desk.settle()
    calling = desk.workspace.calling
    calling.bar.discard_button.click()
    desk.settle()
    assert calling.bar.isHidden()
    assert running_call(desk.session) is None
    desk.workspace.notices.toast.button.click()
    desk.settle()
    assert calling.bar.isVisible()
    assert running_call(desk.session) is not None


def test_going_back_and_a_lock_keep_what_was_noted(desk: Desk, qtbot: QtBot) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    call_form(desk.workspace.calling).timer_button.click()
    desk.settle()
    desk.workspace.calling.bar.enter_button.click()
    call_form(desk.workspace.calling).form.editor("note").set_value("about the roof")  # type: ignore[attr-defined]
    desk.window.program_lock()
    desk.settle()
    locked = desk.window.front
    assert isinstance(locked, LockPage)
    assert "Harriet" not in " ".join(part.text() for part in desk.window.findChildren(QLabel))
    locked.password.setText(PASSWORD)
    with qtbot.waitSignal(locked.signed_in):
        locked.submit_button.click()
    desk.settle()
    desk.workspace.calling.bar.enter_button.click()
    dialog = call_form(desk.workspace.calling)
    assert dialog.form.values()["note"] == "about the roof"
    dialog.form.editor("note").set_value("about the roof and the door")  # type: ignore[attr-defined]
    dialog.reject()
    desk.settle()
    desk.workspace.calling.bar.enter_button.click()
    fill(desk, desk.workspace.calling)
    assert [call.note for call in stored(desk)] == ["about the roof and the door"]
    assert desk.workspace.calling.bar.isHidden()


def test_what_another_window_did_with_the_call_is_noticed(desk: Desk) -> None:
    with_harriet(desk)
    desk.workspace.actions_list.run("calls.log")
    call_form(desk.workspace.calling).timer_button.click()
    desk.settle()
    calling = desk.workspace.calling
    calling.bar.enter_button.click()
    call = running_call(desk.session)
    assert call is not None
    enter_call(desk.session, call, call.ended(desk.session.now()))  # as from a second program
    fill(desk, calling, note="twice")
    assert "another window" in call_form(calling).message.label.text()
    assert len(stored(desk)) == 1
    call_form(calling).reject()
    desk.settle()
    assert calling.bar.isHidden()


def test_from_a_page_without_a_customer_one_is_asked_for(desk: Desk) -> None:
    desk.page("today")
    desk.workspace.actions_list.run("calls.log")
    desk.settle()
    assert "Choose the customer" in desk.workspace.notices.bar.label.text()
    assert desk.workspace.calling.dialog is None


def log_imported(desk: Desk, folder: Path) -> None:
    session = desk.session
    consents.grant_consent(session)
    call_imports.run_import(
        session, [sample_call_log(folder)], member_id=1, options=call_imports.reading_options(session)
    )


def test_an_imported_call_takes_a_note_and_no_change(desk: Desk, tmp_path: Path) -> None:
    log_imported(desk, tmp_path)
    found = desk.page("calls")
    assert isinstance(found, CallsPage)
    source = found.model.source
    assert isinstance(source, CallSource)
    call = next(row for row in source.shown.values() if row.customer_id == 1)
    offered = QMenu()
    found.calls.fill_menu(offered, call)
    assert [action.text() for action in offered.actions()] == ["Note to the call…"]
    offered.actions()[0].trigger()
    fill(desk, found.calls, text="About the boiler")
    assert [row.note for row in stored(desk) if row.id == call.id] == ["About the boiler"]
    assert any(title.endswith("About the boiler") for title in titles(events(desk)))
    found.calls.note(next(row for row in stored(desk) if row.id == call.id))
    dialog = found.calls.dialog
    assert isinstance(dialog, NoteDialog)
    assert dialog.what.isHidden(), "kind and day are the call's"
    dialog.editor.set_value("About the roof")
    dialog.accept_button.click()
    desk.settle()
    assert [row.note for row in stored(desk) if row.id == call.id] == ["About the roof"]


def test_a_call_by_hand_is_changed_and_removed_from_the_timeline(desk: Desk) -> None:
    shown = events(desk)
    shown.log_button.click()
    fill(desk, desk.workspace.calling, duration="1")
    (call,) = stored(desk)
    shown.open_entry(("call", call.id))
    fill(desk, shown.calls, how="outgoing busy")
    assert [row.outcome for row in stored(desk)] == ["busy"]
    offered = QMenu()
    shown.calls.fill_menu(offered, stored(desk)[0])
    assert [action.text() for action in offered.actions()] == [
        "Note to the call…", "Change the call…", "Remove the call"
    ]  # fmt: skip
    offered.actions()[2].trigger()
    desk.settle()
    assert stored(desk) == []


def test_a_call_somebody_else_changed_meanwhile_is_asked_about(desk: Desk) -> None:
    shown = events(desk)
    shown.log_button.click()
    fill(desk, desk.workspace.calling, duration="1")
    (call,) = stored(desk)
    shown.open_entry(("call", call.id))
    base, version = manual_calls.call_draft(desk.session, call.id)
    theirs = replace(base, duration_s=3 * 60 + 25, number="+44 7700 900177")
    manual_calls.edit_call(desk.session, call.id, theirs, version=version)
    fill(desk, shown.calls, how="outgoing busy", duration="")
    asked = next(one for one in desk.window.findChildren(ConflictDialog) if one.isVisible())
    told = [part.text() for part in asked.findChildren(QLabel)]
    assert "Outgoing, answered · 1 min" in told
    choices = [part.text() for part in asked.findChildren(QRadioButton)]
    assert choices == ["Outgoing, answered · 3 min 25 s", "Outgoing, busy"]
    asked.accept_button.click()
    desk.settle()
    (call,) = stored(desk)
    assert (call.outcome, call.raw_number) == ("busy", "+44 7700 900177")
    assert shown.calls.dialog is None


def test_a_meeting_is_written_and_gets_its_day(desk: Desk) -> None:
    shown = events(desk)
    assert shown.kind.isHidden()
    shown.entry.setPlainText("Walked through the house")
    shown.kind.set_value(notes.NoteKind.MEETING)
    assert shown.add_button.text() == "Add meeting"
    shown.add_button.click()
    desk.settle()
    (note,) = notes.notes(desk.session, 1)
    assert (note.kind, note.at) == ("meeting", desk.office.clock.seconds)
    assert shown.kind.value() == "note"

    def date_back(dialog: QDialog) -> None:
        assert isinstance(dialog, NoteDialog)
        assert dialog.kind.value() == "meeting"
        dialog.day.set_value("2026-09-01")
        dialog.time.set_value("25:00")
        dialog.accept_button.click()
        assert dialog.message.isVisible()
        dialog.time.set_value("9:30")
        dialog.accept_button.click()

    answering(date_back)
    shown.open_entry(("note", note.id))
    desk.settle()
    (note,) = notes.notes(desk.session, 1)
    assert desk.workspace.calling._page.clock.exact(note.at).count("1 September 2026") == 1
    assert note.text == "Walked through the house"


def test_chips_show_one_kind_of_what_happened(desk: Desk, tmp_path: Path) -> None:
    log_imported(desk, tmp_path)
    notes.add_note(desk.session, 1, "A note")
    notes.add_note(desk.session, 1, "A meeting", kind=notes.NoteKind.MEETING)
    notes.add_note(desk.session, 1, "A mail", kind=notes.NoteKind.EMAIL)
    planned(desk.session, "To call", "2026-12-01", contact_id=1)
    shown = events(desk)
    everything = titles(shown)

    def only(kind: str) -> list[str]:
        shown.kinds._buttons[kind].click()
        desk.settle()
        return titles(shown)

    assert only("note") == ["A note"]
    assert only("meeting") == ["A meeting"]
    assert only("email") == ["A mail"]
    assert only("follow_up") == ["To do: To call"]
    assert len(only("call")) == 2
    assert any(title.startswith("Customer added") for title in only("change"))
    assert only("everything") == everything


def test_whoever_may_not_see_calls_has_no_word_of_them(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_people(session)
    add_member(session, "vic", Role.VIEWER)
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("vic"))
    shown = events(desk)
    assert shown.log_button.isHidden()
    assert "call" not in shown.kinds._buttons
    assert desk.workspace.actions_list.action("calls.log") is None
    desk.window.close()
    desk.settle()
    assert bugs == []


def test_a_follow_up_leads_back_to_its_call(desk: Desk, tmp_path: Path) -> None:
    log_imported(desk, tmp_path)
    call = next(row for row in stored(desk) if row.customer_id == 1)
    made = follow_ups.add_follow_up(desk.session, FollowUpDraft("Call back", "2026-12-01", call_id=call.id))
    found = desk.page("follow_ups")
    assert isinstance(found, FollowUpsPage)
    found.list.table.select_ids([made])
    desk.settle()
    found.list.show_call()
    desk.settle()
    page = desk.workspace.page
    assert isinstance(page, CallsPage)
    assert list(page.model.ids_between(0, page.model.rowCount() - 1)) == [call.id]
    shown = events(desk)
    shown.open_entry(("follow_up", made))
    assert isinstance(shown.calls.dialog, FormDialog)
    shown.calls.dialog.reject()
    consents.withdraw_consent(desk.session)
    found = desk.page("follow_ups")
    assert isinstance(found, FollowUpsPage)
    found.list.show_call()
    desk.settle()
    assert "no longer kept" in desk.workspace.notices.bar.label.text()


def test_a_long_timeline_is_read_a_page_at_a_time(desk: Desk) -> None:
    """10,000 entries: what is read is what is asked for, and page after page gives each once."""
    session, kinds = desk.session, (None, "meeting")
    with session.database.write() as connection:
        connection.executemany(
            "INSERT INTO contact_note (uuid, version, salt, contact_id, at, member_id, text, kind)"
            " VALUES (?, 1, ?, 1, ?, 1, ?, ?)",
            [
                (uuid4().bytes, bytes(16), 1_700_000_000 + place, f"Note {place}", kinds[place % 2])
                for place in range(10_000)
            ],
        )  # fmt: skip
    shown = events(desk)
    first = shown.timeline.entries.rowCount()
    assert first < 500
    seen = titles(shown)
    while shown.timeline.entries.canFetchMore(QModelIndex()):
        shown.timeline.entries.fetchMore(QModelIndex())
    everything = titles(shown)
    assert everything[: len(seen)] == seen
    assert sorted(title for title in everything if title.startswith("Note ")) == sorted(
        f"Note {place}" for place in range(10_000)
    )
    shown.kinds._buttons["meeting"].click()
    assert 0 < len(titles(shown)) <= 200
