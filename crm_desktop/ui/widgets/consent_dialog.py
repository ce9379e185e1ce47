"""The consent before a call log is read: its text in full, agreed to by the person signed in."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QWidget

from crm_desktop.operations.consents import consent_text
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.parts import card, fit_height, label

_MONTHS = (6, 12, 24)


def end_of_day(day: date, zone: str) -> int:
    """Return the last second of ``day`` in ``zone`` as UTC epoch seconds."""
    return int(datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).timestamp())


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, its last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


class TermBox(QComboBox):
    """How long a consent holds: until it is withdrawn, or so many months."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._zone = session.organization.time_zone
        self._today = datetime.fromtimestamp(session.now(), ZoneInfo(self._zone)).date()
        self.addItem(tr("Until it is withdrawn"), None)
        for months in _MONTHS:
            self.addItem(tr("For %n months", "", months), months)

    def expires_at(self) -> int | None:
        """Return the end as chosen, UTC epoch seconds; None: it has none."""
        months = self.currentData()
        return None if months is None else end_of_day(months_later(self._today, int(months)), self._zone)


class ConsentDialog(Dialog):
    """Accepted only after the box was ticked by hand; ``expires_at`` is the end chosen (None: no end)."""

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
        self.term = TermBox(session)
        self.expires_at: int | None = None
        self.tick = QCheckBox(tr("I have read this and agree, as {name}").format(name=name))
        self.body.addWidget(frame)
        self.body.addWidget(
            LabelledField(
                tr("How long"),
                self.term,
                hint=tr(
                    "After its end nothing more is imported; what is there stays. You are reminded before."
                ),
            )
        )
        self.body.addWidget(self.tick)
        self.put_buttons_after(self.tick)
        self.accept_button.setEnabled(False)
        self.tick.toggled.connect(self.accept_button.setEnabled)
        self.tick.setFocus()
        fit_height(self, 560)

    def agreed(self) -> bool:
        """Ask and wait; True when the person agreed."""
        try:
            agreed = self.exec() == QDialog.DialogCode.Accepted and self.tick.isChecked()
            self.expires_at = self.term.expires_at()
        finally:
            self.deleteLater()
        return agreed
