"""Who has been quiet for longer than one wanted, with the reason, and the rhythms of tags."""

from array import array
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations import keep_in_touch, tags
from crm_desktop.operations.keep_in_touch import QuietContact
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.column_fit import ColumnFit
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.follow_up_edits import FollowUpEdits
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_source import Cell, Column, Row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.record_table_model import RecordTableModel
from crm_desktop.ui.widgets.words import interval_words

MOST = 500


class QuietSource:
    """A ``RecordSource`` of what was read at once: the longest quiet first, some hundred at most."""

    def __init__(self, lines: Sequence[QuietContact], clock: Clock) -> None:
        self.lines = {line.contact_id: line for line in lines}
        self._clock = clock

    @property
    def columns(self) -> Sequence[Column]:
        """Who, for how long, how often, and from what it counts."""
        return [
            Column("name", tr("Name"), width=220, look="strong", sortable=False),
            Column("over", tr("Quiet too long"), width=140, look="pill", sortable=False, rigid=True),
            Column("rhythm", tr("Keep in touch"), width=200, sortable=False),
            Column("last", tr("Last contact"), width=190, look="muted", sortable=False),
            Column("due", tr("Was due"), width=120, look="muted", sortable=False, rigid=True),
        ]

    def first_page(self) -> Sequence[int]:
        """Return every id in order."""
        return list(self.lines)

    def all_ids(self) -> "array[int]":
        """Return every id in order."""
        return array("I", self.lines)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        return {one: self._row(self.lines[one]) for one in ids if one in self.lines}

    def _row(self, line: QuietContact) -> Row:
        rhythm = line.rhythm
        often = interval_words(rhythm.interval)
        by = tr("{rhythm} (tag {tag})").format(rhythm=often, tag=rhythm.tag) if rhythm.tag else often
        days = line.days_over
        over = tr("%n days over", "", days) if days else tr("due today")
        return (
            line.name,
            Cell(over, tone="warn" if days < 30 else "danger"),
            by,
            Cell(last_words(line, self._clock), tip=self._clock.exact(line.turn.touch.at)),
            date_words(line.turn.due_on),
        )

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: nothing of it is typed."""
        del record_id, column_key, value
        raise RefusedError("record_not_found")


def last_words(line: QuietContact, clock: Clock) -> str:
    """Return what the rhythm counts from, and when that was."""
    touch = line.turn.touch
    when = clock.relative(touch.at)
    if touch.call_at is not None:
        return tr("call, {when}").format(when=when)
    return tr("none since added, {when}").format(when=when)


class QuietList(QWidget):
    """``counted(number)``: how many are too quiet; ``contact_requested(id)``; ``written``."""

    counted = Signal(object)
    contact_requested = Signal(object)
    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self.edits = FollowUpEdits(context, self)
        self.edits.written.connect(self._changed)
        self.table = RecordTable(name=tr("Keep in touch"))
        self.model = RecordTableModel(QuietSource((), context.clock), parent=self)
        self.table.set_records(self.model)
        self.fit = ColumnFit(self.table)
        self.hint = label("", "muted", wrap=True)
        self.open_button = button(tr("Show the contact"), self.open_current, glyph="user")
        self.plan_button = button(tr("Plan…"), self.plan_current, glyph="calendar-plus")
        self.tags_button = button(tr("Rhythms of tags"), glyph="tag-simple")
        menu = QMenu(self)
        menu.aboutToShow.connect(partial(self._fill_tags, menu))
        self.tags_button.setMenu(menu)
        head = row(spacing=SPACE_S)
        head.addWidget(self.hint, 1, Qt.AlignmentFlag.AlignVCenter)
        for made in (self.open_button, self.plan_button, self.tags_button):
            head.addWidget(made)
        for made in (self.plan_button, self.tags_button):
            made.setVisible(self.edits.may_plan)
        body = column(head, spacing=SPACE_M)
        body.addWidget(self.table, 1)
        self.setLayout(body)
        self.table.open_requested.connect(lambda _id: self.open_current())
        self.table.current_record_changed.connect(lambda _id: self._current_changed())
        self.table.set_empty_state(
            EmptyState(
                glyph="users",
                sentence=tr(
                    "Nobody has been quiet for too long. How often to keep in touch is set on a contact’s "
                    "card under More, or for everybody with a tag here."
                ),
            )
        )
        self._current_changed()

    def refresh(self) -> None:
        """Read who is too quiet, off the UI thread."""
        self._context.tasks.run(
            lambda: keep_in_touch.quiet(self._session, MOST),
            on_done=self._show,
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show(self, found: tuple[list[QuietContact], int]) -> None:
        lines, count = found
        self.model.set_source(QuietSource(lines, self._context.clock))
        words = [tr("Any answered call starts the time anew.")]
        if count > len(lines):
            words.append(
                tr("The {shown} quietest of {count}.").format(shown=number(len(lines)), count=number(count))
            )
        self.hint.setText(" ".join(words))
        self.counted.emit(count)
        if self.table.current_id() is None and lines:
            self.table.select_ids([lines[0].contact_id])
        self._current_changed()

    def _current_changed(self) -> None:
        for made in (self.open_button, self.plan_button):
            made.setEnabled(self.table.current_id() is not None)

    def open_current(self) -> None:
        """Show the contact of the current row."""
        current = self.table.current_id()
        if current is not None:
            self.contact_requested.emit(current)

    def plan_current(self) -> None:
        """Plan a follow-up about the contact of the current row."""
        source, current = self.model.source, self.table.current_id()
        if isinstance(source, QuietSource) and current is not None:
            self.edits.plan(current, source.lines[current].name)

    def _fill_tags(self, menu: QMenu) -> None:
        menu.clear()
        rhythms = keep_in_touch.tag_rhythms(self._session)
        for tag in tags.all_tags(self._session):
            interval = rhythms.get(tag.id)
            words = f"{tag.name}: {interval_words(interval)}" if interval else tag.name
            menu.addAction(words).triggered.connect(partial(self._ask_tag, tag.id, tag.name))
        if menu.isEmpty():
            menu.addAction(tr("There are no tags yet")).setEnabled(False)

    def _ask_tag(self, tag_id: int, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        self.edits.set_tag_rhythm(tag_id, name)

    def _changed(self) -> None:
        self.refresh()
        self.written.emit()
