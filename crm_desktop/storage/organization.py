"""The meta row, the organization and its members."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.domain.organization import Member, Organization
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection, placeholders


@dataclass(frozen=True, slots=True)
class Meta:
    """What ties the file to its key file and log: sequences, epoch and schema version."""

    file_id: bytes
    schema_version: int
    epoch: int
    change_sequence: int
    key_file_seq: int
    roster_seq: int
    created_at: int


def read_meta(connection: Connection) -> Meta | None:
    """Return the meta row, or None in a file without one."""
    row = connection.execute(
        "SELECT file_id, schema_version, epoch, change_sequence, key_file_seq, roster_seq, created_at"
        " FROM meta"
    ).fetchone()
    return Meta(*row) if row else None


def has_meta(connection: Connection) -> bool:
    """Return whether the file has the program's schema at all."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"
    ).fetchone()
    return found is not None


def write_meta(connection: Connection, meta: Meta) -> None:
    """Write the meta row of a new file."""
    connection.execute(
        "INSERT INTO meta (id, file_id, schema_version, epoch, change_sequence, key_file_seq, roster_seq,"
        " created_at) VALUES (1,?,?,?,?,?,?,?)",
        (
            meta.file_id, meta.schema_version, meta.epoch, meta.change_sequence,
            meta.key_file_seq, meta.roster_seq, meta.created_at,
        ),
    )  # fmt: skip


def set_key_sequences(connection: Connection, *, key_file_seq: int, roster_seq: int) -> None:
    """Record the key file and roster this database goes with, inside the change's transaction."""
    connection.execute("UPDATE meta SET key_file_seq = ?, roster_seq = ?", (key_file_seq, roster_seq))


def get_organization(connection: Connection) -> Organization | None:
    """Return the organization's settings."""
    return rows.fetch_one(connection, Organization, "ORDER BY id")


def list_members(connection: Connection) -> list[Member]:
    """Return all members by name."""
    return rows.fetch(connection, Member, "ORDER BY name, id")


def member_by_uuid(connection: Connection, user_uuid: bytes) -> Member | None:
    """Return the member with the roster's user id."""
    return rows.fetch_one(connection, Member, "WHERE uuid = ?", (user_uuid,))


def get_member(connection: Connection, member_id: int) -> Member | None:
    """Return one member."""
    return rows.fetch_one(connection, Member, "WHERE id = ?", (member_id,))


def get_setting(connection: Connection, member_id: int, name: str) -> str | None:
    """Return a member's stored setting as JSON text."""
    row = connection.execute(
        "SELECT value FROM member_setting WHERE member_id = ? AND name = ?", (member_id, name)
    ).fetchone()
    return None if row is None else str(row[0])


def put_setting(connection: Connection, member_id: int, name: str, value: str) -> None:
    """Store a member's setting (window layout and the like: no record, so no journal)."""
    connection.execute(
        "INSERT INTO member_setting (member_id, name, value) VALUES (?,?,?)"
        " ON CONFLICT (member_id, name) DO UPDATE SET value = excluded.value",
        (member_id, name, value),
    )


def get_organization_setting(connection: Connection, name: str) -> str | None:
    """Return a stored setting of the whole organization as JSON text."""
    row = connection.execute("SELECT value FROM organization_setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put_organization_setting(connection: Connection, name: str, value: str) -> None:
    """Store a setting of the whole organization; the caller logs who did."""
    connection.execute(
        "INSERT INTO organization_setting (name, value) VALUES (?,?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def get_organization_list(connection: Connection, name: str) -> list[Any]:
    """Return a stored setting that is a list, empty while nothing is stored."""
    text = get_organization_setting(connection, name)
    return json.loads(text) if text else []


def put_organization_list(connection: Connection, name: str, values: Sequence[object]) -> None:
    """Store a setting that is a list of JSON values; the caller logs who did."""
    put_organization_setting(connection, name, json.dumps(list(values), ensure_ascii=False))


RUNNING_CALL = "running_call"
"""The setting that holds the call a member is on: whom with, the number, and what was noted so far."""


def forget_unsaved(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Forget what members typed about contacts that go for good: half-typed forms and calls under way."""
    named = placeholders(len(contact_ids))
    connection.execute(
        f"DELETE FROM draft WHERE json_extract(payload, '$.contact_id') IN ({named})",  # noqa: S608
        list(contact_ids),
    )
    connection.execute(
        "DELETE FROM member_setting WHERE name = ?"  # noqa: S608 - placeholders
        f" AND json_extract(value, '$.customer_id') IN ({named})",
        [RUNNING_CALL, *contact_ids],
    )


def save_draft(connection: Connection, member_id: int, place: str, payload: str, *, now: int) -> None:
    """Keep a half-typed form of a member until it is taken back."""
    connection.execute(
        "INSERT INTO draft (member_id, place, payload, saved_at) VALUES (?,?,?,?)"
        " ON CONFLICT (member_id, place)"
        " DO UPDATE SET payload = excluded.payload, saved_at = excluded.saved_at",
        (member_id, place, payload, now),
    )


def take_draft(connection: Connection, member_id: int, place: str) -> str | None:
    """Return and remove a member's draft."""
    row = connection.execute(
        "DELETE FROM draft WHERE member_id = ? AND place = ? RETURNING payload", (member_id, place)
    ).fetchone()
    return None if row is None else str(row[0])
