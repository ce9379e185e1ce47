"""The mapping wizard: where the table stands, what its words mean, mappings kept by name."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel

from crm_desktop.operations import consents
from crm_desktop.operations.call_logs import Mapping
from crm_desktop.operations.call_mappings import save_call_mapping, saved_call_mappings
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.saved_mappings_dialog import NameDialog, SavedMappingsDialog
from tests.importers.test_call_workbooks import workbook
from tests.importers.test_suggestion import YEASTAR
from tests.ui.desk import Desk, answering

# The direction words are those of no language; the third stands far below the rows shown.
HEADER = "Praxis Nord;;;\nwann;wer;wohin;dauer\n"
ROWS = "".join(
    f"{day:02d}.03.2026 09:{day:02d};+44 7700 900123;{('rein', 'raus')[day % 2]};0:{day}\n"
    for day in range(10, 30)
)
LATE = "30.03.2026 10:00;020 7946 0018;intern;0:05\n31.03.2026 10:00;020 7946 0018;rein;0:05\n"


@pytest.fixture
def page(desk: Desk) -> CallsPage:
    made = desk.page("calls")
    assert isinstance(made, CallsPage)
    consents.grant_consent(desk.session)
    return made


def _dialog(desk: Desk, page: CallsPage, path: Path) -> ImportDialog:
    made = ImportDialog(page.context, [path], parent=page)
    desk.qtbot.addWidget(made)
    made.show()
    desk.settle()
    return made


def _choose(desk: Desk, box: QComboBox, data: object) -> None:
    place = box.findData(data)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)
    desk.settle()


def _table(folder: Path, text: str = HEADER + ROWS + LATE, name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_words_of_all_rows_are_asked_for_with_their_count(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    panel = _dialog(desk, page, _table(tmp_path)).mapping
    assert list(panel.words) == ["rein", "raus", "intern"]
    shown = [part.text() for part in panel.direction_words.findChildren(QLabel)]
    assert {"11 rows", "10 rows", "1 row"} <= set(shown)
    assert panel.words["intern"].currentData() == "internal"
    assert not panel.direction_words.others.isVisibleTo(panel)


def test_the_columns_to_be_named_are_brought_into_view(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, _table(tmp_path))
    direction = dialog.mapping.columns["direction"]
    desk.qtbot.waitUntil(lambda: not direction.visibleRegion().isEmpty())


def test_a_column_that_was_looked_at_is_not_marked_any_more(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    panel = _dialog(
        desk, page, _table(tmp_path, "day,who,note\n2026-03-01 09:00:00,+44 7700 900123,x\n")
    ).mapping
    direction = panel.columns["direction"]
    assert direction.property("refused")
    assert direction.toolTip()
    _choose(desk, direction, 3)
    assert not direction.property("refused")
    assert not direction.toolTip()


def test_a_word_without_a_meaning_rejects_its_rows_only(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, _table(tmp_path))
    _choose(desk, dialog.mapping.words["raus"], None)
    assert dialog._preview is not None
    (file,) = dialog._preview.files
    assert file.records == 11
    assert {reason for _line, reason, _text in file.rejected} == {"unknown_type"}


def test_a_column_with_too_many_words_says_how_many_rows_are_left(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    rows = "".join(f"2026-03-01 09:00:00,+44 7700 900123,w{n % 90}\n" for n in range(180))
    panel = _dialog(desk, page, _table(tmp_path, "date,number,note\n" + rows)).mapping
    _choose(desk, panel.columns["direction"], 3)
    assert len(panel.words) == 40
    assert "100 rows" in panel.direction_words.others.text()


def test_a_known_word_is_read_although_it_is_the_41st(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(41)] * 2 + ["incoming"]
    rows = "".join(f"2026-03-01 09:00:{n % 60:02d},+44 7700 900123,{word}\n" for n, word in enumerate(words))
    dialog = _dialog(desk, page, _table(tmp_path, "date,number,note\n" + rows))
    panel = dialog.mapping
    _choose(desk, panel.columns["direction"], 3)
    assert len(panel.words) == 40
    assert "incoming" not in panel.words
    assert "2 rows" in panel.direction_words.others.text()
    mapped = panel.mapping()
    assert mapped is not None
    assert mapped.direction_values == {"incoming": "incoming"}
    assert dialog._preview is not None
    assert dialog._preview.files[0].records == 1


def test_words_said_to_mean_nothing_are_not_read(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, _table(tmp_path))
    for word in ("rein", "raus", "intern"):
        _choose(desk, dialog.mapping.words[word], None)
    mapped = dialog.mapping.mapping()
    assert mapped is not None
    assert mapped.direction_values == {}


MONTHLY = Mapping(
    date="wann", number="wer", direction="wohin", duration="dauer", date_format="%d/%m/%Y %H:%M",
    direction_values={"REIN": "incoming", "weiter": "outgoing"},
)  # fmt: skip


def test_a_saved_mapping_keeps_the_words_this_table_has_not(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    save_call_mapping(desk.session, "Monat", MONTHLY, ("wann", "wer", "wohin", "dauer"))
    rows = "wann;wer;wohin;dauer\n" + "14/03/2026 10:00;020 7946 0018;rein;0:05\n" * 2
    panel = _dialog(desk, page, _table(tmp_path, rows)).mapping
    assert panel.words["rein"].currentData() == "incoming"
    mapped = panel.mapping()
    assert mapped is not None
    assert mapped.direction_values == {"rein": "incoming", "weiter": "outgoing"}


def test_a_saved_mapping_is_doubted_where_the_dates_are_the_other_way_round(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    save_call_mapping(desk.session, "Monat", MONTHLY, ("wann", "wer", "wohin", "dauer"))
    rows = "".join(f"03/{day}/2026 10:00;020 7946 0018;rein;0:05\n" for day in ("04", "05", "14"))
    dialog = _dialog(desk, page, _table(tmp_path, "wann;wer;wohin;dauer\n" + rows))
    assert not dialog.accept_button.isEnabled()
    assert not dialog.mapping.dates_are_sure
    dialog.mapping._use(saved_call_mappings(desk.session)[0])  # chosen by hand it is doubted too
    desk.settle()
    assert not dialog.mapping.dates_are_sure
    assert not dialog.accept_button.isEnabled()


def _with_talk_times(folder: Path, *times: str) -> Path:
    rows = "".join(
        f"{10 + at % 20}.03.2026 09:10;+44 7700 900123;ein;{text}\n" for at, text in enumerate(times)
    )
    return _table(folder, "Datum;Nummer;Richtung;Dauer\n" + rows)


def test_a_talk_time_that_may_be_hours_is_asked_about(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    dialog = _dialog(desk, page, _with_talk_times(tmp_path, "00:00", "01:05", "00:40"))
    desk.qtbot.waitUntil(dialog.message.isVisible)
    assert "“01:05” may be 1 min 5 s, or 1 h 5 min." in dialog.message.label.text()
    assert not dialog.accept_button.isEnabled()
    box = dialog.mapping.duration_format
    assert box.property("refused")
    assert box.style_chosen() == "mm:ss or h:mm:ss"
    assert dialog.message.button.text() == "1 min 5 s is right"
    dialog.message.button.click()
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert not box.property("refused")
    assert dialog.message.isHidden()


@pytest.mark.parametrize("chosen", ["h:mm", "mm:ss or h:mm:ss"])
def test_the_format_of_the_talk_time_is_an_answer(
    desk: Desk, page: CallsPage, tmp_path: Path, chosen: str
) -> None:
    dialog = _dialog(desk, page, _with_talk_times(tmp_path, "01:05", "00:40"))
    desk.qtbot.waitUntil(dialog.message.isVisible)
    _choose(desk, dialog.mapping.duration_format, chosen)
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    mapped = dialog.mapping.mapping()
    assert mapped is not None
    assert mapped.duration_format == chosen


def test_a_talk_time_nobody_names_a_column_for_is_not_asked_about(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    dialog = _dialog(desk, page, _with_talk_times(tmp_path, "01:05", "00:40"))
    _choose(desk, dialog.mapping.columns["duration"], None)
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    _choose(desk, dialog.mapping.columns["duration"], 4)
    desk.qtbot.waitUntil(lambda: not dialog.accept_button.isEnabled())


def test_the_line_of_the_headers_is_shown_and_chosen(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    panel = _dialog(desk, page, _table(tmp_path)).mapping
    assert panel.place.header_line.currentText() == "2: wann · wer · wohin · dauer"
    assert panel.place.header_line.itemText(1) == "1: Praxis Nord"
    _choose(desk, panel.place.header_line, 3)
    assert panel.columns["number"].itemText(2) == "+44 7700 900123"
    _choose(desk, panel.place.header_line, 2)
    assert panel.columns["number"].itemText(2) == "wer"


def test_delimiter_and_encoding_are_shown_and_changed(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    path = tmp_path / "alt.csv"
    path.write_bytes(("wann;wer;wohin;länge\n" + ROWS).encode("cp850"))
    dialog = _dialog(desk, page, path)
    panel = dialog.mapping
    assert (panel.place.delimiter.currentData(), panel.place.encoding.currentData()) == (";", "cp1252")
    assert not panel.place.sheet.isVisibleTo(panel)
    _choose(desk, panel.place.encoding, "cp850")
    assert panel.columns["name"].itemText(4) == "länge"
    _choose(desk, panel.place.encoding, "utf-16")
    assert "utf-16" in dialog.message.label.text()
    assert panel.place.encoding.currentData() == "cp850"
    _choose(desk, panel.place.delimiter, "|")
    assert panel.columns["number"].count() == 2


def test_the_sheet_of_a_workbook_is_chosen(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    rows = [("A", "B", "C"), ("1.3.2026 09:00", "+44 7700 900123", "rein")]
    other = [("Artikel", "Preis"), ("Tisch", 20)]
    path = workbook(tmp_path / "b.xlsx", ("Nord", [*rows]), ("Preise", [*other]))
    panel = _dialog(desk, page, path).mapping
    assert panel.place.sheet.currentData() == "Nord"
    assert not panel.place.delimiter.isVisibleTo(panel)
    _choose(desk, panel.place.sheet, "Preise")
    assert panel.columns["number"].itemText(2) == "Preis"


def test_a_mapping_is_saved_and_the_next_table_is_read_by_it(
    desk: Desk, page: CallsPage, tmp_path: Path
) -> None:
    panel = _dialog(desk, page, _table(tmp_path)).mapping

    def name_it(dialog: QDialog) -> None:
        assert isinstance(dialog, NameDialog)
        assert not dialog.accept_button.isEnabled()
        assert not dialog.without_header.isVisibleTo(dialog)
        dialog.name.setText("Praxis Nord")
        dialog.accept_button.click()

    answering(name_it)
    panel.keeping.save_button.click()
    desk.settle()
    (saved,) = saved_call_mappings(desk.session)
    assert saved.table.mapping.number == "wer"
    assert panel.keeping.known.text().startswith("As in “Praxis Nord”. Saved by Ana")
    turned = "wohin;dauer;wer;wann\n" + "rein;0:10;+44 7700 900123;01.04.2026 09:00\n" * 2
    again = _dialog(desk, page, _table(tmp_path, turned, "april.csv"))
    assert again.accept_button.text() == "Import 2 calls"
    # It is shown all the same, to be looked at and to be changed.
    assert again.mapping.keeping.known.text().startswith("As in “Praxis Nord”.")
    assert again.mapping.columns["number"].currentData() == 3


def test_saved_mappings_are_used_renamed_and_deleted(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    mapping = Mapping(date=1, number=2, direction_of_all="outgoing", date_format="%d.%m.%Y %H:%M")
    save_call_mapping(desk.session, "Alle raus", mapping, ("wann", "wer", "a", "b"))
    dialog = _dialog(desk, page, _table(tmp_path))
    used: list[str] = []

    def name_it(asked: QDialog) -> None:
        assert isinstance(asked, NameDialog)
        asked.name.setText("Nur raus")
        asked.accept_button.click()

    def manage(manager: QDialog) -> None:
        assert isinstance(manager, SavedMappingsDialog)
        answering(name_it)
        manager.action("Rename “Alle raus”").click()
        assert desk.tasks.wait_idle()
        manager.action("Use “Nur raus”").click()
        used.append("yes")

    answering(manage)
    dialog.mapping.keeping.saved_button.click()
    desk.settle()
    assert used == ["yes"]
    assert dialog.mapping.columns["direction"].currentText() == "Every call: Outgoing"
    mapped = dialog.mapping.mapping()
    assert mapped is not None
    assert (mapped.direction, mapped.direction_of_all, mapped.header_line) == (None, "outgoing", 2)

    def remove(manager: QDialog) -> None:
        assert isinstance(manager, SavedMappingsDialog)
        answering(lambda asked: asked.accept_button.click())  # type: ignore[attr-defined]
        manager.action("Delete “Nur raus”").click()
        assert desk.tasks.wait_idle()
        manager.accept()

    answering(remove)
    dialog.mapping.keeping.saved_button.click()
    desk.settle()
    assert saved_call_mappings(desk.session) == []


def test_several_own_lines_are_said_to_be_an_offices(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    rows = "".join(f"2026-03-01 09:00:0{n},+44 7700 900123,in,10{n % 2},7\n" for n in range(5))
    path = _table(tmp_path, "Date,Number,way,Desk,Room\n" + rows)
    panel = _dialog(desk, page, path).mapping
    assert not panel.lines_note.isVisibleTo(panel)
    _choose(desk, panel.columns["own_line"], 5)
    assert not panel.lines_note.isVisibleTo(panel)
    _choose(desk, panel.columns["own_line"], 4)
    assert panel.lines_note.isVisibleTo(panel)


def test_what_is_known_by_hearsay_says_so(desk: Desk, page: CallsPage, tmp_path: Path) -> None:
    panel = _dialog(desk, page, _table(tmp_path, YEASTAR, "cdr.csv")).mapping
    assert "Yeastar" in panel.keeping.known.text()
    assert panel.columns["outcome"].currentText() == "Status"
    assert panel.outcome_words.boxes["ANSWERED"].currentData() == "answered"
