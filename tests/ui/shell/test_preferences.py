"""What this computer remembers outside any file: a theme and a path, nothing else."""

import stat
from pathlib import Path

import pytest

from crm_desktop.ui.shell.preferences import Preferences


def test_theme_and_path_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "acme.crm"
    file.touch()
    kept = Preferences(tmp_path / "data")
    kept.theme = "dark"
    kept.last_file = file
    again = Preferences(tmp_path / "data")
    assert (again.theme, again.last_file) == ("dark", file)
    assert stat.S_IMODE((tmp_path / "data" / "window.json").stat().st_mode) == 0o600


def test_a_file_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    kept = Preferences(tmp_path)
    kept.last_file = tmp_path / "gone.crm"
    assert kept.last_file is None
    assert "gone" not in (tmp_path / "window.json").read_text("utf-8")


def test_a_moment_in_which_the_file_cannot_be_replaced_is_waited_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, refused = Path.replace, list[Path]()

    def scanned(path: Path, target: Path) -> Path:
        """Play a virus scanner that holds the fresh file once."""
        if not refused:
            refused.append(path)
            error = PermissionError(13, "Access is denied")
            error.winerror = 5  # type: ignore[attr-defined]  # there on Windows only
            raise error
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", scanned)
    Preferences(tmp_path).theme = "dark"
    assert refused
    assert Preferences(tmp_path).theme == "dark"
    assert [path.name for path in tmp_path.iterdir()] == ["window.json"]


def test_where_nothing_can_be_written_a_choice_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"in the way")
    kept = Preferences(tmp_path / "data")
    kept.theme = "dark"
    assert kept.theme == "dark"


def test_damaged_preferences_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text("{torn", encoding="utf-8")
    assert Preferences(tmp_path).theme == "system"
    (tmp_path / "window.json").write_text('["list"]', encoding="utf-8")
    assert Preferences(tmp_path).last_file is None
    (tmp_path / "window.json").write_text('{"theme": "pink"}', encoding="utf-8")
    assert Preferences(tmp_path).theme == "system"
