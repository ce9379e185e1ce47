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
    """``means`` turns what is typed into words, none where it means nothing; the value is what was typed."""

    def __init__(
        self, parent: QWidget | None = None, *, means: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        super().__init__(parent)
        self._means = means
        self.meaning = ""
        self.setPlaceholderText(tr("t, tm, +3d, fri, 31.12. 14:30"))
        self.setToolTip(
            tr(
                "t today, tm tomorrow, +3d, +2w, +1m, a weekday such as fri, 31.12. or 2026-12-31; "
                "a time such as 14:30 may follow."
            )
        )
        self.textChanged.connect(self._typed)

    def _typed(self, text: str) -> None:
        found = self._means(text) if self._means is not None else ()
        self.meaning = next(iter(found), "")
        self.setAccessibleDescription(self.meaning)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the meaning where the text leaves room for it."""
        super().paintEvent(event)
        metrics = self.fontMetrics()
        wanted = metrics.horizontalAdvance(self.meaning)
        taken = metrics.horizontalAdvance(self.text()) + 2 * _MARGIN_PX
        if not self.meaning or self.meaning == self.text() or taken + wanted + _GAP_PX > self.width():
            return
        mirrored = self.isRightToLeft()
        x = _MARGIN_PX if mirrored else self.width() - _MARGIN_PX - wanted
        painter = QPainter(self)
        painter.setPen(QColor(Theme.current().tokens.role("muted")))
        painter.drawText(
            QRect(x, 0, wanted + 1, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.meaning
        )
        painter.end()
