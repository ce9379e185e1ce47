"""My consent to the import of my call log: what it says, whether it stands, granting and withdrawing it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import consents
from crm_desktop.operations.backup_cleaning import Cleaning, clean_backups
from crm_desktop.operations.consents import ConsentState
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XL
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign

_WIDTH_PX = 760


class PrivacyPage(Page):
    """Shows the consent of the person signed in."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._state: ConsentState | None = None
        self._build()

    def _build(self) -> None:
        frame, body = card(margin=SPACE_XL, spacing=SPACE_L)
        frame.setMaximumWidth(_WIDTH_PX)
        self.pill = Pill()
        self.since = label("", "muted", wrap=True)
        _version, words = consents.consent_text(self.session)
        self.text = label(words, wrap=True, selectable=True)
        self.grant_button = button(tr("Give consent…"), self.grant, role="primary", glyph="check")
        self.withdraw_button = button(tr("Withdraw consent…"), self.withdraw)
        head = row(Sign("phone", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addLayout(column(label(tr("My call log"), "section"), self.since, spacing=2), 1)
        head.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        quiet, quiet_body = card(role="quiet-card")
        quiet_body.addWidget(label(tr("What consent means").upper(), "capitals"))
        quiet_body.addWidget(self.text)
        body.addLayout(head)
        body.addWidget(quiet)
        body.addLayout(row(self.grant_button, self.withdraw_button, None))
        inner = QWidget()
        set_role(inner, "page")
        inner.setLayout(column(frame, None))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_M)
        outer.addWidget(label(tr("Privacy"), "title"))
        outer.addWidget(label(tr("What is kept about you, and what you agreed to."), "muted", wrap=True))
        outer.addWidget(area, 1)

    def activate(self) -> None:
        """Show the state and take the focus."""
        self.refresh()
        (self.withdraw_button if self.withdraw_button.isVisibleTo(self) else self.grant_button).setFocus()

    def refresh(self) -> None:
        """Read the state of my consent."""
        states = consents.consents(self.session)
        mine = next((state for state in states if state.member.id == self.session.member.id), None)
        self._state = mine
        given = mine is not None and mine.consent is not None and mine.consent.withdrawn_at is None
        valid = mine is not None and mine.valid
        self.grant_button.setVisible(not valid)
        self.withdraw_button.setVisible(given)
        self.since.setText(self._words(mine))
        if valid:
            self.pill.show_value(tr("Given"), "ok")
        elif given:
            self.pill.show_value(tr("Expired"), "warn")
        else:
            self.pill.show_value(tr("Not given"), "neutral")

    def _words(self, state: ConsentState | None) -> str:
        consent = state.consent if state is not None else None
        day = self.context.clock.day
        if consent is None:
            return tr("You have not agreed. No call log of yours can be read.")
        if consent.withdrawn_at is not None:
            return tr(
                "You withdrew your consent on {day}. %n calls were removed.", "", consent.calls_removed or 0
            ).format(day=day(consent.withdrawn_at))
        if state is not None and not state.valid:
            return tr("Your consent ended on {day}. Nothing is imported; what is there stays.").format(
                day=day(consent.expires_at)
            )
        return tr("You agreed on {day}. You can withdraw at any time.").format(day=day(consent.granted_at))

    def grant(self) -> None:
        """Show the text in full and record my agreement."""
        if ConsentDialog(self.session, parent=self).agreed():
            self.context.tasks.run(
                lambda: consents.grant_consent(self.session),
                on_done=self._granted,
                on_error=self._refuse,
                owner=self,
            )

    def _granted(self, _consent: object) -> None:
        self.refresh()
        self.context.notices.say(tr("Your consent is recorded."))

    def withdraw(self) -> None:
        """Ask, say what goes and what stays, and withdraw."""
        sure = ask(
            self,
            tr("Withdraw your consent?"),
            text=tr(
                "At once: nothing of your phone is imported any more, and every call imported from your log "
                "is removed for good. This cannot be undone.\n\nWhat stays: notes that people typed, calls "
                "entered by hand, and the record that you gave and withdrew this consent.\n\nBackups this "
                "computer can reach lose the calls in the next minutes, others at the next sign-in on the "
                "computer that made them."
            ),
            accept=tr("Withdraw and remove my calls"),
            reject=tr("Keep my consent"),
            danger=True,
        )
        if sure:
            member_id = self.session.member.id
            self.context.tasks.run(
                lambda: consents.withdraw_consent(self.session, member_id=member_id),
                on_done=self._withdrawn,
                on_error=self._refuse,
                owner=self,
            )

    def _withdrawn(self, removed: int) -> None:
        self.refresh()
        self.records_changed.emit()
        self.context.notices.say(tr("Your consent is withdrawn. %n calls were removed.", "", removed))
        for warning in self.session.warnings:
            if warning.code == "log_not_emptied":
                self.context.notices.warn(message_for(warning))
        self.context.tasks.run(
            lambda cancel: clean_backups(self.session, cancel=cancel),
            on_done=self._cleaned, on_error=self._refuse, owner=self, background=True, cancel=CancelToken(),
        )  # fmt: skip

    def _cleaned(self, done: Cleaning) -> None:
        if done.left:
            words = tr(
                "%n backups still hold withdrawn calls: they cannot be reached or opened here now. They are "
                "cleaned when they can be; the list of backups says which.",
                "",
                len(done.left),
            )
            self.context.notices.warn(words)
        elif done.cleaned:
            self.context.notices.say(tr("The withdrawn calls have left %n backups.", "", done.cleaned))

    def _refuse(self, error: KnownError) -> None:
        self.context.notices.refuse(error)
