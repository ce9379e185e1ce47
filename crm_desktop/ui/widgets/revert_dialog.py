"""What would go back if a change is reverted, value by value: what stands there now, what would again."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QScrollArea, QWidget

from crm_desktop.domain.contact_merging import Place
from crm_desktop.operations.reverting import BANK, HANDED_OVER, HistoryChange, Item, RevertPlan, State
from crm_desktop.ui.messages import DASH, number, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from crm_desktop.ui.widgets.conflict_words import place_word, value_text
from crm_desktop.ui.widgets.contact_options import NO_OPTIONS
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.events import is_told, shown_value
from crm_desktop.ui.widgets.parts import column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.words import field_word, verb_phrase

_WIDTH_PX = 680
_MOST_PX = 420
_LONGEST = 70
_MOST_LINES = 200


class RevertDialog(Dialog):
    """``chosen`` are the items with a tick: what was changed since has none at first.

    ``who`` and ``when`` of the change in words; an undo others came between tells neither.
    """

    def __init__(
        self, plan: RevertPlan, *, who: str = "", when: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("Undo what was changed since?") if plan.is_undo else tr("Revert this change?"),
            text=_text(plan, who, when),
            accept=tr("Undo these") if plan.is_undo else tr("Revert"),
            parent=parent,
        )
        self._ticks: list[tuple[QCheckBox, tuple[Item, ...]]] = []
        self._items, self._names = plan.open_items, plan.names
        self._told, self._rest = plan.split()
        area = self._lines(plan)
        self.body.addWidget(area, 1)
        self.setMinimumWidth(_WIDTH_PX)
        self._ticked()
        self.put_buttons_after(self._ticks[-1][0] if self._ticks else area)

    def _lines(self, plan: RevertPlan) -> QScrollArea:
        page = QWidget()
        set_role(page, "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, SPACE_S, SPACE_M, SPACE_S)
        grid.setHorizontalSpacing(SPACE_XL)
        grid.setVerticalSpacing(SPACE_M)
        for place, words in enumerate((tr("Field"), tr("Now"), tr("Goes back to"))):
            grid.addWidget(label(words, "caption"), 0, place)
            grid.setColumnStretch(place, 1)
        shown = self._told[:_MOST_LINES] if plan.names else self._told
        for line, item in enumerate(shown, start=1):
            self._add_line(grid, line, item)
        self._add_rest(grid, more=len(self._told) > len(shown))
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setMinimumHeight(min(page.sizeHint().height() + SPACE_M, _MOST_PX))
        return area

    def _add_rest(self, grid: QGridLayout, *, more: bool) -> None:
        """Add one line for all records that nobody changed since, and say where not all have a line."""
        if self._rest:
            count = len({item.change.contact_id for item in self._rest} - {None})
            tick = QCheckBox(tr("%n other records, which nobody changed since", "", count))
            tick.setChecked(True)
            self._keep(tick, self._rest)
            grid.addWidget(tick, grid.rowCount(), 0, 1, 3)
        if more:
            words = tr("More records were changed since than are shown here; those stay as they are now.")
            grid.addWidget(label(words, "muted", wrap=True), grid.rowCount(), 0, 1, 3)

    def _keep(self, tick: QCheckBox, items: tuple[Item, ...]) -> None:
        tick.toggled.connect(self._ticked)
        self._ticks.append((tick, items))

    def _add_line(self, grid: QGridLayout, line: int, item: Item) -> None:
        name, now, then = item_words(item)
        whose = self._names.get(item.change.contact_id or 0)
        name = tr("{name}: {field}").format(name=whose, field=name) if whose else name
        clash = item.state is State.CLASH
        tick = QCheckBox(name.replace("&", "&&"))
        tick.setChecked(not clash)
        told = tr("{field}: now {now}, goes back to {then}").format(field=name, now=now, then=then)
        tick.setAccessibleName(f"{told}, {tr('changed since')}" if clash else told)
        self._keep(tick, (item,))
        grid.addWidget(tick, line, 0, Qt.AlignmentFlag.AlignTop)
        for place, whole in enumerate((now, then), start=1):
            value = label(_short(whole), wrap=True)
            value.setToolTip(whole)
            if clash and place == 1:
                since = Pill(tr("changed since"), "warn")
                cell = column(value, row(since, None), spacing=SPACE_XS)
                grid.addLayout(cell, line, place, Qt.AlignmentFlag.AlignTop)
            else:
                grid.addWidget(value, line, place, Qt.AlignmentFlag.AlignTop)

    def _ticked(self) -> None:
        self.accept_button.setEnabled(bool(self.chosen))

    @property
    def chosen(self) -> list[Item]:
        """The items with a tick, in the plan's order."""
        ticked = {item.key for tick, items in self._ticks if tick.isChecked() for item in items}
        return [item for item in self._items if item.key in ticked]

    def tick(self, field: str, *, on: bool = True) -> None:
        """Tick, or not, the line of a field by its word."""
        for box, _items in self._ticks:
            if box.text() == field:
                box.setChecked(on)


def item_words(item: Item) -> tuple[str, str, str]:
    """Return what an item is called, what stands there now and what would again."""
    if item.change.table in HANDED_OVER:
        return tr("Whose calls they are"), tr("as given since"), tr("as before the change")
    lines = [line for line in item.lines if is_told(line)] or list(item.lines[:1])
    if not lines:
        return tr("Bank details"), DASH, tr("the values before")
    if item.change.table == BANK:
        return _account_words(item)
    if not item.columns:
        # A row that came or went is named by its first value.
        lines = lines[:1]
    names = ", ".join(dict.fromkeys(_field(line) for line in lines))
    now = ", ".join(shown_value(line.field, line.old) for line in lines)
    then = ", ".join(shown_value(line.field, line.new) for line in lines)
    return names, now, then


def _account_words(item: Item) -> tuple[str, str, str]:
    """Return the words of a bank account, whose numbers come masked."""
    at = [(Place("bank_accounts", str(item.change.row_id), line.field), line) for line in item.lines]
    names = ", ".join(place_word(place, "", NO_OPTIONS) for place, _ in at)
    now = ", ".join(value_text(place, line.old, NO_OPTIONS) for place, line in at)
    then = ", ".join(value_text(place, line.new, NO_OPTIONS) for place, line in at)
    return tr("Bank account: {fields}").format(fields=names), now, then


def _field(line: HistoryChange) -> str:
    word = field_word(line.table, line.field)
    return f"{line.other}, {word}" if line.other else word


def _text(plan: RevertPlan, who: str, when: str) -> str:
    if plan.is_undo:
        return tr(
            "“{what}” was changed again afterwards. Values with a tick go back to what they were; the others "
            "stay as they are now."
        ).format(what=verb_phrase(plan.verb))
    first = tr("{name} · {when} · {what}").format(name=who, when=when, what=verb_phrase(plan.verb))
    parts = [first, tr("Values with a tick go back to what they were; it can be undone.")]
    if plan.others:
        parts.append(
            tr("Other records it touched stay as they are: {count}").format(count=number(plan.others))
        )
    return "\n".join(parts)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
