"""The files of an import: each has its row, is read as chosen, and is reported on; folders and zips too."""

import csv
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog

from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import call_imports, consents, member_lines
from crm_desktop.operations.call_import_groups import Group
from crm_desktop.operations.dropped_files import DroppedFiles, look_into
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.calls import log_intake
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.log_file_rows import file_columns
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from crm_desktop.ui.shell.dropped_imports import import_dropped
from crm_desktop.ui.widgets.cell_painter import PADDING_PX
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.contact_import_dialog import ContactImportDialog
from crm_desktop.ui.widgets.static_table import StaticTable
from tests.ui.desk import Desk, answering, sample_call_log

FRITZ = "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
ROUTER_ROWS = (
    "1;31.03.26 08:20;;02079460018;Tel;555;0:02\n"
    "2;31.03.26 09:00;;+447700900888;Tel;556;0:00\n"
    "1;32.03.26 08:20;;02079460018;Tel;555;0:02\n"
)


@pytest.fixture
def page(desk: Desk) -> CallsPage:
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    return made


@pytest.fixture
def paths(desk: Desk, tmp_path: Path) -> list[Path]:
    """Give a phone's log, and a folder with a router's list and a letter; whose line 555 is, is known."""
    consents.grant_consent(desk.session)
    member_lines.set_lines(desk.session, desk.session.member.id, ["555"])
    office = tmp_path / "office"
    office.mkdir()
    (office / "list.csv").write_text(FRITZ + ROUTER_ROWS, encoding="utf-8")
    (office / "letter.txt").write_text("Dear all\nno log\n", encoding="utf-8")
    return [sample_call_log(tmp_path), office]


@pytest.fixture
def dialog(desk: Desk, page: CallsPage, paths: list[Path]) -> ImportDialog:
    made = ImportDialog(page.context, paths, parent=page)
    desk.qtbot.addWidget(made)
    desk.settle()
    return made


def cells(table: StaticTable) -> list[list[str]]:
    model = table.records
    assert model is not None
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def current(dialog: ImportDialog, place: int) -> None:
    """Choose a file of the list as a click on its row does."""
    dialog.files.table.current_record_changed.emit(place)


def test_every_file_has_its_row_with_what_is_in_it(dialog: ImportDialog) -> None:
    phone, letter, router = cells(dialog.files.table)
    assert phone[1:] == [
        "4 new", "SMS Backup & Restore, calls (Android, XML)", "100 %", "utf-8", "1 Apr 2026 00:33",
        "1 Apr 2026 11:40", "5", "0",
    ]  # fmt: skip
    assert letter[:2] == ["letter.txt (office)", "No call log"]
    assert router[0] == "list.csv (office)"
    assert (router[1], router[5], router[7:]) == ("1 new", "31 Mar 2026 08:20", ["2", "1"])
    assert dialog.accept_button.text() == "Import 5 calls"


def test_a_long_log_is_counted_in_full(desk: Desk, dialog: ImportDialog) -> None:
    table = dialog.files.table
    dialog.show()
    desk.settle()
    keys = [column.key for column in file_columns()]
    for key, widest in (("calls", "500,000"), ("first", "28 May 2026 22:26"), ("last", "28 May 2026 22:26")):
        place = keys.index(key)
        assert table.columnWidth(place) >= table.fontMetrics().horizontalAdvance(widest) + 2 * PADDING_PX, key


def test_format_and_encoding_of_one_file_are_chosen(desk: Desk, dialog: ImportDialog) -> None:
    current(dialog, 2)
    box = dialog.files.format
    assert box.itemText(1) == "FRITZ!Box, call list (CSV) (100 %)"
    dialog.files.encoding.setCurrentIndex(dialog.files.encoding.findData("cp1252"))
    dialog.files.encoding.activated.emit(0)
    desk.settle()
    assert [row[4] for row in cells(dialog.files.table)] == ["utf-8", "", "cp1252"]
    box.setCurrentIndex(box.findData("asterisk_master_csv"))
    box.activated.emit(0)
    desk.settle()
    assert cells(dialog.files.table)[2][1] == "Not read"
    assert dialog.accept_button.text() == "Import 4 calls"
    assert "list.csv" in dialog.message.label.text()
    box.setCurrentIndex(0)
    box.activated.emit(0)
    desk.settle()
    assert dialog.accept_button.text() == "Import 5 calls"


