"""My consent to the import of my call log: what it says, whether it stands, giving and withdrawing it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.consents import Consent
from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations import consents
from crm_desktop.operations.backup_cleaning import Cleaning, clean_backups
from crm_desktop.operations.consent_records import consent_records
from crm_desktop.operations.consents import ConsentState
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.privacy.consent_words import record_words, state_pill, state_words
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XL
from crm_desktop.ui.widgets.consent_dialog import ConsentDialog
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign


class MyCallLog(QWidget):
    """``changed`` when a consent was given or withdrawn."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self.pill = Pill()
        self.since = label("", "muted", wrap=True)
        _version, words = consents.consent_text(self._session)
        self.text = label(words, wrap=True, selectable=True)
        self.grant_button = button(tr("Give consent…"), self.grant, role="primary", glyph="check")
        self.renew_button = button(tr("Renew…"), self.grant, glyph="arrows-clockwise")
        self.withdraw_button = button(tr("Withdraw consent…"), self.withdraw)
        self._earlier_title = label(tr("Earlier consents").upper(), "capitals")
        self._earlier = QVBoxLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        frame, body = card(margin=SPACE_XL, spacing=SPACE_L)
        head = row(Sign("phone", "accent", side=40, disc=True), spacing=SPACE_M)
        head.addLayout(column(label(tr("My call log"), "section"), self.since, spacing=2), 1)
        head.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        quiet, quiet_body = card(role="quiet-card")
        quiet_body.addWidget(label(tr("What consent means").upper(), "capitals"))
        quiet_body.addWidget(self.text)
        body.addLayout(head)
        body.addWidget(quiet)
        body.addLayout(row(self.grant_button, self.renew_button, self.withdraw_button, None))
        body.addWidget(self._earlier_title)
        body.addLayout(self._earlier)
        self.setLayout(column(frame))

    def focus(self) -> None:
        """Take the focus where something can be done."""
        (self.withdraw_button if self.withdraw_button.isVisibleTo(self) else self.grant_button).setFocus()

    def refresh(self) -> None:
        """Read the state of my consent, and those I gave before."""
        me = self._session.member.id
        mine = next((state for state in consents.consents(self._session) if state.member.id == me), None)
        consent = mine.consent if mine is not None else None
        now = self._session.now()
        given = consent is not None and consent.withdrawn_at is None
        valid = mine is not None and mine.valid
        self.grant_button.setVisible(not valid)
        self.renew_button.setVisible(consent is not None and consents.renewable(self._session, consent))
        self.withdraw_button.setVisible(given)
        for part in (self.grant_button, self.renew_button, self.withdraw_button):
            part.setEnabled(not self._session.read_only)
        self.since.setText(self._words(mine))
        self.pill.show_value(*state_pill(consent, now))
        self._show_earlier(consent_records(self._session, me)[1:])

    def _words(self, state: ConsentState | None) -> str:
        consent = state.consent if state is not None else None
        return state_words(consent, self._session.now(), self._context.clock)

    def _show_earlier(self, earlier: list[Consent]) -> None:
        clear(self._earlier)
        self._earlier_title.setVisible(bool(earlier))
        for consent in earlier:
            self._earlier.addWidget(label(record_words(consent, self._context.clock), "muted", wrap=True))

    def grant(self) -> None:
        """Show the text in full and record my agreement."""
        dialog = ConsentDialog(self._session, parent=self)
        if not dialog.agreed():
            return
        self._context.tasks.run(
            lambda: consents.grant_consent(self._session, expires_at=dialog.expires_at),
            on_done=self._granted, on_error=self._context.notices.refuse, owner=self,
        )  # fmt: skip

    def _granted(self, _consent: object) -> None:
        self.changed.emit()
        self._context.notices.say(tr("Your consent is recorded."))

    def withdraw(self) -> None:
        """Ask, say what goes and what stays, and withdraw."""
        if ask_to_withdraw(self):
            withdraw(self._context, self._session.member.id, self, self._withdrawn)

    def _withdrawn(self, removed: int | None) -> None:
        self.changed.emit()
        self._context.notices.say(tr("Your consent is withdrawn. %n calls were removed.", "", removed or 0))


def ask_to_withdraw(parent: QWidget, name: str = "") -> bool:
    """Ask whether one's own consent, or the one of ``name``, is to be withdrawn; say what goes and stays."""
    about = tr(
        "At once: nothing of this phone is imported any more, and every call imported from its log is "
        "removed for good. This cannot be undone.\n\nWhat stays: notes that people typed, calls entered by "
        "hand, and the record that this consent was given and withdrawn.\n\nBackups this computer can reach "
        "lose the calls in the next minutes, others at the next sign-in on the computer that made them."
    )
    title = tr("Withdraw the consent of {name}?").format(name=name) if name else tr("Withdraw your consent?")
    return ask(
        parent, title, text=about,
        accept=tr("Withdraw and remove the calls"), reject=tr("Keep the consent"), danger=True,
    )  # fmt: skip


def withdraw(
    context: PageContext, member_id: int, owner: QWidget, done: Callable[[int | None], None]
) -> None:
    """Withdraw a consent beside the window, tell ``done`` how many calls went, then clean the backups.

    None where that is not to be told.
    """
    session, notices = context.session, context.notices

    def removed(calls: int | None) -> None:
        done(calls)
        for warning in session.warnings:
            if warning.code == "log_not_emptied":
                notices.warn(message_for(warning))
        context.tasks.run(
            lambda cancel: clean_backups(session, cancel=cancel),
            on_done=cleaned, on_error=notices.refuse, owner=owner, background=True, cancel=CancelToken(),
        )  # fmt: skip

    def cleaned(result: Cleaning) -> None:
        if result.left:
            words = tr(
                "%n backups still hold withdrawn calls: they cannot be reached or opened here now. They are "
                "cleaned when they can be; the list of backups says which.",
                "",
                len(result.left),
            )
            notices.warn(words)
        elif result.cleaned and session.may("calls.view"):
            notices.say(tr("The withdrawn calls were taken out of %n backups.", "", result.cleaned))

    context.tasks.run(
        lambda: consents.withdraw_consent(session, member_id=member_id),
        on_done=removed, on_error=notices.refuse, owner=owner,
    )  # fmt: skip
