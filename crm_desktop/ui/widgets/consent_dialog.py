"""The consent before a call log is read: its text in full, agreed to by the person signed in."""

from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from crm_desktop.operations.consents import consent_text
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.parts import card, fit_height, label


class ConsentDialog(Dialog):
    """Accepted only after the box was ticked by hand."""

    def __init__(self, session: Session, *, parent: QWidget | None = None) -> None:
        name = session.member.name
        super().__init__(
            tr("May your call log be read?"),
            text=tr("{name}, this needs your consent, because it is your phone.").format(name=name),
            accept=tr("I agree"),
            parent=parent,
        )
        version, words = consent_text(session)
        frame, body = card(role="quiet-card")
        body.addWidget(label(words, wrap=True, selectable=True))
        body.addWidget(label(tr("Text version {version}").format(version=version), "caption"))
        self.tick = QCheckBox(tr("I have read this and agree, as {name}").format(name=name))
        self.body.addWidget(frame)
        self.body.addWidget(self.tick)
        self.put_buttons_after(self.tick)
        self.accept_button.setEnabled(False)
        self.tick.toggled.connect(self.accept_button.setEnabled)
        self.tick.setFocus()
        fit_height(self, 560)

    def agreed(self) -> bool:
        """Ask and wait; True when the person agreed."""
        try:
            return self.exec() == QDialog.DialogCode.Accepted and self.tick.isChecked()
        finally:
            self.deleteLater()
