"""What an import would do, before it does it: what becomes of the calls by group, and the rows of each."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from crm_desktop.domain.row_reasons import reason_words
from crm_desktop.operations.call_import_groups import Group, GroupRow
from crm_desktop.operations.call_imports import ImportPreview
from crm_desktop.operations.call_matching import ImportCounts
from crm_desktop.ui.messages import DASH, duration, number, tr
from crm_desktop.ui.pages.calls.log_file_rows import moment
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button, clear, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.static_table import StaticTable
from crm_desktop.ui.widgets.words import call_icon, call_words

_ROW_PX, _HEAD_PX, _FEWEST, _MOST = 28, 42, 3, 7
_LINK_INDENT_PX = 5
CountFact = tuple[Group | None, str, int, str, str]
"""Group whose rows can be shown, title, count, tone, what becomes of them."""


def count_facts(
    counts: ImportCounts, corrected: int, *, keep_unknown: bool = False, skip_duplicates: bool = False
) -> list[CountFact]:
    """Return the groups that are not empty; new ones always.

    ``keep_unknown``: calls of unknown numbers are among the new ones. ``corrected``: how many of those
    already there get other values.
    """
    kept_too = tr("kept too, {count} of the calls above").format(count=number(counts.unknown_numbers))
    unknown = kept_too if keep_unknown else tr("belong to nobody you know")
    if skip_duplicates:
        twins = tr("another source gave them before; left out")
    else:
        twins = tr("another source seems to have given them before; kept, unless you leave them out")
    unchanged = counts.already_there - corrected
    facts: list[CountFact] = [
        (Group.CREATED, tr("New calls"), counts.created, "ok", tr("are written into the file")),
        (Group.MATCHED, tr("With customers"), counts.matched, "accent", tr("the number is one customer's")),
        (None, tr("Corrected"), corrected, "info", tr("were imported before and are read otherwise now")),
        (
            Group.ALREADY, tr("Already there"), unchanged, "neutral",
            tr("were imported before, or are in another of the files"),
        ),
        (Group.SAME, tr("Possible duplicates"), counts.possible_duplicates, "warn", twins),
        (Group.UNKNOWN, tr("Unknown numbers"), counts.unknown_numbers, "info", unknown),
        (
            Group.AMBIGUOUS, tr("Ambiguous"), counts.ambiguous, "warn",
            tr("the number belongs to several customers; the list of calls asks whose they were"),
        ),
        (Group.OWN, tr("Own numbers"), counts.own_numbers, "neutral", tr("the organization's own lines")),
        (Group.INTERNAL, tr("Internal"), counts.internal, "neutral", tr("calls between extensions")),
        (
            Group.NO_CONSENT, tr("No consent"), counts.no_consent, "warn",
            tr("of lines whose member did not agree, or of nobody's; counted and not kept"),
        ),
        (
            Group.REJECTED, tr("Not readable"), counts.rejected, "danger",
            tr("named with line and reason; all others come in"),
        ),
    ]  # fmt: skip
    return [fact for place, fact in enumerate(facts) if fact[2] or place == 0]


class ImportReview(QWidget):
    """Filled by ``show_preview`` as often as an option changes; a click on a group shows its rows.

    ``numbers_requested``: what is to become of the unknown numbers is asked for.
    """

    numbers_requested = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._preview: ImportPreview | None = None
        self.groups: dict[Group, QPushButton] = {}
        self.shown: Group | None = None
        self._counts = QGridLayout()
        self._counts.setHorizontalSpacing(SPACE_M)
        self._counts.setVerticalSpacing(SPACE_XS)
        self._counts.setColumnStretch(2, 1)
        # Made once, so that Tab reaches them where the eye does.
        self._links = {group: button("", partial(self.show_rows, group), role="link") for group in Group}
        for place, link in enumerate(self._links.values()):
            link.setToolTip(tr("Show the rows"))
            self._counts.addWidget(link, place, 1)
        self.lines = label("", "muted", wrap=True)
        self.numbers_button = button(
            tr("Make customers of them…"), self.numbers_requested.emit, role="link", glyph="user-plus"
        )
        self.rows = StaticTable(name=tr("Rows of the group"))
        self._fit = ColumnFit(self.rows)
        self.rows_title = label("", "capitals", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(label(tr("What becomes of the calls").upper(), "capitals"))
        layout.addLayout(self._counts)
        layout.addWidget(self.lines)
        layout.addLayout(row(self.numbers_button, None))
        layout.addWidget(self.rows_title)
        layout.addWidget(self.rows)

    def show_preview(
        self, preview: ImportPreview, *, keep_unknown: bool = False, skip_duplicates: bool = False
    ) -> None:
        """Show the groups, whose lines get calls, and the rows of the group looked at before."""
        self._preview = preview
        facts = count_facts(
            preview.counts, preview.corrected, keep_unknown=keep_unknown, skip_duplicates=skip_duplicates
        )
        self._show_counts(facts)
        self._show_lines(preview)
        self.numbers_button.setVisible(bool(preview.grouped.unknown))
        wanted = [Group.REJECTED, Group.SAME, Group.MATCHED, *self.groups]
        if self.shown in self.groups:
            wanted.insert(0, self.shown)
        self.show_rows(next((group for group in wanted if group in self.groups), None))

    def _show_counts(self, facts: list[CountFact]) -> None:
        for link in self._links.values():
            self._counts.removeWidget(link)
            link.hide()
        clear(self._counts)
        self.groups = {}
        for place, (group, title, count, tone, words) in enumerate(facts):
            self._counts.addWidget(Pill(number(count), tone), place, 0, Qt.AlignmentFlag.AlignRight)
            plain = label(title)
            plain.setIndent(_LINK_INDENT_PX)
            named: QWidget = plain
            if group is not None and group is not Group.NO_CONSENT and count:
                named = link = self.groups[group] = self._links[group]
                link.setText(title)
                link.show()
            self._counts.addWidget(named, place, 1, Qt.AlignmentFlag.AlignLeft)
            self._counts.addWidget(label(words, "muted", wrap=True), place, 2)

    def _show_lines(self, preview: ImportPreview) -> None:
        """Say whose lines get calls of a shared log, and how many calls are nobody's."""
        grouped = preview.grouped
        parts = [
            tr("{name}: {count}").format(name=name, count=number(count)) for name, count in grouped.members
        ]
        if grouped.without_consent:
            parts.append(tr("%n of members who did not agree", "", grouped.without_consent))
        if grouped.nobodys:
            parts.append(tr("%n of lines that are nobody's", "", grouped.nobodys))
        self.lines.setText(tr("Calls by line: {parts}").format(parts=" · ".join(parts)))
        self.lines.setVisible(bool(parts))

    def show_rows(self, group: Group | None, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        """Show the rows of a group, or none."""
        self.shown = group
        for part in (self.rows_title, self.rows):
            part.setVisible(group is not None)
        if group is None or self._preview is None:
            return
        columns, rows = self._table(group, self._preview)
        total = getattr(self._preview.counts, group.value)
        title = self.groups[group].text()
        if len(rows) < total and group is not Group.MATCHED:
            title = tr("{group}: the first {shown} of {count}").format(
                group=title, shown=number(len(rows)), count=number(total)
            )
        self.rows_title.setText(title.upper())
        self.rows.show_rows(columns, rows)
        self._fit.fit()
        self.rows.setFixedHeight(_HEAD_PX + _ROW_PX * max(_FEWEST, min(_MOST, len(rows))))

    def _table(self, group: Group, preview: ImportPreview) -> tuple[list[Column], list[Row]]:
        grouped = preview.grouped
        if group is Group.MATCHED:
            return _customer_columns(), [
                (
                    one.name, number(one.calls), moment(self._clock, one.first_at),
                    moment(self._clock, one.last_at),
                )
                for one in grouped.customers
            ]  # fmt: skip
        rows = grouped.rows.get(group, ())
        if group in {Group.REJECTED, Group.INTERNAL}:
            return _problem_columns(), [(row.file, row.line, _reason(row.reason), row.raw) for row in rows]
        return _call_columns(), [self._call(row, grouped.names) for row in rows]

    def _call(self, row: GroupRow, names: dict[int, str]) -> Row:
        kind = Cell("")
        if row.direction is not None and row.outcome is not None:
            kind = Cell(call_words(row.direction, row.outcome), icon=call_icon(row.direction, row.outcome))
        name = names.get(row.customer_id or 0, "") or row.name or DASH
        return (
            Cell(moment(self._clock, row.started_at), tip=f"{row.file}: {row.line}"), kind, name,
            row.number or tr("withheld"), duration(row.duration_s) if row.duration_s else DASH,
            _reason(row.reason),
        )  # fmt: skip


def _reason(reason: str) -> str:
    return tr(reason_words(reason)) if reason else ""


def _customer_columns() -> list[Column]:
    return [
        Column("customer", tr("Customer"), width=230, look="strong", sortable=False),
        Column("calls", tr("Calls"), width=70, align="right", sortable=False),
        Column("first", tr("First call"), width=150, sortable=False),
        Column("last", tr("Last call"), width=150, sortable=False),
    ]


def _call_columns() -> list[Column]:
    return [
        Column("started", tr("Time"), width=140, sortable=False),
        Column("kind", tr("Call"), width=160, sortable=False),
        Column("name", tr("Name"), width=160, look="strong", sortable=False),
        Column("number", tr("Number"), width=140, sortable=False, rigid=True),
        Column("duration", tr("Talk time"), width=84, align="right", sortable=False),
        Column("reason", tr("Remark"), width=150, look="muted", sortable=False),
    ]


def _problem_columns() -> list[Column]:
    return [
        Column("file", tr("File"), width=150, look="muted", sortable=False),
        Column("line", tr("Line"), width=64, align="right", sortable=False),
        Column("reason", tr("Why"), width=230, sortable=False),
        Column("raw", tr("What the file says"), width=260, look="muted", sortable=False),
    ]
