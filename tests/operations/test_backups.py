"""Backups: verified, listed, thinned, and honest about what they need."""

import errno
import shutil
import stat
import threading
from pathlib import Path

import pytest
import sqlcipher3

from crm_desktop.domain.backups import DAY_S, EVERY_S, Reason
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations.automatic_backups import (
    back_up_if_due,
    backup_due,
    close_with_backup,
)
from crm_desktop.operations.backups import (
    SUFFIX,
    back_up,
    backups,
    default_folder,
    key_file_beside,
    notes_of,
)
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.consents import grant_consent
from crm_desktop.operations.organizations import organization_info
from crm_desktop.operations.session import Session
from crm_desktop.storage.backups import COUNTED, counts
from crm_desktop.storage.schema import SCHEMA_VERSION
from tests.environments import Office, add_member
from tests.operations.samples import call_log, customer_with


def copy_of(session: Session, path: Path) -> sqlcipher3.Connection:
    return session.database.connection_to_copy(path)


def test_a_backup_has_every_row_and_its_key_file(session: Session) -> None:
    customer_with(session, "Dana", "(212) 555-0123")
    done = back_up(session)
    copy = copy_of(session, done.backup.path)
    assert counts(copy) == counts(session.database.connection())
    assert copy.execute("SELECT count(*) FROM search_word WHERE search_word MATCH 'dana'").fetchone() == (1,)
    assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    copy.close()
    assert key_file_beside(done.backup.path).read_bytes() == session.places.main.read_bytes()
    assert done.backup.contents.customers == 1
    assert done.backup.verified
    assert done.backup.path.parent == default_folder(session)


def test_nobody_else_reads_a_backup(session: Session, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir(mode=0o755)
    path = back_up(session, tmp_path / "usb").backup.path
    assert not path.read_bytes().startswith(b"SQLite format 3")
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, key_file_beside(path))} == {0o600}
    assert stat.S_IMODE(default_folder(session).parent.parent.stat().st_mode) == 0o700


def test_every_table_is_counted(session: Session) -> None:
    names = {
        name
        for (name,) in session.database.connection().execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'search_word%' AND name NOT LIKE 'search_digit%'"
            " AND name NOT LIKE 'search_token_part%' AND name NOT LIKE 'sqlite_%'"
            " AND name <> 'search_vocabulary'"
        )
    }
    assert names == set(COUNTED[-1])
    assert len(COUNTED) == SCHEMA_VERSION


def test_the_list_says_when_how_large_and_under_which_key(session: Session, office: Office) -> None:
    first = back_up(session).backup
    office.clock.advance(60)
    customer_with(session, "Dana")
    second = back_up(session, reason=Reason.IMPORT).backup
    assert backups(session) == [second, first]
    assert organization_info(session).last_backup == second.made_at
    assert second.size == second.path.stat().st_size
    assert second.key_id in session.ring.file_keys


def test_two_in_one_second_are_two(session: Session) -> None:
    first, second = back_up(session).backup, back_up(session).backup
    assert first.path != second.path
    assert len(backups(session)) == 2


def test_calls_are_not_counted_for_somebody_who_may_not_see_them(office: Office, session: Session) -> None:
    add_member(session, "eva", Role.STAFF, revoked=("calls.view",))
    back_up(session)
    assert backups(session)[0].contents.calls == 0
    session.close()
    seen = office.open("eva")
    assert backups(seen)[0].contents.calls is None
    seen.close()


def test_a_viewer_makes_none(office: Office, session: Session) -> None:
    add_member(session, "vic", Role.VIEWER)
    session.close()
    viewer = office.open("vic")
    with pytest.raises(RefusedError, match="right_missing"):
        back_up(viewer)
    assert not backup_due(viewer)
    viewer.close()


def test_due_when_something_changed_and_half_an_hour_passed(session: Session, office: Office) -> None:
    assert backup_due(session)
    back_up(session, reason=Reason.AUTOMATIC)
    office.clock.advance(EVERY_S)
    assert not backup_due(session)
    customer_with(session, "Dana")
    assert backup_due(session)
    back_up(session)
    customer_with(session, "Eli")
    office.clock.advance(EVERY_S - 1)
    assert not backup_due(session)


def test_a_backup_that_was_removed_does_not_count(session: Session, office: Office) -> None:
    back_up(session).backup.path.unlink()
    office.clock.advance(EVERY_S)
    assert backup_due(session)
    done = back_up_if_due(session)
    assert done is not None
    assert done.backup.reason is Reason.AUTOMATIC
    assert back_up_if_due(session) is None


def test_the_end_of_work_makes_one_when_something_changed(session: Session, office: Office) -> None:
    customer_with(session, "Dana")
    close_with_backup(session)
    again = office.open()
    (made,) = backups(again)
    assert (made.reason, made.contents.customers) == (Reason.CLOSING, 1)
    close_with_backup(again)
    last = office.open()
    assert backups(last) == [made]
    last.close()


def test_the_session_is_closed_even_where_the_backup_fails(session: Session, office: Office) -> None:
    folder = default_folder(session)
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"in the way")
    with pytest.raises(OrganizationFileError, match="backup_place_failed"):
        close_with_backup(session)
    office.open().close()


