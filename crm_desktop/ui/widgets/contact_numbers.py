"""What a contact's numbers are: told beneath each, and said in a form from the card's menu."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import ContactCard
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.member_lines import days_problem
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.number_kinds import NumberKind, SaidOfNumber, number_kinds, set_number_kind
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.record_form import Field, Section
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites
from crm_desktop.ui.widgets.words import number_kind_word

Kinds = Mapping[str, tuple[SaidOfNumber, ...]]
"""What was said of each number (E.164)."""

_ORDINARY = "ordinary"


def said_words(said: SaidOfNumber, contact_id: int) -> str:
    """Return what a number is, for the card of ``contact_id``, and since and until when."""
    mine = said.contact_id == contact_id
    kinds = {
        NumberKind.SWITCHBOARD: number_kind_word(NumberKind.SWITCHBOARD)
        if mine
        else tr("switchboard of {name}").format(name=said.name or ""),
        NumberKind.SHARED: number_kind_word(NumberKind.SHARED),
        NumberKind.CUSTOMER: tr("its calls are this customer’s")
        if mine
        else tr("its calls are those of {name}").format(name=said.name or ""),
        NumberKind.OWN: number_kind_word(NumberKind.OWN),
        NumberKind.IGNORED: "",
    }
    parts = [kinds[said.kind]]
    if said.since:
        parts.append(tr("from {date}").format(date=date_words(said.since)))
    if said.until:
        parts.append(tr("until before {date}").format(date=date_words(said.until)))
    return " ".join(parts)


class NumberDialog(FormDialog):
    """Asks what a number is; it begins with what holds of it now."""

    def __init__(self, e164: str, said: tuple[SaidOfNumber, ...], contact_id: int, parent: QWidget) -> None:
        told = [said_words(one, contact_id) for one in said]
        text = tr(
            "{number}: calls of a switchboard are this customer’s, whoever else has the number on the card. "
            "Of a line of several people each call is asked about."
        ).format(number=international_display(e164))
        if told:
            text += "\n\n" + tr("So far: {what}.").format(what="; ".join(told))
        kinds = [one.kind for one in said if one.kind is NumberKind.SHARED or one.contact_id == contact_id]
        first = kinds[0] if kinds and kinds[0] in _CHOICES else _ORDINARY
        super().__init__(
            tr("What is this number?"),
            [Section("", _fields())],
            {"kind": str(first), "since": "", "until": ""},
            _problems,
            accept=tr("Save"),
            text=text,
            parent=parent,
        )


_CHOICES = (NumberKind.SWITCHBOARD, NumberKind.SHARED)


def _choices() -> list[Choice]:
    return [
        (_ORDINARY, tr("An ordinary number")),
        (str(NumberKind.SWITCHBOARD), tr("The switchboard of this customer")),
        (str(NumberKind.SHARED), tr("A line of several people")),
    ]


def _fields() -> tuple[Field, ...]:
    return (
        Field("kind", tr("It is"), "choice", choices=_choices, required=True),
        Field("since", tr("From"), "date", width=160, placeholder=tr("always")),
        Field("until", tr("Until before"), "date", width=160, placeholder=tr("further notice")),
    )


def _days(values: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return str(values["since"] or "") or None, str(values["until"] or "") or None


def _problems(values: Mapping[str, Any]) -> dict[str, KnownError]:
    problem = days_problem(*_days(values))
    return {} if problem is None else {str(problem.facts.get("field", "since")): problem}


class ContactNumbers(QObject):
    """Reads what the numbers of a card are, and asks; ``written`` when it was said."""

    written = Signal()

    def __init__(self, context: PageContext, window: QWidget) -> None:
        super().__init__(window)
        self._session = context.session
        self._window = window
        self._kinds: Kinds = {}
        self.writes = UndoableWrites(context, window)
        self.writes.written.connect(self.written)

    def read(self, contact_id: int) -> Kinds:
        """Return what was said of the contact's numbers."""
        self._kinds = number_kinds(self._session, contact_id)
        return self._kinds

    def ask(self, card: ContactCard, e164: str) -> None:
        """Ask what a number is, and save the answer."""
        contact_id = card.contact.id
        dialog = NumberDialog(e164, self.read(contact_id).get(e164, ()), contact_id, self._window)

        def work(values: Mapping[str, Any]) -> None:
            since, until = _days(values)
            chosen = str(values["kind"])
            kind = None if chosen == _ORDINARY else NumberKind(chosen)
            set_number_kind(self._session, contact_id, e164, kind, since=since, until=until)

        self.writes.ask(dialog, work, tr("Calls of the number follow it."))
