"""The month to pick a day from: our arrows, no week numbers, weekends muted instead of red."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import language_locale, tr
from crm_desktop.ui.theme import Theme


class Calendar(QCalendarWidget):
    """A month grid in the theme's colours, in the language's order of weekdays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        locale = language_locale()
        self.setLocale(locale)
        self.setFirstDayOfWeek(locale.firstDayOfWeek())
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setAccessibleName(tr("Calendar"))
        for name, glyph, text in (
            ("qt_calendar_prevmonth", "caret-left", tr("Previous month")),
            ("qt_calendar_nextmonth", "caret-right", tr("Next month")),
        ):
            button = self.findChild(QToolButton, name)
            if isinstance(button, QToolButton):
                button.setIcon(icon(glyph, "muted"))
                button.setAccessibleName(text)
        Theme.current().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        tokens = Theme.current().tokens
        head, plain = QTextCharFormat(), QTextCharFormat()
        head.setForeground(QColor(tokens.muted))
        plain.setForeground(QColor(tokens.text))
        self.setHeaderTextFormat(head)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, plain)
