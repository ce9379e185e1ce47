"""How talk times are written, shown by what two of them mean; ``1 h 02 min 03 s`` is always understood."""

from PySide6.QtWidgets import QComboBox

from crm_desktop.ui.messages import tr


def _styles() -> list[tuple[str, str]]:
    return [
        ("mm:ss or h:mm:ss", tr("3:28 is min:s, 90 is seconds")),
        ("h:mm", tr("3:28 is h:min, 90 is seconds")),
        ("min or mm:ss", tr("3:28 is min:s, 90 is minutes")),
        ("min or h:mm", tr("3:28 is h:min, 90 is minutes")),
        ("h or h:mm", tr("3:28 is h:min, 90 is hours")),
        ("ms", tr("90 is milliseconds")),
    ]


# Other ways to write the same, as mapping files and built-in formats do.
_SAME = {
    **dict.fromkeys(("s", "iso", "text", "auto"), "mm:ss or h:mm:ss"),
    "min or mm:ss or h:mm:ss": "min or mm:ss", "min": "min or mm:ss", "ms or mm:ss or h:mm:ss": "ms",
    "h": "h or h:mm",
}  # fmt: skip


class DurationFormatBox(QComboBox):
    """A combo box of the styles."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Format of the talk time"))
        for style, words in _styles():
            self.addItem(words, style)

    def show_style(self, style: str) -> None:
        """Show a style, known or not."""
        known = _SAME.get(style, style)
        if self.findData(known) < 0:
            self.addItem(known, known)
        self.setCurrentIndex(self.findData(known))

    def show_doubt(self, *, doubtful: bool) -> None:
        """Mark that the style is a guess, as the boxes of columns are marked."""
        self.setToolTip(tr("Not certain: please look at it.") if doubtful else "")
        self.setProperty("refused", doubtful)
        self.update()

    def style_chosen(self) -> str:
        """Return the style as a mapping has it."""
        return str(self.currentData())
