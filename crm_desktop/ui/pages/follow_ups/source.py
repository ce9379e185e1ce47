"""Feeds the table of follow-ups from ``operations.follow_up_lists``, and saves its cells."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.follow_ups import Due
from crm_desktop.operations import follow_up_lists, follow_ups
from crm_desktop.operations.follow_up_lists import FollowUpQuery, FollowUpRow, FollowUpSort
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.follow_ups.fields import FollowUpField
from crm_desktop.ui.widgets.follow_up_words import typed_due
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.record_source import Column, Row


class FollowUpSource:
    """A ``RecordSource``; remembers the shown rows, against whose versions cells are saved."""

    def __init__(
        self, session: Session, query: FollowUpQuery, *, fields: Sequence[FollowUpField], clock: Clock
    ) -> None:
        self._session = session
        self.query = query
        self._fields = fields
        self._clock = clock
        self.shown: dict[int, FollowUpRow] = {}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page's fields; none can be edited in a file open for reading."""
        columns = [field.column for field in self._fields]
        if self._session.read_only:
            return [replace(column, editor="none") for column in columns]
        return columns

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order."""
        return follow_up_lists.follow_up_first_page(self._session, self.query)

    def all_ids(self) -> "array[int]":
        """Return every id in order; runs in a reader thread."""
        return follow_up_lists.follow_up_ids(self._session, self.query)

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the display rows of ``ids``."""
        found = follow_up_lists.follow_up_rows(self._session, ids)
        self.shown.update(found)
        return {
            row_id: tuple(field.cell(row, self._clock) for field in self._fields)
            for row_id, row in found.items()
        }

    def save(self, record_id: int, column_key: str, value: object) -> object:
        """Save one cell; errors as in ``operations.follow_ups``, and why a day is none.

        Returns what has to be decided first where somebody else changed the same fact meanwhile.
        """
        known = self.shown[record_id]
        if column_key == FollowUpSort.DUE:
            due, seen = typed_due(str(value or ""), self._clock), Due(known.due_on, known.due_time)
            return follow_ups.postpone(self._session, record_id, due.day, due.time, base=seen)
        if column_key == "outcome":
            return follow_ups.set_outcome(self._session, record_id, str(value or ""), base=known.outcome)
        now, version = follow_ups.follow_up_draft(self._session, record_id)
        # The follow-up as it is, but for what was shown.
        draft = base = replace(now, what=known.what, assignee_id=known.assignee_id)
        if column_key == FollowUpSort.WHAT:
            draft = replace(draft, what=str(value or ""))
        elif column_key == FollowUpSort.ASSIGNEE and isinstance(value, int):
            draft = replace(draft, assignee_id=value)
        else:
            raise RefusedError("record_not_found")
        return follow_ups.edit_follow_up(self._session, record_id, draft, version=version, base=base)
