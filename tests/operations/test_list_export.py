"""Lists as files: safe cells that read back, nothing lost, nothing of calls, nothing left behind."""

import csv
import stat
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import AddressDraft, EmailDraft, PhoneDraft, text_problem
from crm_desktop.domain.contacts import (
    CustomerStatus,
    Email,
    PastStatus,
    Phone,
    PhoneKind,
    PostalAddress,
    ProductUse,
)
from crm_desktop.domain.custom_fields import FieldDraft
from crm_desktop.domain.errors import ForeignFileError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.identifiers import ForeignId
from crm_desktop.domain.list_export import ExportChoice, ExportFormat, read_cell, safe_cell
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.plain_text import plain
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.domain.relations import RelationDraft, RelationRole
from crm_desktop.operations import attachments, contacts, custom_fields, export_files, notes, relations
from crm_desktop.operations.confirming_values import confirm_value
from crm_desktop.operations.export_columns import REPEATED
from crm_desktop.operations.list_export import export_list
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, person

CSV, XLSX = ExportChoice(), ExportChoice(ExportFormat.XLSX)


@given(st.text())
def test_every_text_reads_back_from_its_cell(text: str) -> None:
    assert read_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]
)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+49 30 12-34", "+1 (212) 555-0100", "-5", "-5.5", "Ann", "", "'quoted'"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff"])
def test_a_sign_no_workbook_can_hold_is_refused_and_dropped_from_pasted_text(sign: str) -> None:
    assert text_problem("note", f"a{sign}b", 10) is not None
    assert plain(f"a{sign}b") == "ab"


def version(session: Session, contact_id: int) -> int:
    return contacts.card(session, contact_id).contact.version


@pytest.fixture
def ids(session: Session, tmp_path: Path) -> list[int]:
    field = custom_fields.define_field(session, FieldDraft("Grade"))
    dana = person(
        note='=HYPERLINK("x")\r\nsecond "line"; more',
        phones=(PhoneDraft("+49 30 1234567"), PhoneDraft("0049 30 7654321", PhoneKind.FAX)),
        emails=(EmailDraft("dana@example.com"),),
        addresses=(AddressDraft(street="Main St 1\nFloor 2", city="Zürich", country="CH"),),
        tags=("Gold", "Äther"),
        custom=((field, "007"),),
    )
    found = [contacts.add_contact(session, dana), contacts.add_contact(session, person("李", "小"))]
    notes.add_note(session, found[0], "called back")
    notes.add_note(session, found[0], "sent the offer", kind=notes.NoteKind.EMAIL)
    relations.add_relation(session, found[0], found[1], RelationDraft(RelationRole.REFERRED_BY))
    contacts.set_field(session, found[0], "status", CustomerStatus.ACTIVE, version=version(session, found[0]))
    contacts.set_field(session, found[0], "status", CustomerStatus.FORMER, version=version(session, found[0]))
    attached = tmp_path / "contract.txt"
    attached.write_bytes(b"agreed")
    attachments.add_files(session, found[0], [attached])
    return found


def read(path: Path, choice: ExportChoice) -> list[dict[str, str]]:
    reader = export_files._read_csv if choice.format is ExportFormat.CSV else export_files._read_xlsx
    titles, *lines = reader(path, choice)
    return [dict(zip(titles, line, strict=True)) for line in lines]


