"""Opening: each fault its own code, nothing made or changed by a refusal, and what is repaired is said."""

import json
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import (
    InvalidValueError,
    KeyringError,
    KnownError,
    OrganizationFileError,
    SignInError,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import contacts, opening, organizations, undo, verify
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.creating import begin_create
from crm_desktop.operations.opening import places_of
from crm_desktop.operations.session import Session
from crm_desktop.security.device_data import DeviceData
from crm_desktop.security.key_file import decode, encode
from crm_desktop.storage.schema import SCHEMA_VERSION
from tests.environments import PASSWORD, MemoryKeyring, Office, add_member, new_environment, new_organization
from tests.operations.samples import broken, customer_with, person

NEW_PASSWORD = "another horse battery"


def refusal(office: Office, login: str = "ana", password: str = PASSWORD) -> KnownError:
    """Return the refusal to open, after making sure that the file was not changed by it."""
    before = office.path.read_bytes() if office.path.is_file() else None
    with pytest.raises(KnownError) as caught:
        office.open(login, password)
    assert (office.path.read_bytes() if office.path.is_file() else None) == before
    return caught.value


def codes(session: Session) -> list[str]:
    """Return the warnings of a session that is closed by this."""
    found = [warning.code for warning in session.warnings]
    session.close()
    return found


def keys(office: Office, suffix: str = "") -> Path:
    return office.path.with_name(f"{office.path.name}.keys{suffix}")


# --- the file -------------------------------------------------------------------------------------------


def test_a_missing_file_is_not_made(office: Office) -> None:
    office.path.unlink()
    assert refusal(office).code == "file_missing"
    assert not office.path.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "organization_file_empty"),
        (b"x", "not_an_organization_file"),
        (b"%PDF-1.7" + bytes(8192), "not_an_organization_file"),
        (b"PK\x03\x04" + bytes(8192), "not_an_organization_file"),
        (bytes(range(256)) * 32, "file_damaged"),
    ],
)
def test_another_file_under_the_name(office: Office, content: bytes, code: str) -> None:
    office.path.write_bytes(content)
    assert refusal(office).code == code


def test_a_plain_database_under_the_name(office: Office) -> None:
    office.path.unlink()
    with sqlite3.connect(office.path) as plain:
        plain.execute("CREATE TABLE meta (x)")
    plain.close()
    assert refusal(office).code == "not_an_organization_file"


def test_a_folder_and_a_uri_are_no_file(office: Office, tmp_path: Path) -> None:
    for path, code in ((tmp_path, "not_an_organization_file"), (Path(f"file:{office.path}"), "file_missing")):
        with pytest.raises(OrganizationFileError, match=code):
            organizations.check_organization_path(path)


def test_a_link_opens_the_file_it_points_to(office: Office, tmp_path: Path) -> None:
    link = tmp_path / "link.crm"
    link.symlink_to(office.path)
    session = replace(office, path=link).open()
    assert session.path == office.path
    session.close()


@pytest.mark.parametrize("cut", [1, 4096, 8192])
def test_a_file_cut_short_is_damaged(office: Office, cut: int) -> None:
    content = office.path.read_bytes()
    office.path.write_bytes(content[:-cut])
    assert refusal(office).code == "file_damaged"


def test_appended_bytes_are_a_warning(office: Office) -> None:
    with office.path.open("ab") as stream:
        stream.write(b"sync")
    session = office.open()
    customer_with(session, "Dana")
    assert codes(session) == ["bytes_appended"]


