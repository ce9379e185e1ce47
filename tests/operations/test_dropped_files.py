"""Files and folders dropped on the window: told apart by what is in them; a slip of the mouse ends soon."""

import os
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.importers.call_logs import registry
from crm_desktop.importers.call_logs.call_log import CallLog
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log
from crm_desktop.operations import call_imports, consents, dropped_files
from crm_desktop.operations.dropped_files import FileKind, FoundFile, look_into
from crm_desktop.operations.session import Session
from tests.operations.samples import call_log, customer_with

NUMBER = "(212) 555-0123"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nEND:VCARD\r\n"
PEOPLE = "First Name,Last Name,E-mail 1 - Value\nAnn,Lee,ann@example.org\n"
LIST = "Office North;;;\nTag;Uhrzeit;Rufnummer;Wohin;Dauer\n" + "".join(
    f"{day}.03.2026;09:15;+44 7700 900123;{('rein', 'raus', 'weg')[day % 3]};0:{day}\n"
    for day in range(10, 30)
)
TABLE = "when;what\ntoday 1;Ann\ntomorrow 2;Ben\n"


def text(path: Path, words: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


def kinds(found: Sequence[FoundFile]) -> dict[str, FileKind]:
    return {one.name: one.kind for one in found}


def test_each_file_is_told_by_what_is_in_it(session: Session, tmp_path: Path) -> None:
    log = call_log(tmp_path / "people.csv", (NUMBER, 0))
    zipped = tmp_path / "backup.zip"
    with ZipFile(zipped, "w") as archive:
        archive.write(log, "calls-20260105090000.xml")
    files = [
        log, zipped, text(tmp_path / "a.vcf", CARD), text(tmp_path / "calls.csv", PEOPLE),
        text(tmp_path / "list.csv", TABLE), text(tmp_path / "letter.txt", "Dear all\nno log\n"),
        text(tmp_path / "empty.csv", ""), tmp_path / "gone.csv",
    ]  # fmt: skip
    found = look_into(session, files)
    assert kinds(found.files) == {
        "people.csv": FileKind.LOG, "backup.zip": FileKind.LOG, "a.vcf": FileKind.CONTACTS,
        "calls.csv": FileKind.CONTACTS, "list.csv": FileKind.TABLE, "letter.txt": FileKind.NEITHER,
        "empty.csv": FileKind.NEITHER, "gone.csv": FileKind.NEITHER,
    }  # fmt: skip
    by_name = {one.name: one for one in found.files}
    assert by_name["people.csv"].formats[0] == ("smsbackuprestore_calls_xml", 1.0)
    assert by_name["people.csv"].encoding == "utf-8"
    for name in ("letter.txt", "empty.csv", "gone.csv", "list.csv"):
        assert by_name[name].problem is not None
    assert found.of(FileKind.CONTACTS) == [tmp_path / "a.vcf", tmp_path / "calls.csv"]


def test_a_table_with_moment_number_and_duration_is_no_list_of_contacts(
    session: Session, tmp_path: Path
) -> None:
    people = "Name,Phone,Added\n" + "Ann,020 7946 0018,2026-03-31 10:00\n" * 3
    found = look_into(session, [text(tmp_path / "list.csv", LIST), text(tmp_path / "people.csv", people)])
    assert kinds(found.files) == {"list.csv": FileKind.TABLE, "people.csv": FileKind.CONTACTS}


def zipped_again(folder: Path) -> Path:
    """Write a zip, to be put into another."""
    path = folder / "inner.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("calls.csv", TABLE)
    return path


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4\n%\xe2\xe3", b"\x89PNG\r\n\x1a\n\0\0", b"Words\n" * 9 + b"\0"]
)
def test_what_is_no_text_is_said_to_be_no_log_in_a_sentence(
    session: Session, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content + bytes(range(128, 250)) * 40)
    found = look_into(session, [path])
    assert found.hopeless
    (one,) = found.files
    assert one.problem is not None
    assert one.problem.code == "no_log"


def test_a_text_of_an_unknown_kind_may_be_a_table(session: Session, tmp_path: Path) -> None:
    assert not look_into(session, [text(tmp_path / "notes.txt", "Dear Ana\nbring apples\n")]).hopeless


