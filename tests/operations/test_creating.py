"""Creating: nothing stands at the place before the end, and what a crash left is cleared or refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import InvalidValueError, KnownError, OrganizationFileError
from crm_desktop.operations import organizations
from crm_desktop.operations.creating import NewOrganization, begin_create
from crm_desktop.operations.environment import Environment, default_environment
from crm_desktop.operations.verify import verify
from crm_desktop.security.derivation import DEFAULT_ARGON2, Argon2Parameters
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import decode
from crm_desktop.security.os_keyring import SecretStore
from crm_desktop.storage.database import Database
from tests.environments import PASSWORD, MemoryKeyring, Office, new_environment

VALUES = {
    "name": "Acme", "login": "ana", "member_name": "Ana", "password": PASSWORD,
    "region": "US", "time_zone": "UTC",
}  # fmt: skip


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def environment(tmp_path: Path, keyring: MemoryKeyring) -> Environment:
    return new_environment(tmp_path / "data", keyring=keyring)


def begin(environment: Environment, path: Path, **values: str) -> NewOrganization:
    return begin_create(environment, path, **{**VALUES, **values})


def test_nothing_stands_at_the_place_before_the_end(environment: Environment, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    pending = begin(environment, path)
    assert not path.exists()
    assert repr(pending) == "NewOrganization('acme.crm')"
    session = pending.finish()
    assert path.exists()
    assert session.rights > {"users", "keys"}
    assert [check for check in verify(session) if not check.ok] == []
    session.close()
    pending.discard()
    assert path.exists()
    organizations.open_organization(environment, path, login="ana", password=PASSWORD).close()


def block_device_data(environment: Environment) -> None:
    """Put files where this computer's notes go: writing there fails for every user, root included."""
    for name in ("seen", "paths"):
        folder = environment.data_folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.write_bytes(b"")


def test_a_computer_that_can_remember_nothing_is_a_warning_once_the_file_stands(
    environment: Environment, tmp_path: Path
) -> None:
    path = tmp_path / "acme.crm"
    pending = begin(environment, path)
    block_device_data(environment)
    session = pending.finish()
    assert [warning.code for warning in session.warnings] == ["device_data_not_written"]
    session.close()
    assert path.exists()
    LockFile(path.with_name("acme.crm.lock")).close()


def test_a_file_that_cannot_be_opened_after_all_lets_go_of_its_lock(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "acme.crm"
    pending = begin(environment, path)

    def full(_self: Database) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Database, "use_write_ahead_log", full)
    with pytest.raises(OSError, match="space"):
        pending.finish()
    monkeypatch.undo()
    organizations.open_organization(environment, path, login="ana", password=PASSWORD).close()


def test_files_are_private(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    session = begin(environment, folder / "acme.crm").finish()
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    session.close()
    assert set(modes.values()) == {0o600}
    assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in folder.iterdir())


