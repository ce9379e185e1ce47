"""The field something is due in: typed the short way, with what it means said live inside it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.theme import Theme
from crm_desktop.ui.widgets.text_field import TextField

_MARGIN_PX = 10
_GAP_PX = 14


class DueField(TextField):
    """``means`` turns what is typed into words, longer ones first; none where it means nothing.

    The value is what was typed.
    """

    def __init__(
        self, parent: QWidget | None = None, *, means: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        super().__init__(parent)
        self._means = means
        self._meanings: Sequence[str] = ()
        self.setPlaceholderText(tr("t, tm, +3d, fri, 31.12. 14:30"))
        self.setToolTip(
            tr(
                "t today, tm tomorrow, +3d, +2w, +1m, a weekday such as fri, 31.12. or 2026-12-31; "
                "a time such as 14:30 may follow."
            )
        )
        self.textChanged.connect(self._typed)

    @property
    def meaning(self) -> str:
        """What the text means, at full length."""
        return next(iter(self._meanings), "")

    def _typed(self, text: str) -> None:
        self._meanings = self._means(text) if self._means is not None else ()
        self.setAccessibleDescription(self.meaning)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the longest meaning the text leaves room for."""
        super().paintEvent(event)
        metrics = self.fontMetrics()
        room = self.width() - metrics.horizontalAdvance(self.text()) - 2 * _MARGIN_PX - _GAP_PX
        said = next((said for said in self._meanings if metrics.horizontalAdvance(said) <= room), "")
        if not said or self.meaning == self.text():
            return
        wanted = metrics.horizontalAdvance(said)
        mirrored = self.isRightToLeft()
        x = _MARGIN_PX if mirrored else self.width() - _MARGIN_PX - wanted
        painter = QPainter(self)
        painter.setPen(QColor(Theme.current().tokens.role("muted")))
        painter.drawText(QRect(x, 0, wanted + 1, self.height()), int(Qt.AlignmentFlag.AlignVCenter), said)
        painter.end()
