"""What the journal says of a contact, in the words people know: names instead of ids, roles of one side."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_desktop.domain.relations import RelationKind, role_of
from crm_desktop.storage import duplicates
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import read_image

# Boxes and keyed hashes: a history of them tells nobody anything.
_SEALED_TABLE = "bank_account"
_RELATION = "relation"
# What their rows say, the verb says.
_REPEATING = {"follow_up": ("repeat_every", "repeat_unit"), "keep_in_touch": ("every", "unit")}
_TYPED = frozenset({"what", "due_on", "due_time", "outcome"})
_CALL = "call"
CALL_VERBS = ("add_call", "edit_call", "remove_call")
"""What they write besides is a note, and the verb says that it was to a call."""
_ONLY_IDS = frozenset({"moved_calls", "not_duplicate", "linked_calls"})
_NUMBER = "number_decision"
OF_CALLS = (_CALL, "moved_calls", "linked_calls", _NUMBER)
"""The tables that tell of calls: a decision about a number is an answer whose calls are."""


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """One column of one row that a change set changed; ``other``: the other side of a relation, by name.

    The columns of a relation are its own and ``role``, what this contact is to the other.
    """

    table: str
    field: str
    old: object
    new: object
    other: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one change set did to a contact; ``at`` is epoch seconds."""

    change_set_id: int
    at: int
    member_name: str
    verb: str
    changes: tuple[HistoryChange, ...]


def history(
    connection: Connection, contact_id: int, limit: int, *, before: int = 1 << 40, with_calls: bool
) -> list[HistoryEntry]:
    """Return what was done to a contact, newest first, from before a change set.

    Not ``with_calls``: without calls, and what was said of whose they were and of numbers (promise P10).
    """
    # What became part of the contact brings its own history along.
    merged = duplicates.merged_ids(connection, contact_id)
    family = json.dumps([contact_id, *merged])
    hidden, verbs = ((), ()) if with_calls else (OF_CALLS, CALL_VERBS)
    seen = f"table_name NOT IN ({placeholders(len(hidden))})"
    sets = connection.execute(
        "SELECT s.id, s.at, m.name, s.verb FROM change_set s JOIN member m ON m.id = s.member_id"  # noqa: S608
        f" WHERE s.id < ? AND s.verb NOT IN ({placeholders(len(verbs))}) AND s.id IN"
        " (SELECT change_set_id FROM change_row"
        f" WHERE contact_id IN (SELECT value FROM json_each(?)) AND {seen}"
        " UNION SELECT change_set_id FROM change_row"
        f" WHERE other_contact_id IN (SELECT value FROM json_each(?)) AND {seen})"
        " ORDER BY s.id DESC LIMIT ?",
        (before, *verbs, family, *hidden, family, *hidden, limit),
    ).fetchall()
    return [
        HistoryEntry(
            set_id,
            at,
            name,
            verb,
            tuple(
                change
                for i in (contact_id, *merged)
                for change in _changes(connection, set_id, i, (_SEALED_TABLE, *hidden))
            ),
        )
        for set_id, at, name, verb in sets
    ]


def last_change(
    connection: Connection, table: str, row_id: int, columns: Collection[str] = ()
) -> tuple[str, int]:
    """Return who changed a row last and when (UTC epoch seconds); nobody and 0 where it is not known.

    With ``columns`` who changed one of them, or removed the row; where nobody is known, who changed any.
    """
    found = connection.execute(
        "SELECT coalesce(m.name, ''), s.at, r.before_image, r.after_image FROM change_row r"
        " JOIN change_set s ON s.id = r.change_set_id LEFT JOIN member m ON m.id = s.member_id"
        " WHERE r.table_name = ? AND r.row_id = ? ORDER BY r.id DESC",
        (table, row_id),
    )
    newest = ("", 0)
    for who, at, before, after in found:
        newest = newest if newest[1] else (str(who), int(at))
        if not columns or (before and (not after or not read_image(after).keys().isdisjoint(columns))):
            return (str(who), int(at))
    return newest


