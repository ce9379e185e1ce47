"""What this computer remembers: private, whole, and never a reason not to open a file."""

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.device_data import DeviceData, FailedLogins, LogHead, Seen, delay_after
from crm_desktop.security.ledger_files import LedgerPlaces

_FILE, _OTHER = b"f" * 16, b"g" * 16
_SLOT = b"i" * 16


@pytest.fixture
def device(tmp_path: Path) -> DeviceData:
    return DeviceData(tmp_path / "data")


def test_nothing_is_remembered_of_a_file_never_opened(device: DeviceData, tmp_path: Path) -> None:
    assert device.seen(_FILE) == Seen()
    assert not (tmp_path / "data").exists()


def test_what_was_seen_is_remembered_by_organization(device: DeviceData, tmp_path: Path) -> None:
    head = LogHead(epoch=1, sequence=145, digest=b"d" * 32)
    device.remember_roster(_FILE, 7)
    device.remember_roster(_FILE, 5)
    device.remember_log_head(_FILE, head)
    device.remember_keyring(_FILE, "SecretService Keyring")
    seen = DeviceData(tmp_path / "data").seen(_FILE)
    assert (seen.roster_sequence, seen.log_head, seen.keyring) == (7, head, "SecretService Keyring")
    assert device.seen(_OTHER) == Seen()


