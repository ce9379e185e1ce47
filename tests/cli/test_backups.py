"""The backup and restore commands."""

import json
from pathlib import Path

from tests.cli.conftest import CommandLine


def test_backup_into_the_data_folder(command_line: CommandLine, organization: Path) -> None:
    answer = command_line.answer("backup", organization)
    path = Path(str(answer["backup"]))
    assert path.is_relative_to(command_line.environment.data_folder)
    assert Path(str(answer["key_file"])).exists()
    assert answer["verified"] is True
    assert answer["size_bytes"] == path.stat().st_size
    assert answer["warnings"] == []
    assert command_line.answer("info", organization)["last_backup"] == answer["made_at"]


def test_backup_into_a_folder(command_line: CommandLine, organization: Path, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    result = command_line.signed_in("backup", organization, usb)
    assert result.exit_code == 0
    (path,) = usb.glob("*.crm-backup")
    assert f"Backup made and read back: {path}" in result.stdout


def test_backup_says_where_nothing_is(command_line: CommandLine, organization: Path, tmp_path: Path) -> None:
    result = command_line.signed_in("backup", organization, tmp_path / "usb", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "The place for backups is not there" in result.stderr


def test_one_document(command_line: CommandLine, organization: Path) -> None:
    result = command_line.signed_in("backup", organization, "--json")
    assert set(json.loads(result.stdout)["contents"]) == {
        "customers", "address_book", "calls", "epoch", "sequence", "changed_at",
    }  # fmt: skip


def test_a_second_place_is_remembered_and_its_absence_told(
    command_line: CommandLine, organization: Path, tmp_path: Path
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    command_line.answer("backup", organization, "--second-place", usb)
    command_line.answer("backup", organization)
    assert len(list(usb.glob("*.crm-backup"))) == 2
    usb.rename(tmp_path / "unplugged")
    answer = command_line.signed_in("backup", organization, "--json")
    assert answer.exit_code == 0
    (warning,) = json.loads(answer.stdout)["warnings"]
    assert f"not in the second place {usb}" in warning
    command_line.answer("backup", organization, "--second-place", "none")
    assert command_line.answer("backup", organization)["warnings"] == []
