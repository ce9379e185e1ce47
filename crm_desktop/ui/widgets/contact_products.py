"""The *Products* tab of a contact's card: what is used now, what was used before, and what to do about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.domain.contact_merging import Place, Side
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import product_uses
from crm_desktop.operations.product_uses import DUE_DAYS, ProductUseDraft, UseLine
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, card, clear, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.product_use_forms import end_form, renewal_form, use_form, use_from
from crm_desktop.ui.widgets.undoable_writes import UndoableWrites

_LABEL_PX = 92


class ContactProducts(QScrollArea):
    """Shows the uses of one contact; ``changed`` when one was written."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._contact_id: int | None = None
        self._name = ""
        self._trashed = False
        self.lines: list[UseLine] = []
        self.views: list[UseView] = []
        self.writes = UndoableWrites(context, self)
        self.writes.written.connect(self._written)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Products"))
        # Dialogs stand on it: what stands on the scroll area itself is drawn without a ground.
        self._content = QWidget()
        set_role(self._content, "page")
        self._layout = QVBoxLayout(self._content)
        self._layout.setContentsMargins(0, SPACE_M, 2, SPACE_M)
        self._layout.setSpacing(SPACE_M)
        self.setWidget(self._content)

    def show_contact(self, contact_id: int, *, name: str, trashed: bool) -> None:
        """Read and show what a contact uses; in the trash it is only shown."""
        self._contact_id, self._name, self._trashed = contact_id, name, trashed
        self.reload()

    def reload(self) -> None:
        """Read the uses again."""
        if self._contact_id is None:
            return
        try:
            self.lines = product_uses.uses_of(self._session, self._contact_id)
        except KnownError as error:
            self._clear()
            self._layout.addWidget(label(message_for(error), "muted", wrap=True))
            self._layout.addStretch(1)
            return
        self._show()

    def forget(self) -> None:
        """Show nothing and hold nothing."""
        self._contact_id = None
        self.lines = []
        self._clear()

    def _clear(self) -> None:
        self.views = []
        clear(self._layout)

    @property
    def _may_edit(self) -> bool:
        return self._session.may("records.edit") and not self._session.read_only and not self._trashed

    def _show(self) -> None:
        self._clear()
        if not self.lines:
            nothing = EmptyState(
                glyph="package",
                sentence=tr("No product yet. Add what this customer uses, and when it renews."),
                action=tr("Add a product") if self._may_edit else "",
            )
            nothing.action_requested.connect(self.add)
            self._layout.addWidget(nothing, 1)
            return
        for title, ended in ((tr("Uses now"), False), (tr("Used before"), True)):
            found = [line for line in self.lines if (line.use.until is not None) == ended]
            if found:
                self._layout.addWidget(label(title.upper(), "capitals"))
            for line in found:
                view = UseView(line, self._context.clock, self._verbs(line))
                self.views.append(view)
                self._layout.addWidget(view)
        if self._may_edit:
            self.add_button = button(tr("Add a product"), self.add, glyph="plus")
            self._layout.addLayout(row(self.add_button, None))
        self._layout.addStretch(1)

    def _verbs(self, line: UseLine) -> Sequence[tuple[str, Callable[[], None]]]:
        """Return what can be done about a use, the usual thing first."""
        if not self._may_edit:
            return ()
        edit, remove = (tr("Edit"), partial(self.edit, line)), (tr("Remove"), partial(self.remove, line))
        if line.use.until is not None:
            return (edit, (tr("Uses it again"), partial(self.use_again, line)), remove)
        return (
            (tr("Renewed until…"), partial(self.renew, line)),
            (tr("No longer uses…"), partial(self.end, line)),
            edit,
            remove,
        )

    # --- what a person does --------------------------------------------------------------------

    def add(self) -> None:
        """Open the form of a new use."""
        contact_id = self._contact_id
        if contact_id is None:
            return

        def save(values: Mapping[str, Any]) -> object:
            return product_uses.add_use(self._session, contact_id, use_from(values))

        self.writes.ask(
            use_form(self._session, None, parent=self._content), save, tr("The product was added.")
        )

    def edit(self, line: UseLine) -> None:
        """Open the form of a use."""

        draft = product_uses.use_draft(line)

        def save(values: Mapping[str, Any]) -> object:
            typed, version = use_from(values), line.use.version
            return product_uses.edit_use(self._session, line.use.id, typed, version=version, base=draft)

        form = use_form(self._session, draft, parent=self._content)
        self.writes.ask(form, save, tr("The product was changed."), settle=self._settle)

    def renew(self, line: UseLine) -> None:
        """Ask until when a product is renewed."""

        def save(values: Mapping[str, Any]) -> object:
            day, base = str(values["renewal_on"]), product_uses.use_draft(line)
            return product_uses.renew_use(
                self._session, line.use.id, day, version=line.use.version, base=base
            )

        dialog = renewal_form(self._name, line.product, line.use.renewal_on, parent=self._content)
        words = tr("{product} was renewed.").format(product=line.product)
        self.writes.ask(dialog, save, words, settle=self._settle)

    def end(self, line: UseLine) -> None:
        """Ask since when a product is no longer used."""

        def save(values: Mapping[str, Any]) -> object:
            return self._end(line, str(values["until"]))

        dialog = end_form(line.product, today_of(self._context.clock).isoformat(), parent=self._content)
        words = tr("{product} is no longer used.").format(product=line.product)
        self.writes.ask(dialog, save, words, settle=self._settle)

    def use_again(self, line: UseLine) -> None:
        """Take the end of a use back."""
        words = tr("{product} is used again.").format(product=line.product)
        self.writes.run(partial(self._end, line, None), words, settle=self._settle)

    def _end(self, line: UseLine, until: str | None) -> object:
        base, version = product_uses.use_draft(line), line.use.version
        return product_uses.end_use(self._session, line.use.id, until, version=version, base=base)

    def _settle(self, conflict: "RowConflict[ProductUseDraft]", choices: Mapping[Place, Side]) -> object:
        """Write what was chosen where somebody else changed the same use meanwhile."""
        chosen = decided_row(conflict, choices)
        return product_uses.edit_use(
            self._session, conflict.row_id, chosen, version=conflict.version, base=conflict.theirs
        )

    def remove(self, line: UseLine) -> None:
        """Take a use away; the toast brings it back."""
        work = partial(product_uses.remove_use, self._session, line.use.id, version=line.use.version)
        self.writes.run(work, tr("The product was removed."))

    def _written(self) -> None:
        self.reload()
        self.changed.emit()


