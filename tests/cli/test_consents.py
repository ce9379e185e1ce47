"""consent: for oneself, from paper, withdrawn, and asked back."""

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


def state_of(command_line: CommandLine, organization: Path) -> str:
    """Return the state of ana's consent."""
    listed = command_line.answer("consent", organization, "list")["consents"]
    assert isinstance(listed, list)
    assert [row["member"] for row in listed] == ["ana"]
    return str(listed[0]["state"])


def test_grant_list_withdraw(command_line: CommandLine, organization: Path) -> None:
    assert state_of(command_line, organization) == "none"
    granted = command_line.answer("consent", organization, "grant", "--yes")
    assert (granted["member"], granted["state"], granted["source"]) == ("ana", "granted", "signed_in")
    assert state_of(command_line, organization) == "granted"
    withdrawn = command_line.answer("consent", organization, "withdraw", "--yes")
    assert withdrawn == {"member": "ana", "state": "withdrawn", "calls_removed": 0}
    assert state_of(command_line, organization) == "withdrawn"


def test_the_text_is_shown_before_it_is_agreed_to(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("consent", organization, "grant", "--yes")
    assert "I can withdraw this consent at any time" in result.stderr
    assert result.stdout == "ana: consent recorded (text version 1).\n"


@pytest.mark.parametrize("action", ["grant", "withdraw"])
def test_without_a_terminal_yes_must_be_said(
    action: str, command_line: CommandLine, organization: Path
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    result = command_line.signed_in("consent", organization, action)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--yes" in result.stderr
    assert state_of(command_line, organization) == "granted"


def test_nothing_to_withdraw_is_said(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("consent", organization, "withdraw", "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1]


def test_a_paper_consent_needs_a_scan(command_line: CommandLine, organization: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    missing = command_line.signed_in("consent", organization, "grant", "--paper", scan)
    assert (missing.exit_code, missing.stdout) == (1, "")
    scan.write_bytes(b"\x89PNG made up")
    given = command_line.answer("consent", organization, "grant", "--member", "ana", "--paper", scan)
    assert (given["state"], given["source"]) == ("granted", "paper")


def test_paper_goes_with_grant_only(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("consent", organization, "list", "--paper", "scan.png")
    assert (result.exit_code, result.stdout) == (2, "")


def test_an_unknown_member_is_refused(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("consent", organization, "list", "--member", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "There is no user “nobody” in this organization. Nothing was changed.\n"


def test_an_unknown_action_is_wrong_usage(command_line: CommandLine, organization: Path) -> None:
    assert command_line.signed_in("consent", organization, "give").exit_code == 2
