"""rotate-keys, recover, and restore with the kit: what they print, keep and refuse."""

import json
from pathlib import Path

import pytest
import typer

from crm_desktop.cli import kits
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import rotating
from crm_desktop.operations.organizations import open_organization
from tests.cli.conftest import CommandLine
from tests.e2e.computers import secrets
from tests.environments import PASSWORD, MemoryKeyring, add_member, new_environment

NEW = "ana after the kit"


@pytest.fixture
def kit(command_line: CommandLine, tmp_path: Path) -> dict[str, str]:
    """Make an organization and return its first kit's codes and its path."""
    path = tmp_path / "acme.crm"
    made = command_line.answer(
        "create",
        path,
        "--name",
        "Acme Ltd",
        "--admin",
        "ana",
        "--region",
        "GB",
        "--time-zone",
        "Europe/London",
    )
    return {"path": str(path), "setup": str(made["setup_code"]), "recovery": str(made["recovery_code"])}


def add_user(command_line: CommandLine, path: str, login: str, role: Role = Role.STAFF) -> None:
    session = open_organization(command_line.environment, Path(path), login="ana", password=PASSWORD)
    add_member(session, login, role)
    session.close()


def test_rotate_keys_prints_the_codes_once_and_they_open_the_file(
    command_line: CommandLine, kit: dict[str, str], tmp_path: Path
) -> None:
    add_user(command_line, kit["path"], "ben")
    add_user(command_line, kit["path"], "eva")
    answer = command_line.answer("rotate-keys", kit["path"], "--user", "ana", "--leaving", "ben")
    assert set(answer) == {
        "file", "leaving", "kit_number", "setup_code", "recovery_code", "new_root", "temporary_passwords",
    }  # fmt: skip
    assert (answer["kit_number"], answer["leaving"]) == (2, "ben")
    checks = command_line.answer("verify", kit["path"], "--user", "ana")
    assert checks["ok"] is True
    elsewhere = CommandLine(new_environment(tmp_path / "elsewhere"), MemoryKeyring())
    for login, code, status in (
        ("eva", answer["setup_code"], 0), ("eva", kit["setup"], 1), ("ben", answer["setup_code"], 1),
    ):  # fmt: skip
        given = secrets(password=PASSWORD, setup_code=str(code))
        result = elsewhere.run("info", kit["path"], "--user", login, "--secrets-stdin", given=given)
        assert result.exit_code == status, result.output


def test_rotate_keys_with_a_sheet_prints_no_code(
    command_line: CommandLine, kit: dict[str, str], tmp_path: Path
) -> None:
    pdf = tmp_path / "kit-2.pdf"
    result = command_line.signed_in("rotate-keys", kit["path"], "--kit", pdf)
    assert result.exit_code == 0, result.output
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "code:" not in result.output
    assert "Kit 1 opens backups of before" in result.stdout
    again = command_line.signed_in("rotate-keys", kit["path"], "--kit", pdf)
    assert again.exit_code == 1
    assert "exists already and was not overwritten" in again.stderr


def test_the_sheet_of_a_kit_that_never_became_valid_is_removed(
    command_line: CommandLine, kit: dict[str, str], tmp_path: Path
) -> None:
    pdf = tmp_path / "kit-2.pdf"
    given = secrets(recovery_code=kit["recovery"], new_password="short")
    result = command_line.run("recover", kit["path"], "--secrets-stdin", "--kit", pdf, given=given)
    assert result.exit_code == 1
    assert "10 characters" in result.stderr
    assert not pdf.exists()
    data = bytearray(Path(kit["path"]).read_bytes())
    data[30 * 4096 + 200] ^= 1
    Path(kit["path"]).write_bytes(data)
    result = command_line.signed_in("rotate-keys", kit["path"], "--kit", pdf)
    assert result.exit_code == 1
    assert not pdf.exists()