class UseView(QFrame):
    """One use: the product, when it renews, its facts, and a button for each verb."""

    def __init__(self, line: UseLine, clock: Clock, verbs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        super().__init__()
        self.line = line
        frame, body = card(role="quiet-card", margin=SPACE_M, spacing=SPACE_S)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.setAccessibleName(line.product)
        body.addLayout(self._head(clock))
        if facts := use_facts(line):
            body.addLayout(_grid(facts))
        self.buttons = {words: button(words, act, role="link") for words, act in verbs}
        if self.buttons:
            body.addLayout(self._buttons())

    def _head(self, clock: Clock) -> QHBoxLayout:
        name = label(self.line.product, "strong", wrap=True)
        head = row(spacing=SPACE_S)
        head.addWidget(name, 1)
        use = self.line.use
        if use.until is None and use.renewal_on:
            words, tone = renewal_pill(use.renewal_on, clock)
            head.addWidget(Pill(words, tone), 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _buttons(self) -> QHBoxLayout:
        flow = FlowLayout(spacing=SPACE_S)
        for words, made in self.buttons.items():
            made.setAccessibleName(tr("{verb}: {product}").format(verb=words, product=self.line.product))
            flow.addWidget(made)
        holder = row(spacing=0)
        holder.addLayout(flow, 1)
        return holder


def today_of(clock: Clock) -> date:
    """Return the day it is in the organization's time zone."""
    return datetime.fromtimestamp(clock.now(), UTC).astimezone(clock.zone).date()


def days_until(day: str, clock: Clock) -> int:
    """Return how many days an ISO date lies ahead; behind, it is negative."""
    return (date.fromisoformat(day) - today_of(clock)).days


def renewal_pill(renewal_on: str, clock: Clock) -> tuple[str, str]:
    """Return when something renews (ISO 8601) and the tone of it: overdue, soon, or later."""
    days = days_until(renewal_on, clock)
    if days < 0:
        return tr("overdue since {date}").format(date=clock.short_day(renewal_on)), "danger"
    words = tr("renews {date}").format(date=clock.short_day(renewal_on))
    return words, "warn" if days <= DUE_DAYS[0] else "neutral"


def use_facts(line: UseLine) -> list[tuple[str, str]]:
    """Return (label, value) of what is known about a use."""
    use = line.use
    facts = [
        (tr("Plan"), use.plan or ""),
        (tr("Quantity"), "" if use.quantity is None else number(use.quantity)),
        (tr("Since"), date_words(use.since)),
        (tr("Until"), date_words(use.until)),
        (tr("Renews on"), date_words(use.renewal_on) if use.until is None else ""),
        (tr("Contract"), use.serial or ""),
        (tr("Note"), use.note or ""),
    ]
    return [(words, value) for words, value in facts if value]


def _grid(facts: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_L)
    grid.setVerticalSpacing(SPACE_XS)
    grid.setColumnMinimumWidth(0, _LABEL_PX)
    grid.setColumnStretch(1, 1)
    for place, (words, value) in enumerate(facts):
        right = label(value, wrap=True, selectable=True)
        right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right.setAccessibleName(f"{words}: {value}")
        grid.addWidget(label(words, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(right, place, 1)
    return grid
