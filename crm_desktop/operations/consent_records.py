"""What stays of consents: every one ever given with its scan, and which of them end soon."""

from pathlib import Path

from crm_desktop.domain.consents import Consent, ConsentPurpose
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.operations.consents import ConsentState, consents, told
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.storage import consents as stored
from crm_desktop.storage import log

SAVE_SCAN = "save_consent_scan"


def consent_records(session: Session, member_id: int) -> list[Consent]:
    """Return every consent a member ever gave, the newest first; others' with the right ``users``."""
    session.require(_right(session, member_id))
    with session.database.read() as connection:
        found = stored.of_member(connection, member_id, ConsentPurpose.CALL_LOG)
    return [told(session, consent) for consent in found]


def ending_consents(session: Session) -> list[ConsentState]:
    """Return the consents one may see that end within 30 days; what is imported stays after their end."""
    now = session.now()
    return [
        state for state in consents(session) if state.consent is not None and state.consent.expires_soon(now)
    ]


def save_scan(session: Session, consent_id: int, target: Path) -> None:
    """Write the scan of a consent given on paper to ``target``, decrypted, for its owner alone; logged.

    Raises RefusedError, OrganizationFileError ``copy_not_written``.
    """
    with session.database.write() as connection:
        consent = stored.get(connection, consent_id)
        if consent is None or consent.scan is None:
            raise RefusedError("record_not_found")
        session.require(_right(session, consent.member_id))
        log.append(connection, session.author, SAVE_SCAN, payload={"consent": consent.uuid.hex()})
    session.remember_head()
    try:
        replace_file(target, consent.scan)
        target.chmod(0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OrganizationFileError("copy_not_written", name=target.name, reason=reason) from error


def _right(session: Session, member_id: int) -> str:
    return "self.consent" if member_id == session.member.id else "users"
