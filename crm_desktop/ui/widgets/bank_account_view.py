"""One bank account on the card: masked, with *Reveal* beside it, and above it what waits or is odd."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.domain.bank_accounts import MandateSequence
from crm_desktop.operations.bank_accounts import AccountLine, BankDetails, ConfirmRule, ShownValue
from crm_desktop.ui.clipboard import copy_secret
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.parts import button, card, column, label, row
from crm_desktop.ui.widgets.pill import Pill

SHOWN_MS = 20_000
"""How long a revealed number stays on the screen."""

_LABEL_PX = 80


class SecretNumber(QWidget):
    """A masked number with *Reveal*; revealed it can be copied, and hides itself after a while."""

    reveal_requested = Signal()
    copied = Signal()

    def __init__(self, masked: str, *, shown_ms: int = SHOWN_MS, strong: bool = True) -> None:
        super().__init__()
        self._masked = masked
        self._number = ""
        self.text = label(masked, "strong" if strong else "", wrap=True)
        self.text.setAccessibleName(tr("Account number, masked: {number}").format(number=masked))
        self.reveal_button = button(tr("Reveal"), self._reveal_or_hide, role="link")
        self.copy_button = button(tr("Copy"), self._copy, role="link")
        self.copy_button.setToolTip(tr("Copies the number; it leaves the clipboard after 20 seconds."))
        self.copy_button.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(shown_ms)
        self._timer.timeout.connect(self.hide_number)
        line = row(spacing=SPACE_XS)
        line.addWidget(self.text, 1)
        line.addWidget(self.copy_button)
        line.addWidget(self.reveal_button)
        self.setLayout(line)

    @property
    def revealed(self) -> bool:
        """Whether the whole number is on the screen."""
        return bool(self._number)

    def show_number(self, details: BankDetails) -> None:
        """Show the whole number for a while."""
        self._number = details.account
        self.text.setText(details.display)
        self.text.setAccessibleName(tr("Account number: {number}").format(number=details.display))
        self.reveal_button.setText(tr("Hide"))
        self.copy_button.show()
        self._timer.start()

    def hide_number(self) -> None:
        """Show the mask again and hold nothing."""
        self._timer.stop()
        self._number = ""
        self.text.setText(self._masked)
        self.text.setAccessibleName(tr("Account number, masked: {number}").format(number=self._masked))
        self.reveal_button.setText(tr("Reveal"))
        self.copy_button.hide()

    def _reveal_or_hide(self) -> None:
        if self.revealed:
            self.hide_number()
        else:
            self.reveal_requested.emit()

    def _copy(self) -> None:
        if self.revealed:
            copy_secret(self._number)
            self.copied.emit()


class BankAccountView(QFrame):
    """One account; what the user wishes is told by signals, ``reveal_requested(waiting)`` among them."""

    reveal_requested = Signal(bool)
    confirm_requested = Signal()
    reject_requested = Signal()
    edit_requested = Signal()
    remove_requested = Signal()
    copied = Signal()

    def __init__(
        self, line: AccountLine, clock: Clock, *, can_edit: bool, can_reject: bool, shown_ms: int = SHOWN_MS
    ) -> None:
        super().__init__()
        set_role(self, "quiet-card")
        self.line = line
        self._clock = clock
        self._shown_ms = shown_ms
        self._can_reject = can_reject
        self.number: SecretNumber | None = None
        self.waiting_number: SecretNumber | None = None
        self.confirm_button = button(tr("Confirm"), self.confirm_requested.emit, role="primary")
        self.reject_button = button(tr("Reject"), self.reject_requested.emit)
        self.menu_button = button("", name=tr("More for this account"), role="quiet", glyph="dots-three")
        menu = QMenu(self)
        if can_edit:
            menu.addAction(tr("Edit"), self.edit_requested.emit)
            menu.addAction(tr("Remove"), self.remove_requested.emit)
        self.menu_button.setMenu(menu)
        self.menu_button.setVisible(can_edit and line.problem is None)
        self._build()

    def _build(self) -> None:
        line = self.line
        body = column(spacing=SPACE_S, margin=SPACE_M)
        self.setLayout(body)
        value = line.confirmed or line.waiting
        if value is None:
            problem = message_for(line.problem) if line.problem is not None else ""
            body.addWidget(_banner(problem, "danger"))
            return
        self.number = self._secret(value, waiting=line.confirmed is None)
        head = row(spacing=SPACE_XS)
        head.addWidget(self.number, 1)
        head.addWidget(self.menu_button)
        body.addLayout(head)
        if pills := self._pills(value.details):
            body.addLayout(row(*pills, None, spacing=SPACE_XS))
        body.addLayout(_facts(value.details))
        body.addWidget(label(self._history(value), "caption", wrap=True))
        for same in line.also_on:
            words = tr("The same account is on file for {name}. Make sure whose it is before you pay.")
            body.addWidget(_banner(words.format(name=same.name), "danger"))
        if line.waiting is not None:
            body.addWidget(self._waiting(line.waiting))

    def _secret(self, value: ShownValue, *, waiting: bool, strong: bool = True) -> SecretNumber:
        made = SecretNumber(value.masked, shown_ms=self._shown_ms, strong=strong)
        made.reveal_requested.connect(lambda: self.reveal_requested.emit(waiting))
        made.copied.connect(self.copied)
        return made

    def _pills(self, details: BankDetails) -> list[Pill]:
        pills = []
        if self.line.confirmed is None:
            pills.append(Pill(tr("not confirmed yet"), "warn"))
        if details.unchecked:
            pills.append(Pill(tr("unchecked"), "warn"))
        if not details.active:
            pills.append(Pill(tr("no longer used"), "neutral"))
        return pills

    def _history(self, value: ShownValue) -> str:
        when = self._clock.relative(value.changed_at)
        parts = [tr("changed {when} by {name}").format(when=when, name=value.changed_by)]
        if value.confirmed_at is not None:
            words = tr("confirmed {when} by {name}")
            parts.append(
                words.format(when=self._clock.relative(value.confirmed_at), name=value.confirmed_by or "")
            )
        if value.source:
            parts.append(tr("source: {source}").format(source=value.source))
        return " · ".join(parts)

    def _waiting(self, value: ShownValue) -> QFrame:
        """Return the banner of a change that waits: who, when, what to, and what this person may do."""
        facts = {"when": self._clock.relative(value.changed_at), "name": value.changed_by}
        if self.line.confirmed is None:
            words = tr("Added {when} by {name}, waits for confirmation.").format(**facts)
        else:
            words = tr("Changed {when} by {name}, waits for confirmation. The account above still counts.")
            words = words.format(**facts)
        frame = _banner(words, "warn")
        body = frame.layout()
        assert isinstance(body, QVBoxLayout)  # noqa: S101 - as _banner makes it
        if self.line.confirmed is not None:
            self.waiting_number = self._secret(value, waiting=True)
            body.addWidget(self.waiting_number)
            body.addLayout(_facts(value.details, but=self.line.confirmed.details))
        not_you = {
            ConfirmRule.OWN: tr("You had a hand in this change, so somebody else confirms it."),
            ConfirmRule.NOBODY: tr(
                "Everybody who may confirm had a hand in this change. Drop it, and let one of you enter it "
                "again for the other to confirm."
            ),
        }.get(self.line.rule)
        if not_you is not None:
            body.addWidget(label(not_you, wrap=True))
        buttons = row(None)
        if self._can_reject:
            buttons.addWidget(self.reject_button)
        if self.line.rule in {ConfirmRule.YES, ConfirmRule.ALONE}:
            buttons.addWidget(self.confirm_button)
        if buttons.count() > 1:
            body.addLayout(buttons)
        return frame

    def show_number(self, details: BankDetails, *, waiting: bool) -> None:
        """Show the whole number of the confirmed or the waiting value for a while."""
        place = self.waiting_number if waiting and self.waiting_number is not None else self.number
        if place is not None:
            place.show_number(details)

    def hide_numbers(self) -> None:
        """Mask every number again."""
        for place in (self.number, self.waiting_number):
            if place is not None:
                place.hide_number()


def _banner(words: str, tone: str) -> QFrame:
    frame, body = card(role="message", margin=SPACE_M, spacing=SPACE_S)
    set_role(frame, "message", tone=tone)
    body.addWidget(label(words, wrap=True))
    frame.setAccessibleName(words)
    return frame


def account_facts(details: BankDetails) -> list[tuple[str, str]]:
    """Return (label, value) of what is known of an account besides its number."""
    sequence = {MandateSequence.FIRST: tr("first"), MandateSequence.RECURRENT: tr("recurring")}
    mandate = (
        details.mandate_reference or "",
        date_words(details.mandate_on),
        sequence[details.mandate_sequence] if details.mandate_sequence else "",
    )
    facts = [
        (
            tr("Bank"),
            " · ".join(part for part in (details.bank_name, details.bank_code, details.bic) if part),
        ),
        (tr("Holder"), details.holder or ""),
        (tr("Currency"), details.currency or ""),
        (tr("Purpose"), details.purpose or ""),
        (tr("Mandate"), " · ".join(part for part in mandate if part)),
        (tr("Note"), details.note or ""),
    ]
    return [(words, value) for words, value in facts if value]


def _facts(details: BankDetails, *, but: BankDetails | None = None) -> QGridLayout:
    """Lay the facts out; those that are the same in ``but`` are left out."""
    known = set(account_facts(but)) if but is not None else set()
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_XS)
    grid.setColumnMinimumWidth(0, _LABEL_PX)
    grid.setColumnStretch(1, 1)
    for place, (words, value) in enumerate(fact for fact in account_facts(details) if fact not in known):
        right: QLabel = label(value, wrap=True, selectable=True)
        right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right.setAccessibleName(f"{words}: {value}")
        grid.addWidget(label(words, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(right, place, 1)
    return grid