def test_a_file_is_left_out_and_comes_back_by_a_drop(
    desk: Desk, dialog: ImportDialog, paths: list[Path]
) -> None:
    current(dialog, 2)
    dialog.files.remove_button.click()
    desk.settle()
    assert dialog.accept_button.text() == "Import 4 calls"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(paths[1] / "list.csv")), QUrl.fromLocalFile(str(paths[0]))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    dialog.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    desk.settle()
    assert [row[0] for row in cells(dialog.files.table)][2:] == ["list.csv"]
    assert dialog.accept_button.text() == "Import 5 calls"


def test_a_table_left_out_takes_its_columns_along(
    desk: Desk, page: CallsPage, paths: list[Path], tmp_path: Path
) -> None:
    table = tmp_path / "unknown.csv"
    table.write_text("Wann;Was\nheute 1;Ann\nmorgen 2;Ben\n", encoding="utf-8")
    dialog = ImportDialog(page.context, [paths[0], table], parent=page)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert dialog.mapping.isVisibleTo(dialog)
    assert "unknown.csv" in dialog.message.label.text()
    current(dialog, 1)
    dialog.files.remove_button.click()
    desk.settle()
    assert not dialog.mapping.isVisibleTo(dialog)
    assert not dialog.message.isVisibleTo(dialog)
    assert dialog.accept_button.text() == "Import 4 calls"
    dialog.reject()
    desk.settle()


def test_another_time_zone_says_which_moment_moved(desk: Desk, dialog: ImportDialog) -> None:
    assert not dialog.files.moved.isVisibleTo(dialog)
    zone = dialog.choices.zone
    zone.setCurrentIndex(zone.findData("Europe/Berlin"))
    desk.settle()
    assert "31 Mar 2026 07:20, it was 31 Mar 2026 08:20" in dialog.files.moved.text()


def test_each_group_shows_its_rows(desk: Desk, dialog: ImportDialog) -> None:
    review = dialog.review
    assert review.shown is Group.REJECTED
    (rejected,) = cells(review.rows)
    assert rejected == ["list.csv", "5", "no date and time that can be read", ""]
    assert Group.NO_CONSENT not in review.groups, "of calls nobody agreed to there is only a number"
    review.groups[Group.MATCHED].click()
    assert cells(review.rows)[0][:2] == ["Harriet Blythe", "2"]
    review.groups[Group.UNKNOWN].click()
    assert "+447700900999" in " ".join(cells(review.rows)[0])
    assert "Calls by line: " in review.lines.text()


