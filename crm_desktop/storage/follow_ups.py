"""Follow-ups: the windowed list, those of one contact, and when the open ones of a member are due.

None of a contact in the trash is anywhere but in the trash with it.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.folding import fold
from crm_desktop.domain.follow_ups import FollowUp, repeat_of
from crm_desktop.domain.repeats import Interval, RepeatUnit
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.packed_ids import packed_ids

TABLE = "follow_up"


class FollowUpSort(StrEnum):
    """By what the list is ordered."""

    DUE = "due"
    WHAT = "what"
    WHO = "who"
    ASSIGNEE = "assignee"
    REPEAT = "repeat"
    DONE = "done"


# Those without a time are due until the end of their day.
_DUE = "f.due_on {d}, coalesce(f.due_time, '24:00') {d}, f.id {d}"
_ORDER = {
    FollowUpSort.DUE: _DUE,
    FollowUpSort.WHAT: f"f.what COLLATE NOCASE {{d}}, {_DUE}",
    FollowUpSort.WHO: f"coalesce(c.name_key, '') {{d}}, {_DUE}",
    FollowUpSort.ASSIGNEE: f"m.name COLLATE NOCASE {{d}}, {_DUE}",
    FollowUpSort.REPEAT: "f.repeat_every IS NULL, f.repeat_unit {d}, f.repeat_every {d}, f.id {d}",
    FollowUpSort.DONE: "f.done_at {d}, f.id {d}",
}


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """Which follow-ups: open ones or those that were done; of one member or all; days are ISO 8601.

    ``overdue_at`` is a day and a time (``HH:MM``): only what was due before. ``text`` is looked for in what
    is to be done and in the contact's name.
    """

    text: str = ""
    done: bool = False
    assignee_id: int | None = None
    last: str | None = None
    overdue_at: tuple[str, str] | None = None
    sort: FollowUpSort = FollowUpSort.DUE
    ascending: bool = True


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A follow-up with the names of those it names; ``done_at`` and ``created_at`` are UTC epoch seconds."""

    id: int
    uuid: bytes
    version: int
    contact_id: int | None
    contact: str | None
    is_customer: bool
    call_id: int | None
    what: str
    due_on: str
    due_time: str | None
    assignee_id: int
    assignee: str
    repeat: Interval | None
    repeat_from: str | None
    series: bytes | None
    created_at: int
    created_by: str
    done_at: int | None
    done_by: str | None
    outcome: str | None

    @property
    def at(self) -> int:
        """Where it stands in a timeline: when it was done, else when it was planned."""
        return self.created_at if self.done_at is None else self.done_at


_FROM = (
    "FROM follow_up f LEFT JOIN contact c ON c.id = f.contact_id JOIN member m ON m.id = f.assignee_id"
    " WHERE c.trashed_at IS NULL"
)


def get(connection: Connection, follow_up_id: int) -> FollowUp | None:
    """Return one follow-up, or None."""
    return rows.fetch_one(connection, FollowUp, "WHERE id = ?", (follow_up_id,))


def _condition(query: FollowUpQuery) -> tuple[str, list[object]]:
    parts = [" AND f.done_at IS NOT NULL" if query.done else " AND f.done_at IS NULL"]
    values: list[object] = []
    for text, value in (
        (" AND f.assignee_id = ?", query.assignee_id),
        (" AND f.due_on <= ?", query.last),
    ):
        if value is not None:
            parts.append(text)
            values.append(value)
    if query.overdue_at is not None:
        day, time = query.overdue_at
        parts.append(" AND (f.due_on < ? OR (f.due_on = ? AND f.due_time < ?))")
        values += [day, day, time]
    if words := fold(query.text.strip()):
        parts.append(" AND (instr(folded(f.what), ?) > 0 OR instr(coalesce(c.name_key, ''), ?) > 0)")
        values += [words, words]
    return "".join(parts), values


def _statement(query: FollowUpQuery, condition: str) -> str:
    order = _ORDER[query.sort].format(d="ASC" if query.ascending else "DESC")
    return f"SELECT f.id AS id {_FROM}{condition} ORDER BY {order}"


def page(connection: Connection, query: FollowUpQuery, limit: int) -> list[int]:
    """Return the first ids of the list."""
    condition, values = _condition(query)
    found = connection.execute(f"{_statement(query, condition)} LIMIT ?", [*values, limit])
    return [row_id for (row_id,) in found]


