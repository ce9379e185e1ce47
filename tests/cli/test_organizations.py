"""create, sample, info, enroll: what they make, print and refuse."""

import json
import re
import stat
from pathlib import Path

import pytest
from keyring.backends import fail

from crm_desktop.cli import secrets_input, sign_in
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.device_data import DeviceData
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD, MemoryKeyring, new_environment


def test_create_shows_both_codes_once(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    result = command_line.signed_in("create", path, "--name", "Acme Ltd", "--admin", "ana", "--json")
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    assert made["name"] == "Acme Ltd"
    assert len(made["setup_code"]) > 52
    assert len(made["recovery_code"]) > 32
    assert path.read_bytes()[:15] != b"SQLite format 3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in result.output


def test_the_codes_are_shown_also_where_the_computer_can_remember_nothing(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_facts: object) -> None:
        raise OrganizationFileError("device_data_not_written")

    monkeypatch.setattr(DeviceData, "remember_path", refuse)
    path = tmp_path / "acme.crm"
    result = command_line.signed_in("create", path, "--name", "Acme Ltd", "--admin", "ana", "--json")
    assert result.exit_code == 0, result.stderr
    assert set(json.loads(result.stdout)) > {"setup_code", "recovery_code"}
    assert result.stderr.strip()
    assert path.exists()


def test_create_in_words(command_line: CommandLine, tmp_path: Path) -> None:
    zone = ("--region", "DE", "--time-zone", "Europe/Berlin")
    result = command_line.signed_in("create", tmp_path / "a.crm", "--name", "Acme", "--admin", "ana", *zone)
    assert result.exit_code == 0, result.stderr
    assert re.search(r"^Acme is ready in .*a\.crm \(DE, Europe/Berlin\)\.$", result.stdout, re.MULTILINE)
    assert "setup code: " in result.stdout
    assert "recovery code: " in result.stdout


def test_the_kit_takes_the_place_of_the_printed_codes(command_line: CommandLine, tmp_path: Path) -> None:
    kit = tmp_path / "kit.pdf"
    arguments = ("create", tmp_path / "acme.crm", "--name", "Acme", "--admin", "ana", "--kit", kit)
    made = command_line.answer(*arguments)
    assert made["kit"] == str(kit)
    assert "setup_code" not in made
    assert "recovery_code" not in made
    assert kit.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(kit.stat().st_mode) == 0o600


def test_an_existing_kit_is_not_overwritten(command_line: CommandLine, tmp_path: Path) -> None:
    kit, path = tmp_path / "kit.pdf", tmp_path / "acme.crm"
    kit.write_text("something else")
    result = command_line.signed_in("create", path, "--name", "A", "--admin", "ana", "--kit", kit)
    assert (result.exit_code, result.stdout, kit.read_text()) == (1, "", "something else")
    assert not path.exists()


def test_a_kit_that_cannot_be_written_leaves_nothing(command_line: CommandLine, tmp_path: Path) -> None:
    kit = tmp_path / "no such folder" / "kit.pdf"
    result = command_line.signed_in(
        "create", tmp_path / "a.crm", "--name", "A", "--admin", "ana", "--kit", kit
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert list(tmp_path.glob("*a.crm*")) == []


def test_create_never_overwrites(command_line: CommandLine, organization: Path) -> None:
    before = organization.read_bytes()
    result = command_line.signed_in("create", organization, "--name", "Other", "--admin", "eve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr
    assert organization.read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value"),
    [("--region", "XX"), ("--time-zone", "Mars/Olympus"), ("--name", ""), ("--admin", "")],
)
def test_create_refuses_what_cannot_be(
    option: str, value: str, command_line: CommandLine, tmp_path: Path
) -> None:
    said = {"--name": "Acme", "--admin": "ana"} | {option: value}
    options = [part for pair in said.items() for part in pair]
    result = command_line.signed_in("create", tmp_path / "acme.crm", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fault in the program" not in result.stderr
    assert list(tmp_path.glob("*.crm*")) == []


def test_a_short_password_is_refused(command_line: CommandLine, tmp_path: Path) -> None:
    arguments = ("create", tmp_path / "acme.crm", "--name", "Acme", "--admin", "ana")
    result = command_line.signed_in(*arguments, password="short")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "short" not in result.stderr.split()


def test_info_tells_what_is_in_the_file(command_line: CommandLine, organization: Path) -> None:
    facts = command_line.answer("info", organization)
    counts = {name: facts[name] for name in ("name", "customers", "address_book", "calls", "users")}
    assert counts == {"name": "Acme Ltd", "customers": 0, "address_book": 0, "calls": 0, "users": 1}
    assert isinstance(facts["schema_version"], int)
    assert facts["last_backup"] is None
    assert facts["cipher"]


def test_info_in_words(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("info", organization, "--user", "ana")
    assert "name: Acme Ltd\n" in result.stdout
    assert "last backup: none\n" in result.stdout


@pytest.mark.parametrize("user", ["nobody", "", "an", "anna"])
def test_an_unknown_user_is_refused(user: str, command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("info", organization, "--user", user)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr


def test_a_wrong_password_is_refused_in_one_sentence(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("info", organization, password="wrong horse battery")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "wrong horse" not in result.stderr


@pytest.mark.parametrize("content", [None, b"", b"x", b"%PDF-1.7\n" * 1000, b"SQLite format 3\0" * 512])
def test_what_is_no_organization_is_said_before_a_password_is_asked(
    content: bytes | None, command_line: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "other.crm"
    if content is not None:
        path.write_bytes(content)
    result = command_line.run("info", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fault in the program" not in result.stderr
    assert (path.read_bytes() if path.exists() else None) == content


def test_without_the_keyring_the_set_up_code_opens(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    made = command_line.answer("create", path, "--name", "Acme", "--admin", "ana")
    command_line.keyring.values.clear()
    refused = command_line.signed_in("info", path)
    assert (refused.exit_code, refused.stdout) == (1, "")
    code_file = tmp_path / "code"
    code_file.write_text(f"{made['setup_code']}\n")
    code_file.chmod(0o600)
    assert command_line.answer("info", path, "--setup-code-file", code_file)["name"] == "Acme"
    lines = f"password={PASSWORD}\nsetup-code={made['setup_code']}\n"
    assert command_line.run("info", path, "--secrets-stdin", given=lines).exit_code == 0
    code_file.chmod(0o644)
    readable = command_line.signed_in("info", path, "--setup-code-file", code_file)
    assert (readable.exit_code, readable.stdout) == (1, "")
    assert "not private" in readable.stderr


def test_enroll_puts_the_key_into_the_keyring(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    made = command_line.answer("create", path, "--name", "Acme", "--admin", "ana")
    command_line.keyring.values.clear()
    given = f"setup-code={made['setup_code']}\n"
    enrolled = command_line.run("enroll", path, "--secrets-stdin", "--json", given=given)
    assert enrolled.exit_code == 0, enrolled.stderr
    assert json.loads(enrolled.stdout) == {"file": str(path), "enrolled": True}
    assert command_line.answer("info", path)["name"] == "Acme"


def test_a_wrong_set_up_code_is_refused(command_line: CommandLine, organization: Path) -> None:
    command_line.keyring.values.clear()
    result = command_line.run("enroll", organization, "--secrets-stdin", given="setup-code=ABCD-EFGH\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert command_line.keyring.values == {}
    assert "ABCD" not in result.stderr


def test_the_sample_opens_as_ana(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "try.crm"
    made = command_line.run("sample", path, "--customers", 12, "--calls", 30, "--seed", 7, "--json")
    assert made.exit_code == 0, made.stderr
    assert json.loads(made.stdout)["user"] == "ana"
    result = command_line.signed_in("info", path, "--json", password="sample-organization")
    facts = json.loads(result.stdout)
    assert (facts["customers"], facts["calls"]) == (12, 30)


def test_the_sample_in_words(command_line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "try.crm"
    result = command_line.run("sample", path, "--customers", 2, "--calls", 3)
    assert result.stdout == f"{path}: 2 customers, 3 calls. User ana, password sample-organization.\n"


def test_the_sample_of_a_computer_without_a_keyring_can_be_opened(tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "data", keyring=fail.Keyring())  # type: ignore[no-untyped-call]
    bare, path = CommandLine(environment, MemoryKeyring()), tmp_path / "try.crm"
    made = bare.run("sample", path, "--customers", 2, "--calls", 3)
    assert made.exit_code == 0, made.stderr
    code = made.stdout.strip().rpartition(": ")[2]
    given = f"password=sample-organization\nsetup-code={code}\n"
    assert bare.run("info", path, "--secrets-stdin", given=given).exit_code == 0


def test_in_a_terminal_a_missing_set_up_code_is_asked_for(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "acme.crm"
    made = command_line.answer("create", path, "--name", "Acme", "--admin", "ana")
    command_line.keyring.values.clear()
    for module in (secrets_input, sign_in):
        monkeypatch.setattr(module, "can_ask", lambda: True)
    asked = command_line.run("info", path, given=f"{made['setup_code']}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.stderr
    assert "name: Acme\n" in asked.stdout
    enrolled = command_line.run("enroll", path, given=f"{made['setup_code']}\n")
    assert enrolled.stdout.endswith(f"This computer can open {path} now.\n")
    assert command_line.signed_in("info", path).exit_code == 0


def test_what_opening_found_is_said(command_line: CommandLine, organization: Path) -> None:
    with organization.open("ab") as stream:
        stream.write(b"appended by a sync program")
    result = command_line.signed_in("info", organization, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["name"] == "Acme Ltd"
    assert len(result.stderr.splitlines()) == 1
