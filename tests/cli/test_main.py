"""The whole command line: help, exit statuses, one document or nothing, and a real process."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop.cli.main import COMMANDS
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "crm_desktop.cli.main"]


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_every_command_has_help_with_an_example(command: object, command_line: CommandLine) -> None:
    known = next(entry for entry in COMMANDS if entry is command)
    result = command_line.run(known.name, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.stdout
    assert f"crm-desktop-cli {known.example}" in " ".join(result.stdout.split())
    assert "--json" in result.stdout
    assert known.example.startswith(known.name)


def test_no_option_takes_a_secret(command_line: CommandLine) -> None:
    options = {
        word.strip(",")
        for command in COMMANDS
        for word in command_line.run(command.name, "--help").stdout.split()
        if word.startswith("--")
        and any(secret in word for secret in ("password", "up-code", "secret", "key"))
    }
    assert options == {"--password-stdin", "--secrets-stdin", "--setup-code-file"}


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["info"], ["info", "a.crm", "b.crm"]])
def test_wrong_usage_is_status_2(arguments: list[str], command_line: CommandLine) -> None:
    result = command_line.run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output


# Everything that may go wrong between a command and its document, besides a file that is as it should be.
OUTCOMES = (
    ["info", "{file}"],
    ["info", "{file}", "--user", "nobody"],
    ["info", "{folder}/none.crm"],
    ["info", "{folder}"],
    ["info", "{file}", "--setup-code-file", "{folder}"],
    ["verify", "{file}"],
    ["consent", "{file}", "list"],
    ["consent", "{file}", "grant"],
    ["consent", "{file}", "withdraw", "--yes"],
    ["consent", "{file}", "forget"],
    ["create", "{file}", "--name", "A", "--admin", "ana"],
    ["create", "{folder}/none/new.crm", "--name", "A", "--admin", "ana"],
    ["create", "{folder}/new.crm", "--name", "A", "--admin", "ana"],
    ["import-calls", "{file}", "{folder}/none.xml", "--member", "ana"],
    ["import-calls", "{file}", "{file}", "--member", "nobody"],
    ["enroll", "{file}"],
    ["parse-calls", "{file}"],
    ["formats"],
)


@pytest.mark.parametrize("arguments", OUTCOMES, ids=" ".join)
def test_json_is_one_document_or_nothing(
    arguments: list[str], command_line: CommandLine, organization: Path, tmp_path: Path
) -> None:
    filled = [part.format(file=organization, folder=tmp_path) for part in arguments]
    signs_in = arguments[0] in {"info", "verify", "consent", "create", "import-calls"}
    run = command_line.signed_in if signs_in else command_line.run
    result = run(*filled, "--json")
    assert result.exit_code in {0, 1, 2}
    assert "fault in the program" not in result.stderr
    assert "Traceback" not in result.output
    assert PASSWORD not in result.output
    if result.exit_code == 0:
        assert json.loads(result.stdout)
    else:
        assert result.stdout == ""
        assert result.stderr.strip()


def process(*arguments: object, home: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, on a computer without a keyring."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    own = {"HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "LANG": "C"}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        env=environment | own,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_process_without_a_keyring_goes_all_the_way(tmp_path: Path) -> None:
    path = tmp_path / "acme.crm"
    create = ("create", path, "--name", "Ärzte & Söhne", "--admin", "ana", "--password-stdin", "--json")
    made = process(*create, home=tmp_path, given=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    assert made.stderr, "that there is no keyring is said"
    codes = json.loads(made.stdout)
    without = process("info", path, "--password-stdin", "--json", home=tmp_path, given=f"{PASSWORD}\n")
    assert (without.returncode, without.stdout) == (1, "")
    lines = f"password={PASSWORD}\nsetup-code={codes['setup_code']}\n"
    facts = process("info", path, "--secrets-stdin", "--json", home=tmp_path, given=lines)
    assert facts.returncode == 0, facts.stderr
    assert json.loads(facts.stdout)["name"] == "Ärzte & Söhne"
    for printed in (made, without, facts):
        assert PASSWORD not in printed.stdout + printed.stderr


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    command = subprocess.Popen(
        [*PROGRAM, "formats", "--json"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    said = command.stderr.read()
    command.stderr.close()
    assert command.wait() in {0, 1}
    assert b"Traceback" not in said
    assert b"fault in the program" not in said


def test_a_password_typed_at_the_prompt_is_not_shown(tmp_path: Path) -> None:
    """In a terminal the password is asked for twice; what is typed never comes back on the screen."""
    here, there = pty.openpty()
    path = tmp_path / "acme.crm"
    environment = os.environ | {
        "HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = subprocess.Popen(
        [*PROGRAM, "create", str(path), "--name", "Acme", "--admin", "ana", "--json"],
        cwd=ROOT,
        env=environment,
        stdin=there,
        stderr=there,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(there)
    screen = b""
    # The last blank is written after echoing was switched off and older input thrown away.
    for question in (b"Password for ana: ", b"Password for ana (again): "):
        while not screen.endswith(question):
            screen += os.read(here, 1024)
        os.write(here, f"{PASSWORD}\n".encode())
    assert command.stdout is not None
    document = json.loads(command.stdout.read())
    command.stdout.close()
    screen += os.read(here, 4096)
    os.close(here)
    assert command.wait() == 0
    assert document["setup_code"]
    assert PASSWORD.encode() not in screen
