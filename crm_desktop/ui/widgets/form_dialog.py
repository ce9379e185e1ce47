"""A dialog with a form: what is wrong is said at its field, and what was typed stays until it is saved."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.messages import message_for
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.parts import fit_height
from crm_desktop.ui.widgets.record_form import RecordForm, Section

Check = Callable[[Mapping[str, Any]], Mapping[str, KnownError]]
"""What is wrong with the values of a form, by field."""

_WIDTH_PX = 520
_MOST_PX = 480
"""What a form is tall at most; the rest of it is scrolled to."""


class FormDialog(Dialog):
    """``submitted`` carries values that ``check`` found nothing wrong with; ``refuse`` tells the rest."""

    submitted = Signal(object)

    def __init__(
        self,
        title: str,
        sections: Sequence[Section],
        values: Mapping[str, object],
        check: Check,
        *,
        accept: str,
        text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, text=text, accept=accept, parent=parent)
        self._check = check
        self.form = RecordForm(sections, name=title)
        self.form.set_values(values)
        set_role(self.form, "page")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields are where Tab stops
        self._scroll.setWidget(self.form)
        self.body.addWidget(self._scroll, 1)
        self.put_buttons_after(self.form.last_stop)
        self.form.save_requested.connect(self._submit)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._submit)
        self.fit()
        self.form.editor(next(field.key for section in sections for field in section.fields)).setFocus()

    def fit(self) -> None:
        """Be as tall as the form and what stands beside it in ``body`` ask for."""
        self._scroll.setMinimumHeight(min(self.form.sizeHint().height(), _MOST_PX))
        fit_height(self, _WIDTH_PX)
        self._scroll.setMinimumHeight(0)

    def _submit(self) -> None:
        values = self.form.values()
        found = self._check(values)
        self.form.clear_refusals()
        self.message.hide()
        for field, problem in found.items():
            self.form.show_refusal(field, message_for(problem))
        if not found:
            self.accept_button.setEnabled(False)
            self.submitted.emit(values)

    def resume(self) -> None:
        """Go on with what was typed, as nothing was saved."""
        self.accept_button.setEnabled(True)

    def refuse(self, error: KnownError) -> None:
        """Show why nothing was saved, at its field where it has one; what was typed stays."""
        self.resume()
        field = str(error.facts.get("field", ""))
        if not self.form.show_refusal(field, message_for(error)):
            self.show_refusal(message_for(error))
