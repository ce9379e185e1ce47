"""Foreign files of contacts that are odd, broken or hostile, through the import (faults 43 and 45 to 48)."""

import csv
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from crm_desktop.domain.contact_imports import ContactPlan, Fate
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.operations import contacts
from crm_desktop.operations.contact_imports import ContactImportResult, ContactOptions, import_contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.list_export import ExportChoice, export_list
from crm_desktop.operations.session import Session
from tests.faults.offices import FaultyOffice, assert_whole

HEADER = "First name,Last name,E-mail,Mobile,Birthday,Notes"


def brought(session: Session, path: Path) -> ContactImportResult:
    return import_contacts(session, path, ContactPlan(), ContactOptions())


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return path


def ids(session: Session) -> list[int]:
    return list(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER)))


def test_fault_43_formulas_come_in_as_texts_and_leave_as_texts(faulty: FaultyOffice, tmp_path: Path) -> None:
    session = faulty.open()
    notes = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)")
    rows = [f"Ann{n},Lee,,+49 160 555000{n},,{note}" for n, note in enumerate(notes)]
    assert brought(session, written(tmp_path, *rows)).count(Fate.CREATED) == len(notes)
    export_list(session, ids(session), tmp_path / "out.csv", ExportChoice())
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {line["Note"]: line["Phone 1"] for line in csv.DictReader(stream)}
    assert set(found) == {f"'{note}" for note in notes}
    assert sorted(found.values()) == [f"+49 160 555000{n}" for n in range(len(notes))]
    assert_whole(session)
    session.close()


def test_fault_45_names_that_climb_out_of_a_workbook_reach_nothing(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    path = tmp_path / "inner" / "people.xlsx"
    path.parent.mkdir()
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for place, cells in enumerate((HEADER.split(","), ["Ann", "Lee", "", "", "", ""])):
        sheet.write_row(place, 0, cells)
    book.close()
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("../evil.txt", "out")
        packed.writestr("/etc/evil.txt", "out")
    session = faulty.open()
    assert brought(session, path).count(Fate.CREATED) == 1
    assert not (tmp_path / "evil.txt").exists()
    session.close()


def test_fault_45_a_bomb_is_refused_at_once(faulty: FaultyOffice, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(1100):
                part.write(b" " * (1 << 20))
    session = faulty.open()
    began = time.monotonic()
    with pytest.raises(ForeignFileError) as refused:
        brought(session, path)
    assert refused.value.code == "workbook_unreadable"
    assert time.monotonic() - began < 1
    assert ids(session) == []
    session.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_fault_46_every_encoding_is_read(faulty: FaultyOffice, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("\n".join((HEADER, "Zoë,Größe,zoe@example.org,+49 160 5550001,,", "")).encode(encoding))
    session = faulty.open()
    assert brought(session, path).count(Fate.CREATED) == 1
    (one,) = ids(session)
    assert contacts.card(session, one).contact.display_name == "Zoë Größe"
    session.close()


def test_fault_46_a_lone_quote_nuls_a_huge_line_and_double_headers_cost_only_their_row(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    rows = (
        "First name,Last name,E-mail,E-mail,Notes",
        "Ann,Lee,a@example.org,b@example.org,",
        "Nul\x00,Byte,c@example.org,,",
        f"Long,Line,d@example.org,,{'x' * 10_000_000}",
        "Bo,Lind,e@example.org,,",
        'Cut,Off,f@example.org,,"never closed',
    )
    path.write_text("\n".join((*rows, "")), encoding="utf-8")
    session = faulty.open()
    result = brought(session, path)
    fates = {fate.line: fate.fate for fate in result.fates}
    assert fates[2] is Fate.CREATED
    assert fates[5] is Fate.CREATED
    assert all(fate.reason for fate in result.failed)
    ann = next(fate.contact_id for fate in result.fates if fate.line == 2)
    assert ann is not None
    assert [mail.address for mail in contacts.card(session, ann).emails] == ["a@example.org", "b@example.org"]
    assert_whole(session)
    session.close()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1900-01-01", "1900-01-01"), ("2038-01-19", "2038-01-19"), ("29.02.1980", "1980-02-29"),
        ("29.02.1981", None), ("00/00/0000", None), ("--02-29", "--02-29"), ("99999999", None),
    ],
)  # fmt: skip
def test_fault_47_days_that_are_none_are_not_taken_for_days(
    faulty: FaultyOffice, tmp_path: Path, text: str, kept: str | None
) -> None:
    session = faulty.open()
    result = brought(session, written(tmp_path, f"Ann,Lee,a@example.org,,{text},"))
    (fate,) = result.fates
    if fate.contact_id is None:
        assert fate.reason is not None
    else:
        assert contacts.card(session, fate.contact_id).contact.birthday == kept
    assert_whole(session)
    session.close()


def test_fault_48_names_that_look_like_sql_are_names(faulty: FaultyOffice, tmp_path: Path) -> None:
    names = ("' OR 1=1 --", "NEAR(", "j.mueller", "'; DROP TABLE contact; --", "{family}: Quince", "100%_")
    session = faulty.open()
    result = brought(session, written(tmp_path, *(f"Ann,{name},,,," for name in names)))
    assert result.count(Fate.CREATED) == len(names)
    for name, fate in zip(names, result.fates, strict=True):
        assert fate.contact_id in contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=name))
    again = brought(session, tmp_path / "people.csv")
    assert again.count(Fate.SKIPPED) == len(names)
    assert_whole(session)
    session.close()