def test_the_codes_are_out_before_the_keys_change(
    command_line: CommandLine, kit: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed when the key file cannot be written is still the only way in where it half was."""

    def fail(*_: object, **__: object) -> tuple[object, ...]:
        raise OSError(5, "the disk is gone")

    before = Path(f"{kit['path']}.keys").read_bytes()
    monkeypatch.setattr(rotating, "write_key_file", fail)
    result = command_line.signed_in("rotate-keys", kit["path"], "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["setup_code"]
    assert Path(f"{kit['path']}.keys").read_bytes() == before


def test_nothing_is_printed_where_nothing_was_begun(command_line: CommandLine, kit: dict[str, str]) -> None:
    for leaving, said in (("nobody", "There is no user “nobody”"), ("ana", "last administrator")):
        result = command_line.signed_in("rotate-keys", kit["path"], "--leaving", leaving, "--json")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert said in result.stderr
    result = command_line.signed_in("rotate-keys", kit["path"], password="another password")
    assert (result.exit_code, result.stdout) == (1, "")


def test_somebody_at_the_terminal_types_a_group_of_each_code_back(
    command_line: CommandLine, kit: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    asked: list[str] = []

    def answer(question: str, **_: object) -> str:
        asked.append(question)
        number = int(question.split()[2])
        code = shown[1] if "set-up" in question else shown[2]
        return "AAAAA" if len(asked) == 1 else code.split(": ")[1].strip().split("-")[number - 1]

    monkeypatch.setattr(kits, "can_ask", lambda: True)
    monkeypatch.setattr(kits, "note", shown.append)
    monkeypatch.setattr(typer, "prompt", answer)
    result = command_line.signed_in("rotate-keys", kit["path"])
    assert result.exit_code == 0, result.output
    assert [("recovery" in question, "set-up" in question) for question in asked] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip


def test_recover_gives_a_new_password_and_the_next_kit(
    command_line: CommandLine, kit: dict[str, str]
) -> None:
    given = secrets(recovery_code=kit["recovery"].lower(), new_password=NEW)
    result = command_line.run("recover", kit["path"], "--secrets-stdin", "--json", given=given)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["user"], answer["kit_number"], answer["setup_code"]) == ("ana", 2, kit["setup"])
    assert command_line.signed_in("info", kit["path"], password=NEW).exit_code == 0
    again = command_line.run("recover", kit["path"], "--secrets-stdin", given=given)
    assert again.exit_code == 1
    assert again.stdout == ""
    assert "This is kit 1, the file needs kit 2." in again.stderr


def test_recover_on_another_computer_takes_the_set_up_code(kit: dict[str, str], tmp_path: Path) -> None:
    elsewhere = CommandLine(new_environment(tmp_path / "elsewhere"), MemoryKeyring())
    values = {"recovery_code": kit["recovery"], "new_password": NEW}
    result = elsewhere.run("recover", kit["path"], "--secrets-stdin", given=secrets(**values))
    assert result.exit_code == 1
    assert "Type the set-up code" in result.stderr
    values["setup_code"] = kit["setup"]
    pdf = tmp_path / "kit-2.pdf"
    result = elsewhere.run("recover", kit["path"], "--secrets-stdin", "--kit", pdf, given=secrets(**values))
    assert result.exit_code == 0, result.output
    assert pdf.exists()
    assert kit["setup"] not in result.output


def test_fault_16_a_wrong_group_is_named(command_line: CommandLine, kit: dict[str, str]) -> None:
    groups = kit["recovery"].split("-")
    # The last sign checks the others: another one there is always wrong, turned round is not.
    groups[4] = groups[4][:-1] + ("Z" if groups[4].endswith("Q") else "Q")
    given = secrets(recovery_code="-".join(groups), new_password=NEW)
    result = command_line.run("recover", kit["path"], "--secrets-stdin", given=given)
    assert result.exit_code == 1
    assert "roup 5" in result.stderr


def test_several_administrators_need_a_name(command_line: CommandLine, kit: dict[str, str]) -> None:
    add_user(command_line, kit["path"], "eva", Role.ADMINISTRATOR)
    given = secrets(recovery_code=kit["recovery"], new_password=NEW)
    result = command_line.run("recover", kit["path"], "--secrets-stdin", given=given)
    assert result.exit_code == 1
    assert "more than one user" in result.stderr
    result = command_line.run("recover", kit["path"], "--user", "eva", "--secrets-stdin", given=given)
    assert result.exit_code == 0, result.output
    assert command_line.signed_in("info", kit["path"], "--user", "eva", password=NEW).exit_code == 0


def test_restore_with_the_kit_on_an_empty_computer(
    command_line: CommandLine, kit: dict[str, str], tmp_path: Path
) -> None:
    usb, new = tmp_path / "usb", tmp_path / "new"
    usb.mkdir()
    new.mkdir()
    backup = command_line.answer("backup", kit["path"], usb)["backup"]
    elsewhere = CommandLine(new_environment(new / "data"), MemoryKeyring())
    given = secrets(recovery_code=kit["recovery"], setup_code=kit["setup"], new_password=NEW)
    result = elsewhere.run(
        "restore", backup, new / "acme.crm", "--with-kit", "--secrets-stdin", "--json", given=given
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["own_keys"] is True
    assert answer["kit_number"] == 2
    given = secrets(password=NEW, setup_code=answer["setup_code"])
    result = elsewhere.run("verify", new / "acme.crm", "--secrets-stdin", given=given)
    assert result.exit_code == 0, result.output