def test_an_import_is_backed_up_before(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", "(212) 555-0123")
    grant_consent(session)
    log = call_log(tmp_path / "calls.xml", ("(212) 555-0123", 0))
    run_import(session, [log], member_id=session.member.id, options=reading_options(session))
    (made,) = backups(session)
    assert (made.reason, made.contents.customers, made.contents.calls) == (Reason.IMPORT, 1, 0)


def test_an_older_file_put_back_by_hand_is_backed_up_as_any_other(session: Session, office: Office) -> None:
    """Its log has lower numbers than the newest backup: what is written now is in none of them."""
    customer_with(session, "Dana")
    first = back_up(session).backup
    for name in ("Eli", "Flo", "Gus"):
        customer_with(session, name)
    back_up(session)
    session.close()
    shutil.copyfile(first.path, office.path)
    again = office.open()
    office.clock.advance(EVERY_S)
    customer_with(again, "Hal")
    done = back_up_if_due(again)
    assert done is not None
    assert done.backup.contents.customers == 2
    office.clock.advance(EVERY_S - 1)
    customer_with(again, "Ida")
    assert not backup_due(again)
    office.clock.advance(1)
    assert backup_due(again)
    again.close()


def test_a_clock_set_back_behind_a_backup_does_not_make_one_every_minute(
    session: Session, office: Office
) -> None:
    office.clock.advance(DAY_S)
    back_up(session)
    office.clock.advance(-DAY_S)
    customer_with(session, "Dana")
    assert back_up_if_due(session) is not None
    customer_with(session, "Eli")
    office.clock.advance(60)
    assert not backup_due(session)


def test_signing_in_alone_makes_none_due(session: Session, office: Office) -> None:
    back_up(session)
    session.close()
    office.clock.advance(DAY_S)
    again = office.open()
    assert not backup_due(again)
    again.close()


def test_fault_29_a_clock_set_back_stops_no_backup_and_loses_none(session: Session, office: Office) -> None:
    office.clock.advance(400 * DAY_S)
    future = [back_up(session).backup for _ in range(4)]
    office.clock.advance(-800 * DAY_S)
    customer_with(session, "Dana")
    assert backup_due(session)
    newest = back_up(session).backup
    assert {backup.path for backup in backups(session)} >= {newest.path, future[-1].path, future[-2].path}
    assert backups(session)[0] == newest


def test_thinning_removes_backup_key_file_and_note(session: Session, office: Office) -> None:
    paths = []
    for _ in range(8):
        customer_with(session, "Dana")
        paths.append(back_up(session).backup.path)
        office.clock.advance(60)
    office.clock.advance(500 * DAY_S)
    customer_with(session, "Eli")
    done = back_up(session)
    assert done.thinned == 6
    left = {path.name for path in default_folder(session).iterdir()}
    kept = [*paths[-2:], done.backup.path]
    assert left == {name for path in kept for name in (path.name, key_file_beside(path).name)}
    assert {backup.path for backup in backups(session)} == set(kept)
    assert len(list(notes_of(session).iterdir())) == 3


def test_a_disk_that_removes_nothing_leaves_the_new_backup(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        back_up(session)
    office.clock.advance(500 * DAY_S)

    unlink = Path.unlink

    def fail(path: Path, *, missing_ok: bool = False) -> None:
        if path.suffix == SUFFIX:
            raise OSError(errno.EIO, "failing")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", fail)
    done = back_up(session)
    assert done.backup.path.exists()
    assert [warning.code for warning in done.warnings] == ["backup_not_thinned"]


def test_strangers_in_the_folder_are_left_alone(session: Session, office: Office, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "letter.txt").write_text("mine")
    (usb / "other-20260101T000000Z.crm-backup").write_bytes(b"somebody's")
    for _ in range(6):
        back_up(session, usb)
        office.clock.advance(200 * DAY_S)
    assert (usb / "letter.txt").read_text() == "mine"
    assert (usb / "other-20260101T000000Z.crm-backup").read_bytes() == b"somebody's"


def test_it_is_taken_while_somebody_writes(session: Session) -> None:
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            customer_with(session, "Busy")
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    wrote.wait(10)
    try:
        done = [back_up(session).backup for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    for backup in done:
        copy = copy_of(session, backup.path)
        (customers,) = copy.execute("SELECT count(*) FROM contact").fetchone()
        (entries,) = copy.execute("SELECT count(*) FROM log_entry WHERE verb = 'add_customer'").fetchone()
        copy.close()
        assert customers == entries == backup.contents.customers


def test_progress_and_cancel_leave_nothing(session: Session) -> None:
    seen: list[Progress] = []
    back_up(session, progress=seen.append)
    assert [step.done for step in seen] == [0, 1, 2, 3]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        back_up(session, cancel=token)
    late = CancelToken()

    def cancel_at(step: str) -> None:
        if step == "reserved":
            late.cancel()

    with pytest.raises(Cancelled):
        back_up(session, cancel=late, on_step=cancel_at)
    assert len(list(default_folder(session).iterdir())) == 2
    assert len(backups(session)) == 1
