"""No keyring, or one that lost its value (security design, section 8)."""

from dataclasses import replace

import pytest

from crm_desktop.domain.errors import KeyringError, SignInError
from crm_desktop.domain.sentences import sentence
from tests.e2e.computers import Computer, contents, secrets
from tests.environments import PASSWORD, MemoryKeyring, new_environment
from tests.faults.offices import FaultyOffice


def test_fault_17_without_a_keyring_the_set_up_code_is_asked_for_each_time(computer: Computer) -> None:
    path = computer.folder / "work" / "acme.crm"
    options = ("--name", "Acme Ltd", "--admin", "ana", "--region", "US", "--time-zone", "UTC")
    made = computer.run("create", path, *options, "--secrets-stdin", given=secrets(password=PASSWORD))
    missing = sentence(KeyringError("keyring_missing", backend="fail Keyring"))
    assert made.stderr == f"{missing}\n"
    code = next(
        line.removeprefix("setup code: ") for line in made.stdout.splitlines() if "setup code" in line
    )
    before = contents(computer.work)
    for _ in range(2):
        refused = computer.run("info", path, "--secrets-stdin", given=secrets(password=PASSWORD), status=1)
        assert refused.stderr == f"{missing}\n"
        assert contents(computer.work) == before
    given = secrets(password=PASSWORD, setup_code=code)
    assert computer.document("info", path, "--secrets-stdin", given=given)["name"] == "Acme Ltd"
    enrolled = computer.run("enroll", path, "--secrets-stdin", given=secrets(setup_code=code), status=1)
    assert enrolled.stderr == f"{missing}\n"


def test_fault_20_value_lost_asks_for_the_set_up_code_and_makes_no_new_key(faulty: FaultyOffice) -> None:
    before = contents(faulty.path.parent)
    emptied = MemoryKeyring()
    environment = new_environment(faulty.computer.data_folder, keyring=emptied)
    office = replace(faulty.office, environment=environment)
    with pytest.raises(SignInError) as caught:
        office.open()
    assert caught.value.code == "set_up_code_needed"
    assert sentence(caught.value) == (
        "This computer has no key for the file yet. Type the set-up code from the emergency kit; "
        "nothing was changed."
    )
    assert emptied.values == {}
    assert contents(faulty.path.parent) == before
    session = office.open(set_up_code=office.set_up_code)
    assert session.member.login == "ana"
    session.close()
