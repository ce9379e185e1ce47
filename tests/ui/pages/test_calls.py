"""The calls page: consent first, preview before writing, import, undo, filters, the way to the customer."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel
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
    desk.workspace.refresh()
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
    assert "New calls" not in [part.text() for part in dialog.result_view.findChildren(QLabel)]
    assert dialog.height() < 400
    assert page.model.rowCount() == 4
    dialog.result_view.undo_button.click()
    desk.settle()
    assert page.model.rowCount() == 0
    result = dialog.result_view
    said = [part.text() for part in result.findChildren(QLabel) if part.isVisibleTo(result)]
    assert said == ["The import is undone: 4 calls were removed. It can be imported again."]
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
    words = [part.text() for part in dialog.review.findChildren(QLabel)]
    assert "kept too, 1 of the calls above" in words
    assert "belong to nobody you know" not in words
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


def _choose(box: QComboBox, value: object) -> None:
    """Pick an entry as the mouse does."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def _written(tmp_path: Path, text: str, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


GERMAN_ROWS = "31.03.2026 09:14;+44 7700 900123;ein;60\n01.04.2026 10:00;020 7946 0018;aus;0\n"


def test_an_unknown_table_is_mapped_by_hand(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    table = _written(
        tmp_path,
        "date;who was it;kind;seconds\n"
        "2026-03-01 09:14:00;+44 7700 900123;hither;60\n"
        "2026-03-02 10:00:00;020 7946 0018;thither;0\n",
    )
    dialog = _dialog(desk, page, table)
    panel = dialog.mapping
    assert panel.isVisibleTo(dialog)
    assert panel.columns["number"].currentData() == 2
    assert panel.preview.records is not None
    assert panel.preview.records.rowCount() == 2
    _choose(panel.words["hither"], "incoming")
    _choose(panel.words["thither"], "outgoing")
    desk.settle()
    mapping = panel.mapping()
    assert mapping is not None
    assert mapping.direction_values == {"hither": "incoming", "thither": "outgoing"}
    assert dialog.accept_button.text() == "Import 2 calls"
    assert dialog.accept_button.isEnabled()
    dialog.reject()
    desk.settle()


@pytest.mark.parametrize("header", ["Wann;Wer;Richtung;Sek\n", ""], ids=["unknown header", "no header"])
def test_a_table_without_known_words_is_imported(
    desk: Desk, page: CallsPage, tmp_path: Path, header: str
) -> None:
    dialog = _dialog(desk, page, _written(tmp_path, header + GERMAN_ROWS))
    panel = dialog.mapping
    assert panel.isVisibleTo(dialog)
    assert [panel.columns[key].currentData() for key in ("date", "number", "direction")] == [1, 2, 3]
    assert panel.columns["date"].itemText(1) == (header.partition(";")[0] or "Column 1")
    assert panel.date_format.currentText() == "31.03.2026 14:05"
    assert not dialog.accept_button.isEnabled()
    dialog.message.button.click()
    desk.settle()
    assert dialog.accept_button.text() == "Import 2 calls"
    dialog.accept_button.click()
    desk.settle()
    page.refresh()
    desk.settle()
    assert page.model.rowCount() == 2


def test_what_is_missing_is_chosen_before_anything_is_imported(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    rows = "x1;31.03.2026 09:14;555;0044 7700 900123 (Ann)\nx2;01.04.2026 10:00;555;020 7946 0018 (Ben)\n"
    dialog = _dialog(desk, page, _written(tmp_path, "A;B;C;D\n" + rows))
    panel = dialog.mapping
    assert panel.columns["number"].currentData() is None
    assert panel.columns["number"].currentText() == "– please choose –"
    assert "Number, Direction" in dialog.message.label.text()
    assert not dialog.accept_button.isEnabled()
    _choose(panel.columns["number"], 4)
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    _choose(panel.columns["direction"], "all:incoming")
    desk.settle()
    assert dialog.message.button.text() == "These dates are right"
    dialog.message.button.click()
    desk.settle()
    mapping = panel.mapping()
    assert mapping is not None
    assert (mapping.direction, mapping.direction_of_all) == (None, "incoming")
    assert dialog._preview is not None
    assert dialog._preview.files[0].records == 2
    dialog.reject()
    desk.settle()


def test_the_date_format_follows_the_column_chosen(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    rows = "soon;+44 7700 900123;in;31/03/2026 09:14\nlater;020 7946 0018;out;01/04/2026 10:00\n"
    dialog = _dialog(desk, page, _written(tmp_path, "Date;Number;Direction;Real\n" + rows))
    _choose(dialog.mapping.columns["date"], 4)
    desk.settle()
    assert dialog.mapping.date_format.style_chosen() == "%d/%m/%Y %H:%M"
    assert dialog.accept_button.text() == "Import 2 calls"
    assert dialog.accept_button.isEnabled()
    dialog.reject()
    desk.settle()


def test_dates_that_could_be_either_are_confirmed_first(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    table = _written(
        tmp_path,
        "Date,Number,Direction\n01/02/2026 09:14,+44 7700 900123,in\n03/04/2026 10:00,020 7946 0018,out\n",
    )
    dialog = _dialog(desk, page, table)
    panel = dialog.mapping
    assert "date format" in dialog.message.label.text()
    assert panel.date_format.currentText() == "31/03/2026 14:05"
    assert not dialog.accept_button.isEnabled()
    _choose(panel.columns["direction"], 3)
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    _choose(panel.date_format, "%m/%d/%Y %H:%M")
    desk.settle()
    assert dialog.accept_button.isEnabled()
    assert not dialog.message.isVisibleTo(dialog)
    _choose(panel.date_format, "%Y-%m-%d")
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    assert dialog.review.rows.isVisibleTo(dialog)
    records = dialog.review.rows.records
    assert records is not None
    assert records.rowCount() == 2
    dialog.reject()
    desk.settle()


def test_of_several_files_the_refused_one_is_named(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    good = sample_call_log(tmp_path)
    bad = _written(tmp_path, "Wann;Was\nheute 1;Ann\nmorgen 2;Ben\n", "other.csv")
    consents.grant_consent(desk.session)
    dialog = ImportDialog(page.context, [good, bad], parent=page)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert "other.csv" in dialog.message.label.text()
    assert dialog.accept_button.text() == "Import 4 calls"
    assert [one.problem is None for one in dialog.files.files] == [True, False]
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
    page.filters.outcome.setCurrentIndex(page.filters.outcome.findData("missed"))
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
    assert "No imports are in the file." in [part.text() for part in dialog.findChildren(QLabel)]


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
