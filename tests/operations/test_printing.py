"""Paper by right: what is printed, by whom, what the log says, and how a PDF reaches the disk."""

import stat
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import AddressDraft
from crm_desktop.domain.errors import KnownError, OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import contacts, notes
from crm_desktop.operations.printing import (
    PrintKind,
    SheetParts,
    addressees,
    check_may_print,
    note_print,
    save_print,
    sheet_content,
    with_address,
)
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import person

BERLIN = (AddressDraft(street="Weg 1", city="Berlin", country="DE"),)


@pytest.fixture
def ids(session: Session) -> list[int]:
    drafts = (
        person("Dana", addresses=BERLIN),
        person("Edi", addresses=(AddressDraft(country="DE"),)),
        person("Fay"),
        person("Gus", addresses=(AddressDraft(city="Linz", country="AT"),)),
    )
    return [contacts.add_contact(session, draft) for draft in drafts]


def printed(session: Session) -> list[str]:
    with session.database.read() as connection:
        found = connection.execute("SELECT payload FROM log_entry WHERE verb = 'print_records' ORDER BY id")
        return [str(payload) for (payload,) in found]


def test_those_without_an_address_are_left_out(session: Session, ids: list[int]) -> None:
    steps: list[Progress] = []
    assert with_address(session, ids[::-1], progress=steps.append) == [ids[3], ids[0]]
    assert (steps[-1].done, steps[-1].total) == (4, 4)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        with_address(session, ids, cancel=token)
    assert [to.address is not None for to in addressees(session, ids)] == [True, False, False, True]


def test_a_sheet_holds_what_was_asked_for(session: Session, ids: list[int]) -> None:
    notes.add_note(session, ids[0], "called back")
    whole = sheet_content(session, ids[0], SheetParts(notes=True, calls=True, bank=True))
    assert [note.text for note in whole.notes] == ["called back"]
    assert sheet_content(session, ids[0], SheetParts(notes=False)).notes == ()
    with pytest.raises(RefusedError, match="record_not_found"):
        sheet_content(session, 9999, SheetParts())


def test_a_viewer_prints_one_record_and_no_list(office: Office, session: Session, ids: list[int]) -> None:
    add_member(session, "vera", Role.VIEWER)
    session.close()
    vera = office.open("vera")
    check_may_print(vera, 1)
    note_print(vera, PrintKind.SHEET, 1, to="printer")
    assert len(addressees(vera, ids[:1])) == 1
    for refused in (
        lambda: check_may_print(vera, 2),
        lambda: note_print(vera, PrintKind.LIST, 2, to="printer"),
        lambda: with_address(vera, ids),
        lambda: addressees(vera, ids),
        lambda: sheet_content(vera, ids[0], SheetParts(calls=True)),
        lambda: sheet_content(vera, ids[0], SheetParts(bank=True)),
        lambda: note_print(vera, PrintKind.SHEET, 1, to="printer", bank=True),
    ):
        with pytest.raises(RefusedError, match="right_missing"):
            refused()


def test_the_log_says_how_many_and_never_whom(session: Session, ids: list[int], tmp_path: Path) -> None:
    save_print(session, b"%PDF-1", tmp_path / "labels.pdf", PrintKind.LABELS, 4)
    (payload,) = printed(session)
    assert '"count":4' in payload.replace(" ", "")
    assert '"labels"' in payload
    assert "Dana" not in payload
    assert "labels.pdf" not in payload


def test_a_pdf_is_for_its_owner_alone_and_overwrites_nothing_unasked(
    session: Session, tmp_path: Path
) -> None:
    target = tmp_path / "list.pdf"
    save_print(session, b"one", target, PrintKind.LIST, 1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(RefusedError, match="copy_exists"):
        save_print(session, b"two", target, PrintKind.LIST, 1)
    assert target.read_bytes() == b"one"
    target.chmod(0o664)
    save_print(session, b"two", target, PrintKind.LIST, 1, replace=True)
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_what_cannot_be_written_leaves_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for target in (folder / "missing" / "a.pdf", session.path, folder):
        with pytest.raises(OrganizationFileError, match="print_not_written"):
            save_print(session, b"x", target, PrintKind.LIST, 1, replace=True)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crm_desktop.security.atomic_files.os.fsync", full)
    with pytest.raises(KnownError, match="print_not_written"):
        save_print(session, b"x", folder / "a.pdf", PrintKind.LIST, 1)
    assert list(folder.iterdir()) == []
