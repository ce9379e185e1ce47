"""users: everything an administrator does about accounts, and the password to change before anything else."""

import json
from pathlib import Path

import pytest

from crm_desktop.domain.permissions import Role
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD

TEMPORARY = "tamore-kusibo-lanite"
OWN = "my very own password"


def run(
    command_line: CommandLine, organization: Path, *words: str, new: str | None = None
) -> dict[str, object]:
    """Run an action as ana and return its JSON document."""
    given = f"{PASSWORD}\n" + (f"{new}\n" if new else "")
    result = command_line.run(
        "users", organization, *words, "--user", "ana", "--password-stdin", "--json", given=given
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def refusal(command_line: CommandLine, organization: Path, *words: str, new: str | None = None) -> str:
    """Run an action that must be refused and return its sentence."""
    given = f"{PASSWORD}\n" + (f"{new}\n" if new else "")
    result = command_line.run("users", organization, *words, "--user", "ana", "--password-stdin", given=given)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    return result.stderr.strip()


def add_eva(command_line: CommandLine, organization: Path, role: str = "staff") -> dict[str, object]:
    return run(command_line, organization, "add", "eva", "--role", role, "--name", "Eva Klein", new=TEMPORARY)


def as_eva(command_line: CommandLine, *words: object, password: str = TEMPORARY) -> tuple[int, str, str]:
    result = command_line.run(*words, "--user", "eva", "--password-stdin", given=password)
    return result.exit_code, result.stdout, result.stderr


def test_the_list_says_what_an_administrator_has_to_know(
    command_line: CommandLine, organization: Path
) -> None:
    add_eva(command_line, organization)
    run(command_line, organization, "grant", "eva", "bank.view")
    listed = run(command_line, organization, "list")["users"]
    assert isinstance(listed, list)
    ana, eva = listed
    assert len(str(eva.pop("id"))) == 32
    assert eva == {
        "login": "eva",
        "name": "Eva Klein",
        "role": "staff",
        "enabled": True,
        "state": "must_change_password",
        "granted": ["bank.view"],
        "revoked": [],
        "must_change_password": True,
        "moved": True,
        "last_login": None,
    }
    assert (ana["login"], ana["role"], ana["state"]) == ("ana", "administrator", "active")
    assert ana["last_login"].endswith("Z")
    plain = command_line.run(
        "users", organization, "list", "--user", "ana", "--password-stdin", given=PASSWORD
    )
    assert plain.stdout == (
        "ana: ana, administrator, active\neva: Eva Klein, staff +bank.view, must change password\n"
    )


def test_a_password_set_by_somebody_else_is_changed_before_anything_else(
    command_line: CommandLine, organization: Path
) -> None:
    add_eva(command_line, organization)
    refused = "Your password was set by somebody else. Nothing was done."
    for words in (
        ("info", organization),
        ("verify", organization),
        ("backup", organization),
        ("consent", organization, "list"),
        ("consent", organization, "grant", "--yes"),
        ("users", organization, "list"),
    ):
        code, out, err = as_eva(command_line, *words)
        assert (code, out) == (1, "")
        assert refused in err
    code, out, err = as_eva(command_line, "users", organization, "passwd", password=f"{TEMPORARY}\n{OWN}\n")
    assert (code, out) == (0, "eva: password changed.\n"), err
    assert as_eva(command_line, "info", organization, password=OWN)[0] == 0
    assert as_eva(command_line, "info", organization, password=TEMPORARY)[0] == 1


def test_the_temporary_password_itself_is_no_new_one(command_line: CommandLine, organization: Path) -> None:
    add_eva(command_line, organization)
    code, _, err = as_eva(
        command_line, "users", organization, "passwd", password=f"{TEMPORARY}\n{TEMPORARY}\n"
    )
    assert (code, err.strip()) == (1, "The new password is the old one. Nothing was changed.")
    assert "set by somebody else" in as_eva(command_line, "info", organization)[2]


def test_named_secrets_serve_as_well(command_line: CommandLine, organization: Path) -> None:
    result = command_line.run(
        "users", organization, "add", "eva", "--role", "viewer", "--user", "ana", "--secrets-stdin",
        given=f"password={PASSWORD}\nnew-password={TEMPORARY}\n",
    )  # fmt: skip
    assert (result.exit_code, result.stdout) == (0, "eva: viewer, must change password.\n")
    missing = command_line.run(
        "users", organization, "reset-password", "eva", "--user", "ana", "--secrets-stdin",
        given=f"password={PASSWORD}\n",
    )  # fmt: skip
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "new-password" in missing.stderr


def test_without_a_second_line_nothing_is_done(command_line: CommandLine, organization: Path) -> None:
    result = command_line.run(
        "users", organization, "add", "eva", "--role", "staff", "--user", "ana", "--password-stdin",
        given=f"{PASSWORD}\n",
    )  # fmt: skip
    assert (result.exit_code, result.stdout) == (2, "")
    assert "second line" in " ".join(result.stderr.split())
    assert len(run(command_line, organization, "list")["users"]) == 1  # type: ignore[arg-type]  # a list


def test_role_rename_disable_enable_and_reset(command_line: CommandLine, organization: Path) -> None:
    add_eva(command_line, organization, "manager")
    demoted = run(command_line, organization, "role", "eva", "staff")
    assert (demoted["role"], demoted["keys_to_rotate"]) == ("staff", "none")
    renamed = run(command_line, organization, "rename", "eva", "eva.k", "--name", "Eva K.")
    assert (renamed["login"], renamed["name"]) == ("eva.k", "Eva K.")
    gone = run(command_line, organization, "disable", "EVA.K")
    assert (gone["enabled"], gone["keys_to_rotate"]) == (False, "all")
    back = run(command_line, organization, "enable", "eva.k", new=TEMPORARY)
    assert (back["enabled"], back["must_change_password"], back["role"]) == (True, True, "staff")
    revoked = run(command_line, organization, "revoke", "eva.k", "records.trash")
    assert (revoked["revoked"], revoked["keys_to_rotate"]) == (["records.trash"], "none")
    reset = run(command_line, organization, "reset-password", "eva.k", new="another-temporary")
    assert reset["must_change_password"] is True


def test_a_login_is_found_however_the_keyboard_writes_it(
    command_line: CommandLine, organization: Path
) -> None:
    add_eva(command_line, organization)
    assert run(command_line, organization, "rename", "\uff25va", "Jose\u0301")["login"] == "Jos\u00e9"
    assert run(command_line, organization, "disable", "JOSE\u0301")["enabled"] is False


def test_keys_that_stay_readable_are_said(command_line: CommandLine, organization: Path) -> None:
    add_eva(command_line, organization)
    result = command_line.run(
        "users", organization, "disable", "eva", "--user", "ana", "--password-stdin", given=PASSWORD
    )
    assert (result.exit_code, result.stdout) == (0, "eva: staff, disabled.\n")
    assert "until the keys are rotated: rotate-keys FILE" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("role", "ana", "staff"), "This is the last administrator"),
        (("disable", "ana"), "This is the last administrator"),
        (("disable", "nobody"), "There is no user “nobody”"),
        (("grant", "ana", "bank.view"), "Nobody changes his own"),
        (("grant", "eva", "users"), "goes with the role"),
        (("grant", "eva", "fly"), "There is no right called “fly”"),
        (("rename", "eva", "Ana"), "Somebody already signs in as “Ana”"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    command_line: CommandLine, organization: Path, words: tuple[str, ...], said: str
) -> None:
    add_eva(command_line, organization)
    assert said in refusal(command_line, organization, *words)


