"""The rows of the journal: what each change set wrote, as images for undo and for the history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.domain.errors import RefusedError
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.digests import image, read_image


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row of a change set as the journal keeps it; images hold the changed columns only.

    It stands in the history of ``contact_id`` and, where it joins two, of ``other_contact_id``.
    """

    table: str
    row_id: int
    row_uuid: bytes
    contact_id: int | None
    before_version: int | None
    after_version: int | None
    before: dict[str, object] | None
    after: dict[str, object] | None
    other_contact_id: int | None = None


def write(connection: Connection, set_id: int, changed: Iterable[tuple[ChangedRow, bytes | None]]) -> None:
    """Write the rows of a change set, each with the salt its record had before."""
    connection.executemany(
        "INSERT INTO change_row (change_set_id, table_name, row_id, row_uuid, contact_id, before_version,"
        " after_version, before_image, after_image, before_salt, other_contact_id)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        [_values(set_id, row, salt) for row, salt in changed],
    )


def _values(set_id: int, changed: ChangedRow, salt: bytes | None) -> tuple[object, ...]:
    return (
        set_id, changed.table, changed.row_id, changed.row_uuid, changed.contact_id,
        changed.before_version, changed.after_version,
        None if changed.before is None else image(changed.before),
        None if changed.after is None else image(changed.after), salt, changed.other_contact_id,
    )  # fmt: skip


_ROW = (
    "SELECT id, table_name, row_id, row_uuid, contact_id, before_version, after_version, before_image,"
    " after_image, other_contact_id FROM change_row"
)


def rows_of(connection: Connection, set_id: int) -> list[ChangedRow]:
    """Return the rows of a change set, oldest first.

    Raises RefusedError("undo_expired") when the images were pruned.
    """
    found = connection.execute(f"{_ROW} WHERE change_set_id = ? ORDER BY id", (set_id,)).fetchall()
    return [_read_row(row) for row in found]


def rows_by_id(connection: Connection, ids: Sequence[int]) -> list[ChangedRow]:
    """Return some rows of the journal, oldest first; errors as in :func:`rows_of`."""
    marks = placeholders(len(ids))
    found = connection.execute(f"{_ROW} WHERE id IN ({marks}) ORDER BY id", list(ids)).fetchall()
    return [_read_row(row) for row in found]


def row_ids_of(connection: Connection, set_id: int) -> list[int]:
    """Return where the rows of a change set stand in the journal, oldest first."""
    found = connection.execute("SELECT id FROM change_row WHERE change_set_id = ? ORDER BY id", (set_id,))
    return [row_id for (row_id,) in found]


def rows_with_images(connection: Connection, set_uuid: bytes) -> set[tuple[str, bytes, int]]:
    """Return (table, UUID, version written) of the rows of a change set whose old values are kept."""
    found = connection.execute(
        "SELECT r.table_name, r.row_uuid, r.after_version FROM change_row r"
        " JOIN change_set s ON s.id = r.change_set_id WHERE s.uuid = ?"
        " AND (r.before_image IS NOT NULL OR r.after_image IS NOT NULL)",
        (set_uuid,),
    )
    return set(found.fetchall())


def _read_row(row: tuple[Any, ...]) -> ChangedRow:
    _, table, row_id, row_uuid, contact_id, old, new, before, after, other = row
    if before is None and after is None:
        raise RefusedError("undo_expired")
    return ChangedRow(
        table, row_id, row_uuid, contact_id, old, new,
        read_image(before) if before else None, read_image(after) if after else None, other,
    )  # fmt: skip
