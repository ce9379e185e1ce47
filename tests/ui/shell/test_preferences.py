"""What this computer remembers outside any file: a theme and a path, nothing else."""

import stat
from pathlib import Path

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


def test_damaged_preferences_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text("{torn", encoding="utf-8")
    assert Preferences(tmp_path).theme == "system"
    (tmp_path / "window.json").write_text('["list"]', encoding="utf-8")
    assert Preferences(tmp_path).last_file is None
    (tmp_path / "window.json").write_text('{"theme": "pink"}', encoding="utf-8")
    assert Preferences(tmp_path).theme == "system"
