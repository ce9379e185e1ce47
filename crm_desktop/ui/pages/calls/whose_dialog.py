"""Whose call was it: asked where several customers have its number, and remembered if wished."""

from functools import partial

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import SharedNumber, say_whose
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.parts import column, fit_height, label

WIDTH_PX = 480


class WhoseDialog(Dialog):
    """Offers the customers who have the number; ``answer`` is the verb for what was chosen."""

    def __init__(self, asked: SharedNumber, parent: QWidget) -> None:
        super().__init__(
            tr("Whose call was it?"),
            text=tr("{number} belongs to several customers.").format(
                number=international_display(asked.e164)
            ),
            accept=tr("Save"),
            parent=parent,
        )
        self._asked = asked
        self.names = QButtonGroup(self)
        options = column(spacing=SPACE_M)
        for contact_id, name in asked.candidates:
            option = QRadioButton(name.replace("&", "&&"))
            option.setAccessibleName(name)
            self.names.addButton(option, contact_id)
            options.addWidget(option)
        self.body.addLayout(options)
        self.remember = QCheckBox(
            tr("Remember it: for all calls of this number that wait for an answer, and those to come")
        )
        self.body.addSpacing(SPACE_M)
        self.body.addWidget(self.remember)
        if asked.each:
            self.remember.hide()
            words = tr("It is a line of several people: the answer is for this call alone.")
            self.body.addWidget(label(words, "muted", wrap=True))
        self.put_buttons_after(self.names.buttons()[-1] if asked.each else self.remember)
        self.accept_button.setEnabled(False)
        self.names.idClicked.connect(lambda _id: self.accept_button.setEnabled(True))
        fit_height(self, WIDTH_PX)
        self.names.buttons()[0].setFocus()

    def answer(self, session: Session) -> "partial[None]":
        """Return the verb that writes the answer."""
        return partial(
            say_whose, session, [self._asked.call_id], self.names.checkedId(),
            remember=self.remember.isChecked(),
        )  # fmt: skip
