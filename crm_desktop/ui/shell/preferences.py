"""What this computer remembers outside any organization file: the theme and the last opened path.

Nothing personal stands here: a path of a file that no longer exists is forgotten at once.
"""

import json
from pathlib import Path

from crm_desktop.operations.environment import keep_private
from crm_desktop.ui.theme import MODES, Mode


class Preferences:
    """A small JSON file in the program's data folder, owner-only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "window.json"
        self._values: dict[str, str] = self._read()

    def _read(self) -> dict[str, str]:
        try:
            loaded = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # Absent at first start, and worth nothing when damaged: start with the defaults.
            return {}
        if not isinstance(loaded, dict):
            return {}
        return {key: value for key, value in loaded.items() if isinstance(value, str)}

    @property
    def theme(self) -> Mode:
        """Return how the program looks: as the system does, unless chosen otherwise."""
        chosen = self._values.get("theme")
        return next((mode for mode in MODES if mode == chosen), "system")

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self._put("theme", mode)

    @property
    def last_file(self) -> Path | None:
        """Return the organization file opened last, if it is still there."""
        text = self._values.get("last_file")
        if not text:
            return None
        path = Path(text)
        if path.is_file():
            return path
        self._put("last_file", "")
        return None

    @last_file.setter
    def last_file(self, path: Path) -> None:
        self._put("last_file", str(path))

    def _put(self, key: str, value: str) -> None:
        if self._values.get(key) == value:
            return
        self._values[key] = value
        text = json.dumps(self._values, ensure_ascii=False, indent=1)
        try:
            keep_private(self._path, text.encode("utf-8"))
        except OSError:
            # It holds until the program ends. That this computer remembers nothing, each session says.
            return