def test_the_memory_is_private_and_replaced_whole(device: DeviceData, tmp_path: Path) -> None:
    device.remember_roster(_FILE, 7)
    (path,) = (tmp_path / "data" / "seen").iterdir()
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == (f"{_FILE.hex()}.json", 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@given(st.binary(max_size=300))
def test_a_damaged_memory_reads_as_none_and_says_so(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("data")
    device = DeviceData(folder)
    device.remember_roster(_FILE, 7)
    (folder / "seen" / f"{_FILE.hex()}.json").write_bytes(data)
    assert device.seen(_FILE) == Seen(damaged=True)
    device.remember_roster(_FILE, 3)
    assert device.seen(_FILE) == Seen(roster_sequence=3)


def test_a_memory_that_cannot_be_read_is_a_damaged_one(device: DeviceData, tmp_path: Path) -> None:
    (tmp_path / "data" / "seen" / f"{_FILE.hex()}.json").mkdir(parents=True)
    assert device.seen(_FILE) == Seen(damaged=True)


def test_a_memory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(OrganizationFileError) as caught:
        DeviceData(tmp_path / "data").remember_roster(_FILE, 7)
    assert caught.value.code == "device_data_not_written"
    with pytest.raises(OrganizationFileError) as caught:
        DeviceData(tmp_path / "data").remember_path(tmp_path / "acme.crm", _FILE)
    assert caught.value.code == "device_data_not_written"


def test_01_the_delay_grows_with_each_wrong_password(device: DeviceData) -> None:
    delays = [device.note_failed_login(_FILE, _SLOT, now=1000.0 + second) for second in range(8)]
    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]
    assert delay_after(0) == 0
    assert device.seen(_FILE).failed_logins == {_SLOT: FailedLogins(count=8, last=1007)}
    assert device.delay_left(_FILE, _SLOT, now=1010) == 27
    assert device.delay_left(_FILE, _SLOT, now=1100) == 0
    assert device.delay_left(_FILE, b"j" * 16, now=1010) == 0


def test_29_a_clock_set_back_never_makes_the_delay_longer(device: DeviceData) -> None:
    device.note_failed_login(_FILE, _SLOT, now=1_000_000)
    assert device.delay_left(_FILE, _SLOT, now=10) == 1


def test_the_next_login_takes_the_count_for_the_log(device: DeviceData) -> None:
    device.note_failed_login(_FILE, _SLOT, now=1)
    device.note_failed_login(_FILE, _SLOT, now=2)
    device.note_failed_login(_FILE, b"j" * 16, now=3)
    taken = [device.take_failed_logins(_FILE, _SLOT) for _ in range(2)]
    assert taken == [{_SLOT: 2, b"j" * 16: 1}, {}]
    assert device.seen(_FILE).failed_logins == {b"j" * 16: FailedLogins(count=1, last=3, logged=1)}
    assert device.note_failed_login(_FILE, b"j" * 16, now=4) == 2, "his delay goes on"
    assert device.take_failed_logins(_FILE, _SLOT) == {b"j" * 16: 1}


def test_counts_of_many_accounts_do_not_grow_for_ever(
    device: DeviceData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_desktop.security.device_data._MOST_COUNTS", 3)
    for number in range(6):
        device.note_failed_login(_FILE, bytes([number]) * 16, now=number)
    assert list(device.seen(_FILE).failed_logins) == [bytes([number]) * 16 for number in (3, 4, 5)]


def test_the_place_of_a_file_is_remembered_without_its_name(device: DeviceData, tmp_path: Path) -> None:
    path = tmp_path / "Müller GmbH.crm"
    assert device.file_id_of(path) is None
    device.remember_path(path, _FILE)
    device.remember_path(path, _FILE)
    assert device.file_id_of(path) == _FILE
    assert not any("ller" in written.name for written in (tmp_path / "data").rglob("*"))
    device.remember_path(path, _OTHER)
    assert device.file_id_of(path) == _OTHER


def test_a_damaged_note_of_a_place_is_no_note(device: DeviceData, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    device.remember_path(path, _FILE)
    (note,) = (tmp_path / "data" / "paths").iterdir()
    for text in ("zz", "0011"):
        note.write_text(text)
        assert device.file_id_of(path) is None


def test_forgetting_removes_the_copies_of_key_file_and_ledger_too(device: DeviceData, tmp_path: Path) -> None:
    device.remember_roster(_FILE, 7)
    device.keys_folder.mkdir()
    places = LedgerPlaces.beside(tmp_path / "acme.crm", device_folder=device.keys_folder, file_id=_FILE)
    for copy in (device.key_file(_FILE), places.device):
        copy.write_bytes(b"keys")
    device.forget(_FILE)
    device.forget(_FILE)
    assert device.seen(_FILE) == Seen()
    assert list(device.keys_folder.iterdir()) == []


def test_an_older_log_head_is_not_remembered_over_a_newer_one(tmp_path: Path) -> None:
    device, file_id = DeviceData(tmp_path), bytes(16)
    newer = LogHead(epoch=1, sequence=145, digest=bytes([1]) * 32)
    device.remember_log_head(file_id, newer)
    device.remember_log_head(file_id, LogHead(epoch=1, sequence=118, digest=bytes([2]) * 32))
    assert device.seen(file_id).log_head == newer
    restored = LogHead(epoch=2, sequence=119, digest=bytes([3]) * 32)
    device.remember_log_head(file_id, restored)
    assert device.seen(file_id).log_head == restored


def test_threads_lose_nothing_of_one_another(tmp_path: Path) -> None:
    """Each with an instance of its own, as windows and command lines have them."""
    slots = [bytes([number]) * 16 for number in range(4)]

    def work(number: int) -> None:
        for count in range(1, 21):
            device = DeviceData(tmp_path / "data")
            device.note_failed_login(_FILE, slots[number], now=count)
            device.remember_log_head(_FILE, LogHead(epoch=1, sequence=10 * count + number, digest=bytes(32)))
            device.remember_roster(_FILE, 10 * count + number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(slots))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = DeviceData(tmp_path / "data").seen(_FILE)
    assert {slot: failed.count for slot, failed in seen.failed_logins.items()} == dict.fromkeys(slots, 20)
    assert seen.log_head == LogHead(epoch=1, sequence=203, digest=bytes(32))
    assert seen.roster_sequence == 203


def test_programs_lose_nothing_of_one_another(tmp_path: Path) -> None:
    work = (
        "import sys; from pathlib import Path; from crm_desktop.security.device_data import DeviceData\n"
        "for now in range(30): DeviceData(Path(sys.argv[1])).note_failed_login(bytes(16), bytes(16), now=now)"
    )
    command = [sys.executable, "-c", work, str(tmp_path / "data")]
    programs = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    assert DeviceData(tmp_path / "data").take_failed_logins(bytes(16), bytes(16)) == {bytes(16): 90}


def test_what_changes_nothing_is_not_written(tmp_path: Path) -> None:
    device = DeviceData(tmp_path / "data")
    device.remember_roster(_FILE, 0)
    assert device.take_failed_logins(_FILE, bytes(16)) == {}
    assert list(tmp_path.iterdir()) == []
