"""The import wizard: columns, options, preview before writing, result with its undo."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_imports import Fate
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.contact_mappings import saved_mappings
from crm_desktop.operations.contacts import ContactQuery, contact_count
from crm_desktop.operations.dropped_files import FileKind, look_into
from crm_desktop.ui.shell.dropped_imports import import_dropped
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.cell_painter import PADDING_PX
from crm_desktop.ui.widgets.contact_import_dialog import ContactImportDialog
from crm_desktop.ui.widgets.contact_import_runs import ContactRunsDialog
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from tests.environments import Office, add_member
from tests.ui.desk import Desk, answering, sample_call_log

TABLE = (
    "Vorname;Nachname;E-Mail;Handy;Lieblingsfarbe\n"
    "Harriet;Blythe;ha@example.com;+44 7700 900777;green\n"
    "Nora;Lind;nora@example.org;+44 7700 900888;blue\n"
    ";;;;orange\n"
)


@pytest.fixture
def page(desk: Desk) -> ContactListPage:
    made = desk.page("customers")
    assert isinstance(made, ContactListPage)
    return made


def opened(desk: Desk, page: ContactListPage, path: Path, text: str) -> ContactImportDialog:
    path.write_text(text, encoding="utf-8")
    page.import_contacts([path])
    desk.settle()
    dialog = page.imports.dialog
    assert isinstance(dialog, ContactImportDialog)
    return dialog


def forward(desk: Desk, dialog: ContactImportDialog, steps: int = 1) -> None:
    for _ in range(steps):
        assert dialog.accept_button.isEnabled()
        dialog.accept_button.click()
        desk.settle()


def count(desk: Desk) -> int:
    return contact_count(desk.session, ContactQuery(Category.CUSTOMER))


def test_a_table_goes_through_columns_options_and_preview(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", TABLE)
    chosen = [line.field.currentData() for line in dialog.mapping.lines]
    assert chosen == ["given", "family", "email", "phone", ""]
    forward(desk, dialog, 2)
    fates = [one.fate.fate for one in dialog.preview.rows]
    assert fates == [Fate.UPDATED, Fate.CREATED, Fate.FAILED]
    assert "Lieblingsfarbe" in dialog.preview.unnamed.text()
    dialog.preview.table.select_ids([0])
    desk.settle()
    changes = dialog.preview.changes.records
    assert changes is not None
    shown = [changes.row(place) for place in range(changes.rowCount())]
    assert ("Phone", "–", "+44 7700 900777") in shown
    assert count(desk) == 3
    forward(desk, dialog)
    assert dialog.result_view is not None
    assert dialog.result_view.counts[Fate.CREATED] == 1
    assert count(desk) == 4
    dialog.result_view.undo_button.click()
    desk.settle()
    assert count(desk) == 3
    dialog.accept()


def test_a_mapping_is_recognized_again_by_its_headers(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", TABLE)
    colour = dialog.mapping.lines[4].field
    colour.setCurrentIndex(colour.findData("left_out"))
    forward(desk, dialog, 3)
    dialog.accept()
    assert len(saved_mappings(desk.session)) == 1
    dialog = opened(desk, page, tmp_path / "again.csv", TABLE.replace("Nora", "Jo"))
    assert dialog.mapping.lines[4].field.currentData() == "left_out"
    dialog.mapping.forget_button.click()
    desk.settle()
    assert dialog.mapping.lines[4].field.currentData() == ""
    assert saved_mappings(desk.session) == []
    dialog.reject()


def test_vcards_need_no_columns(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lind;Nora;;;\r\nFN:Nora Lind\r\nEND:VCARD\r\n"
    dialog = opened(desk, page, tmp_path / "people.vcf", text)
    forward(desk, dialog)
    assert [one.fate.fate for one in dialog.preview.rows] == [Fate.CREATED]
    dialog.back_button.click()
    desk.settle()
    dialog.options.category.set_value(Category.ADDRESS_BOOK)
    forward(desk, dialog, 2)
    assert count(desk) == 3
    assert contact_count(desk.session, ContactQuery(Category.ADDRESS_BOOK)) == 1
    dialog.accept()


def test_the_past_imports_are_listed_and_undone(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    forward(desk, dialog := opened(desk, page, tmp_path / "people.csv", TABLE), 3)
    dialog.accept()
    page.record_imports()
    runs = page.imports.dialog
    assert isinstance(runs, ContactRunsDialog)
    assert len(runs.undo_buttons) == 1
    answering(lambda question: question.accept())
    runs.undo_buttons[0].click()
    desk.settle()
    assert count(desk) == 3
    assert runs.undo_buttons == []
    runs.accept()


def test_a_file_that_holds_no_contacts_is_refused(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    dialog = opened(desk, page, tmp_path / "people.vcf", "\x00\x01 this is no card")
    assert not dialog.message.isHidden()
    assert not dialog.accept_button.isEnabled()
    dialog.reject()
    assert page.table.focusPolicy() != Qt.FocusPolicy.NoFocus


BROKEN = (
    "Vorname;Nachname;E-Mail;Handy;Kundennummer\n"
    "Nora;Lind;nora@example.org;+44 7700 900888;\n"
    ";;;;=HYPERLINK(1)\n"
    "Jo;Park;;;;;extra\n"
)


def test_failed_rows_are_put_right_in_place_and_come_in(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", BROKEN)
    forward(desk, dialog, 3)
    result = dialog.result_view
    assert result is not None
    assert [one.fate.reason for one in result.failed.source.failed] == ["no_name", "column_count"]
    result.failed.save_to(tmp_path / "failed.csv")
    desk.settle()
    saved = (tmp_path / "failed.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in saved
    assert "no name" in saved
    model = result.failed.table.records
    assert model is not None
    place = model.column_of("family")
    assert place is not None
    assert model.setData(model.index(0, place), "Okafor")
    result.failed.again_button.click()
    desk.settle()
    assert count(desk) == 6
    assert result.counts == {Fate.CREATED: 3, Fate.UPDATED: 0, Fate.SKIPPED: 0, Fate.FAILED: 0}
    assert result.failed.isHidden()
    result.undo_button.click()
    desk.settle()
    assert count(desk) == 3
    dialog.accept()


def test_the_reason_of_a_failed_row_can_be_read_in_full(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nora Lind\r\nEND:VCARD\r\nBEGIN:VCARD\r\nN:Lind;Jo;;;\r\n"
    for text, name in ((BROKEN, "people.csv"), (cards, "people.vcf")):
        dialog = opened(desk, page, tmp_path / name, text)
        forward(desk, dialog, 3 if name.endswith("csv") else 2)
        assert dialog.result_view is not None
        failed = dialog.result_view.failed
        model = failed.table.records
        assert model is not None
        place = model.column_of("why")
        assert place is not None
        for number in range(model.rowCount()):
            failed.table.setCurrentIndex(model.index(number, place))
            reason = str(model.index(number, place).data())
            room = failed.table.columnWidth(place) - 2 * PADDING_PX
            fits = failed.table.fontMetrics().horizontalAdvance(reason) <= room
            assert fits or failed.why.text() == reason
        dialog.accept()


def test_a_saved_file_of_failed_rows_is_read_again(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    dialog = opened(desk, page, tmp_path / "people.csv", BROKEN)
    forward(desk, dialog, 3)
    assert dialog.result_view is not None
    dialog.result_view.failed.save_to(tmp_path / "failed.csv")
    desk.settle()
    dialog.accept()
    text = (tmp_path / "failed.csv").read_text("utf-8-sig")
    dialog = opened(desk, page, tmp_path / "fixed.csv", text)
    found = [line.field.currentData() for line in dialog.mapping.lines]
    assert found[:5] == ["left_out", "left_out", "given", "family", "organization"]
    forward(desk, dialog, 2)
    assert [one.fate.fate for one in dialog.preview.rows] == [Fate.FAILED, Fate.CREATED]
    dialog.reject()


def test_where_everything_fails_the_rows_can_still_be_put_right(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lind;Nora;;;\r\nFN:Nora Lind\r\n"
    dialog = opened(desk, page, tmp_path / "people.vcf", text)
    forward(desk, dialog, 2)
    result = dialog.result_view
    assert result is not None
    assert [one.fate.reason for one in result.failed.source.failed] == ["card_not_ended"]
    result.failed.again_button.click()
    desk.settle()
    assert count(desk) == 4
    dialog.accept()


def test_cancelling_leaves_nothing(desk: Desk, page: ContactListPage, tmp_path: Path) -> None:
    rows = "".join(f"Ann{place};Lee{place};a{place}@example.org\n" for place in range(4000))
    dialog = opened(desk, page, tmp_path / "many.csv", "Vorname;Nachname;E-Mail\n" + rows)
    forward(desk, dialog, 2)
    dialog.accept_button.click()
    desk.qtbot.waitUntil(lambda: count(desk) > 3, timeout=20_000)
    dialog.reject()
    desk.settle()
    assert not dialog.isHidden()
    assert dialog.result_view is None
    assert count(desk) == 3
    dialog.reject()
    assert dialog.isHidden()


def test_files_dropped_on_the_window_are_told_apart(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    table = tmp_path / "people.csv"
    table.write_text(TABLE, encoding="utf-8")
    found = look_into(desk.session, [table, sample_call_log(tmp_path)])
    assert [one.kind for one in found.files] == [FileKind.CONTACTS, FileKind.LOG]
    import_dropped(desk.workspace.pages, desk.session, look_into(desk.session, [table]))
    desk.settle()
    assert isinstance(page.imports.dialog, ContactImportDialog)
    page.imports.dialog.reject()


def test_who_may_not_import_sees_nothing_of_it(qtbot: QtBot, office: Office, tasks: Tasks) -> None:
    admin = office.open()
    add_member(admin, "vic", Role.VIEWER)
    admin.close()
    desk = Desk(qtbot, office, tasks, office.open("vic"))
    page = desk.page("customers")
    assert isinstance(page, ContactListPage)
    assert page.imports.button is None
    assert desk.workspace.actions_list.action("record.import") is None
    page.record_import()
    assert page.imports.dialog is None
    desk.window.close()
    desk.settle()


def test_the_window_answers_while_ten_thousand_cards_are_read(
    desk: Desk, page: ContactListPage, tmp_path: Path
) -> None:
    cards = "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee{place};Ann;;;\r\nFN:Ann Lee{place}\r\n"
        f"TEL:+49160{5_000_000 + place}\r\nEND:VCARD\r\n"
        for place in range(10_000)
    )
    dialog = opened(desk, page, tmp_path / "many.vcf", cards)
    gaps: list[float] = []
    last = [time.monotonic()]

    def tick() -> None:
        now = time.monotonic()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(tick)
    timer.start()
    dialog.accept_button.click()
    last[0] = time.monotonic()
    desk.qtbot.waitUntil(lambda: len(dialog.preview.rows) == 10_000, timeout=60_000)
    timer.stop()
    assert len(gaps) > 20
    assert max(gaps) < 1.0
    assert dialog.accept_button.text() == "Import 10,000 contacts"
    dialog.reject()