def test_a_zip_of_several_logs_is_a_row_for_each_and_imported_as_such(
    session: Session, tmp_path: Path
) -> None:
    zipped = tmp_path / "backup.zip"
    with ZipFile(zipped, "w") as archive:
        for place, name in enumerate(("calls-2025.xml", "old/calls-2026.xml")):
            log = call_log(tmp_path / "one.xml", (NUMBER, 60 * place))
            archive.write(log, name)
        archive.writestr("sms-2026.xml", "<smses></smses>")
        archive.write(zipped_again(tmp_path), "inner.zip")
    found = look_into(session, [zipped])
    problems = {one.path.name: one.problem.code for one in found.files if one.problem is not None}
    assert problems == {"inner.zip": "zip_in_zip", "sms-2026.xml": "log_not_recognized"}
    assert kinds(found.files) == {
        os.path.join("backup.zip", "inner.zip"): FileKind.NEITHER,  # noqa: PTH118 - as it is shown
        os.path.join("backup.zip", "sms-2026.xml"): FileKind.NEITHER,  # noqa: PTH118
        os.path.join("backup.zip", "calls-2025.xml"): FileKind.LOG,  # noqa: PTH118 - as it is shown
        os.path.join("backup.zip", "old", "calls-2026.xml"): FileKind.LOG,  # noqa: PTH118
    }
    customer_with(session, "Dana", NUMBER)
    consents.grant_consent(session)
    options = call_imports.reading_options(session, region="US")
    given = {"member_id": session.member.id, "options": options}
    seen = call_imports.preview_import(session, [zipped], **given)  # type: ignore[arg-type]
    done = call_imports.run_import(session, [zipped], **given)  # type: ignore[arg-type]
    assert [report.path.name for report in done.files] == ["calls-2025.xml", "calls-2026.xml"]
    assert (seen.counts, done.counts.created) == (done.counts, 2)
    paths = found.of(FileKind.LOG)
    again = call_imports.run_import(session, paths, **given)  # type: ignore[arg-type]
    assert (again.counts.created, again.counts.already_there) == (0, 2)


def test_a_folder_is_searched_and_its_tables_are_no_logs(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    call_log(text(folder / "2026" / "may.xml", ""), (NUMBER, 0))
    text(folder / "list.csv", TABLE)
    text(folder / ".hidden.csv", TABLE)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    found = look_into(session, [folder])
    assert kinds(found.files) == {
        "phone/2026/may.xml".replace("/", os.sep): FileKind.LOG,
        "phone/list.csv".replace("/", os.sep): FileKind.NEITHER,
    }
    assert found.passed_over == 0


def test_a_table_of_calls_in_a_folder_is_asked_about(session: Session, tmp_path: Path) -> None:
    calls = "Datum;Nummer;Richtung;Dauer\n" + "".join(
        f"{day}.03.2026 09:15;+44 7700 900123;ein;00:{day}\n" for day in range(10, 30)
    )
    stock = "Datum;Nummer;Text\n" + "".join(f"{day}.03.2026;{day}99812;Pens\n" for day in range(10, 30))
    text(tmp_path / "phone" / "calls.csv", calls)
    text(tmp_path / "phone" / "stock.csv", stock)
    found = look_into(session, [tmp_path / "phone"])
    assert kinds(found.files) == {
        f"phone{os.sep}calls.csv": FileKind.TABLE, f"phone{os.sep}stock.csv": FileKind.NEITHER,
    }  # fmt: skip


def test_a_pipe_is_not_waited_for(session: Session, tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    os.mkfifo(tmp_path / "phone" / "pipe")
    found = look_into(session, [tmp_path / "phone", tmp_path / "phone" / "pipe"])
    assert set(kinds(found.files).values()) == {FileKind.NEITHER}
    assert {one.problem and one.problem.code for one in found.files} == {"file_unreadable"}


def test_looking_into_a_zip_of_many_logs_can_be_cancelled(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped, token, looked = tmp_path / "backup.zip", CancelToken(), list[Path]()
    with ZipFile(zipped, "w") as archive:
        for year in range(2020, 2026):
            archive.write(call_log(tmp_path / "one.xml", (NUMBER, year)), f"calls-{year}.xml")

    def opening(path: Path, options: ReadingOptions, **named: object) -> CallLog:
        looked.append(path)
        token.cancel()
        return open_call_log(path, options=options)

    monkeypatch.setattr(registry, "open_call_log", opening)
    with pytest.raises(Cancelled):
        look_into(session, [zipped], cancel=token)
    assert len(looked) == 1


def test_what_is_too_deep_or_too_much_is_counted(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropped_files, "MOST_FILES", 3)
    for place in range(5):
        text(tmp_path / "many" / f"{place}.txt", "no log")
    text(tmp_path / "deep" / "1" / "2" / "3" / "4" / "5" / "log.txt", "no log")
    found = look_into(session, [tmp_path / "many", tmp_path / "deep"])
    assert [one.name for one in found.files] == [f"many{os.sep}{place}.txt" for place in range(3)]
    assert found.passed_over == 3


def test_looking_tells_how_far_it_is(session: Session, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        text(tmp_path / "office" / name, "no log\n")
    seen: list[Progress] = []
    look_into(session, [tmp_path / "office", text(tmp_path / "d.txt", "none\n")], progress=seen.append)
    assert [(step.done, step.total) for step in seen] == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_looking_can_be_cancelled(session: Session, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        look_into(session, [text(tmp_path / "a.txt", "no log")], cancel=token)