def _changes(
    connection: Connection, set_id: int, contact_id: int, hidden: Sequence[str]
) -> list[HistoryChange]:
    found: list[HistoryChange] = []
    for table, row_id, first, second, before, after in connection.execute(
        "SELECT table_name, row_id, contact_id, other_contact_id, before_image, after_image FROM change_row"  # noqa: S608
        " WHERE change_set_id = ? AND ? IN (contact_id, other_contact_id)"
        f" AND table_name NOT IN ({placeholders(len(hidden))}) ORDER BY id",
        (set_id, contact_id, *hidden),
    ):
        old = read_image(before) if before else {}
        new = read_image(after) if after else {}
        sides = (first, second) if first == contact_id else (second, first)
        found += told(connection, table, row_id, old, new, sides=sides, is_first=first == contact_id)
    return found


def told(
    connection: Connection,
    table: str,
    row_id: int,
    old: dict[str, object],
    new: dict[str, object],
    *,
    sides: tuple[int | None, int | None],
    is_first: bool,
) -> list[HistoryChange]:
    """Return what differs between two images of a row, in names people know.

    ``sides``: the contact it is told of, and the other one of a relation; ``is_first``: whether the
    former is the relation's first.
    """
    other = None
    if table in _ONLY_IDS:
        return []
    if table == _RELATION:
        other = _name_of(connection, sides[1])
        old, new = _from_one_side(old, new, is_first=is_first)
    elif table == _NUMBER:
        old, new = _of_number(old), _of_number(new)
    elif table == "contact_tag":
        old, new = _with_tag(connection, old), _with_tag(connection, new)
    elif table == "attachment":
        old, new = _of_file(old), _of_file(new)
    elif table == "product_use":
        old, new = _with_product(connection, old), _with_product(connection, new)
    elif table == _CALL:
        old, new = _of_call(connection, old), _of_call(connection, new)
    elif table in _REPEATING:
        old, new = (_of_follow_up(connection, table, row_id, values) for values in (old, new))
    elif table == "custom_value":
        name = _own_field_name(connection, row_id, {**old, **new})
        old, new = ({name: values["value"]} if "value" in values else {} for values in (old, new))
    return [
        HistoryChange(table, name, old.get(name), new.get(name), other)
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _name_of(connection: Connection, contact_id: int | None) -> str:
    row = connection.execute("SELECT display_name FROM contact WHERE id = ?", (contact_id,)).fetchone()
    return str(row[0]) if row else "?"


def _from_one_side(
    old: dict[str, object], new: dict[str, object], *, is_first: bool
) -> tuple[dict[str, object], dict[str, object]]:
    """Put the role of one side for kind and sides; ``is_first``: as the row is now, or was at last.

    A change of the kind may turn the sides round: then the images hold both.
    """
    was_first = not is_first if "from_id" in old and "from_id" in new else is_first
    return _with_role(old, is_first=was_first), _with_role(new, is_first=is_first)


def _with_role(values: dict[str, object], *, is_first: bool) -> dict[str, object]:
    kept = {name: value for name, value in values.items() if name not in {"kind", "from_id", "to_id", "uuid"}}
    if "kind" in values:
        return {"role": role_of(RelationKind(str(values["kind"])), is_first=is_first).value, **kept}
    return kept


def _with_tag(connection: Connection, values: dict[str, object]) -> dict[str, object]:
    """Put the name of a tag for its id."""
    row = connection.execute("SELECT name FROM tag WHERE id = ?", (values.get("tag_id"),)).fetchone()
    return {"tag": row[0] if row else "?"} if values else {}


def _of_file(values: dict[str, object]) -> dict[str, object]:
    """Keep what a person knows a file by; a photo has nothing to say."""
    if values.get("role") == "photo":
        return {}
    # Added or removed it is the file itself; else its name was changed.
    names = {"name": "file" if "role" in values else "name", "note": "note"}
    return {shown: values[name] for name, shown in names.items() if name in values}


def _of_number(values: dict[str, object]) -> dict[str, object]:
    """Keep the number and what it is."""
    names = {"e164": "raw", "kind": "number_kind"}
    return {shown: values[name] for name, shown in names.items() if name in values}


def _of_follow_up(
    connection: Connection, table: str, row_id: int, values: dict[str, object]
) -> dict[str, object]:
    """Keep what a person typed, with the assignee's name and how often it repeats as "2 week".

    An image holds changed columns only: what is missing of a repetition is as it is now.
    """
    every, unit = _REPEATING[table]
    kept = {name: value for name, value in values.items() if name in _TYPED}
    if "assignee_id" in values:
        member = values["assignee_id"]
        row = connection.execute("SELECT name FROM member WHERE id = ?", (member,)).fetchone()
        kept["assignee"] = row[0] if row else "?"
    if every in values or unit in values:
        row = connection.execute(f"SELECT {every}, {unit} FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
        said = values.get(every, row and row[0]), values.get(unit, row and row[1])
        kept["rhythm" if table == "keep_in_touch" else "repeat"] = (
            None if None in said else f"{said[0]} {said[1]}"
        )
    return kept


_SAID_OF_CALLS = ("direction", "outcome", "started_at", "duration_s", "raw_number")


def _of_call(connection: Connection, values: dict[str, object]) -> dict[str, object]:
    """Keep what a person typed; when it began in the organization's time (ISO 8601, to the minute)."""
    kept = {name: values[name] for name in _SAID_OF_CALLS if name in values}
    if "started_at" in kept:
        (zone,) = connection.execute("SELECT time_zone FROM organization").fetchone()
        began = datetime.fromtimestamp(int(str(kept.pop("started_at"))), ZoneInfo(zone))
        kept["began"] = f"{began:%Y-%m-%d %H:%M}"
    return kept


def _with_product(connection: Connection, values: dict[str, object]) -> dict[str, object]:
    """Put the name of a product for its id, first of all."""
    if "product_id" not in values:
        return values
    product_id, kept = values["product_id"], {k: v for k, v in values.items() if k != "product_id"}
    row = connection.execute("SELECT name FROM product WHERE id = ?", (product_id,)).fetchone()
    return {"product": row[0] if row else _name_of_gone_product(connection, product_id), **kept}


def _name_of_gone_product(connection: Connection, product_id: object) -> object:
    """Return the name of a product that was merged or deleted, as the journal kept it when it went."""
    row = connection.execute(
        "SELECT before_image FROM change_row WHERE table_name = 'product' AND row_id = ?"
        " AND before_image IS NOT NULL AND after_image IS NULL ORDER BY id DESC LIMIT 1",
        (product_id,),
    ).fetchone()
    return read_image(row[0]).get("name") if row else "?"


def _own_field_name(connection: Connection, row_id: int, images: dict[str, object]) -> str:
    """Return the name of the field a value stands, or stood, in."""
    field_id = images.get("field_id")
    if field_id is None:
        row = connection.execute("SELECT field_id FROM custom_value WHERE id = ?", (row_id,)).fetchone()
        field_id = row[0] if row else _field_when_added(connection, row_id)
    name = connection.execute("SELECT name FROM custom_field WHERE id = ?", (field_id,)).fetchone()
    return str(name[0]) if name else "?"


def _field_when_added(connection: Connection, row_id: int) -> object:
    """Return the field of a value that is gone by now, as the journal kept it when it came."""
    row = connection.execute(
        "SELECT after_image FROM change_row WHERE table_name = 'custom_value' AND row_id = ?"
        " AND before_image IS NULL AND after_image IS NOT NULL ORDER BY id LIMIT 1",
        (row_id,),
    ).fetchone()
    return read_image(row[0]).get("field_id") if row else None
