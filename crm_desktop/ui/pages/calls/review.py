"""What an import would do, before it does it: the files, how they are read, what becomes of their calls."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from crm_desktop.domain.row_reasons import ROW_REASONS
from crm_desktop.operations.call_imports import FileReport, ImportPreview
from crm_desktop.operations.call_logs import formats
from crm_desktop.operations.call_matching import ImportCounts
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import card, clear, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.record_source import Column, Row
from crm_desktop.ui.widgets.sign import Sign
from crm_desktop.ui.widgets.static_table import StaticTable

SHOWN_PROBLEMS = 500


def format_title(name: str) -> str:
    """Return the title of a format by its name."""
    return next((known.title for known in formats() if known.name == name), name)


def count_facts(
    counts: ImportCounts, corrected: int, *, keep_unknown: bool = False
) -> list[tuple[str, int, str, str]]:
    """Return (title, count, tone, what becomes of them) of each group that is not empty; new ones always.

    ``keep_unknown``: calls of unknown numbers are among the new ones. ``corrected``: how many of those
    already there get other values.
    """
    kept_too = tr("kept too, {count} of the calls above").format(count=number(counts.unknown_numbers))
    unknown = kept_too if keep_unknown else tr("belong to nobody you know")
    unchanged = counts.already_there - corrected
    facts = [
        (tr("New calls"), counts.created, "ok", tr("are written into the file")),
        (tr("Corrected"), corrected, "info", tr("were imported before and are read otherwise now")),
        (tr("Already there"), unchanged, "neutral", tr("were imported before; nothing changes")),
        (tr("Unknown numbers"), counts.unknown_numbers, "info", unknown),
        (tr("Ambiguous"), counts.ambiguous, "warn", tr("the number belongs to several customers")),
        (tr("Own numbers"), counts.own_numbers, "neutral", tr("the organization's own lines")),
        (tr("Internal"), counts.internal, "neutral", tr("calls between extensions")),
        (tr("No consent"), counts.no_consent, "warn", tr("lines of members who did not agree")),
        (tr("Not readable"), counts.rejected, "danger", tr("listed below with line and reason")),
    ]
    return [fact for place, fact in enumerate(facts) if fact[1] or place == 0]


class ImportReview(QWidget):
    """Filled by ``show_preview`` as often as an option changes."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._files = column(spacing=SPACE_S)
        self._counts = QGridLayout()
        self._counts.setHorizontalSpacing(SPACE_M)
        self._counts.setVerticalSpacing(SPACE_S)
        self._counts.setColumnStretch(2, 1)
        self.customers = label("", "muted", wrap=True)
        self.problems = StaticTable(name=tr("Lines that cannot be read"))
        self.problems.setMinimumHeight(150)
        self._problems_title = label("", "capitals")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(self._files)
        layout.addWidget(label(tr("What becomes of the calls").upper(), "capitals"))
        layout.addLayout(self._counts)
        layout.addWidget(self.customers)
        layout.addWidget(self._problems_title)
        layout.addWidget(self.problems)

    def show_preview(self, preview: ImportPreview, *, keep_unknown: bool = False) -> None:
        """Show files, counts, the customers with most calls, and the lines that cannot be read."""
        clear(self._files)
        for found in preview.files:
            self._files.addWidget(self._file_card(found))
        self._show_counts(count_facts(preview.counts, preview.corrected, keep_unknown=keep_unknown))
        names = ", ".join(f"{one.name} ({number(one.calls)})" for one in preview.grouped.customers[:5])
        self.customers.setText(tr("Most calls with: {names}").format(names=names))
        self.customers.setVisible(bool(names))
        rejected = [problem for found in preview.files for problem in found.rejected]
        self._problems_title.setText(tr("Lines that cannot be read").upper())
        for part in (self._problems_title, self.problems):
            part.setVisible(bool(rejected))
        self.problems.show_rows(_problem_columns(), problem_rows(rejected))

    def _show_counts(self, facts: list[tuple[str, int, str, str]]) -> None:
        clear(self._counts)
        for place, (title, count, tone, words) in enumerate(facts):
            self._counts.addWidget(Pill(number(count), tone), place, 0, Qt.AlignmentFlag.AlignRight)
            self._counts.addWidget(label(title), place, 1)
            self._counts.addWidget(label(words, "muted", wrap=True), place, 2)

    def _file_card(self, found: FileReport) -> QFrame:
        frame, body = card(role="quiet-card", margin=SPACE_M)
        name = ElidedLabel(found.path.name, role="strong", mode=Qt.TextElideMode.ElideMiddle)
        clock = self._clock
        period = ""
        if found.first_at is not None and found.last_at is not None:
            first, last = clock.day(found.first_at), clock.day(found.last_at)
            period = first if first == last else f"{first} – {last}"
        read_as = " · ".join(part for part in (format_title(found.format), found.encoding) if part)
        calls = tr("%n calls", "", found.records)
        left_out = tr("%n lines are not calls", "", len(found.skipped)) if found.skipped else ""
        line = row(Sign("file-text", "accent", side=22), spacing=SPACE_M)
        facts = " · ".join(part for part in (calls, period, left_out) if part)
        words = column(name, label(facts, wrap=True), label(read_as, "caption", wrap=True), spacing=2)
        line.addLayout(words, 1)
        body.addLayout(line)
        return frame


def problem_rows(problems: Sequence[tuple[int, str, str]]) -> list[Row]:
    """Return (line, reason in words, what the file says) of the first problems; the rest is counted."""
    rows: list[Row] = [
        (number(line), tr(ROW_REASONS.get(reason, reason)), raw)
        for line, reason, raw in problems[:SHOWN_PROBLEMS]
    ]
    left = len(problems) - len(rows)
    if left:
        rows.append(("", tr("and %n more", "", left), ""))
    return rows


def _problem_columns() -> list[Column]:
    return [
        Column("line", tr("Line"), width=64, align="right", sortable=False),
        Column("reason", tr("Why"), width=230, sortable=False),
        Column("raw", tr("What the file says"), width=220, look="muted", sortable=False),
    ]
