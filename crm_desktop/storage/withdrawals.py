"""What a withdrawn consent takes with it: found by the log's sequence, so that it can be done again.

An older file that is put back has the consent and the calls again; which of them the withdrawal meant is
told by the sequence of the log entry that recorded them, and by the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.consents import Consent, ConsentPurpose
from crm_desktop.domain.imports import ImportRun
from crm_desktop.domain.organization import Member
from crm_desktop.storage import consents, import_runs, organization, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import Author


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal: of whom, by whom (their UUIDs), at which log sequence and when (epoch seconds).

    ``certain``: the file is known to be from before it, or it was not carried out yet; then what either
    sequence or time puts before it is meant. Otherwise both must, for a file put back goes on with
    sequences that were used before.
    """

    member_uuid: bytes
    by_uuid: bytes
    sequence: int
    at: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """What a withdrawal still has to take from a file."""

    member: Member
    consent: Consent | None
    runs: tuple[ImportRun, ...]


def still_meant(connection: Connection, withdrawal: Withdrawal) -> Meant | None:
    """Return what a withdrawal has not taken from this file, None where nothing is left to do."""
    member = organization.member_by_uuid(connection, withdrawal.member_uuid)
    if member is None:
        return None
    newest = consents.newest(connection, member.id, ConsentPurpose.CALL_LOG)
    stands = newest is not None and newest.withdrawn_at is None
    if newest is None or not (
        stands and _before(connection, withdrawal, "consent", newest.uuid, newest.granted_at)
    ):
        newest = None
    condition = "WHERE member_id = ? AND kind = 'calls' ORDER BY id"
    runs = tuple(
        run
        for run in rows.fetch(connection, ImportRun, condition, (member.id,))
        if _before(connection, withdrawal, "import_run", run.uuid, run.started_at)
    )
    return Meant(member, newest, runs) if newest is not None or runs else None


def _before(connection: Connection, withdrawal: Withdrawal, table: str, row_uuid: bytes, at: int) -> bool:
    """Tell whether a row was there when the consent was withdrawn."""
    (sequence,) = connection.execute(
        "SELECT min(entry_id) FROM log_row WHERE table_name = ? AND row_uuid = ?", (table, row_uuid)
    ).fetchone()
    by_sequence = sequence is not None and sequence <= withdrawal.sequence
    by_time = at <= withdrawal.at
    return by_sequence or by_time if withdrawal.certain else by_sequence and by_time


def carry_out(connection: Connection, author: Author, withdrawal: Withdrawal, meant: Meant) -> int:
    """Remove the imports with their calls and stamp the consent, as signed entries; return how many calls.

    ``author`` must be a member of this file. Notes and calls entered by hand stay.
    """
    removed = import_runs.remove_runs(connection, author, meant.runs, "redact", member_id=meant.member.id)
    if meant.consent is not None:
        by = organization.member_by_uuid(connection, withdrawal.by_uuid)
        stamp: dict[str, object] = {
            "withdrawn_at": withdrawal.at,
            "withdrawn_by": author.member_id if by is None else by.id,
            "calls_removed": removed,
        }
        changes = ChangeSet(connection, author, "withdraw_consent")
        changes.update("consent", meant.consent.id, stamp)
        changes.finish()
    return removed


def contacts_named(connection: Connection, record_uuids: Sequence[bytes]) -> list[int]:
    """Return the ids of the contacts with these UUIDs that are in this file."""
    found = (
        connection.execute("SELECT id FROM contact WHERE uuid = ?", (uuid,)).fetchone()
        for uuid in record_uuids
    )
    return [row[0] for row in found if row is not None]
