"""The small question a relation needs: on which day it ended."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.relations import RelationLine
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import DateField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.relation_words import role_word


class EndQuestion(Dialog):
    """``answered(day)``: ISO 8601, or what was typed; today is proposed."""

    answered = Signal(str)

    def __init__(self, line: RelationLine, clock: Clock, *, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("When did it end?"),
            text=tr("{role} {name}").format(role=role_word(line.role), name=line.other.name),
            accept=tr("End"),
            parent=parent,
        )
        self.day = DateField()
        self.day.set_value(clock.today())
        self.field = LabelledField(tr("Last day"), self.day)
        self.body.addWidget(self.field)
        self.put_buttons_after(self.day)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._answer)
        self.day.setFocus()
        self.day.selectAll()

    def _answer(self) -> None:
        self.accept_button.setEnabled(False)
        self.answered.emit(str(self.day.value()))

    def resume(self) -> None:
        """Go on with what was typed, as nothing was saved."""
        self.accept_button.setEnabled(True)

    def refuse(self, error: KnownError) -> None:
        """Show why it was not ended."""
        self.resume()
        self.field.refuse(message_for(error))
