"""What can happen to the key file and its copies, and what is said then (security design, section 8)."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.organizations import open_organization
from crm_desktop.security.derivation import Argon2Parameters
from tests.e2e.computers import contents
from tests.environments import PASSWORD, add_member, new_environment, new_organization
from tests.faults.offices import FaultyOffice, assert_whole

# Far below the 18 s that t = 400 takes, far above what a busy machine needs to refuse.
REFUSED_WITHIN_S = 1.0


def _check_opens_repaired(faulty: FaultyOffice, used: str) -> None:
    """The file opens, says which copy it used, and the three copies are there again and the same."""
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    problem = OrganizationFileError("key_file_repaired", used=used, copy="main")
    assert f"{sentence(problem)}\n" in said.stderr
    assert len({copy.read_bytes() for copy in faulty.copies}) == 1
    session = faulty.open()
    assert session.warnings == ()
    assert_whole(session)
    session.close()


def test_fault_10_key_file_missing_the_bak_takes_its_place(faulty: FaultyOffice) -> None:
    faulty.copies[0].unlink()
    _check_opens_repaired(faulty, "backup")


def test_fault_10_both_missing_this_computers_copy_takes_their_place(faulty: FaultyOffice) -> None:
    main, backup, _ = faulty.copies
    main.unlink()
    backup.unlink()
    _check_opens_repaired(faulty, "device")


def test_fault_10_all_missing_says_what_to_do(faulty: FaultyOffice) -> None:
    for copy in faulty.copies:
        copy.unlink()
    error = faulty.refused("key_file_missing")
    assert sentence(error).endswith(
        "is missing, here and on this computer. Nothing was changed. "
        "Open the organization on another computer that used it, or restore a backup."
    )


def test_fault_11_both_torn_this_computers_copy_is_used(faulty: FaultyOffice) -> None:
    main, backup, _ = faulty.copies
    main.write_bytes(main.read_bytes()[:700])
    backup.write_bytes(b"")
    _check_opens_repaired(faulty, "device")


def test_fault_11_all_torn_says_another_computer_or_a_backup(faulty: FaultyOffice) -> None:
    for copy in faulty.copies:
        copy.write_bytes(copy.read_bytes()[:-1])
    error = faulty.refused("key_file_damaged")
    assert sentence(error).endswith(
        "is damaged, and so are its copies. Nothing was changed. "
        "Open the organization on another computer that used it, or restore a backup."
    )


@pytest.fixture
def strangers(tmp_path: Path) -> tuple[bytes, str]:
    """Give the key file of another organization and its set-up code."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = new_organization(folder, name="Other Ltd", environment=new_environment(tmp_path / "data"))
    return other.path.with_name("acme.crm.keys").read_bytes(), other.set_up_code


@pytest.mark.parametrize("swapped", [(0, 1), (0,), (1,)], ids=["both", "main", "bak"])
def test_fault_12_keys_of_another_organization_are_named_and_not_overwritten(
    swapped: tuple[int, ...], faulty: FaultyOffice, strangers: tuple[bytes, str]
) -> None:
    for place in swapped:
        faulty.copies[place].write_bytes(strangers[0])
    error = faulty.refused("key_file_of_another_organization")
    assert sentence(error).startswith("The key file belongs to another organization. Nothing was opened.")
    assert all(faulty.copies[place].read_bytes() == strangers[0] for place in swapped)


def test_fault_12_a_computer_that_never_saw_the_file_opens_nothing_with_strange_keys(
    faulty: FaultyOffice, strangers: tuple[bytes, str], tmp_path: Path
) -> None:
    main, backup, _ = faulty.copies
    main.write_bytes(strangers[0])
    backup.write_bytes(strangers[0])
    before = contents(faulty.path.parent)
    new_computer = new_environment(tmp_path / "new")
    for code in (faulty.office.set_up_code, strangers[1]):
        with pytest.raises(KnownError) as caught:
            open_organization(new_computer, faulty.path, login="ana", password=PASSWORD, set_up_code=code)
        wanted = {faulty.office.set_up_code: "secret_unknown"}.get(code, "key_file_of_another_organization")
        assert caught.value.code == wanted
    assert contents(faulty.path.parent) == before


@pytest.mark.parametrize(
    "cost", [Argon2Parameters(64 * 1024, 400, 4), Argon2Parameters(64 * 1024 * 1024, 3, 4)], ids=["t", "m"]
)
def test_fault_13_a_cost_nobody_asks_for_is_refused_at_once(
    cost: Argon2Parameters, faulty: FaultyOffice
) -> None:
    body = faulty.body()
    faulty.write_all(replace(body, slots=tuple(replace(slot, argon2=cost) for slot in body.slots)))
    began = time.perf_counter()
    with pytest.raises(OrganizationFileError, match="key_parameters_refused"):
        faulty.open()
    assert time.perf_counter() - began < REFUSED_WITHIN_S
    faulty.refused("key_parameters_refused")


def _rewritten(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change the JSON of a key file and make its checksum right again."""
    first, _, text = data.partition(b"\n")
    envelope, body = json.loads(first), json.loads(text)
    change(body)
    changed = json.dumps(body).encode("ascii")
    envelope["sha256"] = hashlib.sha256(changed).hexdigest()
    return json.dumps(envelope).encode("ascii") + b"\n" + changed


def _cut_first_slot(body: dict[str, Any]) -> None:
    body["slots"][0]["wrapped"] = body["slots"][0]["wrapped"][:40]


def test_fault_14_a_truncated_slot_is_a_damaged_account_and_the_others_open(faulty: FaultyOffice) -> None:
    session = faulty.open()
    add_member(session, "ben", Role.STAFF)
    session.close()
    for copy in faulty.copies:
        copy.write_bytes(_rewritten(copy.read_bytes(), _cut_first_slot))
    error = faulty.refused("account_damaged")
    assert sentence(error).startswith("An account in the key file is damaged")
    ben = faulty.open("ben")
    assert ben.member.login == "ben"
    ben.close()
