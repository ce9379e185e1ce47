"""Consents as stored; the newest of a member decides."""

from dataclasses import dataclass

from crm_desktop.domain.consents import Consent, ConsentPurpose
from crm_desktop.storage import rows
from crm_desktop.storage.database import Connection


def get(connection: Connection, consent_id: int) -> Consent | None:
    """Return one consent."""
    return rows.fetch_one(connection, Consent, "WHERE id = ?", (consent_id,))


def newest(connection: Connection, member_id: int, purpose: ConsentPurpose) -> Consent | None:
    """Return a member's newest consent for a purpose, valid or not."""
    return rows.fetch_one(
        connection,
        Consent,
        "WHERE member_id = ? AND purpose = ? ORDER BY id DESC LIMIT 1",
        (member_id, purpose.value),
    )


def of_member(connection: Connection, member_id: int, purpose: ConsentPurpose) -> list[Consent]:
    """Return every consent a member ever gave for a purpose, the newest first."""
    return rows.fetch(
        connection,
        Consent,
        "WHERE member_id = ? AND purpose = ? ORDER BY id DESC",
        (member_id, purpose.value),
    )


@dataclass(frozen=True, slots=True)
class ConsentOwner:
    """Whose a consent is (the member's UUID), and when it was withdrawn (epoch seconds, None: it was not)."""

    member_uuid: bytes
    withdrawn_at: int | None


def owner_of(connection: Connection, consent_uuid: bytes) -> ConsentOwner | None:
    """Return whose consent it is, None for one that is gone."""
    found = connection.execute(
        "SELECT m.uuid, c.withdrawn_at FROM consent c JOIN member m ON m.id = c.member_id WHERE c.uuid = ?",
        (consent_uuid,),
    ).fetchone()
    return ConsentOwner(*found) if found else None


def any_withdrawn(connection: Connection, *, up_to: int) -> bool:
    """Return whether anybody had withdrawn a consent by then (epoch seconds)."""
    found = connection.execute("SELECT 1 FROM consent WHERE withdrawn_at <= ? LIMIT 1", (up_to,)).fetchone()
    return found is not None
