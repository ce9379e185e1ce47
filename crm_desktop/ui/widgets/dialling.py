"""Handing a phone number to this computer's telephone program."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def dialled(number: str) -> bool:
    """Hand over ``number`` as somebody typed it; False where this computer has no program for it."""
    digits = "".join(ch for ch in number if ch.isdigit() or ch == "+")
    return bool(digits) and QDesktopServices.openUrl(QUrl(f"tel:{digits}"))
