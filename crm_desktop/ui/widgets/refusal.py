"""The sentence that says why a value was refused, right where it was typed."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.theme import repolish
from crm_desktop.ui.tokens import ICON_PX, SPACE_S

BUBBLE_MAX_PX = 380
BUBBLE_MIN_PX = 220


def mark_refused(field: QWidget, sentence: str) -> None:
    """Give ``field`` a red border and let a screen reader say ``sentence``; an empty one takes both away."""
    field.setProperty("refused", True if sentence else None)
    field.setAccessibleDescription(sentence)
    repolish(field)


class RefusalBubble(QFrame):
    """A sentence under (where there is no room: above) an editor inside ``host``."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.setProperty("role", "refusal-bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sign = QLabel()
        sign.setPixmap(icon("warning-circle", "danger").pixmap(ICON_PX, ICON_PX))
        self._label = QLabel()
        self._label.setWordWrap(True)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_S + 2, SPACE_S, SPACE_S + 2, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._label.text()

    def show_for(self, editor: QWidget, sentence: str) -> None:
        """Say ``sentence`` beside ``editor``, inside the host's visible part."""
        host = self._host
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        width = min(max(editor.width(), BUBBLE_MIN_PX), BUBBLE_MAX_PX, max(host.width() - 8, 80))
        size = QRect(0, 0, width, self._layout.totalHeightForWidth(width))
        corner = editor.mapTo(host, QPoint(0, editor.height() + 2))
        if corner.y() + size.height() > host.height():
            corner.setY(max(0, corner.y() - editor.height() - size.height() - 4))
        corner.setX(max(4, min(corner.x(), host.width() - width - 4)))
        self.setGeometry(size.translated(corner))
        self.show()
        self.raise_()
