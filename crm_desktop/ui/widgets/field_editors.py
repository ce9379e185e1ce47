"""The editors of single values, the same in a table's cell and in a form."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from crm_desktop.ui.assets import icon
from crm_desktop.ui.messages import language_locale, tr
from crm_desktop.ui.widgets.calendar import Calendar
from crm_desktop.ui.widgets.due_field import DueField
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.tag_field import TagField
from crm_desktop.ui.widgets.text_field import TextField

FieldKind = Literal[
    "text", "lines", "choice", "date", "due", "phone", "email", "product", "check", "password", "tags"
]


class DateField(TextField):
    """A date as text: typed as ISO 8601 or in the language's short form, or picked from a calendar.

    Its value is ISO 8601, empty, or what was typed when that is no date (the operation then refuses it).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("2026-03-31", "example of a date"))
        self.calendar: Calendar | None = None
        action = self.addAction(icon("calendar-blank", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        action.setText(tr("Choose a date"))
        action.triggered.connect(self.open_calendar)

    def value(self) -> object:
        """Return ISO 8601, an empty text, or what was typed."""
        typed = self.text().strip()
        found = parse_date(typed)
        return found.isoformat() if found else typed

    def open_calendar(self) -> None:
        """Show the month under the field; picking a day fills it in."""
        if self.calendar is None:
            self.calendar = Calendar(self)
            self.calendar.setWindowFlag(Qt.WindowType.Popup)
            self.calendar.clicked.connect(self._picked)
            self.calendar.activated.connect(self._picked)
        current = parse_date(self.text().strip()) or date.today()  # noqa: DTZ011 - the reader's own day
        self.calendar.setSelectedDate(QDate(current.year, current.month, current.day))
        self.calendar.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.calendar.show()

    def _picked(self, day: QDate) -> None:
        self.setText(day.toString(Qt.DateFormat.ISODate))
        if self.calendar is not None:
            self.calendar.hide()
        self.setFocus()


class ChoiceField(QComboBox):
    """One of several values; a value that is not among them is shown as it is and kept."""

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, choices: Sequence[Choice] = ()) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices)
        self.currentIndexChanged.connect(self.value_changed)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer ``choices`` instead of the ones before."""
        self.clear()
        for value, text in choices:
            self.addItem(text, value)

    def value(self) -> object:
        """Return the value of the current choice, None when there is none."""
        return self.currentData()

    def set_value(self, value: object) -> None:
        """Choose ``value``."""
        place = next((at for at in range(self.count()) if self.itemData(at) == value), -1)
        if place < 0 and value not in {None, ""}:
            self.addItem(str(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)


class CheckField(QCheckBox):
    """Yes or no."""

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggled.connect(self.value_changed)

    def value(self) -> object:
        """Return whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: object) -> None:
        """Tick or clear it."""
        self.setChecked(bool(value))


class LinesField(QPlainTextEdit):
    """Several lines of text; Tab leaves the field."""

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(88)
        self.textChanged.connect(self.value_changed)

    def value(self) -> object:
        """Return the text without blanks around it."""
        return self.toPlainText().strip()

    def set_value(self, value: object) -> None:
        """Show ``value``; None is empty."""
        self.setPlainText("" if value is None else str(value))


FieldEditor = TextField | ChoiceField | CheckField | LinesField | TagField


def make_editor(
    kind: str,
    parent: QWidget | None = None,
    *,
    choices: Callable[[], Sequence[Choice]] | None = None,
    completions: Callable[[str], Sequence[str]] | None = None,
    placeholder: str = "",
) -> FieldEditor:
    """Return a new editor for ``kind`` (see ``FieldKind``); an unknown kind is plain text."""
    if kind == "choice":
        return ChoiceField(parent, choices=choices() if choices else ())
    if kind == "tags":
        return TagField(parent, completions=completions, placeholder=placeholder)
    if kind == "check":
        return CheckField(parent)
    if kind == "lines":
        lines = LinesField(parent)
        lines.setPlaceholderText(placeholder)
        return lines
    if kind == "due":
        return DueField(parent, means=completions)
    field = DateField(parent) if kind == "date" else TextField(parent, completions=completions)
    if placeholder:
        field.setPlaceholderText(placeholder)
    hints = {
        "phone": Qt.InputMethodHint.ImhDialableCharactersOnly,
        "email": Qt.InputMethodHint.ImhEmailCharactersOnly,
        "date": Qt.InputMethodHint.ImhDate,
    }
    if kind in hints:
        field.setInputMethodHints(hints[kind])
    if kind == "password":
        field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def parse_date(text: str) -> date | None:
    """Read ISO 8601 or the language's short form ("31.03.2026", "3/31/26"); None when it is neither."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        locale = language_locale()
        for form in (locale.dateFormat(QLocale.FormatType.ShortFormat), "d.M.yyyy", "d/M/yyyy"):
            for pattern in (form, form.replace("yyyy", "yy"), form.replace("yy", "yyyy")):
                day = locale.toDate(text, pattern, 2000)
                if day.isValid():
                    return date(day.year(), day.month(), day.day())
    return None