def test_giving_up_leaves_nothing(environment: Environment, keyring: MemoryKeyring, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    pending = begin(environment, folder / "acme.crm")
    pending.discard()
    pending.discard()
    assert list(folder.iterdir()) == []
    assert keyring.values == {}
    assert list((tmp_path / "data" / "seen").iterdir()) == list((tmp_path / "data" / "keys").iterdir()) == []


def test_a_crash_before_the_end_leaves_no_organization_and_can_be_begun_again(
    environment: Environment, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    path = tmp_path / "acme.crm"
    crashed = begin(environment, path)
    assert crashed._lock is not None
    crashed._lock.close()  # what the system does when a program ends
    path.with_name("acme.crm.new-journal").write_bytes(b"left")
    begin(environment, path).finish().close()
    assert len(keyring.values) == len(list((tmp_path / "data" / "keys").iterdir())) == 1
    assert {found.name for found in tmp_path.glob("acme*")} == {
        "acme.crm", "acme.crm.keys", "acme.crm.keys.bak", "acme.crm.lock",
    }  # fmt: skip


def test_keys_of_a_lost_organization_are_not_overwritten(environment: Environment, tmp_path: Path) -> None:
    left = tmp_path / "acme.crm.keys.bak"
    left.write_bytes(b"precious")
    with pytest.raises(OrganizationFileError, match="keys_left_over"):
        begin(environment, tmp_path / "acme.crm")
    assert left.read_bytes() == b"precious"


def test_a_file_that_came_meanwhile_is_not_replaced(environment: Environment, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    pending = begin(environment, path)
    path.write_bytes(b"somebody's")
    with pytest.raises(OrganizationFileError, match="file_exists"):
        pending.finish()
    assert path.read_bytes() == b"somebody's"
    pending.discard()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "value_required"),
        ({"name": "x" * 201}, "value_too_long"),
        ({"login": "\n"}, "login_refused"),
        ({"password": "short"}, "password_too_short"),
        ({"region": "XX"}, "region_invalid"),
        ({"time_zone": "Mars/Base"}, "time_zone_invalid"),
        ({"time_zone": "../etc/passwd"}, "time_zone_invalid"),
    ],
)
def test_what_was_typed_is_checked_first(
    environment: Environment, tmp_path: Path, values: dict[str, str], code: str
) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    with pytest.raises(InvalidValueError, match=code):
        begin(environment, folder / "acme.crm", **values)
    assert [path.name for path in folder.iterdir() if not path.name.endswith(".lock")] == []


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("acme.db", "file_name_suffix"),
        ("nowhere/acme.crm", "folder_missing"),
        ("Nextcloud/acme.crm", "place_not_for_new_files"),
        ("there.crm", "file_exists"),
    ],
)
def test_the_place_is_checked_first(environment: Environment, tmp_path: Path, place: str, code: str) -> None:
    (tmp_path / "Nextcloud").mkdir()
    (tmp_path / "there.crm").touch()
    with pytest.raises(KnownError, match=code):
        begin(environment, tmp_path / place)


def test_groups_typed_back_are_compared(environment: Environment, tmp_path: Path) -> None:
    pending = begin(environment, tmp_path / "acme.crm")
    first = pending.recovery_code.split("-")[0]
    assert pending.recovery_group_matches(1, first.lower())
    assert not pending.recovery_group_matches(2, "AAAA")
    assert pending.set_up_group_matches(1, pending.set_up_code.split("-")[0])
    pending.discard()


def test_the_kit_is_a_private_page(environment: Environment, tmp_path: Path) -> None:
    pending = begin(environment, tmp_path / "acme.crm")
    path = tmp_path / "kit.pdf"
    organizations.write_kit(pending.kit, path, paper="Letter")
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OrganizationFileError, match="kit_not_written"):
        organizations.write_kit(pending.kit, tmp_path / "missing" / "kit.pdf")
    pending.discard()


def test_a_write_that_fails_leaves_nothing(
    environment: Environment, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    (tmp_path / "office").mkdir()
    in_the_way = tmp_path / "office" / "acme.crm.new"
    in_the_way.mkdir()
    with pytest.raises(OSError, match="acme"):
        begin(environment, tmp_path / "office" / "acme.crm")
    assert keyring.values == {}


def test_the_program_of_a_person_has_a_folder_and_a_clock() -> None:
    environment = default_environment()
    assert environment.keys_folder.parent == environment.data_folder
    assert environment.now() > 1_700_000_000
    assert replace(environment, now=lambda: 5).now() == 5


def test_the_product_pays_the_default_cost_whatever_its_surroundings_say(
    keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only tests hand down a lower cost; nothing is read from the environment of the process."""
    for name in ("CT_CRM_ARGON2", "ARGON2_MEMORY_KIB", "ARGON2_TIME_COST", "CRM_TEST"):
        monkeypatch.setenv(name, "1")
    assert default_environment().argon2 == DEFAULT_ARGON2
    environment = Environment(data_folder=tmp_path / "data", secrets=SecretStore(keyring))
    begin(environment, tmp_path / "acme.crm").finish().close()
    (slot,) = decode((tmp_path / "acme.crm.keys").read_bytes()).slots
    assert slot.argon2 == Argon2Parameters(memory_kib=65_536, passes=3, lanes=4)


def test_members_of_an_office(office: Office) -> None:
    from crm_desktop.operations.members import members

    session = office.open()
    assert [(member.login, member.name) for member in members(session)] == [("ana", "Ana Lima")]
    session.close()
