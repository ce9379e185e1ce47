"""Feeds the table with the log: one set of filters, newest first."""

from array import array
from collections.abc import Mapping, Sequence

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.log_reading import (
    LogLine,
    LogQuery,
    group_of,
    log_first_page,
    log_ids,
    log_lines,
)
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import DASH, number, tr
from crm_desktop.ui.pages.administration.log_words import GROUP_GLYPHS, verb_word
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Cell, Column, Row


class LogSource:
    """A ``RecordSource`` over ``operations.log_reading``; the id of a row is the entry's sequence."""

    def __init__(self, session: Session, query: LogQuery, clock: Clock) -> None:
        self._session = session
        self.query = query
        self._clock = clock

    @property
    def columns(self) -> Sequence[Column]:
        """When, who, what, to how many records, and the number of the entry."""
        return [
            Column("at", tr("When"), 132, sortable=False, rigid=True),
            Column("user", tr("Who"), 132, look="strong", sortable=False),
            Column("verb", tr("What"), 260, sortable=False),
            Column("records", tr("Records"), 84, align="right", sortable=False, rigid=True),
            Column("sequence", tr("Entry"), 76, align="right", look="muted", sortable=False, rigid=True),
        ]

    def first_page(self) -> Sequence[int]:
        """Return the newest entries."""
        return log_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every entry; runs in a reader thread."""
        return log_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        return {sequence: self._row(line) for sequence, line in log_lines(self._session, ids).items()}

    def _row(self, line: LogLine) -> Row:
        recent, time = self._clock.relative(line.at), self._clock.time(line.at)
        when = recent if time in recent else f"{recent} {time}"
        return (
            Cell(when, tip=self._clock.exact(line.at)),
            line.user_name,
            Cell(verb_word(line.verb), icon=GROUP_GLYPHS[group_of(line.verb)], tone="muted"),
            number(line.records) if line.records else Cell(DASH, spoken=tr("none")),
            number(line.sequence),
        )

    def save(self, record_id: int, column_key: str, value: object) -> None:
        """Refuse: the log is only ever appended to."""
        del record_id, column_key, value
        raise RefusedError("right_missing", right="log")