@pytest.mark.parametrize("choice", [CSV, XLSX, ExportChoice(delimiter="\t", mark=False)])
def test_every_value_is_in_the_file(
    session: Session, ids: list[int], tmp_path: Path, choice: ExportChoice
) -> None:
    target = tmp_path / "out" / "list.file"
    target.parent.mkdir()
    assert export_list(session, ids, target, choice).count == 2
    dana, other = read(target, choice)
    assert dana["Phone 1"] == "+49 30 1234567"
    assert (dana["Phone 2"], dana["Phone 2 type"]) == ("0049 30 7654321", "Fax")
    assert dana["Note"] == '=HYPERLINK("x")\nsecond "line"; more'
    assert (dana["Address 1 street"], dana["Address 1 city"]) == ("Main St 1\nFloor 2", "Zürich")
    assert (dana["Tags"], dana["Grade"]) == ("Äther; Gold", "007")
    plain, email = dana["Notes"].splitlines()
    assert plain.endswith("Ana Lima: called back")
    assert email.endswith("Ana Lima (Email): sent the offer")
    assert (dana["Relation 1"], dana["Relation 1 to"]) == ("Referred by", "李 小")
    assert (other["Relation 1"], other["Relation 1 to"]) == ("Referred", "Dana Whitfield")
    assert (dana["Status"], dana["Former status 1"], dana["Files"]) == ("Former", "Active", "contract.txt")
    assert (dana["List"], dana["Kind"]) == ("Customer", "Person")
    assert (other["Given name"], other["Phone 1"]) == ("李", "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["list.file"]


HELD = {
    "phones": Phone, "emails": Email, "addresses": PostalAddress, "product_uses": ProductUse,
    "foreign_ids": ForeignId, "past_statuses": PastStatus,
}  # fmt: skip
# What makes a row, and what is read from the value beside it.
NO_VALUES = {"id", "uuid", "version", "salt", "contact_id", "position", "e164"}


@pytest.mark.parametrize("group", HELD)
def test_whatever_is_held_of_a_part_has_its_column(group: str) -> None:
    held = {field.name for field in fields(HELD[group])} - NO_VALUES
    assert held == {key for _, key in REPEATED[group][1]}


def test_where_a_value_came_from_and_when_it_was_confirmed_is_in_the_file(
    session: Session, tmp_path: Path
) -> None:
    phones = (PhoneDraft("12", unchecked=True), PhoneDraft("+49 30 1234567 ext. 89"))
    dana = contacts.add_contact(session, person("Dana", phones=phones, emails=(EmailDraft("d@e.example"),)))
    confirm_value(session, dana, "email", contacts.card(session, dana).emails[0].id)
    export_list(session, [dana], tmp_path / "a.csv", CSV)
    (line,) = read(tmp_path / "a.csv", CSV)
    assert (line["Phone 1 unchecked"], line["Phone 2 unchecked"]) == ("yes", "")
    assert line["Phone 2 extension"] == "89"
    assert line["E-mail 1 confirmed"] == line["Added"]
    assert line["Phone 1 source"] == (contacts.card(session, dana).phones[0].source or "")


def test_a_csv_is_what_spreadsheets_expect(session: Session, ids: list[int], tmp_path: Path) -> None:
    export_list(session, ids, tmp_path / "a.csv", ExportChoice(columns=("name", "phone"), delimiter=";"))
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfName;Phone\r\nDana Whitfield;+49 30 1234567\r\n")
    export_list(session, ids, tmp_path / "a.csv", CSV)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert any(cell.startswith("'=HYPERLINK") for line in csv.reader(stream) for cell in line)


def test_the_log_says_how_many_and_nothing_of_whom(session: Session, ids: list[int], tmp_path: Path) -> None:
    export_list(session, ids, tmp_path / "a.csv", CSV)
    with session.database.read() as connection:
        (payload,) = connection.execute("SELECT payload FROM log_entry WHERE verb = 'export_list'").fetchone()
    assert b"Whitfield" not in (payload if isinstance(payload, bytes) else payload.encode())
    assert broken(session) == {}


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER])
def test_without_the_right_nothing_is_written(office: Office, tmp_path: Path, role: Role) -> None:
    session = office.open()
    add_member(session, "other", role)
    session.close()
    session = office.open("other")
    with pytest.raises(RefusedError, match="right_missing"):
        export_list(session, [1], tmp_path / "a.csv", CSV)
    session.close()
    assert not (tmp_path / "a.csv").exists()


def test_without_calls_there_is_no_column_of_them(
    session: Session, ids: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = ExportChoice(columns=("name", "last_contact"))
    export_list(session, ids, tmp_path / "a.csv", choice)
    assert list(read(tmp_path / "a.csv", choice)[0]) == ["Name", "Last contact"]
    rights = session.rights - {"calls.view"}
    monkeypatch.setattr(type(session), "rights", property(lambda _self: rights))
    export_list(session, ids, tmp_path / "a.csv", choice)
    assert list(read(tmp_path / "a.csv", choice)[0]) == ["Name"]


def test_what_fails_leaves_what_was_there(
    session: Session, ids: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target, token = folder / "a.csv", CancelToken()
    target.write_text("kept")
    token.cancel()
    with pytest.raises(Cancelled):
        export_list(session, ids, target, CSV, cancel=token)
    with pytest.raises(InvalidValueError, match="value_not_in_list"):
        export_list(session, ids, target, ExportChoice(delimiter="x"))
    with pytest.raises(KnownError, match="export_not_written"):
        export_list(session, ids, folder / "missing" / "a.csv", CSV)
    with pytest.raises(KnownError, match="export_not_written"):
        export_list(session, ids, session.path, CSV)
    monkeypatch.setattr(export_files, "_read_csv", lambda *_: iter([["other"]]))
    with pytest.raises(ForeignFileError, match="export_differs"):
        export_list(session, ids, target, CSV)
    assert target.read_text() == "kept"
    assert [path.name for path in folder.iterdir()] == ["a.csv"]


def test_a_workbook_refuses_what_a_cell_cannot_hold(session: Session, tmp_path: Path) -> None:
    one = contacts.add_contact(session, person(note="x" * 40_000))
    with pytest.raises(InvalidValueError, match="export_cell_too_long"):
        export_list(session, [one], tmp_path / "a.xlsx", XLSX)
    steps: list[Progress] = []
    assert export_list(session, [one], tmp_path / "a.csv", CSV, progress=steps.append).count == 1
    assert steps == [Progress(1, 1)]
