"""Cards side by side while there is room for them, below each other where there is not."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from crm_desktop.ui.tokens import SPACE_M


class SideBySide(QWidget):
    """``widths`` are the shares of the room; under ``least`` pixels the cards stand below each other."""

    def __init__(self, parts: Sequence[QWidget], *, widths: Sequence[int] = (), least: int) -> None:
        super().__init__()
        self._least = least
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(SPACE_M)
        for place, part in enumerate(parts):
            # Shares count only where no part asks for more room than another by its texts.
            policy = part.sizePolicy()
            part.setSizePolicy(QSizePolicy.Policy.Ignored, policy.verticalPolicy())
            self._box.addWidget(part, widths[place] if widths else 1)

    @property
    def below(self) -> bool:
        """Whether the parts stand below each other."""
        return self._box.direction() is QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the row into a column, or back."""
        super().resizeEvent(event)
        row, column = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        wanted = column if event.size().width() < self._least else row
        if wanted is not self._box.direction():
            self._box.setDirection(wanted)
