"""consent: for oneself, from paper, withdrawn, and asked back."""

from pathlib import Path

import pytest

from crm_desktop.cli import consents as consent_commands
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import organizations
from tests.cli.conftest import CommandLine
from tests.environments import PASSWORD, add_member


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
    assert withdrawn == {"member": "ana", "state": "withdrawn", "calls_removed": 0} | {
        "backups_cleaned": 0,
        "backups_left": [],
    }
    assert state_of(command_line, organization) == "withdrawn"


def test_traces_left_by_another_reader_are_said(
    command_line: CommandLine, organization: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command_line.answer("consent", organization, "grant", "--yes")
    monkeypatch.setattr("crm_desktop.storage.database.Database.checkpoint", lambda _: False)
    result = command_line.signed_in("consent", organization, "withdraw", "--yes")
    assert (result.exit_code, result.stdout) == (0, "ana: consent withdrawn, 0 imported calls removed.\n")
    assert "stay on the disk until everybody has closed the file" in " ".join(result.stderr.split())


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


@pytest.fixture
def ben(command_line: CommandLine, organization: Path) -> str:
    """Give the organization a second user, of the staff."""
    session = organizations.open_organization(
        command_line.environment, organization, login="ana", password=PASSWORD
    )
    add_member(session, "ben", Role.STAFF)
    session.close()
    return "ben"


def test_nobody_grants_for_another(command_line: CommandLine, organization: Path, ben: str) -> None:
    grant = ("consent", organization, "grant", "--member", ben, "--user", "ana", "--yes")
    result = command_line.signed_in(*grant)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Only ben can give this consent, signed in as ben.")


def test_an_administrator_withdraws_for_another_and_staff_does_not(
    command_line: CommandLine, organization: Path, ben: str
) -> None:
    for user in ("ana", ben):
        assert (
            command_line.signed_in("consent", organization, "grant", "--user", user, "--yes").exit_code == 0
        )
    by_staff = ("consent", organization, "withdraw", "--member", "ana", "--user", ben, "--yes")
    refused = command_line.signed_in(*by_staff)
    assert (refused.exit_code, refused.stdout) == (1, "")
    by_administrator = ("consent", organization, "withdraw", "--member", ben, "--user", "ana", "--yes")
    assert (
        command_line.signed_in(*by_administrator).stdout
        == "ben: consent withdrawn, 0 imported calls removed.\n"
    )
    listed = command_line.signed_in("consent", organization, "list", "--user", "ana").stdout
    assert "ana: granted, granted 20" in listed
    assert "ben: withdrawn, granted 20" in listed
    one = command_line.answer("consent", organization, "list", "--member", ben, "--user", "ana")["consents"]
    assert isinstance(one, list)
    assert [row["member"] for row in one] == [ben]


def test_the_user_must_be_named_where_there_are_several(
    command_line: CommandLine, organization: Path, ben: str
) -> None:
    result = command_line.signed_in("consent", organization, "list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert ben not in result.stderr.split()


@pytest.mark.parametrize(("answer", "state"), [("y", "granted"), ("n", "none")])
def test_in_a_terminal_it_is_asked(
    answer: str, state: str, command_line: CommandLine, organization: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent_commands, "can_ask", lambda: True)
    grant = ("consent", organization, "grant", "--password-stdin")
    result = command_line.run(*grant, given=f"{PASSWORD}\n{answer}\n")
    assert result.exit_code == (0 if answer == "y" else 1)
    assert "Do you agree?" in result.stderr
    assert state_of(command_line, organization) == state
