"""Where people keep their files."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def documents() -> Path:
    """Return the folder of documents, or the home folder where there is none."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()
