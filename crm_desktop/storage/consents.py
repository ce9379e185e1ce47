"""Consents as stored; the newest of a member decides."""

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