def ids(connection: Connection, query: FollowUpQuery) -> "array[int]":
    """Return every id of the list in its order, 4 bytes each."""
    condition, values = _condition(query)
    return packed_ids(connection, _statement(query, condition), values)


def count(connection: Connection, query: FollowUpQuery) -> int:
    """Return how many the list holds."""
    condition, values = _condition(query)
    (number,) = connection.execute(f"SELECT count(*) {_FROM}{condition}", values).fetchone()
    return int(number)


_COLUMNS = (
    "SELECT f.id, f.uuid, f.version, f.contact_id, c.display_name, c.category, f.call_id, f.what,"  # noqa: S608
    " f.due_on, f.due_time, f.assignee_id, m.name, f.repeat_every, f.repeat_unit, f.repeat_from, f.series,"
    " f.created_at, (SELECT name FROM member WHERE id = f.created_by), f.done_at,"
    f" (SELECT name FROM member WHERE id = f.done_by), f.outcome {_FROM}"
)


def _row(row: tuple[object, ...], *, with_call: bool) -> FollowUpRow:
    (
        row_id, uuid, version, contact_id, contact, category, call_id, what, due_on, due_time, assignee_id,
        assignee, every, unit, *rest,
    ) = row  # fmt: skip
    repeat = None if unit is None else repeat_of(every, RepeatUnit(unit))  # type: ignore[arg-type]  # its columns
    return FollowUpRow(
        row_id, uuid, version, contact_id, contact, category == "customer",  # type: ignore[arg-type]  # the same
        call_id if with_call else None, what, due_on, due_time, assignee_id, assignee, repeat, *rest,  # type: ignore[arg-type]
    )  # fmt: skip


def read_rows(connection: Connection, wanted: Sequence[int], *, with_call: bool) -> dict[int, FollowUpRow]:
    """Return the lines of a page by id; what is gone or in the trash is absent."""
    found = connection.execute(
        f"{_COLUMNS} AND f.id IN (SELECT value FROM json_each(?))",  # noqa: S608 - fixed parts
        (json.dumps(list(wanted)),),
    )
    lines = (_row(row, with_call=with_call) for row in found)
    return {line.id: line for line in lines}


def open_of_contact(connection: Connection, contact_id: int, *, with_call: bool) -> list[FollowUpRow]:
    """Return what is to be done for a contact, what is due first before the others."""
    found = connection.execute(
        f"{_COLUMNS} AND f.contact_id = ? AND f.done_at IS NULL ORDER BY {_DUE.format(d='')}", (contact_id,)
    )
    return [_row(row, with_call=with_call) for row in found]


def of_contact(
    connection: Connection, contact_id: int, *, before: tuple[int, int], limit: int, with_call: bool
) -> list[FollowUpRow]:
    """Return a contact's follow-ups before (time, id), newest first: when they were done, else planned."""
    found = connection.execute(
        f"{_COLUMNS} AND f.contact_id = ? AND (coalesce(f.done_at, f.created_at), f.id) < (?, ?)"
        " ORDER BY coalesce(f.done_at, f.created_at) DESC, f.id DESC LIMIT ?",
        (contact_id, *before, limit),
    )
    return [_row(row, with_call=with_call) for row in found]


def busy_members(connection: Connection) -> set[int]:
    """Return the ids of the members who have something to do."""
    found = connection.execute("SELECT DISTINCT assignee_id FROM follow_up WHERE done_at IS NULL")
    return {member_id for (member_id,) in found}


@dataclass(frozen=True, slots=True)
class DueMoment:
    """When one is due, by the organization's clock; nothing of what it is."""

    id: int
    due_on: str
    due_time: str | None


def due_of_member(connection: Connection, member_id: int, *, first: str, last: str) -> list[DueMoment]:
    """Return the open ones of a member that are due from one day to another."""
    found = connection.execute(
        f"SELECT f.id, f.due_on, f.due_time {_FROM} AND f.done_at IS NULL AND f.assignee_id = ?"
        f" AND f.due_on BETWEEN ? AND ? ORDER BY {_DUE.format(d='')}",
        (member_id, first, last),
    )
    return [DueMoment(*row) for row in found]
