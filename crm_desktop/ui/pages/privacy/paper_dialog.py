"""A consent given on paper: whose it is, its scan, and until when it holds."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from crm_desktop.domain.errors import ForeignFileError, KnownError
from crm_desktop.domain.organization import Member
from crm_desktop.operations.consents import read_scan, record_paper_consent
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.consent_dialog import TermBox
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import button, fit_height

_WIDTH_PX = 520


class PaperDialog(Dialog):
    """Accepted once the consent is recorded; it stays open with the sentence when that is refused."""

    def __init__(self, session: Session, tasks: Tasks, members: Sequence[Member], *, parent: QWidget) -> None:
        super().__init__(
            tr("Record a consent given on paper"),
            text=tr(
                "The member signed the text on paper. Its scan is kept encrypted in the file. The member is "
                "told at the next sign-in and can withdraw at any time."
            ),
            accept=tr("Record the consent"),
            parent=parent,
        )
        self._session, self._tasks = session, tasks
        self.member = QComboBox()
        for each in members:
            self.member.addItem(each.name, each.id)
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.path.setPlaceholderText(tr("A picture or a PDF, up to 25 MB"))
        self.choose_button = button(tr("Choose…"), self.choose, glyph="folder-open")
        self.term = TermBox(session)
        self.scan_field = LabelledField(tr("Scan of the paper"), self.path, beside=self.choose_button)
        self.body.setSpacing(SPACE_L)
        self.body.addWidget(LabelledField(tr("Whose consent"), self.member))
        self.body.addWidget(self.scan_field)
        self.body.addWidget(LabelledField(tr("How long"), self.term))
        self.put_buttons_after(self.term)
        if not members:
            self.message.show_message(
                tr("Everybody has given a consent that stands."), tone="info", can_dismiss=False
            )
        self._renew()
        fit_height(self, _WIDTH_PX)

    def _renew(self) -> None:
        self.accept_button.setEnabled(self.member.count() > 0 and bool(self.path.text()))

    def choose(self) -> None:
        """Choose the scan."""
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("Choose the scan"),
            "",
            tr("Pictures and PDF (*.png *.jpg *.jpeg *.tif *.tiff *.webp *.pdf)"),
        )
        if chosen:
            self.path.setText(chosen)
            self.scan_field.refuse("")
            self._renew()

    def accept(self) -> None:
        """Read the scan and record the consent beside the window, then close."""
        member_id, path, expires_at = (
            self.member.currentData(),
            Path(self.path.text()),
            self.term.expires_at(),
        )
        self.accept_button.setEnabled(False)

        def record() -> object:
            return record_paper_consent(
                self._session, member_id, scan=read_scan(path), scan_name=path.name, expires_at=expires_at
            )

        self._tasks.run(record, on_done=lambda _consent: self.done(1), on_error=self._refused, owner=self)

    def _refused(self, error: KnownError) -> None:
        self.accept_button.setEnabled(True)
        if isinstance(error, ForeignFileError) or error.facts.get("field") == "scan":
            self.scan_field.refuse(message_for(error))
        else:
            self.show_refusal(message_for(error))
        fit_height(self, _WIDTH_PX)
