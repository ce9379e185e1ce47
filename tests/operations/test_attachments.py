"""Files of a contact in a real organization file: in, out, renamed, removed, undone, swept, refused."""

import errno
import hashlib
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.attachments import SIZE_LIMIT
from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.errors import (
    ConflictError,
    ForeignFileError,
    InvalidValueError,
    KnownError,
    OrganizationFileError,
    RefusedError,
)
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import attachments, contacts, file_copies, photos, tidying, undo
from crm_desktop.operations.attached_contents import KEPT_WITHOUT_ROW_S, sweep
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.log_reading import LogQuery, log_ids, log_lines
from crm_desktop.operations.rescuing import rescue
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.operations.session import Session
from crm_desktop.storage import attachments as stored
from crm_desktop.storage import pruning
from crm_desktop.storage.schema import create_schema
from tests.environments import PASSWORD, Office
from tests.faults.test_backups import damage
from tests.operations.samples import broken, person, table_rows


@pytest.fixture
def dana(session: Session) -> int:
    return contacts.add_contact(session, person())


def made(folder: Path, name: str, content: bytes = b"Hello") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def names(session: Session, contact_id: int) -> list[str]:
    return [line.name for line in attachments.attachments_of(session, contact_id)]


def piece_count(session: Session) -> int:
    with session.database.read() as connection:
        (count,) = connection.execute("SELECT count(*) FROM attachment_piece").fetchone()
    return int(count)


def page_count(session: Session) -> int:
    (count,) = session.database.connection().execute("PRAGMA page_count").fetchone()
    return int(count)


def content_of(session: Session, attachment_id: int) -> bytes:
    return attachments.read_attachment(session, attachment_id)[1]


def test_several_files_come_in_as_one_change(session: Session, dana: int, tmp_path: Path) -> None:
    large = os.urandom(3 * stored.PIECE + 17)
    paths = [made(tmp_path, "contract.pdf", large), made(tmp_path, "note.txt")]
    seen: list[Progress] = []
    added = attachments.add_files(session, dana, paths, progress=seen.append)
    assert added.refused == ()
    assert names(session, dana) == ["note.txt", "contract.pdf"]
    assert content_of(session, added.ids[0]) == large
    assert seen
    assert seen[-1].done <= (seen[-1].total or 0)
    line = attachments.attachments_of(session, dana)[1]
    assert (line.size, line.member_name, line.added_at) == (len(large), session.member.name, session.now())
    undo.undo(session)
    assert names(session, dana) == []
    undo.redo(session)
    assert names(session, dana) == ["note.txt", "contract.pdf"]
    assert content_of(session, added.ids[0]) == large
    assert broken(session) == {}


def test_the_file_on_the_disk_holds_nothing_in_clear(session: Session, dana: int, tmp_path: Path) -> None:
    attachments.add_files(session, dana, [made(tmp_path, "secret-name.txt", b"CONFIDENTIAL" * 99)])
    session.database.checkpoint()
    for path in session.path.parent.glob(f"{session.path.name}*"):
        data = path.read_bytes()
        assert b"CONFIDENTIAL" not in data
        assert b"secret-name" not in data


def test_equal_contents_are_stored_once_and_kept_while_one_names_them(
    session: Session, dana: int, tmp_path: Path
) -> None:
    first = made(tmp_path, "a.bin", b"x" * 10)
    second = made(tmp_path, "b.bin", b"x" * 10)
    one, two = attachments.add_files(session, dana, [first, second]).ids
    assert piece_count(session) == 1
    attachments.remove(session, [one])
    assert content_of(session, two) == b"x" * 10


def test_an_equal_name_gets_a_number(session: Session, dana: int, tmp_path: Path) -> None:
    path = made(tmp_path, "Scan.PDF")
    other = made(tmp_path, "scan.pdf") if not (tmp_path / "scan.pdf").exists() else path
    attachments.add_files(session, dana, [path, other])
    attachments.add_files(session, dana, [path])
    assert len({name.casefold() for name in names(session, dana)}) == 3


def refusals() -> dict[str, Callable[[Path], Path]]:
    def folder(at: Path) -> Path:
        (at / "folder").mkdir()
        return at / "folder"

    def too_large(at: Path) -> Path:
        with (at / "large.bin").open("wb") as out:
            out.truncate(30_000_000)
        return at / "large.bin"

    def pipe(at: Path) -> Path:
        os.mkfifo(at / "pipe")
        return at / "pipe"

    def plug(at: Path) -> Path:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(str(at / "s"))
        return at / "s"

    return {
        "attached_folder": folder,
        "attached_special": pipe,
        "attached_gone": lambda at: at / "gone.txt",
        "attached_empty": lambda at: made(at, "empty.txt", b""),
        "attached_too_large": too_large,
        "attached_special ": plug,
        "attached_special  ": lambda _at: Path("/dev/zero"),
    }


