"""Passwords and codes as people type them, wrongly too (security design, section 8)."""

import json
import re
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import InvalidValueError, KnownError, SignInError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.opening import sign_in_again
from crm_desktop.operations.organizations import begin_create, change_password, enroll, open_organization
from crm_desktop.security.codes import parse_recovery_code
from tests.e2e.computers import contents, secrets
from tests.environments import PASSWORD, new_environment
from tests.faults.offices import FaultyOffice, assert_whole

WRONG = "another horse altogether"
LONG = "x" * 1024 * 1024


def _code_of_wait(faulty: FaultyOffice, password: str) -> KnownError:
    with pytest.raises(SignInError) as caught:
        faulty.open(password=password)
    return caught.value


def test_fault_01_wrong_password_says_wrong_password_and_waits_longer(faulty: FaultyOffice) -> None:
    clock, before = faulty.office.clock, contents(faulty.path.parent)
    waits = []
    for _ in range(7):
        error = _code_of_wait(faulty, WRONG)
        assert error.code == "password_wrong"
        assert sentence(error).startswith("Wrong password")
        assert sentence(error).endswith("Nothing was opened.")
        refused = _code_of_wait(faulty, PASSWORD)
        assert refused.code == "wait"
        waits.append(refused.facts["seconds"])
        clock.advance(int(str(refused.facts["seconds"])))
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert contents(faulty.path.parent) == before
    session = faulty.open()
    (newest,) = session.database.connection().execute(
        "SELECT payload FROM log_entry WHERE verb = 'login' ORDER BY id DESC LIMIT 1"
    )
    assert json.loads(newest[0]) == {"failed_logins": {session.ring.slot_id.hex(): 7}}
    session.close()
    assert _code_of_wait(faulty, WRONG).code == "password_wrong"
    assert _code_of_wait(faulty, PASSWORD).facts["seconds"] == 1


def test_fault_01_an_open_window_is_no_place_to_try_passwords(faulty: FaultyOffice) -> None:
    """Whoever sits down at it waits as long as at the sign-in, and the next entry tells of it."""
    session, clock = faulty.open(), faulty.office.clock
    for seconds in (1, 2, 4):
        with pytest.raises(SignInError, match="password_wrong"):
            change_password(session.environment, session, old=WRONG, new=f"{WRONG} too")
        with pytest.raises(SignInError, match="wait") as caught:
            sign_in_again(session, PASSWORD)
        assert caught.value.facts["seconds"] == seconds
        clock.advance(seconds)
    sign_in_again(session, PASSWORD)
    slot_id = session.ring.slot_id
    session.close()
    session = faulty.open()
    (newest,) = session.database.connection().execute(
        "SELECT payload FROM log_entry WHERE verb = 'login' ORDER BY id DESC LIMIT 1"
    )
    assert json.loads(newest[0]) == {"failed_logins": {slot_id.hex(): 3}}
    assert_whole(session)
    session.close()


def test_fault_01_the_command_line_refuses_and_keeps_waiting(faulty: FaultyOffice) -> None:
    faulty.refused("password_wrong", password=WRONG)
    faulty.office.clock.seconds = int(time.time())
    for _ in range(6):
        _code_of_wait(faulty, WRONG)
        faulty.office.clock.advance(30)
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given(), status=1)
    assert re.fullmatch(r"The password was wrong before\. Wait \d+ s and try again\.\n", said.stderr)


@pytest.mark.parametrize(
    ("password", "typed"),
    [
        (unicodedata.normalize("NFC", "Älteste Öle über"), unicodedata.normalize("NFD", "Älteste Öle über")),
        (unicodedata.normalize("NFD", "Älteste Öle über"), unicodedata.normalize("NFC", "Älteste Öle über")),
        ("trailing space ", "trailing space "),
        ("🐎🔋📎 staple 👩‍👩‍👧", "🐎🔋📎 staple 👩‍👩‍👧"),
    ],
    ids=["NFC", "NFD", "space", "emoji"],
)
def test_fault_15_a_password_opens_however_the_keyboard_composes_it(
    password: str, typed: str, faulty: FaultyOffice
) -> None:
    session = faulty.open()
    change_password(session.environment, session, old=PASSWORD, new=password)
    session.close()
    assert _code_of_wait(faulty, PASSWORD).code == "password_wrong"
    faulty.office.clock.advance(30)
    opened = faulty.open(password=typed)
    assert opened.member.login == "ana"
    opened.close()
    given = secrets(password=typed, setup_code=faulty.office.set_up_code)
    assert faulty.computer.document("info", faulty.path, "--secrets-stdin", given=given)["users"] == 1


