"""The log as a list: filtered, newest first, read a window at a time, with what an entry touched."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.folding import fold
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.packed_ids import packed_ids


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which entries: ``since`` and ``until`` in epoch seconds (until is not included), one user, some verbs.

    ``text`` matches the names of users and of contacts an entry touched, and what entries say in words.
    """

    since: int | None = None
    until: int | None = None
    user_id: bytes | None = None
    verbs: tuple[str, ...] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """One entry; ``records`` counts the rows it names, ``removed`` says that its words were removed."""

    sequence: int
    at: int
    user_id: bytes
    user_name: str | None
    verb: str
    records: int
    payload: str | None
    removed: bool


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """A row an entry names; contact and name where the contact it belongs to still exists."""

    table: str
    uuid: bytes
    version: int
    removed: bool
    contact_id: int | None
    name: str | None


def _condition(query: LogQuery) -> tuple[str, list[object]]:
    parts, values = ["1"], list[object]()
    for condition, value in (
        ("e.at >= ?", query.since),
        ("e.at < ?", query.until),
        ("e.user_uuid = ?", query.user_id),
    ):
        if value is not None:
            parts.append(condition)
            values.append(value)
    if query.verbs is not None:
        parts.append(f"e.verb IN ({placeholders(len(query.verbs))})")
        values += query.verbs
    if text := query.text.strip():
        parts.append(
            "(instr(lower(coalesce(e.payload, '')), lower(?)) > 0"
            " OR e.user_uuid IN (SELECT uuid FROM member WHERE instr(lower(name), lower(?)) > 0)"
            " OR e.id IN (SELECT entry_id FROM log_row WHERE table_name = 'contact' AND row_uuid IN"
            " (SELECT uuid FROM contact WHERE instr(name_key, ?) > 0)))"
        )
        values += [text, text, fold(text)]
    return " AND ".join(parts), values


def first_page(
    connection: Connection, query: LogQuery, limit: int, *, before: int | None = None
) -> list[int]:
    """Return the newest ``limit`` entries, of those before entry ``before``."""
    where, values = _condition(query)
    found = connection.execute(
        f"SELECT e.id FROM log_entry e WHERE e.id < ? AND {where} ORDER BY e.id DESC LIMIT ?",  # noqa: S608
        [1 << 40 if before is None else before, *values, limit],
    )
    return [sequence for (sequence,) in found]


def all_ids(connection: Connection, query: LogQuery) -> "array[int]":
    """Return every entry, newest first, 4 bytes each."""
    where, values = _condition(query)
    statement = f"SELECT e.id AS id FROM log_entry e WHERE {where} ORDER BY e.id DESC"  # noqa: S608
    return packed_ids(connection, statement, values)


def read_lines(
    connection: Connection, sequences: Sequence[int], *, hidden: Sequence[str] = ()
) -> dict[int, LoggedLine]:
    """Return the lines of a page by sequence; rows of the ``hidden`` tables are not counted."""
    seen = f"table_name NOT IN ({placeholders(len(hidden))})"
    found = connection.execute(
        "SELECT e.id, e.at, e.user_uuid, m.name, e.verb,"  # noqa: S608 - placeholders only
        f" (SELECT count(*) FROM log_row r WHERE r.entry_id = e.id AND {seen})"
        f" + coalesce((SELECT sum(row_count) FROM log_block b WHERE b.entry_id = e.id AND {seen}), 0),"
        " e.payload, e.payload IS NULL AND e.payload_digest IS NOT NULL"
        " FROM log_entry e LEFT JOIN member m ON m.uuid = e.user_uuid"
        f" WHERE e.id IN ({placeholders(len(sequences))})",
        [*hidden, *hidden, *sequences],
    )
    return {
        sequence: LoggedLine(sequence, at, user, name, verb, records, payload, bool(removed))
        for sequence, at, user, name, verb, records, payload, removed in found
    }


def touched(
    connection: Connection, sequence: int, limit: int, *, hidden: Sequence[str] = ()
) -> list[TouchedRow]:
    """Return the first rows an entry names, but those of the ``hidden`` tables."""
    found = connection.execute(
        "SELECT r.table_name, r.row_uuid, r.row_version, r.digest IS NULL, c.id, c.display_name"  # noqa: S608
        " FROM log_row r LEFT JOIN contact c ON c.id = CASE r.table_name"
        " WHEN 'contact' THEN (SELECT id FROM contact WHERE uuid = r.row_uuid)"
        " WHEN 'phone' THEN (SELECT contact_id FROM phone WHERE uuid = r.row_uuid)"
        " WHEN 'email' THEN (SELECT contact_id FROM email WHERE uuid = r.row_uuid)"
        " WHEN 'postal_address' THEN (SELECT contact_id FROM postal_address WHERE uuid = r.row_uuid)"
        " WHEN 'product_use' THEN (SELECT contact_id FROM product_use WHERE uuid = r.row_uuid)"
        " WHEN 'foreign_id' THEN (SELECT contact_id FROM foreign_id WHERE uuid = r.row_uuid)"
        " WHEN 'contact_tag' THEN (SELECT contact_id FROM contact_tag WHERE uuid = r.row_uuid)"
        " WHEN 'contact_note' THEN (SELECT contact_id FROM contact_note WHERE uuid = r.row_uuid)"
        " WHEN 'call' THEN (SELECT customer_id FROM call WHERE uuid = r.row_uuid)"
        " WHEN 'follow_up' THEN (SELECT contact_id FROM follow_up WHERE uuid = r.row_uuid)"
        " WHEN 'keep_in_touch' THEN (SELECT contact_id FROM keep_in_touch WHERE uuid = r.row_uuid)"
        " WHEN 'imported_row' THEN (SELECT contact_id FROM imported_row WHERE uuid = r.row_uuid)"
        " WHEN 'card_property' THEN (SELECT contact_id FROM card_property WHERE uuid = r.row_uuid)"
        " WHEN 'linked_calls' THEN (SELECT contact_id FROM linked_calls WHERE uuid = r.row_uuid)"
        " WHEN 'number_decision' THEN (SELECT contact_id FROM number_decision WHERE uuid = r.row_uuid)"
        " WHEN 'moved_calls' THEN (SELECT contact_id FROM moved_calls WHERE uuid = r.row_uuid)"
        " WHEN 'not_duplicate' THEN (SELECT contact_id FROM not_duplicate WHERE uuid = r.row_uuid)"
        " WHEN 'attachment' THEN (SELECT contact_id FROM attachment WHERE uuid = r.row_uuid)"
        " WHEN 'past_status' THEN (SELECT contact_id FROM past_status WHERE uuid = r.row_uuid)"
        " WHEN 'custom_value' THEN (SELECT contact_id FROM custom_value WHERE uuid = r.row_uuid)"
        " WHEN 'relation' THEN (SELECT from_id FROM relation WHERE uuid = r.row_uuid) END"
        f" WHERE r.entry_id = ? AND r.table_name NOT IN ({placeholders(len(hidden))}) ORDER BY r.id LIMIT ?",
        (sequence, *hidden, limit),
    )
    return [
        TouchedRow(table, uuid, version, bool(gone), contact_id, name)
        for table, uuid, version, gone, contact_id, name in found
    ]
