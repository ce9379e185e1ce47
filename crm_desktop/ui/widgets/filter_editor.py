"""The dialog of one condition: a field, how it is compared, and the value with the field's own editor."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.custom_fields import NO, YES
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.filter_checks import check_condition
from crm_desktop.domain.filters import (
    MONTHS,
    OLDEST_DAYS,
    QUIET_DAYS,
    YEAR_DAYS,
    Condition,
    FieldKind,
    FilterField,
    Gap,
    Operator,
)
from crm_desktop.domain.relations import RelationRole
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.filter_words import (
    field_word,
    gap_word,
    month_word,
    operator_word,
    yes_no_word,
)
from crm_desktop.ui.widgets.parts import column, label, row
from crm_desktop.ui.widgets.relation_words import role_word
from crm_desktop.ui.widgets.words import status_word

_EMPTY, _TEXT, _DAYS, _NUMBER, _CHOICES, _AMOUNTS, _RELATION = range(7)
_AMOUNT_PX, _TALLEST_PX = 150, 380
_PAGES = {
    FieldKind.DATE: _DAYS, FieldKind.PAST: _DAYS, FieldKind.NUMBER: _AMOUNTS, FieldKind.RELATION: _RELATION,
}  # fmt: skip


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
            self.field.addItem(field_word(known), known.key)
        self.value = QLineEdit()
        self.value.setAccessibleName(tr("Value"))
        self.first, self.last = _date(tr("Date")), _date(tr("Last date"))
        self.and_word = _and()
        self.number = QSpinBox()
        self.number.setRange(1, OLDEST_DAYS)
        self.number.setValue(QUIET_DAYS)
        self.number.setAccessibleName(tr("Days"))
        self.choices: dict[str, QCheckBox] = {}
        self._choices = QWidget()
        self._choices_column = column(spacing=SPACE_S)
        self._choices.setLayout(self._choices_column)
        self.least, self.most, self.amounts_and = _amount(tr("Number")), _amount(tr("Last number")), _and()
        self.role, self.other = QComboBox(), QLineEdit()
        self.role.setAccessibleName(tr("Relation"))
        for role in RelationRole:
            self.role.addItem(role_word(role), role)
        self.other.setAccessibleName(tr("Name of the other"))
        self.other.setPlaceholderText(tr("anybody"))
        self.values = QStackedWidget()
        days, number = QWidget(), QWidget()
        days.setLayout(row(self.first, self.and_word, self.last, None, spacing=SPACE_S))
        number.setLayout(row(self.number, label(tr("days"), "muted"), None, spacing=SPACE_S))
        amounts, relation = QWidget(), QWidget()
        amounts.setLayout(row(self.least, self.amounts_and, self.most, None, spacing=SPACE_S))
        relation.setLayout(row(self.role, self.other, spacing=SPACE_S))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._choices)
        self._value_pages = (QWidget(), self.value, days, number, area, amounts, relation)
        for page in self._value_pages:
            self.values.addWidget(page)
        self.body.setSpacing(SPACE_M)
        self.body.addLayout(row(self.field, self.operator, spacing=SPACE_S))
        self.body.addWidget(self.values)

    @property
    def chosen_field(self) -> FilterField:
        """The field chosen."""
        return self._fields[self.field.currentIndex()]

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
        elif field.kind is FieldKind.CHOICE:
            words = {option: option for option in field.options}
        elif field.kind is FieldKind.YES_NO:
            words = {value: yes_no_word(value) for value in (YES, NO)}
        self.choices = {key: QCheckBox(word.replace("&", "&&")) for key, word in words.items()}
        for box in self.choices.values():
            self._choices_column.addWidget(box)

    def _operator_chosen(self) -> None:
        operator, kind = self.chosen_operator, self.chosen_field.kind
        place = {
            Operator.EMPTY: _EMPTY, Operator.NOT_EMPTY: _EMPTY, Operator.OLDER_THAN: _NUMBER,
            Operator.WITHIN: _NUMBER, Operator.ANY_OF: _CHOICES,
        }.get(operator, _PAGES.get(kind, _TEXT))  # fmt: skip
        if operator is Operator.WITHIN:
            self.number.setRange(1, YEAR_DAYS)
            self.number.setValue(30)
        elif operator is Operator.OLDER_THAN:
            self.number.setRange(1, OLDEST_DAYS)
            self.number.setValue(QUIET_DAYS)
        self.values.setCurrentIndex(place)
        self.values.setVisible(place != _EMPTY)
        between = operator is Operator.BETWEEN
        for widget in (self.last, self.and_word, self.most, self.amounts_and):
            widget.setVisible(between)
        shown = self._choices if place == _CHOICES else self._value_pages[place]
        self.values.setFixedHeight(max(0, min(shown.sizeHint().height(), _TALLEST_PX)))
        self.adjustSize()

    def _fill(self, start: Condition) -> None:
        self._operator_chosen()
        values = start.values
        if start.operator is Operator.ANY_OF:
            for value in values:
                box = self.choices.get(value) or self.choices.get(value.partition(":")[0])
                if box is not None:  # a choice may have been taken off the list
                    box.setChecked(True)
        elif start.operator in {Operator.OLDER_THAN, Operator.WITHIN}:
            self.number.setValue(int(values[0]))
        elif self.values.currentIndex() == _DAYS:
            self.first.setDate(QDate.fromString(values[0], Qt.DateFormat.ISODate))
            self.last.setDate(QDate.fromString(values[-1], Qt.DateFormat.ISODate))
        elif self.values.currentIndex() == _AMOUNTS:
            self.least.setText(values[0])
            self.most.setText(values[-1])
        elif self.values.currentIndex() == _RELATION:
            self.role.setCurrentIndex(self.role.findData(values[0]))
            self.other.setText("".join(values[1:]))
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
        if place == _AMOUNTS:
            amounts = (self.least.text().strip(), self.most.text().strip())
            return amounts if self.chosen_operator is Operator.BETWEEN else amounts[:1]
        if place == _RELATION:
            other = self.other.text().strip()
            return (str(self.role.currentData()), other) if other else (str(self.role.currentData()),)
        days = tuple(edit.date().toString(Qt.DateFormat.ISODate) for edit in (self.first, self.last))
        return () if place == _EMPTY else days if self.chosen_operator is Operator.BETWEEN else days[:1]

    def accept(self) -> None:
        """Take the condition, or say in the dialog why it cannot be one."""
        condition = Condition(self.chosen_field.key, self.chosen_operator, self._values())
        try:
            check_condition(condition, self._category, {known.key: known for known in self._fields})
        except InvalidValueError as error:
            self.show_refusal(message_for(error))
            return
        self.condition = condition
        super().accept()


def _amount(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setMaximumWidth(_AMOUNT_PX)
    return made


def _and() -> QLabel:
    return label(tr("and"), "muted")


def _date(name: str) -> QDateEdit:
    made = QDateEdit(QDate.currentDate())
    made.setCalendarPopup(True)
    made.setAccessibleName(name)
    return made
