"""verify: the whole report, and a status that says whether it is good."""

import json
from pathlib import Path

import pytest

from crm_desktop.operations import verify
from tests.cli.conftest import CommandLine


def test_a_good_file_is_ok(command_line: CommandLine, organization: Path) -> None:
    report = command_line.answer("verify", organization)
    checks = report["checks"]
    assert report["ok"] is True
    assert isinstance(checks, list)
    assert all(set(check) == {"name", "ok", "detail"} for check in checks)
    assert len(checks) >= 3


def test_a_failed_check_gives_the_whole_report_and_status_1(
    command_line: CommandLine, organization: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        verify.Check(name="pages", ok=True, detail="all readable"),
        verify.Check(name="log", ok=False, detail="entry 3 differs"),
    ]
    monkeypatch.setattr(verify, "verify", lambda *_arguments, **_options: found)
    result = command_line.signed_in("verify", organization, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
    assert "log failed" in result.stderr
    in_words = command_line.signed_in("verify", organization)
    assert in_words.stdout == "ok     pages: all readable\nFAILED log: entry 3 differs\n"


def test_rescue_prints_what_it_kept_and_where(
    command_line: CommandLine, organization: Path, tmp_path: Path
) -> None:
    before = organization.read_bytes()
    out = tmp_path / "rescued.crm"
    said = command_line.answer("rescue", organization, out)
    assert said["lost"] == 0
    assert said["file"] == str(out)
    assert said["automatic_backups"] == "paused"
    assert (
        Path(str(said["report"]))
        .read_text(encoding="utf-8")
        .startswith("Rescue of acme.crm into rescued.crm")
    )
    assert organization.read_bytes() == before
    assert command_line.answer("verify", out)["ok"] is True
    again = command_line.signed_in("rescue", organization, out)
    assert again.exit_code == 1
    assert again.stderr == f"{out} exists already. It was not changed; choose another name.\n"
    in_words = command_line.signed_in("rescue", organization, tmp_path / "second.crm")
    assert in_words.exit_code == 0
    assert "0 known to be lost" in in_words.stdout
