"""A command line on a computer of its own: private data folder, a keyring in memory, cheap passwords."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_desktop.cli.main import build_app
from crm_desktop.operations.environment import Environment
from tests.environments import PASSWORD, MemoryKeyring, new_environment


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs commands in ``environment``."""

    environment: Environment
    keyring: MemoryKeyring

    def run(self, *arguments: object, given: str = "") -> Result:
        """Run a command with ``given`` on its standard input."""
        app = build_app(lambda: self.environment)
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given)

    def signed_in(self, *arguments: object, password: str = PASSWORD) -> Result:
        """Run a command that signs in."""
        return self.run(*arguments, "--password-stdin", given=f"{password}\n")

    def answer(self, *arguments: object) -> dict[str, object]:
        """Return the JSON document of a command that signs in and must succeed."""
        result = self.signed_in(*arguments, "--json")
        assert result.exit_code == 0, result.output
        document = json.loads(result.stdout)
        assert isinstance(document, dict)
        return document


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    """Give the command line of one computer."""
    keyring = MemoryKeyring()
    environment = new_environment(tmp_path / "data", keyring=keyring)
    return CommandLine(environment, keyring)


@pytest.fixture
def organization(command_line: CommandLine, tmp_path: Path) -> Path:
    """Give an organization file with the administrator ana."""
    path = tmp_path / "acme.crm"
    command_line.answer(
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
    return path
