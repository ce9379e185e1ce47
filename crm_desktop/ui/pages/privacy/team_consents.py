"""The consents of everybody, for administrators: who agreed, how and until when; paper, scans, withdrawal."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.domain.consents import ConsentSource
from crm_desktop.operations.consent_records import save_scan
from crm_desktop.operations.consents import ConsentState, consents
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.pages.privacy.consent_words import source_words, state_pill
from crm_desktop.ui.pages.privacy.my_call_log import ask_to_withdraw, withdraw
from crm_desktop.ui.pages.privacy.paper_dialog import PaperDialog
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XL
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.sign import Sign
from crm_desktop.ui.widgets.static_table import StaticTable

_ROW_PX, _HEAD_PX, _MOST_ROWS = 28, 34, 12


class TeamConsents(QWidget):
    """``changed`` when a consent was recorded or withdrawn."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._states: list[ConsentState] = []
        self.table = StaticTable(name=tr("Consents of everybody"))
        self.table.setSelectionMode(self.table.SelectionMode.SingleSelection)
        self._columns = (
            Column("who", tr("Member"), 150, look="strong", sortable=False),
            Column("state", tr("State"), 104, look="pill", sortable=False, rigid=True),
            Column("given", tr("Given"), 104, sortable=False, rigid=True),
            Column("how", tr("How"), 84, look="muted", sortable=False, rigid=True),
            Column("until", tr("Until"), 104, sortable=False, rigid=True),
            Column("removed", tr("Calls removed"), 104, align="right", sortable=False, rigid=True),
        )
        self.table.show_rows(self._columns, ())
        self._fit = ColumnFit(self.table)
        self.paper_button = button(tr("Record a paper consent…"), self.record_paper, glyph="file-plus")
        self.scan_button = button(tr("Save the scan…"), self.save_scan)
        self.withdraw_button = button(tr("Withdraw…"), self.withdraw)
        self._lay_out()

    def _lay_out(self) -> None:
        frame, body = card(margin=SPACE_XL, spacing=SPACE_L)
        about = label(
            tr("Whose call log may be read. Everybody agrees for oneself, or on paper."),
            "muted", wrap=True,
        )  # fmt: skip
        head = row(Sign("users", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addLayout(column(label(tr("Consents of everybody"), "section"), about, spacing=2), 1)
        body.addLayout(head)
        body.addWidget(self.table)
        body.addLayout(row(self.paper_button, self.scan_button, self.withdraw_button, None))
        self.setLayout(column(frame))

    def refresh(self) -> None:
        """Read the consents of everybody."""
        chosen = self._chosen()
        self._states = consents(self._session)
        self.table.show_rows(self._columns, [self._row(state) for state in self._states])
        rows = min(max(1, len(self._states)), _MOST_ROWS)
        self.table.setFixedHeight(_HEAD_PX + rows * _ROW_PX + 6)
        ids = [state.member.id for state in self._states]
        if ids:
            before = chosen.member.id if chosen is not None else None
            self.table.select_ids([ids.index(before) if before in ids else 0])
        selection = self.table.selectionModel()
        selection.selectionChanged.connect(self._choose)
        self._fit.fit()
        self._choose()

    def _row(self, state: ConsentState) -> Row:
        consent, clock = state.consent, self._context.clock
        words, tone = state_pill(consent, self._session.now())
        pill = Cell(words, tone=tone)
        if consent is None:
            return (state.member.name, pill, "", "", "", "")
        until = clock.day(consent.expires_at) if consent.expires_at is not None else tr("withdrawn")
        if consent.withdrawn_at is not None:
            until = clock.day(consent.withdrawn_at)
        elif consent.expires_at is None:
            until = tr("no end")
        removed = number(consent.calls_removed) if consent.calls_removed is not None else ""
        return (state.member.name, pill, clock.day(consent.granted_at), source_words(consent), until, removed)

    def _chosen(self) -> ConsentState | None:
        place = self.table.current_id()
        return self._states[place] if place is not None and place < len(self._states) else None

    def _choose(self, *_selection: object) -> None:
        chosen = self._chosen()
        consent = chosen.consent if chosen is not None else None
        may = not self._session.read_only
        stands = consent is not None and consent.withdrawn_at is None
        self.paper_button.setEnabled(may)
        self.scan_button.setEnabled(consent is not None and consent.source is ConsentSource.PAPER)
        self.withdraw_button.setEnabled(may and stands)

    def record_paper(self) -> None:
        """Ask whose paper it is, for its scan and its term, and record it."""
        now = self._session.now()
        lacking = [
            state.member for state in self._states
            if not state.valid or (state.consent is not None and state.consent.expires_soon(now))
        ]  # fmt: skip
        dialog = PaperDialog(self._session, self._context.tasks, lacking, parent=self)
        if dialog.exec() == dialog.DialogCode.Accepted:
            self.changed.emit()
            self._context.notices.say(
                tr("The consent is recorded. It is shown to the member at the next sign-in.")
            )
        dialog.deleteLater()

    def save_scan(self) -> None:
        """Save the scan of the chosen consent, decrypted."""
        chosen = self._chosen()
        consent = chosen.consent if chosen is not None else None
        if consent is None:
            return
        name = consent.scan_name or tr("consent")
        target, _ = QFileDialog.getSaveFileName(self, tr("Save a decrypted copy"), name)
        if target:
            path = Path(target)
            self._context.tasks.run(
                lambda: save_scan(self._session, consent.id, path),
                on_done=lambda _nothing: self._context.notices.say(
                    tr("“{name}” was saved. It is not encrypted: keep it safe.").format(name=path.name)
                ),
                on_error=self._context.notices.refuse, owner=self,
            )  # fmt: skip

    def withdraw(self) -> None:
        """Ask and withdraw the chosen member's consent."""
        chosen = self._chosen()
        if chosen is not None and ask_to_withdraw(self, chosen.member.name):
            done = partial(self._withdrawn, chosen.member.name)
            withdraw(self._context, chosen.member.id, self, done)

    def _withdrawn(self, name: str, removed: int | None) -> None:
        self.changed.emit()
        words = tr("The consent of {name} is withdrawn. The imported calls were removed.")
        if removed is not None:
            words = tr("The consent of {name} is withdrawn. %n calls were removed.", "", removed)
        self._context.notices.say(words.format(name=name))
