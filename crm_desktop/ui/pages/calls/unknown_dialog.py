"""Numbers nobody knows, those with most calls first: made a customer's, or left alone."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.relations import Party
from crm_desktop.operations.unknown_numbers import (
    QuickEntry,
    UnknownNumber,
    add_customer,
    add_number,
    heed_numbers,
    ignore_numbers,
    ignored_numbers,
)
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_S
from crm_desktop.ui.widgets.contact_chooser import ContactChooser
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, fit_height, row
from crm_desktop.ui.widgets.record_form import Field, Section
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable
from crm_desktop.ui.widgets.words import contact_kind_word

_WIDTH_PX, _TABLE_PX = 640, 320


class NewCustomerDialog(FormDialog):
    """Asks for the name of a new customer whose number it is; what the log calls it is proposed."""

    def __init__(self, one: UnknownNumber, parent: QWidget) -> None:
        kinds = [(kind.value, contact_kind_word(kind)) for kind in ContactKind]
        fields = (
            Field("name", tr("Name"), required=True),
            Field("kind", tr("It is"), "choice", choices=lambda: kinds, required=True),
        )
        super().__init__(
            tr("New customer"),
            [Section("", fields)],
            {"name": one.name, "kind": ContactKind.PERSON.value},
            _name_problems,
            accept=tr("Add customer"),
            text=international_display(one.e164),
            parent=parent,
        )


def _name_problems(values: Mapping[str, Any]) -> dict[str, KnownError]:
    missing = not str(values["name"] or "").strip()
    return {"name": InvalidValueError("value_required", field="name")} if missing else {}


class CustomerDialog(Dialog):
    """Asks which customer a number is of; ``chosen`` is the customer."""

    def __init__(self, context: PageContext, one: UnknownNumber, parent: QWidget) -> None:
        super().__init__(
            tr("Whose number is it?"), text=international_display(one.e164), accept=tr("Add number"),
            parent=parent,
        )  # fmt: skip
        self.chosen: Party | None = None
        self.chooser = ContactChooser(context.session, context.tasks, only=Category.CUSTOMER, can_enter=False)
        self.chooser.chosen.connect(self._choose)
        self.body.addWidget(self.chooser, 1)
        self.accept_button.setEnabled(False)
        self.chooser.search.take_focus()

    def _choose(self, party: object) -> None:
        self.chosen = party if isinstance(party, Party) else None
        self.accept_button.setEnabled(self.chosen is not None)


class UnknownNumbersDialog(Dialog):
    """``changed`` when a number became a customer's or is left alone; ``text`` says what is kept of it."""

    changed = Signal()

    def __init__(
        self, context: PageContext, numbers: Sequence[UnknownNumber], text: str, parent: QWidget
    ) -> None:
        super().__init__(tr("Unknown numbers"), text=text, accept=tr("Close"), parent=parent)
        self._context, self._session = context, context.session
        self._numbers = list(numbers)
        self._settled_here: list[UnknownNumber] = []
        self._left_alone: list[str] | None = None
        self.dialog: Dialog | None = None
        self.reject_button.hide()
        self.table = StaticTable(name=tr("Unknown numbers"))
        self.table.setMinimumHeight(_TABLE_PX)
        self.body.addWidget(self.table, 1)
        self._add_buttons()
        self._show_rows()
        fit_height(self, _WIDTH_PX)

    @property
    def numbers(self) -> tuple[UnknownNumber, ...]:
        """What is still unknown."""
        return tuple(self._numbers)

    def _add_buttons(self) -> None:
        may_edit = self._session.may("records.edit") and not self._session.read_only
        decides = self._session.may("calls.unknown_numbers") and not self._session.read_only
        self.new_button = button(tr("New customer…"), self._new, glyph="user-plus")
        self.give_button = button(tr("Add to a customer…"), self._add, glyph="plus")
        self.ignore_button = button(tr("Leave alone"), self._ignore, glyph="bell-slash")
        self.heed_button = button(tr("Offer again"), self._heed, glyph="arrow-counter-clockwise")
        self.alone_button = button(tr("Left alone"), self._toggle, role="chip")
        self.alone_button.setCheckable(True)
        self.alone_button.setVisible(decides)
        self._of_unknown = [
            *((self.new_button, self.give_button) if may_edit else ()),
            *((self.ignore_button,) if decides else ()),
        ]
        line = row(spacing=SPACE_S)
        for made in (self.new_button, self.give_button, self.ignore_button, self.heed_button):
            line.addWidget(made)
        line.addStretch(1)
        line.addWidget(self.alone_button)
        self.body.addLayout(line)
        self.put_buttons_after(self.alone_button)

    # --- rows ----------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        """Show the numbers that are unknown, or those left alone."""
        alone = self._left_alone is not None
        for made in (self.new_button, self.give_button, self.ignore_button):
            made.setVisible(not alone and made in self._of_unknown)
            made.setEnabled(bool(self._numbers))
        self.heed_button.setVisible(alone)
        self.heed_button.setEnabled(bool(self._left_alone))
        words = tr("No number is left alone.") if alone else tr("No unknown number is left.")
        self.table.set_empty_state(EmptyState(glyph="phone", sentence=words))
        rows: list[Row] = (
            [(international_display(one),) for one in self._left_alone]
            if self._left_alone is not None
            else [_row(one, self._context.clock) for one in self._numbers]
        )
        self.table.show_rows(_columns()[:1] if alone else _columns(), rows)
        if rows:
            self.table.selectRow(0)

    def _chosen(self) -> int | None:
        place = self.table.current_id()
        return place if isinstance(place, int) else None

    def _current(self) -> UnknownNumber | None:
        place = self._chosen()
        return self._numbers[place] if place is not None and place < len(self._numbers) else None

    # --- actions -------------------------------------------------------------------------------

    def _new(self) -> None:
        one = self._current()
        if one is None:
            return
        dialog = NewCustomerDialog(one, self)

        def submitted(values: Mapping[str, Any]) -> None:
            entry = QuickEntry(
                str(values["name"]).strip(), ContactKind(str(values["kind"])), Category.CUSTOMER
            )
            self._context.tasks.run(
                partial(add_customer, self._session, entry, one.e164), on_done=done,
                on_error=dialog.refuse, owner=dialog,
            )  # fmt: skip

        def done(_contact: object) -> None:
            dialog.accept()
            self._settled(one, tr("{name} is a customer now.").format(name=dialog.form.values()["name"]))

        dialog.submitted.connect(submitted)
        self._open(dialog)

    def _add(self) -> None:
        one = self._current()
        if one is None:
            return
        dialog = CustomerDialog(self._context, one, self)
        dialog.accepted.connect(lambda: self._give(one, dialog.chosen))
        self._open(dialog)

    def _give(self, one: UnknownNumber, party: Party | None) -> None:
        if party is not None:
            words = tr("The number is on the card of {name} now.").format(name=party.name)
            self._run(
                partial(add_number, self._session, party.id, one.e164), partial(self._settled, one, words)
            )

    def _ignore(self) -> None:
        one = self._current()
        if one is not None:
            words = tr("{number} is left alone.").format(number=international_display(one.e164))
            self._run(partial(ignore_numbers, self._session, [one.e164]), partial(self._settled, one, words))

    def _heed(self) -> None:
        place = self._chosen()
        if self._left_alone and place is not None and place < len(self._left_alone):
            one = self._left_alone[place]
            self._run(partial(heed_numbers, self._session, [one]), partial(self._heeded, one))

    def _heeded(self, e164: str) -> None:
        self._numbers += [known for known in self._settled_here if known.e164 == e164]
        self._settled_here = [known for known in self._settled_here if known.e164 != e164]
        self._read_left_alone()
        self.changed.emit()

    def _toggle(self) -> None:
        if self.alone_button.isChecked():
            self._read_left_alone()
        else:
            self._left_alone = None
            self._show_rows()

    def _read_left_alone(self) -> None:
        self._left_alone = ignored_numbers(self._session)
        self._show_rows()

    def _run(self, work: Callable[[], object], then: Callable[[], None]) -> None:
        self._context.tasks.run(work, on_done=lambda _result: then(), on_error=self._refuse, owner=self)

    def _refuse(self, error: KnownError) -> None:
        self.show_refusal(message_for(error))

    def _settled(self, one: UnknownNumber, words: str) -> None:
        """Take a number that is settled from the list, and say what became of it."""
        self._numbers = [known for known in self._numbers if known.e164 != one.e164]
        self._settled_here.append(one)
        self._show_rows()
        self.message.show_message(words, tone="ok", can_dismiss=False)
        self.changed.emit()

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _columns() -> list[Column]:
    return [
        Column("number", tr("Number"), width=170, look="strong", sortable=False, rigid=True),
        Column("name", tr("Name in the log"), width=160, sortable=False),
        Column("calls", tr("Calls"), width=70, align="right", sortable=False),
        Column("last", tr("Last call"), width=150, sortable=False),
    ]


def _row(one: UnknownNumber, clock: Clock) -> Row:
    return international_display(one.e164), one.name, number(one.calls), clock.relative(one.last_at)
