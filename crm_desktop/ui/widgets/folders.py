"""Where people keep their files."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def proposed_folder() -> Path:
    """Return where a new file may lie: the folder of documents, or the home folder.

    Many a Windows keeps the documents in a folder that is synchronized; no file is created there.
    """
    from crm_desktop.operations.places import first_local

    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    home = Path.home()
    return first_local([Path(found)] if found else []) or home
