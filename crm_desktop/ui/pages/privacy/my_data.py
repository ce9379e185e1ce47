"""My data: what the file holds about me as its user, and all of it as a zip in open formats."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.own_data import OwnData, own_data_overview, save_own_data
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row
from crm_desktop.ui.widgets.sign import Sign


class MyData(QWidget):
    """A card with counts and one button."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_XL)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(1, 1)
        self.save_button = button(tr("Save my data…"), self.save, glyph="download-simple")
        frame, body = card(margin=SPACE_XL, spacing=SPACE_L)
        about = label(
            tr("What this file holds about you as its user. A zip in open formats: JSON and CSV."),
            "muted", wrap=True,
        )  # fmt: skip
        head = row(Sign("user", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addLayout(column(label(tr("My data"), "section"), about, spacing=2), 1)
        body.addLayout(head)
        body.addLayout(self._grid)
        body.addLayout(row(self.save_button, None))
        self.setLayout(column(frame))

    def refresh(self) -> None:
        """Count anew, beside the window: the log may be long."""
        session = self._context.session
        self._context.tasks.run(
            lambda: own_data_overview(session),
            on_done=self._show,
            on_error=self._refuse,
            owner=self,
            serial=False,
        )

    def _show(self, found: OwnData) -> None:
        clear(self._grid)
        counts = found.counts
        lines = [
            (tr("Consents"), found.consents),
            (tr("Imports"), found.imports),
            (tr("Calls of my phone"), found.calls),
            (tr("Records I added"), counts["contacts_added"]),
            (tr("Notes I wrote"), counts["notes_written"]),
            (tr("Files I added"), counts["files_added"]),
            (tr("Entries of the log by me"), found.log_entries),
        ]
        for place, (words, count) in enumerate((words, count) for words, count in lines if count is not None):
            self._grid.addWidget(label(words, "muted"), place, 0)
            self._grid.addWidget(label(number(count)), place, 1, Qt.AlignmentFlag.AlignLeft)

    def save(self) -> None:
        """Ask where to and write it; it leaves the encrypted file with that."""
        name = tr("my-data-{login}.zip").format(login=self._context.session.member.login)
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save my data to"), name, "ZIP (*.zip)")
        if chosen:
            path, session = Path(chosen), self._context.session
            self._context.tasks.run(
                lambda: save_own_data(session, path),
                on_done=lambda _nothing: self._saved(path), on_error=self._refuse, owner=self,
            )  # fmt: skip

    def _saved(self, path: Path) -> None:
        self.refresh()
        self._context.notices.say(
            tr("“{name}” was saved. It is not encrypted: keep it safe.").format(name=path.name)
        )

    def _refuse(self, error: KnownError) -> None:
        self._context.notices.refuse(error)