@pytest.mark.parametrize("code", refusals())
def test_what_cannot_be_read_is_named_and_the_others_come_in(
    session: Session, dana: int, tmp_path: Path, code: str
) -> None:
    bad = refusals()[code](tmp_path)
    added = attachments.add_files(
        session, dana, [made(tmp_path, "1.txt"), bad, made(tmp_path, "2.txt", b"2")]
    )
    (refused,) = added.refused
    assert (refused.code, refused.facts["name"]) == (code.strip(), bad.name)
    assert names(session, dana) == ["2.txt", "1.txt"]


def test_a_file_too_large_says_size_and_limit(session: Session, dana: int, tmp_path: Path) -> None:
    added = attachments.add_files(session, dana, [refusals()["attached_too_large"](tmp_path)])
    assert added.ids == ()
    assert added.refused[0].facts == {"name": "large.bin", "size": "30.0", "limit": "26.2"}
    assert undo.can_undo(session) == "add_customer"


def test_a_file_of_exactly_the_limit_comes_in(session: Session, dana: int, tmp_path: Path) -> None:
    data = os.urandom(1024) * (SIZE_LIMIT // 1024)
    (file_id,) = attachments.add_files(session, dana, [made(tmp_path, "full.bin", data)]).ids
    assert hashlib.sha256(content_of(session, file_id)).digest() == hashlib.sha256(data).digest()
    attachments.remove(session, [file_id])
    with session.database.read() as connection:
        (longest,) = connection.execute(
            "SELECT max(length(coalesce(before_image,'')) + length(coalesce(after_image,''))) FROM change_row"
        ).fetchone()
    assert longest < 5_000, "images hold no content"


def test_a_file_that_may_not_be_read_is_refused(
    session: Session, dana: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusal is played: root, as who the tests may run, can read everything."""
    path = made(tmp_path, "locked.txt")
    usual = os.open

    def refuse(name: str | Path, *more: int) -> int:
        if Path(name) == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(name))
        return usual(name, *more)

    monkeypatch.setattr(os, "open", refuse)
    assert attachments.add_files(session, dana, [path]).refused[0].code == "attached_unreadable"


@pytest.mark.parametrize(("change", "code"), [("grow", "attached_changed"), ("shrink", "attached_changed")])
def test_a_file_that_changes_while_it_is_read_is_refused(
    session: Session, dana: int, tmp_path: Path, change: str, code: str
) -> None:
    path = made(tmp_path, "moving.bin", b"m" * 3_000_000)

    def meddle(_progress: Progress) -> None:
        os.truncate(path, 4_000_000 if change == "grow" else 100)

    added = attachments.add_files(session, dana, [path], progress=meddle)
    assert [error.code for error in added.refused] == [code]
    assert piece_count(session) == 0


def test_a_file_that_vanishes_while_others_are_read_is_named(
    session: Session, dana: int, tmp_path: Path
) -> None:
    first, second = made(tmp_path, "1.bin", b"1" * 2_000_000), made(tmp_path, "2.bin")
    added = attachments.add_files(
        session, dana, [first, second], progress=lambda _at: second.unlink(missing_ok=True)
    )
    assert [error.code for error in added.refused] == ["attached_gone"]
    assert names(session, dana) == ["1.bin"]


def test_a_cancelled_intake_leaves_nothing(session: Session, dana: int, tmp_path: Path) -> None:
    token = CancelToken()
    paths = [made(tmp_path, f"{n}.bin", bytes([n]) * 4_000_000) for n in range(3)]

    def stop(progress: Progress) -> None:
        if progress.label == "1.bin":
            token.cancel()

    with pytest.raises(Cancelled):
        attachments.add_files(session, dana, paths, progress=stop, cancel=token)
    assert names(session, dana) == []
    assert piece_count(session) == 0
    assert undo.can_undo(session) == "add_customer"


def test_names_are_made_safe(session: Session, dana: int, tmp_path: Path) -> None:
    path = made(tmp_path, "invoice\u202efdp.exe\n.txt")
    attachments.add_files(session, dana, [path])
    assert names(session, dana) == ["invoicefdp.exe.txt"]


def test_a_file_is_renamed_and_noted_and_that_is_undone(session: Session, dana: int, tmp_path: Path) -> None:
    one, two = attachments.add_files(session, dana, [made(tmp_path, "a.txt"), made(tmp_path, "b.txt")]).ids
    attachments.rename(session, one, "  B.txt ", version=1)
    assert names(session, dana) == ["b.txt", "B (2).txt"]
    attachments.note(session, one, " signed copy ", version=2)
    line = attachments.attachments_of(session, dana)[1]
    assert (line.note, line.version) == ("signed copy", 3)
    undo.undo(session)
    undo.undo(session)
    assert names(session, dana) == ["b.txt", "a.txt"]
    with pytest.raises(InvalidValueError, match="value_required"):
        attachments.rename(session, two, " ", version=1)
    with pytest.raises(ConflictError, match="record_changed"):
        attachments.rename(session, two, "c.txt", version=7)
    with pytest.raises(RefusedError, match="record_not_found"):
        attachments.note(session, 99, "x", version=1)


def test_a_name_and_a_note_of_two_people_are_both_kept_and_the_same_one_is_asked_about(
    session: Session, dana: int, tmp_path: Path
) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.txt")]).ids
    (read,) = attachments.attachments_of(session, dana)
    base = attachments.FileText(read.name, read.note)
    attachments.rename(session, one, "theirs.txt", version=read.version, base=base)
    assert attachments.note(session, one, "Mine", version=read.version, base=base) is None
    (found,) = attachments.attachments_of(session, dana)
    assert (found.name, found.note) == ("theirs.txt", "Mine")
    name = attachments.rename(session, one, "mine.txt", version=read.version, base=base)
    note = attachments.note(session, one, "Another", version=read.version, base=base)
    assert isinstance(name, RowConflict)
    assert isinstance(note, RowConflict)
    assert [(one.before, one.theirs, one.mine) for one in (*name.clashes, *note.clashes)] == [
        ("a.txt", "theirs.txt", "mine.txt"), (None, "Mine", "Another"),
    ]  # fmt: skip
    (kept,) = attachments.attachments_of(session, dana)
    assert (kept.name, kept.note) == ("theirs.txt", "Mine")
    chosen = decided_row(name, {clash.place: Side.MINE for clash in name.clashes})
    attachments.rename(session, one, chosen.name, version=name.version, base=name.theirs)
    (now,) = attachments.attachments_of(session, dana)
    assert (now.name, now.note) == ("mine.txt", "Mine")
    assert broken(session) == {}


def test_removing_goes_with_undo_and_with_the_trash(session: Session, dana: int, tmp_path: Path) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.txt")]).ids
    assert attachments.remove(session, [one, 99]) == 1
    assert names(session, dana) == []
    undo.undo(session)
    assert content_of(session, one) == b"Hello"
    contacts.trash(session, [dana])
    for act in (
        lambda: attachments.remove(session, [one]),
        lambda: attachments.rename(session, one, "x", version=3),
        lambda: attachments.add_files(session, dana, [tmp_path / "a.txt"]),
    ):
        with pytest.raises(RefusedError, match="record_in_trash"):
            act()
    assert names(session, dana) == ["a.txt"]
    contacts.restore_from_trash(session, [dana])
    assert content_of(session, one) == b"Hello"
    entries = undo.history(session, dana)
    assert [change.new for change in entries[-2].changes] == ["a.txt"]


def test_a_damaged_content_is_told_and_not_handed_out(session: Session, dana: int, tmp_path: Path) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.txt")]).ids
    with session.database.write() as connection:
        connection.execute("UPDATE attachment_piece SET content = 'Hallo'")
    for act in (
        lambda: content_of(session, one),
        lambda: file_copies.save_copy(session, one, tmp_path / "out.txt"),
        lambda: file_copies.open_copy(session, one),
    ):
        with pytest.raises(OrganizationFileError, match="attachment_damaged"):
            act()
    assert not (tmp_path / "out.txt").exists()


def test_verify_names_damaged_and_missing_files_and_adding_the_original_again_mends_them(
    session: Session, dana: int, tmp_path: Path
) -> None:
    ben = contacts.add_contact(session, person(given="Ben"))
    gone = contacts.add_contact(session, person(given="Gone"))
    letter = made(tmp_path, "letter.txt", b"Dear Dana")
    attachments.add_files(session, dana, [letter, made(tmp_path, "whole.txt", b"Whole")])
    attachments.add_files(session, ben, [made(tmp_path, "copy.txt", b"Dear Dana")])
    attachments.add_files(session, ben, [plan := made(tmp_path, "plan.txt", b"Plan")])
    attachments.add_files(session, gone, [made(tmp_path, "secret.txt", b"Trash")])
    contacts.trash(session, [gone])
    assert broken(session) == {}
    with session.database.write() as connection:
        connection.execute("UPDATE attachment_piece SET content = 'Dear Dora' WHERE length(content) = 9")
        connection.execute("DELETE FROM attachment_piece WHERE content IN (?, ?)", (b"Plan", b"Trash"))
    found = broken(session)
    assert list(found) == ["attachments"]
    for words in ("“letter.txt” of Dana", "“copy.txt” of Ben", "“plan.txt” of Ben", "in the trash"):
        assert words in found["attachments"]
    for hidden in ("whole.txt", "secret.txt", "Gone"):
        assert hidden not in found["attachments"]
    attachments.add_files(session, dana, [letter, plan])
    assert "Dana" not in (left := broken(session)["attachments"])
    assert "Ben" not in left


def test_verify_names_every_file_with_a_damaged_page(office: Office, tmp_path: Path) -> None:
    session = office.open()
    dana = contacts.add_contact(session, person())

    def added(name: str, content: bytes) -> int:
        """Add a file and return a page in the middle of its content."""
        before = page_count(session)
        attachments.add_files(session, dana, [made(tmp_path, name, content)])
        return (before + page_count(session)) // 2

    first, second = added("first.bin", os.urandom(100_000)), added("second.bin", os.urandom(100_000))
    added("whole.txt", b"Whole")
    session.close()
    damage(office.path, first)
    damage(office.path, second)
    session = office.open()
    found = broken(session)
    session.close()
    assert "“first.bin” of Dana" in found["attachments"]
    assert "“second.bin” of Dana" in found["attachments"]
    assert "whole.txt" not in found["attachments"]


# --- sweeping ---------------------------------------------------------------------------------------------


def test_a_removed_content_is_swept_once_its_images_are_pruned(
    office: Office, session: Session, dana: int, tmp_path: Path
) -> None:
    one, two = attachments.add_files(
        session, dana, [made(tmp_path, "a", b"a" * 999), made(tmp_path, "b", b"b" * 999)]
    ).ids
    attachments.remove(session, [one])
    office.clock.advance(2 * KEPT_WITHOUT_ROW_S)
    assert sweep(session) == 0, "an undo would put it back"
    office.clock.advance(pruning.KEPT_S)
    tidying.tidy(session)
    assert piece_count(session) == 1
    assert content_of(session, two) == b"b" * 999
    assert broken(session) == {}


def test_a_young_content_without_a_row_is_left_alone(office: Office, session: Session) -> None:
    data = b"on its way"
    with session.database.write() as connection:
        stored.put_pieces(connection, hashlib.sha256(data).digest(), data, first=0, last=1, now=session.now())
    assert sweep(session) == 0
    office.clock.advance(KEPT_WITHOUT_ROW_S + 1)
    assert sweep(session) == 1
    assert table_rows(session, "attachment") == []


# --- copies outside ---------------------------------------------------------------------------------------


def said(session: Session) -> list[tuple[str, object]]:
    found = log_lines(session, log_ids(session, LogQuery())).values()
    return [(line.verb, line.said.get("file")) for line in sorted(found, key=lambda line: -line.sequence)]


def test_a_saved_copy_is_private_whole_and_logged(session: Session, dana: int, tmp_path: Path) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.txt")]).ids
    target = tmp_path / "out" / "copy.txt"
    with pytest.raises(OrganizationFileError, match="copy_not_written"):
        file_copies.save_copy(session, one, target)
    target.parent.mkdir()
    file_copies.save_copy(session, one, target)
    assert target.read_bytes() == b"Hello"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert said(session)[0] == ("save_file_copy", "a.txt")
    target.write_bytes(b"mine")
    with pytest.raises(RefusedError, match="copy_exists"):
        file_copies.save_copy(session, one, target)
    assert target.read_bytes() == b"mine"
    file_copies.save_copy(session, one, target, replace=True)
    assert target.read_bytes() == b"Hello"
    assert [path.name for path in target.parent.iterdir()] == ["copy.txt"]


def test_an_opened_copy_is_read_only_and_goes_when_the_session_ends(
    office: Office, session: Session, dana: int, tmp_path: Path
) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.docx")]).ids
    path = file_copies.open_copy(session, one)
    top = office.environment.data_folder / file_copies.FOLDER
    assert (path.name, path.read_bytes()) == ("a.docx", b"Hello")
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    for folder in (path.parent, path.parent.parent, top):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert said(session)[0] == ("open_file_copy", "a.docx")
    assert file_copies.remove_left_behind(office.environment) == 0, "this program still runs"
    session.close()
    assert not path.exists()
    assert list(top.iterdir()) == []


def test_what_a_crash_left_is_removed_at_the_next_start(office: Office, session: Session) -> None:
    top = office.environment.data_folder / file_copies.FOLDER
    left = top / "4194399-1-abcdef" / "1234"
    left.mkdir(parents=True)
    (left / "a.txt").write_text("left")
    (left / "a.txt").chmod(0o400)
    outside = made(office.environment.data_folder, "kept.txt")
    (top / "link").symlink_to(outside)
    assert file_copies.remove_left_behind(office.environment) == 2
    assert list(top.iterdir()) == []
    assert outside.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("setup.exe", b"x"), ("run.desktop", b"x"), ("invoice.pdf", b"MZ\x90"), ("notes", b"#!/bin/sh\n")],
)
def test_a_program_is_not_opened_but_can_be_saved(
    session: Session, dana: int, tmp_path: Path, name: str, content: bytes
) -> None:
    (one,) = attachments.add_files(session, dana, [made(tmp_path, name, content)]).ids
    with pytest.raises(RefusedError, match="file_is_program"):
        file_copies.open_copy(session, one)
    file_copies.save_copy(session, one, tmp_path / "saved.bin")
    assert not os.access(tmp_path / "saved.bin", os.X_OK) or os.geteuid() == 0
    assert stat.S_IMODE((tmp_path / "saved.bin").stat().st_mode) == 0o600


def test_errors_have_sentences(session: Session, dana: int, tmp_path: Path) -> None:
    from crm_desktop.domain.sentences import sentence

    found: list[KnownError] = [
        ForeignFileError("attached_too_large", name="a", size="30.0", limit="26.2"),
        RefusedError("copy_exists", name="a"),
    ]
    assert all("a" in sentence(error) for error in found)


def test_a_photo_is_set_replaced_removed_and_undone(session: Session, dana: int, tmp_path: Path) -> None:
    for name in ("red", "blue"):
        Image.new("RGB", (900, 900), name).save(tmp_path / f"{name}.png")
    photos.set_photo(session, dana, tmp_path / "red.png")
    red = photos.photo(session, dana)
    (one,) = attachments.add_files(session, dana, [tmp_path / "blue.png"]).ids
    photos.set_photo(session, dana, one)
    blue = photos.photo(session, dana)
    assert red != blue
    photos.remove_photo(session, dana)
    assert photos.photo(session, dana) is None
    undo.undo(session)
    assert photos.photo(session, dana) == blue
    undo.undo(session)
    assert photos.photo(session, dana) == red
    undo.redo(session)
    assert photos.photo(session, dana) == blue
    assert names(session, dana) == ["blue.png"]
    with pytest.raises(ForeignFileError, match="picture_unreadable"):
        photos.set_photo(session, dana, made(tmp_path, "lie.jpg"))
    assert photos.photo(session, dana) == blue
    assert broken(session) == {}


def test_a_restored_backup_and_a_rescued_file_have_the_files(
    office: Office, session: Session, dana: int, tmp_path: Path
) -> None:
    data = os.urandom(5 * stored.PIECE)
    (one,) = attachments.add_files(session, dana, [made(tmp_path, "a.bin", data)]).ids
    backup = back_up(session).backup
    attachments.remove(session, [one])
    session.close()
    rescued = rescue(
        office.environment, office.path, tmp_path / "rescued.crm", login="ana", password=PASSWORD
    )
    assert rescued.lost == 0
    restore(office.environment, backup.path, office.path, login="ana", password=PASSWORD)
    opened = office.open()
    assert content_of(opened, one) == data
    assert broken(opened) == {}
    opened.close()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=70), st.integers(1, 9))
def test_pieces_come_together_again(data: bytes, piece: int) -> None:
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    create_schema(connection)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stored, "PIECE", piece)
        for first in range(0, stored.piece_count(len(data)), 2):
            stored.put_pieces(connection, b"s" * 32, data, first=first, last=first + 2, now=1)
        assert stored.is_whole(connection, b"s" * 32, len(data))
        assert b"".join(stored.pieces(connection, b"s" * 32)) == data
        while stored.has_any(connection, b"s" * 32):
            stored.remove_some(connection, b"s" * 32, limit=3)
            assert not data or not stored.is_whole(connection, b"s" * 32, len(data))
    connection.close()
