"""The dialog of one condition: a field, how it is compared, and the value with the field's own editor."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QLineEdit,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.filters import (
    FIELD_BY_KEY,
    MONTHS,
    OLDEST_DAYS,
    QUIET_DAYS,
    YEAR_DAYS,
    Condition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
    check_condition,
)
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.filter_words import field_word, gap_word, month_word, operator_word
from crm_desktop.ui.widgets.parts import column, label, row
from crm_desktop.ui.widgets.words import status_word

_EMPTY, _TEXT, _DAYS, _NUMBER, _CHOICES = range(5)


class ConditionDialog(Dialog):
    """Asks for a condition of one list; ``condition`` is the answer once it is accepted.

    ``proposals(field key)`` completes what is typed (names of products, tags).
    """

    def __init__(
        self,
        fields: Sequence[FilterField],
        category: Category,
        *,
        start: Condition | None = None,
        field: str = "",
        proposals: Callable[[str], Sequence[str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Which records are shown?"), accept=tr("Show them"), parent=parent)
        self.condition: Condition | None = None
        self._category = category
        self._fields = fields
        self._proposals = proposals
        self._build()
        key = start.field if start is not None else field
        self.field.setCurrentIndex(max(0, self.field.findData(key)))
        self._field_chosen()
        if start is not None:
            self.operator.setCurrentIndex(max(0, self.operator.findData(start.operator)))
            self._fill(start)
        self.field.currentIndexChanged.connect(self._field_chosen)
        self.operator.currentIndexChanged.connect(self._operator_chosen)
        # Where the field is known, the question is how to compare it.
        (self.operator if key else self.field).setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.field, self.operator = QComboBox(), QComboBox()
        self.field.setAccessibleName(tr("Field"))
        self.field.setMaxVisibleItems(24)
        self.operator.setAccessibleName(tr("Comparison"))
        for known in self._fields:
            self.field.addItem(field_word(known.key), known.key)
        self.value = QLineEdit()
        self.value.setAccessibleName(tr("Value"))
        self.first, self.last = _date(tr("Date")), _date(tr("Last date"))
        self.and_word = label(tr("and"), "muted")
        self.number = QSpinBox()
        self.number.setRange(1, OLDEST_DAYS)
        self.number.setValue(QUIET_DAYS)
        self.number.setAccessibleName(tr("Days"))
        self.choices: dict[str, QCheckBox] = {}
        self._choices = QWidget()
        self._choices_column = column(spacing=SPACE_S)
        self._choices.setLayout(self._choices_column)
        self.values = QStackedWidget()
        days, number = QWidget(), QWidget()
        days.setLayout(row(self.first, self.and_word, self.last, None, spacing=SPACE_S))
        number.setLayout(row(self.number, label(tr("days"), "muted"), None, spacing=SPACE_S))
        self._value_pages = (QWidget(), self.value, days, number, self._choices)
        for page in self._value_pages:
            self.values.addWidget(page)
        self.body.setSpacing(SPACE_M)
        self.body.addLayout(row(self.field, self.operator, spacing=SPACE_S))
        self.body.addWidget(self.values)

    @property
    def chosen_field(self) -> FilterField:
        """The field chosen."""
        return FIELD_BY_KEY[str(self.field.currentData())]

    @property
    def chosen_operator(self) -> Operator:
        """The comparison chosen."""
        return Operator(self.operator.currentData())

    def _field_chosen(self) -> None:
        field = self.chosen_field
        self.operator.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.operator.clear()
        for operator in field.operators:
            self.operator.addItem(operator_word(operator, field.kind), operator)
        self.operator.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._offer_choices(field)
        proposals = self._proposals(field.key) if self._proposals is not None else ()
        completer = QCompleter(list(proposals), self.value)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.value.setCompleter(completer)
        self._operator_chosen()

    def _offer_choices(self, field: FilterField) -> None:
        for box in self.choices.values():
            self._choices_column.removeWidget(box)
            box.deleteLater()
        words = {str(status): status_word(status) for status in CustomerStatus}
        if field.kind is FieldKind.GAPS:
            words = {str(gap): gap_word(gap) for gap in Gap}
        elif field.kind is FieldKind.BIRTHDAY:
            words = {month: month_word(month) for month in MONTHS}
        self.choices = {key: QCheckBox(word) for key, word in words.items()}
        for box in self.choices.values():
            self._choices_column.addWidget(box)

    def _operator_chosen(self) -> None:
        operator, kind = self.chosen_operator, self.chosen_field.kind
        place = {
            Operator.EMPTY: _EMPTY, Operator.NOT_EMPTY: _EMPTY, Operator.OLDER_THAN: _NUMBER,
            Operator.WITHIN: _NUMBER, Operator.ANY_OF: _CHOICES,
        }.get(operator, _DAYS if kind in {FieldKind.DATE, FieldKind.PAST} else _TEXT)  # fmt: skip
        if operator is Operator.WITHIN:
            self.number.setRange(1, YEAR_DAYS)
            self.number.setValue(30)
        elif operator is Operator.OLDER_THAN:
            self.number.setRange(1, OLDEST_DAYS)
            self.number.setValue(QUIET_DAYS)
        self.values.setCurrentIndex(place)
        self.values.setVisible(place != _EMPTY)
        between = operator is Operator.BETWEEN
        self.last.setVisible(between)
        self.and_word.setVisible(between)
        self.values.setMaximumHeight(self._value_pages[place].sizeHint().height())
        self.adjustSize()

    def _fill(self, start: Condition) -> None:
        self._operator_chosen()
        values = start.values
        if start.operator is Operator.ANY_OF:
            for value in values:
                self.choices[value.partition(":")[0]].setChecked(True)
        elif start.operator in {Operator.OLDER_THAN, Operator.WITHIN}:
            self.number.setValue(int(values[0]))
        elif self.values.currentIndex() == _DAYS:
            self.first.setDate(QDate.fromString(values[0], Qt.DateFormat.ISODate))
            self.last.setDate(QDate.fromString(values[-1], Qt.DateFormat.ISODate))
        elif values:
            self.value.setText(values[0])

    def _values(self) -> tuple[str, ...]:
        place = self.values.currentIndex()
        if place == _TEXT:
            return (self.value.text().strip(),)
        if place == _NUMBER:
            return (str(self.number.value()),)
        if place == _CHOICES:
            return tuple(key for key, box in self.choices.items() if box.isChecked())
        days = tuple(edit.date().toString(Qt.DateFormat.ISODate) for edit in (self.first, self.last))
        return () if place == _EMPTY else days if self.chosen_operator is Operator.BETWEEN else days[:1]

    def accept(self) -> None:
        """Take the condition, or say in the dialog why it cannot be one."""
        condition = Condition(self.chosen_field.key, self.chosen_operator, self._values())
        try:
            check_condition(condition, self._category)
        except InvalidValueError as error:
            self.show_refusal(message_for(error))
            return
        self.condition = condition
        super().accept()


def _date(name: str) -> QDateEdit:
    made = QDateEdit(QDate.currentDate())
    made.setCalendarPopup(True)
    made.setAccessibleName(name)
    return made