def test_a_damaged_page_is_found_by_verify(office: Office) -> None:
    session = office.open()
    for index in range(50):
        contacts.add_contact(session, person(f"P{index}", note="x" * 3000))
    session.close()
    content = bytearray(office.path.read_bytes())
    content[len(content) * 3 // 4] ^= 1  # a row's; the schema's pages are at the beginning
    office.path.write_bytes(content)
    session = office.open()
    assert "pages" in broken(session)
    session.close()


def test_a_read_past_a_damaged_page_is_a_known_error(office: Office) -> None:
    session = office.open()
    ids = [contacts.add_contact(session, person(f"P{index}", note="x" * 3000)) for index in range(50)]
    session.close()
    content = bytearray(office.path.read_bytes())
    for at in range(30 * 4096, len(content), 4096):
        content[at + 100] ^= 1
    office.path.write_bytes(content)
    with pytest.raises(OrganizationFileError, match="file_damaged"):
        _read_everything(office, ids)


def _read_everything(office: Office, ids: list[int]) -> None:
    session = office.open()
    try:
        for contact_id in ids:
            contacts.card(session, contact_id)
    finally:
        session.close()


def test_a_newer_schema_is_refused_unchanged(office: Office) -> None:
    session = office.open()
    with session.database.write() as connection:
        connection.execute("UPDATE meta SET schema_version = ?", (SCHEMA_VERSION + 1,))
    session.close()
    error = refusal(office)
    assert (error.code, error.facts["known"]) == ("schema_newer", SCHEMA_VERSION)


def test_a_file_without_our_tables_is_damaged(office: Office) -> None:
    session = office.open()
    with session.database.write() as connection:
        connection.execute("DROP TABLE meta")
    session.close()
    assert refusal(office).code == "file_damaged"


def test_a_file_on_a_sync_folder_is_read_only(office: Office, tmp_path: Path) -> None:
    session = office.open()
    customer_with(session, "Dana")
    session.close()
    shared = tmp_path / "Dropbox"
    shared.mkdir()
    for path in (office.path, keys(office), keys(office, ".bak")):
        shutil.copy(path, shared)
    shutil.copy(office.path, shared / "acme (conflicted copy).crm")
    session = replace(office, path=shared / office.path.name).open()
    assert session.read_only
    assert [warning.code for warning in session.warnings] == ["place_sync", "conflicted_copy"]
    assert broken(session) == {}
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        customer_with(session, "Eva")
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        organizations.change_password(session.environment, session, old=PASSWORD, new=NEW_PASSWORD)
    session.close()


# --- older, newer, another one --------------------------------------------------------------------------


def test_an_older_database_put_back_is_noticed(office: Office) -> None:
    older = office.path.read_bytes()
    session = office.open()
    customer_with(session, "Dana")
    session.close()
    office.path.write_bytes(older)
    assert codes(office.open()) == ["file_older"]


def test_another_history_is_noticed(office: Office) -> None:
    older = office.path.read_bytes()
    session = office.open()
    session.close()
    other_computer = replace(office, environment=replace(
        office.environment, data_folder=office.path.parent / "other", now=lambda: office.clock() + 5
    ))  # fmt: skip
    office.path.write_bytes(older)
    session = other_computer.open()
    customer_with(session, "Eva")
    session.close()
    assert codes(office.open()) == ["file_changed_outside"]


def test_an_earlier_epoch_is_older_and_a_later_one_is_a_restore(office: Office) -> None:
    session = office.open()
    file_id = session.ring.file_id
    session.close()
    device = DeviceData(office.environment.data_folder)
    head = device.seen(file_id).log_head
    assert head is not None
    device.remember_log_head(file_id, replace(head, epoch=head.epoch + 1))
    assert codes(office.open()) == ["file_older"]
    device.remember_log_head(file_id, replace(head, epoch=head.epoch - 1))
    assert codes(office.open()) == []


def test_damaged_memory_of_this_computer_is_said(office: Office) -> None:
    (seen,) = (office.environment.data_folder / "seen").glob("*.json")
    seen.write_bytes(b"{")
    assert codes(office.open()) == ["device_data_damaged"]


def test_a_save_is_kept_although_this_computer_cannot_remember_it(office: Office) -> None:
    session = office.open()
    seen = office.environment.data_folder / "seen"
    shutil.rmtree(seen)
    seen.write_bytes(b"in the way")
    contact_id = customer_with(session, "Dana")
    customer_with(session, "Eva")
    assert contacts.card(session, contact_id).contact.given == "Dana"
    assert codes(session) == ["device_data_not_written"]


def test_an_older_key_file_is_refused(office: Office) -> None:
    older = keys(office).read_bytes()
    session = office.open()
    add_member(session, "eva", session.role)
    session.close()
    for path in (keys(office), keys(office, ".bak"), *(office.environment.keys_folder.iterdir())):
        path.write_bytes(older)
    assert refusal(office).code in {"key_file_older", "roster_older"}
    shutil.rmtree(office.environment.data_folder / "seen")
    for path in (keys(office), keys(office, ".bak")):
        path.write_bytes(older)
    assert refusal(office).code == "key_file_older"


def test_a_key_file_put_back_while_open_stops_the_next_save(office: Office) -> None:
    session = office.open()
    older = keys(office).read_bytes()
    add_member(session, "eva", session.role)
    session._key_file_seq -= 1  # as a second program that has not written since
    for path in (keys(office), keys(office, ".bak"), *(office.environment.keys_folder.iterdir())):
        path.write_bytes(older)
    with pytest.raises(OrganizationFileError, match="key_file_older"):
        customer_with(session, "Dana")
    session.close()


def test_keys_of_another_organization(office: Office, tmp_path: Path) -> None:
    other = new_organization(tmp_path, file_name="other.crm", environment=office.environment)
    for suffix in ("", ".bak"):
        shutil.copy(keys(other, suffix), keys(office, suffix))
    assert refusal(office).code == "key_file_of_another_organization"
    shutil.rmtree(office.environment.data_folder / "paths")
    assert refusal(office).code == "key_file_of_another_organization"
    assert keys(office).read_bytes() == keys(other).read_bytes()


def test_a_lost_key_file_comes_back_from_its_copies(office: Office) -> None:
    keys(office).unlink()
    assert codes(office.open()) == ["key_file_repaired"]
    assert keys(office).read_bytes() == keys(office, ".bak").read_bytes()
    keys(office).write_bytes(b"torn")
    keys(office, ".bak").unlink()
    assert codes(office.open()) == ["key_file_repaired", "key_file_repaired"]
    assert codes(office.open()) == []


def test_all_copies_lost(office: Office) -> None:
    for path in (keys(office), keys(office, ".bak"), *(office.environment.keys_folder.iterdir())):
        path.unlink()
    assert refusal(office).code == "key_file_missing"


def test_all_copies_torn(office: Office) -> None:
    for path in (keys(office), keys(office, ".bak"), *(office.environment.keys_folder.iterdir())):
        path.write_bytes(path.read_bytes()[:-9])
    assert refusal(office).code == "key_file_damaged"


# --- who ------------------------------------------------------------------------------------------------


def test_a_wrong_password_makes_the_next_try_wait_longer_each_time(office: Office) -> None:
    for count, delay in enumerate((1, 2, 4, 8, 16, 30, 30), 1):
        assert refusal(office, password=NEW_PASSWORD).code == "password_wrong"
        waiting = refusal(office, login=" ＡNA ")
        assert (waiting.code, waiting.facts) == ("wait", {"seconds": delay}), count
        office.clock.advance(delay)
    session = office.open()
    with session.database.read() as connection:
        (payload,) = connection.execute("SELECT payload FROM log_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert json.loads(payload) == {"failed_logins": {session.ring.slot_id.hex(): 7}}
    session.close()
    assert codes(office.open()) == []


def test_the_next_login_logs_the_failed_ones_of_others_too_once(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", role=Role.STAFF)
    session.close()
    for _ in range(2):
        assert refusal(office, login="eva", password=NEW_PASSWORD).code == "password_wrong"
        office.clock.advance(60)
    session = office.open()
    eva = next(name for name, count in failed_in_log(session).items() if count == 2)
    assert eva != session.ring.slot_id.hex()
    session.close()
    session = office.open()
    assert failed_in_log(session) == {}
    session.close()
    assert refusal(office, login="eva", password=NEW_PASSWORD).code == "password_wrong"
    assert refusal(office, login="eva").facts == {"seconds": 4}, "the delay of eva's account goes on"
    office.clock.advance(60)
    session = office.open("eva")
    assert failed_in_log(session) == {eva: 1}
    session.close()


def failed_in_log(session: Session) -> dict[str, int]:
    """Return the counts that the newest login wrote into the log."""
    with session.database.read() as connection:
        (payload,) = connection.execute(
            "SELECT payload FROM log_entry WHERE verb = 'login' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    counts: dict[str, int] = json.loads(payload)["failed_logins"] if payload else {}
    return counts


@pytest.mark.parametrize("login", ["nobody", "", "\0"])
def test_an_unknown_name_is_refused_like_a_wrong_password(office: Office, login: str) -> None:
    assert refusal(office, login=login).code == "password_wrong"


def test_the_only_user_needs_no_name(office: Office) -> None:
    session = organizations.open_organization(office.environment, office.path, login=None, password=PASSWORD)
    assert organizations.key_here(office.environment, office.path).logins == ("ana",)
    add_member(session, "eva", session.role)
    session.close()
    with pytest.raises(InvalidValueError, match="login_needed"):
        organizations.open_organization(office.environment, office.path, login=None, password=PASSWORD)


def test_another_computer_needs_the_set_up_code_once(office: Office, tmp_path: Path) -> None:
    there = replace(office, environment=new_environment(tmp_path / "there", clock=office.clock))
    assert organizations.key_here(there.environment, there.path).needs_set_up_code
    assert organizations.key_here(there.environment, there.path).logins == ()
    with pytest.raises(SignInError, match="set_up_code_needed"):
        there.open()
    there.open(set_up_code=office.set_up_code).close()
    assert organizations.key_here(there.environment, there.path).needs_set_up_code
    organizations.enroll(there.environment, there.path, office.set_up_code)
    assert not organizations.key_here(there.environment, there.path).needs_set_up_code
    there.open().close()


def test_set_up_codes_of_others_are_refused(office: Office, tmp_path: Path) -> None:
    other = new_organization(tmp_path, file_name="other.crm")
    with pytest.raises(SignInError, match="secret_unknown"):
        organizations.enroll(office.environment, office.path, other.set_up_code)
    with pytest.raises(InvalidValueError, match="code_"):
        office.open(set_up_code="ABCD")


class DeadKeyring(MemoryKeyring):
    """A keyring that refuses everything."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(5)

    set_password = get_password  # type: ignore[assignment]


def test_without_a_keyring_the_set_up_code_is_asked_at_each_start(tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "data", keyring=DeadKeyring())
    pending = begin_create(
        environment, tmp_path / "acme.crm", name="A", login="ana", member_name="", password=PASSWORD,
        region="US", time_zone="UTC",
    )  # fmt: skip
    assert isinstance(pending.keyring_problem, KeyringError)
    code = pending.set_up_code
    pending.finish().close()
    path = tmp_path / "acme.crm"
    known = organizations.key_here(environment, path)
    assert (known.needs_set_up_code, known.logins) == (True, ())
    assert known.trouble is not None
    assert known.trouble.code == "keyring_refused"
    with pytest.raises(KeyringError):
        organizations.open_organization(environment, path, login="ana", password=PASSWORD)
    organizations.open_organization(
        environment, path, login="ana", password=PASSWORD, set_up_code=code
    ).close()


def test_a_working_keyring_is_no_trouble(office: Office) -> None:
    assert organizations.key_here(office.environment, office.path) == organizations.KeyHere(
        needs_set_up_code=False, logins=("ana",)
    )


class CountingKeyring(MemoryKeyring):
    """Counts how often it is asked; ``dead`` answers with an error after the user said no."""

    def __init__(self, *, dead: bool) -> None:
        super().__init__()
        self.dead, self.asked = dead, 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.dead:
            raise RuntimeError(5)
        return super().get_password(service, username)


@pytest.mark.parametrize("dead", [False, True])
def test_the_keyring_is_asked_once(office: Office, tmp_path: Path, *, dead: bool) -> None:
    keyring = CountingKeyring(dead=dead)
    there = new_environment(tmp_path / "there", keyring=keyring)
    assert organizations.key_here(there, office.path).needs_set_up_code
    assert keyring.asked == 1


# --- passwords ------------------------------------------------------------------------------------------


def change(session: Session, old: str, new: str) -> None:
    organizations.change_password(session.environment, session, old=old, new=new)


def test_a_changed_password_counts_at_once_and_can_be_changed_again(office: Office) -> None:
    session = office.open()
    change(session, PASSWORD, NEW_PASSWORD)
    change(session, NEW_PASSWORD, "a third horse battery")
    customer_with(session, "Dana")
    assert broken(session) == {}
    session.close()
    assert refusal(office).code == "password_wrong"
    office.clock.advance(1)
    office.open(password="a third horse battery").close()


def test_the_old_password_is_asked_and_the_new_one_checked(office: Office, session: Session) -> None:
    for old, new, code in (
        (NEW_PASSWORD, "x" * 12, "password_wrong"),
        (PASSWORD, PASSWORD, "password_same"),
        (PASSWORD, "short", "password_too_short"),
    ):
        with pytest.raises(KnownError, match=code):
            change(session, old, new)
        office.clock.advance(1)  # a wrong one makes the next try wait
    change(session, PASSWORD, NEW_PASSWORD)


@pytest.mark.parametrize(
    "point", ["locked", "before writing .bak", "before replacing .keys", "before commit", "committed"]
)
def test_a_crash_while_the_password_changes_leaves_one_of_the_two(office: Office, point: str) -> None:
    class Crash(BaseException):
        pass

    def crash(step: str) -> None:
        if step == point:
            raise Crash

    session = office.open()
    with pytest.raises(Crash):
        organizations.change_password(
            session.environment, session, old=PASSWORD, new=NEW_PASSWORD, on_step=crash
        )
    session.close()
    opened = []
    for password in (PASSWORD, NEW_PASSWORD):
        try:
            office.open(password=password).close()
        except SignInError:
            office.clock.advance(30)
        else:
            opened.append(password)
    assert len(opened) == 1


def test_a_temporary_password_is_changed_and_the_pair_taken_over(office: Office) -> None:
    session = office.open()
    add_member(session, "eva", session.role, temporary=True)
    session.close()
    session = office.open("eva")
    assert session.must_change_password
    change(session, PASSWORD, NEW_PASSWORD)
    assert not session.ring.must_change_password
    assert session.ring.pending is not None
    session.close()
    session = office.open("eva", NEW_PASSWORD)
    customer_with(session, "Dana")
    assert broken(session) == {}
    session.close()


def test_a_slot_is_wrapped_anew_when_the_cost_rises(office: Office) -> None:
    dearer = replace(office.environment.argon2, passes=2)
    costly = replace(office, environment=replace(office.environment, argon2=dearer))
    session = costly.open()
    assert not session.ring.rewrap_needed
    body = decode(keys(office).read_bytes())
    assert body.slots[0].argon2 == dearer
    assert decode(encode(body)) == body
    change(session, PASSWORD, NEW_PASSWORD)
    session.close()


# --- what is told ---------------------------------------------------------------------------------------


def test_information_about_an_open_file(session: Session, office: Office) -> None:
    customer_with(session, "Dana")
    info = organizations.organization_info(session)
    assert (info.name, info.customers, info.address_book, info.calls, info.users) == ("Acme Ltd", 1, 0, 0, 1)
    assert info.schema_version == SCHEMA_VERSION
    assert info.cipher["cipher_page_size"] == "4096"
    assert info.cipher["cipher_hmac_algorithm"] == "HMAC_SHA512"
    assert info.size_bytes == office.path.stat().st_size


def test_a_session_shows_nothing_of_its_keys(session: Session) -> None:
    assert repr(session) == "Session('acme.crm')"
    assert repr(session.database) == "Database('acme.crm')"


def test_a_closed_session_opens_nothing_any_more(office: Office) -> None:
    session = office.open()
    session.close()
    session.close()
    for verb in (undo.undo, verify.verify):
        with pytest.raises(OrganizationFileError, match="file_closed"):
            verb(session)
    with pytest.raises(OrganizationFileError, match="file_closed"):
        _ = session.held_lock


def test_places(office: Office) -> None:
    assert places_of(office.environment, office.path).file_id is not None


def test_a_reader_without_the_lock_sees_what_a_writer_on_the_same_disk_saves(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading without locks, it would keep old pages or call the file damaged."""
    writer = office.open()
    customer_with(writer, "Dana")
    writer.database.checkpoint()
    monkeypatch.setattr(opening, "_lock_of", lambda _: None)
    reader = office.open()
    assert reader.read_only
    for number in range(40):
        customer_with(writer, f"Dana{number}", "(212) 555-0123")
        if number % 10 == 0:
            writer.database.checkpoint()
        assert contacts.contact_count(reader, ContactQuery(Category.CUSTOMER)) == number + 2
    assert broken(reader) == {}
    reader.close()
    writer.close()


@pytest.mark.parametrize("mounted_for_reading", [True, False])
def test_only_a_medium_nobody_can_write_is_read_without_locks(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, mounted_for_reading: bool
) -> None:
    flags = os.ST_RDONLY if mounted_for_reading else 0
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_flag=flags, path=path))
    monkeypatch.setattr(opening, "_lock_of", lambda _: None)
    session = office.open()
    left = {path.name for path in office.path.parent.glob("acme.crm-*")}
    assert (left == set()) is mounted_for_reading
    session.close()
