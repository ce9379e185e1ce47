"""Files that are no call logs, or damaged ones, in the window: each gets a sentence, nothing is imported."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.operations import call_imports, consents
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from tests.importers.test_call_workbooks import workbook
from tests.ui.desk import Desk
from tests.ui.pages.test_call_import_files import cells

HEADER = ("Date", "Direction", "Phone Number", "Duration")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _letter(path: Path) -> None:
    path.write_text("Dear all,\nplease call back.\nYours, Ann\n", encoding="utf-8")


def _wide(path: Path) -> None:
    row = ",".join(["2026-01-05 08:00:00", "in", "+44 7700 900123", *["x"] * 1500])
    path.write_text(f"{row}\n" * 5, encoding="utf-8")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("calls-2026.xml", b"<calls count='1'>" + b" " * (64 << 20))


def _half_the_columns(path: Path) -> None:
    path.write_text("Name,Duration\n" + "Ann,60\nBob,20\n" * 5, encoding="utf-8")


def _cut_workbook(path: Path) -> None:
    whole = workbook(
        path, ("Calls", [HEADER, ("2026-01-05 08:00:00", "in", "+44 7700 900123", "60")])
    ).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("name", "write", "said"),
    [
        ("empty.csv", _empty, "empty"),
        ("letter.txt", _letter, "expected"),
        ("wide.csv", _wide, "expected"),
        ("bomb.zip", _bomb, "zip"),
        ("half.csv", _half_the_columns, "date"),
        ("cut.xlsx", _cut_workbook, "workbook"),
    ],
)
def test_it_is_said_what_is_wrong(
    desk: Desk, tmp_path: Path, name: str, write: Callable[[Path], None], said: str
) -> None:
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    consents.grant_consent(desk.session)
    path = tmp_path / name
    write(path)
    dialog = ImportDialog(page.context, [path], parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    assert not dialog.accept_button.isEnabled()
    assert dialog.message.isVisible()
    assert said in dialog.message.label.text().lower()
    assert len(dialog.message.label.text()) < 520
    # Once is enough.
    assert not dialog.files.problem.isVisible()
    assert call_imports.runs(desk.session) == []


def test_of_several_each_has_its_reason_beside_it(desk: Desk, tmp_path: Path) -> None:
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    consents.grant_consent(desk.session)
    bad = {"letter.txt": _letter, "bomb.zip": _bomb, "cut.xlsx": _cut_workbook}
    for name, write in bad.items():
        write(tmp_path / name)
    dialog = ImportDialog(page.context, [tmp_path / name for name in bad], parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    assert "beside each" in dialog.message.label.text()
    reasons = []
    for place, name in enumerate(bad):
        dialog.files.table.select_ids([place], current=place)
        desk.settle()
        assert dialog.files.title.text() == name
        assert dialog.files.problem.isVisible()
        reasons.append(dialog.files.problem.text())
    assert len(set(reasons)) == 3


def test_a_file_that_vanishes_after_it_was_chosen_is_named(desk: Desk, tmp_path: Path) -> None:
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    consents.grant_consent(desk.session)
    path = tmp_path / "list.csv"
    path.write_text(
        "Date,Direction,Phone Number,Duration\n" + "2026-01-15 08:00:00,in,+44 7700 900123,60\n" * 3
    )
    dialog = ImportDialog(page.context, [path], parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    assert dialog.accept_button.isEnabled()
    path.unlink()
    dialog.accept_button.click()
    desk.settle()
    assert dialog.result_view is not None
    assert dialog.result_view.sentence.text() == "Nothing was imported: no file could be read."
    table = dialog.result_view.files
    assert table is not None
    ((*_counts, why),) = cells(table)
    assert "list.csv" in why
    assert call_imports.runs(desk.session) == []
