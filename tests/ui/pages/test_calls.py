"""The calls page: consent first, preview before writing, import, undo, filters, the way to the customer."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, consents
from crm_desktop.operations.calls import CallQuery, call_ids, call_rows
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from tests.environments import Office, add_member
from tests.ui.desk import Desk, answering, sample_call_log


@pytest.fixture
def page(desk: Desk) -> CallsPage:
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    return made


def _import(desk: Desk, log: Path) -> None:
    session = desk.session
    consents.grant_consent(session)
    options = call_imports.reading_options(session)
    call_imports.run_import(session, [log], member_id=session.member.id, options=options)
    desk.workspace._refresh()
    desk.settle()


def _dialog(desk: Desk, page: CallsPage, log: Path) -> ImportDialog:
    consents.grant_consent(desk.session)
    made = ImportDialog(page.context, [log], parent=page)
    desk.qtbot.addWidget(made)
    desk.settle()
    return made


def test_without_consent_nothing_is_read(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    seen: list[bool] = []

    def refuse(dialog: QDialog) -> None:
        assert isinstance(dialog, ConsentDialog)
        seen.append(dialog.tick.isChecked() or dialog.accept_button.isEnabled())
        dialog.reject_button.click()

    answering(refuse)
    page.import_files([sample_call_log(tmp_path)])
    desk.settle()
    assert seen == [False]
    assert consents.active_consent(desk.session, desk.session.member.id) is None
    assert page.model.rowCount() == 0


def test_agreeing_is_recorded_and_leads_to_the_preview(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    previews: list[str] = []

    def agree(dialog: QDialog) -> None:
        assert isinstance(dialog, ConsentDialog)
        dialog.tick.setChecked(True)
        answering(look)
        dialog.accept_button.click()

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ImportDialog)
        assert desk.tasks.wait_idle()
        previews.append(dialog.accept_button.text())
        dialog.reject()

    answering(agree)
    page.import_files([sample_call_log(tmp_path)])
    desk.qtbot.waitUntil(lambda: bool(previews))
    desk.settle()
    assert consents.active_consent(desk.session, desk.session.member.id) is not None
    assert previews == ["Import 4 calls"]
    assert page.model.rowCount() == 0


def test_import_and_undo_in_the_dialog(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, sample_call_log(tmp_path))
    dialog.imported.connect(page.refresh)
    dialog.accept_button.click()
    desk.settle()
    assert dialog.result_view is not None
    assert "4" in dialog.result_view.sentence.text()
    assert page.model.rowCount() == 4
    dialog.result_view.undo_button.click()
    desk.settle()
    assert page.model.rowCount() == 0
    dialog.accept()


def test_the_same_file_again_has_nothing_new(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    log = sample_call_log(tmp_path)
    _import(desk, log)
    dialog = ImportDialog(page.context, [log], parent=page)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    dialog.accept()
    assert page.model.rowCount() == 4
    dialog.reject()


def test_the_same_file_in_another_time_zone_corrects_its_calls(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "Call type,Date,Duration,Number,Contact,Service\n"
        "Incoming,2026-03-02 10:15:57,00:01:00,+44 7700 900123,Harriet,Phone\n",
        encoding="utf-8",
    )
    _import(desk, log)
    dialog = ImportDialog(page.context, [log], parent=page)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    zone = dialog.choices.zone
    zone.setCurrentIndex(zone.findData("Europe/Berlin"))
    desk.settle()
    assert dialog.accept_button.text() == "Correct 1 call"
    dialog.accept_button.click()
    desk.settle()
    assert dialog.result_view is not None
    assert dialog.result_view.sentence.text() == "1 call was corrected."
    assert dialog.result_view.undo_button.isHidden()
    dialog.accept()
    page.refresh()
    desk.settle()
    (call,) = call_rows(desk.session, call_ids(desk.session, CallQuery())).values()
    assert call.started_at == datetime(2026, 3, 2, 9, 15, 57, tzinfo=UTC).timestamp()


def test_unknown_numbers_are_kept_only_when_wanted(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, sample_call_log(tmp_path))
    dialog.choices.keep_unknown.setChecked(True)
    desk.settle()
    assert dialog.accept_button.text() == "Import 5 calls"
    dialog.reject()
    desk.settle()


def test_a_file_that_is_no_log_is_a_sentence(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    nonsense = tmp_path / "letter.txt"
    nonsense.write_text("Dear Sir or Madam\nthis is no call log\n", encoding="utf-8")
    dialog = _dialog(desk, page, nonsense)
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    assert dialog.message.label.text()
    dialog.reject()
    desk.settle()


def test_an_unknown_table_is_mapped_by_hand(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text(
        "date;who was it;kind;seconds\n"
        "2026-03-01 09:14:00;+44 7700 900123;in;60\n"
        "2026-03-02 10:00:00;020 7946 0018;out;0\n",
        encoding="utf-8",
    )
    dialog = _dialog(desk, page, table)
    from crm_desktop.operations.call_imports import reading_options
    from crm_desktop.operations.call_logs import examine_table

    examined = examine_table(table, reading_options(desk.session))
    dialog._show_mapping(examined)
    desk.settle()
    panel = dialog.mapping
    assert panel.columns["number"].currentData() == 2
    assert panel.preview.records is not None
    assert panel.preview.records.rowCount() == 2
    panel.words["in"].setCurrentIndex(panel.words["in"].findData("incoming"))
    panel.words["out"].setCurrentIndex(panel.words["out"].findData("outgoing"))
    desk.settle()
    mapping = panel.mapping()
    assert mapping is not None
    assert mapping.direction_values == {"in": "incoming", "out": "outgoing"}
    assert dialog.accept_button.text() == "Import 2 calls"
    dialog.reject()
    desk.settle()


def test_cancelling_an_import_leaves_the_file_as_it_was(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, sample_call_log(tmp_path))
    dialog.accept_button.click()
    dialog.reject()
    desk.settle()
    assert dialog.message.label.text()
    assert call_imports.runs(desk.session) == []
    page.refresh()
    desk.settle()
    assert page.model.rowCount() == 0
    dialog.reject()


def test_a_lock_lets_the_import_end(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    consents.grant_consent(desk.session)
    dialog = ImportDialog(page.context, [sample_call_log(tmp_path)], parent=page)
    dialog.show()
    desk.settle()
    dialog.accept_button.click()
    desk.window.program_lock()
    locked = desk.window.front
    assert isinstance(locked, LockPage)
    assert not locked.work.isHidden()
    desk.settle()
    assert locked.work.isHidden()
    session = desk.office.open()
    assert len(call_imports.runs(session)) == 1
    session.close()


def test_filters_and_search(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    _import(desk, sample_call_log(tmp_path))
    assert page.count.text() == "4"
    page.outcome.setCurrentIndex(page.outcome.findData("missed"))
    desk.settle()
    assert page.model.rowCount() == 1
    assert str(page.model.index(0, 0).data()) == "Missed call"
    page._show_all()
    page.search.setText("zoe")
    desk.settle()
    assert page.model.rowCount() == 1
    page.search.clear()
    desk.settle()
    assert page.model.rowCount() == 4


def test_a_call_leads_to_its_customer(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    _import(desk, sample_call_log(tmp_path))
    page.search.setText("Owen")
    desk.settle()
    page.table.open_requested.emit(page.model.id_at(0))
    desk.settle()
    other = desk.workspace.page
    assert isinstance(other, CustomersPage)
    assert other.panel.card.name.full_text == "Owen O'Neill"
    other.panel.card.tabs.setCurrentIndex(1)
    entries = other.panel.card.timeline.entries
    titles = [str(entries.index(row, 0).data()) for row in range(entries.rowCount())]
    assert any("1 h 1 min" in title for title in titles)


def test_a_past_import_can_be_undone(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    _import(desk, sample_call_log(tmp_path))
    dialog = RunsDialog(page.context, parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.changed.connect(page.refresh)
    run = call_imports.runs(desk.session)[0]
    answering(lambda question: question.accept())
    dialog._undo(run)
    desk.settle()
    assert call_imports.runs(desk.session) == []
    assert page.model.rowCount() == 0


def test_who_may_not_import_sees_no_door(
    qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]
) -> None:
    session = office.open()
    add_member(session, "sam", Role.STAFF, revoked=("calls.import_own",))
    session.close()
    desk = Desk(qtbot, office, tasks, office.open("sam"))
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    assert page.import_button is None
    assert not desk.workspace.acceptDrops()
    desk.window.close()
    desk.settle()
    assert bugs == []
