"""Merging side by side: a column for each record, a choice where they differ, the record as it will be."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QLabel, QRadioButton, QScrollArea, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.merging import JOINED, MergeField, MergePreview, preview_merge
from crm_desktop.ui.messages import DASH, message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.contact_options import ContactOptions, contact_options
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.merge_words import (
    list_lines,
    merge_field_word,
    merge_value,
    moved_words,
    short,
)
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import column, label
from crm_desktop.ui.widgets.pill import Pill

_WIDEST_PX, _HEIGHT_PX = 1180, 440
_COLUMN_PX, _NAMES_PX = 180, 190
_AROUND_PX = 90


class MergeDialog(Dialog):
    """``merge_requested`` carries the preview somebody agreed to."""

    merge_requested = Signal(object)

    def __init__(
        self, context: PageContext, preview: MergePreview, *, reasons: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("Merge these records?"),
            text=tr(
                "One record stays and takes everything of the others. Choose where they differ; the right "
                "column is what will be there. It can be undone, also later from the history."
            ),
            accept=tr("Merge"),
            parent=parent,
        )
        self._context, self.preview = context, preview
        self._options: ContactOptions = contact_options(context.session, Category.CUSTOMER)
        self.choices: dict[str, int] = {}
        self.survivor_id = preview.survivor_id
        self._results: dict[str, QLabel] = {}
        self._list_results: list[QLabel] = []
        self._groups: list[QButtonGroup] = []
        self.radios: dict[tuple[str, int], QRadioButton] = {}
        self.moved = label("", "muted", wrap=True)
        if reasons:
            self.body.addWidget(label(reasons, "muted", wrap=True))
        area = self._area()
        self.body.addWidget(area, 1)
        self.body.addWidget(self.moved)
        columns = len(preview.cards) + 1
        self.setMinimumWidth(min(_WIDEST_PX, _NAMES_PX + columns * (_COLUMN_PX + SPACE_L) + _AROUND_PX))
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._agree)
        self._show(preview)
        self.put_buttons_after(next(reversed(self.radios.values())))

    def _area(self) -> QScrollArea:
        page = QWidget()
        set_role(page, "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, SPACE_M, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setColumnMinimumWidth(0, _NAMES_PX - 2 * SPACE_L - SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        self._head(grid)
        line = 1
        # Where there is something to choose comes first.
        for field in sorted(self.preview.fields, key=lambda field: not field.differs):
            self._field_line(grid, line, field)
            line += 1
        self._list_lines(grid, line)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setMinimumHeight(_HEIGHT_PX)
        return area

    @property
    def _result_column(self) -> int:
        return len(self.preview.cards) + 1

    def _head(self, grid: QGridLayout) -> None:
        group = self._group()
        grid.addWidget(label(tr("Stays"), "caption"), 0, 0, Qt.AlignmentFlag.AlignTop)
        for place, card in enumerate(self.preview.cards, start=1):
            contact = card.contact
            customer = contact.category is Category.CUSTOMER
            pick = self._radio(group, "", contact.id, contact.display_name)
            pick.setChecked(contact.id == self.survivor_id)
            pick.toggled.connect(partial(self._stay, contact.id))
            words = tr("Customer") if customer else tr("Address book")
            number = f"{words} {contact.customer_number or ''}".strip()
            cell = column(pick, label(number, "caption"), spacing=SPACE_XS)
            grid.addLayout(cell, 0, place, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(place, 1)
            grid.setColumnMinimumWidth(place, _COLUMN_PX)
        grid.addWidget(
            label(tr("As it will be"), "strong"), 0, self._result_column, Qt.AlignmentFlag.AlignTop
        )
        grid.setColumnStretch(self._result_column, 1)
        grid.setColumnMinimumWidth(self._result_column, _COLUMN_PX)

    def _group(self) -> QButtonGroup:
        group = QButtonGroup(self)
        self._groups.append(group)
        return group

    def _radio(self, group: QButtonGroup, name: str, contact_id: int, words: str) -> QRadioButton:
        made = QRadioButton(short(words).replace("&", "&&"))
        made.setToolTip(words)
        made.setAccessibleName(
            f"{self._word(name)}: {words}" if name else tr("Keep {name}").format(name=words)
        )
        group.addButton(made)
        self.radios[name, contact_id] = made
        return made

    def _word(self, name: str) -> str:
        return merge_field_word(name, self._options.fields)

    def _field_line(self, grid: QGridLayout, line: int, field: MergeField) -> None:
        top = Qt.AlignmentFlag.AlignTop
        if field.differs:
            # A tint behind the whole line: what differs is seen at once.
            tint = QFrame()
            set_role(tint, "quiet-card")
            grid.addWidget(tint, line, 0, 1, self._result_column + 1)
        name = label(self._word(field.name), "strong" if field.differs else "muted", wrap=True)
        name.setContentsMargins(SPACE_S, SPACE_S, 0, SPACE_S)
        grid.addWidget(name, line, 0, top)
        group = self._group()
        said = {item.contact_id: item.value for item in field.values}
        joined = JOINED in said
        for place, card in enumerate(self.preview.cards, start=1):
            words = merge_value(field.name, said.get(card.contact.id), self._options)
            if not field.differs or said.get(card.contact.id) in {None, ""}:
                cell = label(short(words), "" if words != DASH else "muted", wrap=True)
                cell.setContentsMargins(0, SPACE_S, 0, SPACE_S)
                grid.addWidget(cell, line, place, top)
                continue
            picks = [self._pick(group, field, card.contact.id, words)]
            if joined:
                picks.append(self._pick(group, field, JOINED, tr("All texts")))
                joined = False
            cells = column(*picks, spacing=SPACE_XS)
            cells.setContentsMargins(0, SPACE_S - 2, 0, SPACE_S)
            grid.addLayout(cells, line, place, top)
        result = label("", wrap=True)
        result.setContentsMargins(0, SPACE_S, SPACE_S, SPACE_S)
        self._results[field.name] = result
        grid.addWidget(result, line, self._result_column, top)

    def _pick(self, group: QButtonGroup, field: MergeField, contact_id: int, words: str) -> QRadioButton:
        made = self._radio(group, field.name, contact_id, words)
        made.setChecked(field.chosen == contact_id)
        made.toggled.connect(partial(self._choose, field.name, contact_id))
        return made

    def _list_lines(self, grid: QGridLayout, line: int) -> None:
        columns = [list_lines(card) for card in self.preview.cards]
        results = list_lines(self.preview.card)
        for at, (words, _united) in enumerate(results):
            result = label("", wrap=True)
            self._list_results.append(result)
            texts = [lines[at][1] for lines in columns]
            if not any(texts) and not results[at][1]:
                continue
            grid.addWidget(label(words, "muted"), line + at, 0, Qt.AlignmentFlag.AlignTop)
            for place, text in enumerate([*texts], start=1):
                grid.addWidget(label(text or DASH, wrap=True), line + at, place, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(result, line + at, self._result_column, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(line + len(results), 1)

    def _choose(self, name: str, contact_id: int, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        if on:
            self.choices[name] = contact_id
            self._look()

    def _stay(self, contact_id: int, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        if on:
            self.survivor_id = contact_id
            self._look()

    def _look(self) -> None:
        """Work the result out anew with what is chosen now."""
        self.accept_button.setEnabled(False)
        ids = [card.contact.id for card in self.preview.cards]
        wished = (self.survivor_id, dict(self.choices))
        self._context.tasks.run(
            partial(
                preview_merge, self._context.session, ids, dict(self.choices), survivor_id=self.survivor_id
            ),
            on_done=partial(self._looked, wished), on_error=self._refuse, owner=self, serial=False,
        )  # fmt: skip

    def _looked(self, wished: tuple[int, dict[str, int]], preview: MergePreview) -> None:
        # The answer to an older choice is passed over.
        if wished == (self.survivor_id, self.choices):
            self._show(preview)

    def _show(self, preview: MergePreview) -> None:
        self.preview = preview
        self.message.hide()
        chosen = {field.name: field for field in preview.fields}
        for name, result in self._results.items():
            words = merge_value(name, chosen[name].value, self._options) if name in chosen else DASH
            result.setText(words)
        for result, (_words, text) in zip(self._list_results, list_lines(preview.card), strict=True):
            result.setText(text or DASH)
        self.moved.setText(moved_words(preview.moved))
        self.accept_button.setEnabled(True)

    def _refuse(self, error: KnownError) -> None:
        self.accept_button.setEnabled(False)
        self.show_refusal(message_for(error))

    def _agree(self) -> None:
        self.accept_button.setEnabled(False)
        self.merge_requested.emit(self.preview)

    def refuse(self, error: KnownError) -> None:
        """Show why nothing was merged; what was chosen stays."""
        self._refuse(error)
        self.accept_button.setEnabled(True)


def score_pill(score: int) -> Pill:
    """Return how likely two records are one: certain, likely, possible."""
    tone = "ok" if score >= 90 else "info" if score >= 75 else "neutral"
    return Pill(tr("{score} %").format(score=score), tone)


def names_words(names: Sequence[str]) -> str:
    """Return the records of a group by name."""
    return "  ·  ".join(names)