def test_the_report_of_one_file_and_of_a_past_import(
    desk: Desk, page: CallsPage, dialog: ImportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    current(dialog, 0)
    assert dialog.files.report_button.isHidden()
    current(dialog, 2)
    dialog.files.report_button.click()
    desk.settle()
    line = ["list.csv", "5", "Not read: no date and time that can be read", ""]
    with target.open(newline="", encoding="utf-8-sig") as stream:
        assert list(csv.reader(stream)) == [["File", "Line", "Why", "What the file says"], line]
    dialog.accept_button.click()
    desk.settle()
    runs = RunsDialog(page.context, parent=page)
    desk.qtbot.addWidget(runs)
    router = next(run for run in call_imports.runs(desk.session) if run.rejected)
    assert [list(one) for one in runs.report_of(router)] == [line]


def test_a_shared_log_asks_for_nobodys_consent_but_names_it(
    desk: Desk, page: CallsPage, paths: list[Path]
) -> None:
    consents.withdraw_consent(desk.session)
    asked: list[str] = []

    def look(dialog: QDialog) -> None:
        asked.append(type(dialog).__name__)
        assert desk.tasks.wait_idle()
        if isinstance(dialog, ImportDialog):
            asked.append(dialog.message.label.text())
            assert not dialog.accept_button.isEnabled()
            assert not dialog.choices.consent_button.isHidden()
        dialog.reject()

    answering(look)
    page.import_found(look_into(desk.session, paths))
    desk.settle()
    assert asked[0] == ImportDialog.__name__
    assert "consent" in asked[1]


def test_consent_is_given_inside_the_window(desk: Desk, page: CallsPage, paths: list[Path]) -> None:
    consents.withdraw_consent(desk.session)
    dialog = ImportDialog(page.context, paths, parent=page)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert not dialog.accept_button.isEnabled()

    def agree(asked: QDialog) -> None:
        assert isinstance(asked, ConsentDialog)
        asked.tick.setChecked(True)
        asked.accept_button.click()

    answering(agree)
    dialog.choices.consent_button.click()
    desk.settle()
    assert dialog.accept_button.text() == "Import 5 calls"
    dialog.reject()
    desk.settle()


def test_a_look_into_files_that_is_left_changes_nothing(
    desk: Desk, page: CallsPage, paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    begun, go_on = Event(), Event()

    def slow(session: Session, paths: list[Path], *, progress: object, cancel: CancelToken) -> DroppedFiles:
        begun.set()
        assert go_on.wait(10)
        seen.append(cancel.cancelled)
        return look_into(session, paths, cancel=cancel)

    monkeypatch.setattr(log_intake, "look_into", slow)
    dialog = ImportDialog(page.context, paths, parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    assert begun.wait(10)
    dialog.reject()
    go_on.set()
    desk.settle()
    assert seen == [True]
    assert not dialog.isVisible()
    assert call_imports.runs(desk.session) == []


def test_contacts_among_dropped_logs_come_after_the_calls(
    desk: Desk, page: CallsPage, paths: list[Path], tmp_path: Path
) -> None:
    card = tmp_path / "ann.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEND:VCARD\n", encoding="utf-8")
    states: list[str] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ImportDialog)
        assert desk.tasks.wait_idle()
        states.extend(row[1] for row in cells(dialog.files.table))
        dialog.reject()

    answering(look)
    import_dropped(desk.workspace.pages, desk.session, look_into(desk.session, [*paths, card]))
    desk.settle()
    assert states[-1] == "Contacts, later"
    wizard = desk.page("customers").imports.dialog  # type: ignore[attr-defined]
    assert isinstance(wizard, ContactImportDialog)
    wizard.reject()


def test_a_table_that_looks_like_contacts_is_a_log_where_its_columns_are_named(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    consents.grant_consent(desk.session)
    table = tmp_path / "people.csv"
    table.write_text("Name,Phone,Seen\n" + "Ann,020 7946 0018,2026-03-31 10:00\n" * 3, encoding="utf-8")
    left: list[list[Path]] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, ImportDialog)
        assert desk.tasks.wait_idle()
        assert cells(dialog.files.table)[0][1] == "Contacts, later"
        assert "looks like contacts" in dialog.message.label.text()
        assert not dialog.accept_button.isEnabled()
        dialog.files.columns_button.click()
        assert desk.tasks.wait_idle()
        for key, value in (("date", 3), ("number", 2), ("direction", "all:incoming")):
            box = dialog.mapping.columns[key]
            box.setCurrentIndex(box.findData(value))
            box.activated.emit(box.currentIndex())
            assert desk.tasks.wait_idle()
        assert "which column" in dialog.message.label.text()
        dialog.message.button.click()
        assert desk.tasks.wait_idle()
        assert dialog.accept_button.isEnabled()
        dialog.reject()

    answering(look)
    page.import_found(look_into(desk.session, [table]), left.append)
    desk.settle()
    assert left == [[]]


def test_what_is_no_log_is_refused_without_asking_for_a_consent(desk: Desk, tmp_path: Path) -> None:
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    path = tmp_path / "letter.csv"
    path.write_bytes(b"%PDF-1.4\n" + bytes(range(256)))
    page.import_files([path])  # a question would wait here for ever
    desk.settle()
    assert "letter.csv" in desk.workspace.notices.bar.label.text()
    assert "no call log" in desk.workspace.notices.bar.label.text()
