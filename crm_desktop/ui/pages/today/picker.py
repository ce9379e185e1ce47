"""The period picker: a chip each, and two dates of one's own; the choice is kept for the user."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_drafts import is_date
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.periods import Period, PeriodKind, period_of
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.operations.today import office_today
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.today.words import period_titles, period_words
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.chip_bar import Chip, ChipBar
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.record_form import Field
from crm_desktop.ui.widgets.record_form import Section as FormSection

_SETTING = "today.period"
_DATE_PX = 180


class PeriodPicker(ChipBar):
    """``changed``: another period was chosen."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._own: Period | None = None
        super().__init__(name=tr("Period"))
        self._kind = self._kept()
        self.dialog: FormDialog | None = None
        self._offer()
        self.chosen.connect(self._chosen)

    def _kept(self) -> PeriodKind:
        kept = get_setting(self._session, _SETTING)
        known = [kind for kind in PeriodKind if kind is not PeriodKind.OWN]
        return PeriodKind(str(kept)) if kept in known else PeriodKind.DAYS_30

    def _offer(self) -> None:
        titles = period_titles()
        if self._own is not None:
            titles[PeriodKind.OWN] = period_words(self._own)
        today = office_today(self._session)
        chips = [
            Chip(kind, title, tip="" if kind is PeriodKind.OWN else period_words(period_of(kind, today)))
            for kind, title in titles.items()
        ]
        self.set_chips(chips, current=self._kind)
        # No wider than its chips: it stands at the end of the line, and breaks where that is too short.
        for made in self._buttons.values():
            made.ensurePolished()
        widths = [made.sizeHint().width() for made in self._buttons.values()]
        self.setMaximumWidth(sum(widths) + SPACE_S * (len(widths) - 1))

    def period(self) -> Period:
        """Return the chosen period as of today."""
        if self._kind is PeriodKind.OWN and self._own is not None:
            return self._own
        return period_of(self._kind, office_today(self._session))

    def _chosen(self, key: str) -> None:
        if key == PeriodKind.OWN:
            self.choose(self._kind)
            self._ask()
            return
        self._take(PeriodKind(key))

    def _take(self, kind: PeriodKind) -> None:
        self._kind = kind
        self._offer()
        self.changed.emit()

    def remember(self) -> None:
        """Keep the choice for this user; dates of one's own are for now alone."""
        if self._kind is not PeriodKind.OWN:
            put_setting(self._session, _SETTING, self._kind.value)

    def _ask(self) -> None:
        shown = self.period()
        fields = (
            Field("first", tr("First day"), "date", required=True, width=_DATE_PX),
            Field("last", tr("Last day"), "date", required=True, width=_DATE_PX),
        )
        values = {"first": shown.first.isoformat(), "last": shown.last.isoformat()}
        parent: QWidget = self.window()
        self.dialog = FormDialog(
            tr("Which days?"), [FormSection("", fields)], values, _problems, accept=tr("Show"), parent=parent
        )
        self.dialog.submitted.connect(self._own_chosen)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _own_chosen(self, values: Mapping[str, Any]) -> None:
        days = sorted(date.fromisoformat(str(values[key])) for key in ("first", "last"))
        self._own = Period(days[0], days[1])
        if self.dialog is not None:
            self.dialog.accept()
        self._take(PeriodKind.OWN)


def _problems(values: Mapping[str, Any]) -> dict[str, KnownError]:
    found: dict[str, KnownError] = {}
    for key in ("first", "last"):
        typed = str(values[key] or "")
        if not typed:
            found[key] = InvalidValueError("value_required", field=key)
        elif not is_date(typed):
            found[key] = InvalidValueError("date_invalid", field=key, value=typed)
    return found