def test_fault_15_a_space_at_the_end_counts(faulty: FaultyOffice) -> None:
    assert faulty.refused("password_wrong", password=f"{PASSWORD} ").code == "password_wrong"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        (LONG, "password_too_long"),
        ("with a NUL \0 inside", "password_character_refused"),
        ("half a pair \ud83d of it", "password_character_refused"),
        ("short", "password_too_short"),
    ],
    ids=["1 MB", "NUL", "surrogate", "short"],
)
def test_fault_15_a_password_nobody_can_type_is_not_taken(
    password: str, code: str, faulty: FaultyOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    environment = new_environment(tmp_path / "data")
    with pytest.raises(InvalidValueError, match=code):
        begin_create(
            environment, folder / "new.crm", name="New", login="ana", member_name="Ana",
            password=password, region="US", time_zone="UTC",
        )  # fmt: skip
    assert {name for name in contents(folder) if not name.endswith(".lock")} == set()
    before = contents(faulty.path.parent)
    session = faulty.open()
    with pytest.raises(InvalidValueError) as caught:
        change_password(session.environment, session, old=PASSWORD, new=password)
    assert caught.value.code == code
    assert sentence(caught.value).endswith("Nothing was changed.") or "Nothing was changed;" in sentence(
        caught.value
    )
    session.close()
    keys = "acme.crm.keys"
    assert contents(faulty.path.parent)[keys] == before[keys]
    assert _code_of_wait(faulty, password).code == "password_wrong"


def test_fault_15_the_command_line_takes_no_password_that_is_no_text(faulty: FaultyOffice) -> None:
    before = contents(faulty.path.parent)
    said = faulty.computer.run("info", faulty.path, "--password-stdin", given=f"{LONG}\n", status=2)
    assert "too long for a password" in said.stderr
    said = faulty.computer.run(
        "info", faulty.path, "--secrets-stdin", given=faulty.given("with a NUL \0 inside"), status=1
    )
    assert said.stderr == f"{sentence(SignInError('password_wrong'))}\n"
    assert contents(faulty.path.parent) == before


def _mistyped(code: str, group: int) -> str:
    """Return a code with the last character of a group mistyped."""
    groups = code.split("-")
    last = groups[group - 1][-1]
    groups[group - 1] = groups[group - 1][:-1] + ("7" if last != "7" else "8")
    return "-".join(groups)


@pytest.mark.parametrize("group", [1, 3, 8])
def test_fault_16_a_typo_in_the_recovery_code_names_its_group(group: int, faulty: FaultyOffice) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_recovery_code(_mistyped(faulty.office.recovery_code, group))
    assert sentence(caught.value).startswith(f"Group {group} of 8 is wrong. ")


def test_fault_16_a_typo_in_the_set_up_code_names_its_group(faulty: FaultyOffice, tmp_path: Path) -> None:
    typed = _mistyped(faulty.office.set_up_code, 3)
    before = contents(faulty.path.parent)
    environment = replace(faulty.office.environment, data_folder=tmp_path / "new")
    with pytest.raises(InvalidValueError) as caught:
        enroll(environment, faulty.path, typed)
    wanted = "Group 3 of 13 is wrong. Compare it with the printed code and type it again.\n"
    assert f"{sentence(caught.value)}\n" == wanted
    for command in (["enroll", faulty.path], ["info", faulty.path]):
        given = secrets(password=PASSWORD, setup_code=typed)
        said = faulty.computer.run(*command, "--secrets-stdin", given=given, status=1)
        assert said.stderr == wanted
        assert typed not in said.stderr
    with pytest.raises(InvalidValueError, match="code_group_wrong"):
        open_organization(environment, faulty.path, login="ana", password=PASSWORD, set_up_code=typed)
    assert contents(faulty.path.parent) == before
