"""The format of a column of dates, shown by an example: nobody at a desk reads ``%d/%m/%Y``."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from crm_desktop.ui.messages import tr

FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M", "%b %d, %Y %I:%M %p",
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "iso", "unix", "unix_ms",
)  # fmt: skip
# 31 March 2026, 14:05:09: no part of it can be taken for another.
_PARTS = {
    "Y": "2026", "y": "26", "m": "03", "d": "31", "H": "14", "I": "02", "M": "05", "S": "09", "f": "250",
    "p": "PM", "b": "Mar", "B": "March", "a": "Tue", "A": "Tuesday", "z": "+01:00",
}  # fmt: skip


def example(style: str) -> str:
    """Return 31 March 2026, 14:05:09 in ``style``; a format without an example is shown as it is."""
    named = {
        "iso": "2026-03-31T14:05:09",
        "unix": tr("1774965909 (seconds since 1970)"),
        "unix_ms": tr("1774965909000 (milliseconds since 1970)"),
        "excel": tr("46112.587 (days of a spreadsheet)"),
    }
    return named.get(style) or re.sub(r"%(.)", lambda found: _PARTS.get(found[1], found[0]), style)


class DateFormatBox(QComboBox):
    """``chosen`` when the user picked a format, also the one shown before."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Date format"))
        self.offer(())
        self.activated.connect(self.chosen)

    def offer(self, fitting: Sequence[str]) -> None:
        """Offer the formats that fit the column first, and take the first of them."""
        self.clear()
        for style in dict.fromkeys((*fitting, *FORMATS)):
            self.addItem(example(style), style)

    def style_chosen(self) -> str:
        """Return the format as data."""
        return str(self.currentData())

    def show_style(self, style: str) -> None:
        """Show a format, known or not."""
        if self.findData(style) < 0:
            self.insertItem(0, example(style), style)
        self.setCurrentIndex(self.findData(style))
