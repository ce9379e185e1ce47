"""What is chosen before something is printed: one panel for each kind, which makes the document."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.contacts import AddressKind
from crm_desktop.domain.print_layouts import ENVELOPES, LABEL_SHEETS, paper_of
from crm_desktop.operations.printing import SheetParts
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.printing.addressed import Envelopes, Labels
from crm_desktop.ui.printing.contact_sheet import ContactSheets
from crm_desktop.ui.printing.contact_table import ListTable
from crm_desktop.ui.printing.list_on_screen import ListOnScreen
from crm_desktop.ui.printing.paper import Document
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.field_editors import CheckField, ChoiceField, LinesField
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.words import address_kind_word

_SETTING = "print"
_AROUND_PX = 28
"""Frame and margins of a field of several lines: with less its bar appears for nothing."""


class PrintOptions(QWidget):
    """``changed`` when the document is another one; choices are remembered for the user."""

    changed = Signal()

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self.session = session
        self._name = f"{_SETTING}.{name}"
        stored = get_setting(session, self._name)
        self.stored: dict[str, object] = stored if isinstance(stored, dict) else {}
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE_M)

    def choice(self, key: str, words: str, choices: Sequence[Choice]) -> ChoiceField:
        """Add a choice that is remembered."""
        made = ChoiceField(choices=choices)
        if self.stored.get(key) in {value for value, _ in choices}:
            made.set_value(self.stored[key])
        made.value_changed.connect(self.changed)
        self.body.addWidget(LabelledField(words, made))
        return made

    def address_choice(self) -> ChoiceField:
        """Add the choice of the address something is sent to."""
        kinds = [(kind.value, address_kind_word(kind)) for kind in AddressKind]
        return self.choice("address", tr("Address"), [("", tr("Main address")), *kinds])

    def lines(self, key: str, words: str, *, rows: int, hint: str = "") -> LinesField:
        """Add a text of several lines that is remembered."""
        made = LinesField()
        made.set_value(str(self.stored.get(key, "")))
        made.setFixedHeight(rows * made.fontMetrics().lineSpacing() + _AROUND_PX)
        made.textChanged.connect(self.changed)
        self.body.addWidget(LabelledField(words, made, hint=hint))
        return made

    def document(self) -> Document:
        """Return what would be printed; raises a KnownError for what cannot be."""
        raise TypeError(self)

    def values(self) -> dict[str, object]:
        """Return what is remembered."""
        return {}

    def remember(self) -> None:
        """Keep what was chosen, for the next time."""
        put_setting(self.session, self._name, self.values())


def address_kind(field: ChoiceField) -> AddressKind | None:
    """Return the kind of address that was chosen, None for the main one."""
    value = str(field.value() or "")
    return AddressKind(value) if value else None


class RecordOptions(PrintOptions):
    """Sheets of the selected contacts, or the list: all of it or what is selected."""

    def __init__(self, session: Session, shown: ListOnScreen, clock: Clock) -> None:
        super().__init__(session, "records")
        self._list, self._clock = shown, clock
        selected, several = len(shown.selected), session.may("lists.export")
        choices: list[Choice] = []
        if selected == 1:
            choices.append(("sheet", tr("The sheet of this contact")))
        elif selected and several:
            choices.append(("sheet", tr("The sheets of %n contacts", "", selected)))
        if several and selected > 1:
            choices.append(("selected", tr("The list of the %n selected", "", selected)))
        if several and shown.all_ids:
            words = tr("The whole list ({count})").format(count=number(len(shown.all_ids)))
            choices.append(("all", words))
        self.what = self.choice("what", tr("What to print"), choices)
        # What was printed last says nothing about now: several are a list, one is a sheet.
        self.what.set_value("selected" if selected > 1 and several else "sheet" if selected else "all")
        self.notes = self._tick(tr("Notes"), on=True)
        self.calls = self._tick(tr("Calls")) if session.may("calls.view") else None
        self.bank = self._tick(tr("Bank details (numbers masked)")) if session.may("bank.view") else None
        self.what.value_changed.connect(self._show_ticks)
        self._show_ticks()

    def _tick(self, words: str, *, on: bool = False) -> CheckField:
        made = CheckField()
        made.setText(words)
        made.setChecked(on)
        made.toggled.connect(lambda _on: self.changed.emit())
        self.body.addWidget(made)
        return made

    def _show_ticks(self) -> None:
        for tick in (self.notes, self.calls, self.bank):
            if tick is not None:
                tick.setVisible(self.what.value() == "sheet")

    def document(self) -> Document:
        """Return the sheets or the list."""
        paper, shown = paper_of(self.session.organization.region), self._list
        if self.what.value() == "sheet":
            calls, bank = self.calls, self.bank
            parts = SheetParts(
                self.notes.isChecked(),
                calls is not None and calls.isChecked(),
                bank is not None and bank.isChecked(),
            )
            return ContactSheets(self.session, shown.selected, paper, self._clock, parts)
        ids = shown.selected if self.what.value() == "selected" else shown.all_ids
        return ListTable(shown.title, shown.facts, paper, ids, shown.columns, shown.shown, shown.rows)


class LabelOptions(PrintOptions):
    """The sheet of labels, and where on it the first one stands."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        super().__init__(session, "labels")
        self._ids = ids
        own = paper_of(session.organization.region)
        sheets = sorted(LABEL_SHEETS, key=lambda sheet: sheet.paper != own)
        self.sheet = self.choice(
            "sheet", tr("Labels"),
            [(sheet.key, f"{sheet.name} · {sheet.width:.4g} × {sheet.height:.4g} mm") for sheet in sheets],
        )  # fmt: skip
        self.start = ChoiceField()
        self._offer_starts()
        self.body.addWidget(
            LabelledField(tr("Begin at label"), self.start, hint=tr("For a sheet some labels are gone from."))
        )
        self.address = self.address_choice()
        self.sheet.value_changed.connect(self._offer_starts)
        self.start.value_changed.connect(self.changed)

    def _offer_starts(self) -> None:
        sheet = next(known for known in LABEL_SHEETS if known.key == self.sheet.value())
        self.start.set_choices([(place, number(place)) for place in range(1, sheet.count + 1)])
        self.start.set_value(1)

    def document(self) -> Document:
        """Return the labels."""
        sheet = next(known for known in LABEL_SHEETS if known.key == self.sheet.value())
        start = int(str(self.start.value() or 1))
        return Labels(self.session, self._ids, sheet, start, address_kind(self.address))

    def values(self) -> dict[str, object]:
        """Return the sheet and the address."""
        return {"sheet": self.sheet.value(), "address": self.address.value()}


class EnvelopeOptions(PrintOptions):
    """The envelope and who sends it."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        super().__init__(session, "envelope")
        self._ids = ids
        self.envelope = self.choice(
            "envelope", tr("Envelope"),
            [(known.key, tr("{name}, with a window").format(name=known.name)
              if known.key.endswith("-window") else known.name) for known in ENVELOPES],
        )  # fmt: skip
        self.sender_field = self.lines("sender", tr("Sender"), rows=4)
        self.address = self.address_choice()

    def document(self) -> Document:
        """Return the envelopes."""
        envelope = next(known for known in ENVELOPES if known.key == self.envelope.value())
        sender = str(self.sender_field.value() or "")
        return Envelopes(self.session, self._ids, envelope, sender, address_kind(self.address))

    def values(self) -> dict[str, object]:
        """Return everything."""
        return {
            "envelope": self.envelope.value(),
            "sender": self.sender_field.value(),
            "address": self.address.value(),
        }