def test_ones_own_password_is_not_reset_but_changed(command_line: CommandLine, organization: Path) -> None:
    assert "Change your password with the old one" in refusal(
        command_line, organization, "reset-password", "ana", new=TEMPORARY
    )
    changed = run(command_line, organization, "passwd", new=OWN)
    assert changed == {"login": "ana", "password_changed": True}
    assert command_line.signed_in("info", organization, password=OWN).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("list", "eva"),
        ("add", "eva"),
        ("add", "--role", "staff"),
        ("role", "eva"),
        ("role", "eva", "king"),
        ("disable", "eva", "--role", "staff"),
        ("disable", "eva", "--name", "Eva"),
        ("passwd", "eva"),
        ("dismiss", "eva"),
    ],
)
def test_wrong_usage_is_told_before_anybody_is_asked(
    command_line: CommandLine, organization: Path, words: tuple[str, ...]
) -> None:
    result = command_line.run("users", organization, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "password" not in result.stderr.lower().replace("reset-password", "")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF, Role.VIEWER])
def test_nobody_else_lists_or_changes_users(
    command_line: CommandLine, organization: Path, role: Role
) -> None:
    add_eva(command_line, organization, role.value)
    as_eva(command_line, "users", organization, "passwd", password=f"{TEMPORARY}\n{OWN}\n")
    for words in (("list",), ("disable", "ana"), ("role", "eva", "administrator")):
        code, out, err = as_eva(command_line, "users", organization, *words, password=OWN)
        assert (code, out) == (1, "")
        assert "Your role does not allow this (users)" in err


def test_wrong_passwords_wait_1_2_4_to_30_seconds(command_line: CommandLine, organization: Path) -> None:
    clock = command_line.environment.now
    waits = []
    for _ in range(7):
        wrong = command_line.signed_in("info", organization, password="not my password")
        assert "Wrong password" in wrong.stderr
        waiting = command_line.signed_in("info", organization)
        assert (waiting.exit_code, waiting.stdout) == (1, "")
        waits.append(int(waiting.stderr.split("Wait ")[1].split(" s")[0]))
        clock.advance(waits[-1])  # type: ignore[attr-defined]  # the clock of the tests
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert command_line.signed_in("info", organization).exit_code == 0
    wrong = command_line.signed_in("info", organization, password="not my password")
    assert "Wait 1 s" in command_line.signed_in("info", organization).stderr


def test_deleting_the_memory_of_failed_logins_resets_only_the_delay(
    command_line: CommandLine, organization: Path
) -> None:
    for _ in range(3):
        command_line.signed_in("info", organization, password="not my password")
        command_line.environment.now.advance(30)  # type: ignore[attr-defined]  # the clock of the tests
    command_line.signed_in("info", organization, password="not my password")
    assert "Wait 8 s" in command_line.signed_in("info", organization).stderr
    (memory,) = (command_line.environment.data_folder / "seen").glob("*.json")
    memory.unlink()
    again = command_line.signed_in("info", organization, password="not my password")
    assert "Wrong password" in again.stderr
    assert "Wait 1 s" in command_line.signed_in("info", organization).stderr
    command_line.environment.now.advance(1)  # type: ignore[attr-defined]  # the clock of the tests
    assert command_line.signed_in("info", organization).exit_code == 0
