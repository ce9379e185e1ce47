"""The window for what should not have happened: a text to copy that holds no personal data.

Only exception types, file names inside the program, lines and function names are shown: messages of
exceptions may quote what somebody typed, so they stay out.
"""

import platform
import traceback
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_XL
from crm_desktop.ui.widgets.parts import button, column, label, row


def report_text(error: BaseException, *, version: str) -> str:
    """Return the report: versions and the places the error passed through."""
    lines = [
        f"CT-CRM Desktop {version}",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, Qt {qVersion()}",
        "",
    ]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


def _place(file_name: str) -> str:
    """Return the part of a path that says where in a program it is, without anybody's home folder."""
    parts = Path(file_name).parts
    for root in ("crm_desktop", "site-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return Path(file_name).name


class BugReport(QDialog):
    """Says what happened and what was kept; the text can be copied."""

    def __init__(self, error: BaseException, *, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something went wrong in the program"))
        self.text = report_text(error, version=version)
        shown = QPlainTextEdit(self.text)
        shown.setReadOnly(True)
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        shown.setAccessibleName(tr("Report"))
        shown.setMinimumSize(480, 200)
        close = button(tr("Close"), self.accept)
        close.setDefault(True)
        sentence = tr(
            "The last action was not finished. Everything saved before is safe in your file. You can go on "
            "working; if it happens again, start the program anew."
        )
        hint = tr("This text helps to find the error. It contains no names, numbers or passwords.")
        self.setLayout(
            column(
                label(tr("This is an error of the program, not yours"), "section"),
                label(sentence, wrap=True),
                shown,
                label(hint, "caption", wrap=True),
                row(button(tr("Copy the text"), self.copy, glyph="copy"), None, close),
                spacing=SPACE_L,
                margin=SPACE_XL,
            )
        )

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
