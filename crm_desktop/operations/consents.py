"""Consent before a call log is read, and its withdrawal that acts (promises P8 and P9)."""

from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.consents import (
    Consent,
    ConsentPurpose,
    ConsentSource,
    LawfulBasis,
    call_log_text,
)
from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.organization import Member
from crm_desktop.domain.permissions import Role
from crm_desktop.importers.attached.reading import read_whole
from crm_desktop.operations import ledger
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.ledger import EntryKind
from crm_desktop.storage import consents as stored_consents
from crm_desktop.storage import import_runs, log, organization
from crm_desktop.storage.team_figures import team_figures_on

SCAN_LIMIT = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConsentState:
    """A member and his newest consent; ``valid`` says whether a log may be read now."""

    member: Member
    consent: Consent | None
    valid: bool


def consent_text(session: Session) -> tuple[str, str]:
    """Return version and text of what a member agrees to."""
    session.require("policy")
    with session.database.read() as connection:
        return call_log_text(team_figures=team_figures_on(connection))


def renewable(session: Session, consent: Consent) -> bool:
    """Return whether a consent that stands can be given anew: it ends soon, or the text is another now."""
    now = session.now()
    stands = consent.allows_import(now)
    return stands and (consent.expires_soon(now) or consent.text_version != consent_text(session)[0])


def consents(session: Session) -> list[ConsentState]:
    """Return the consent of each member an administrator may see, else only one's own."""
    with session.database.read() as connection:
        people = organization.list_members(connection)
    if session.role is not Role.ADMINISTRATOR:
        people = [member for member in people if member.id == session.member.id]
    return [_state(session, member) for member in people]


def _state(session: Session, member: Member) -> ConsentState:
    newest = _newest(session, member.id)
    valid = newest is not None and newest.allows_import(session.now())
    return ConsentState(member, newest and told(session, newest), valid)


def told(session: Session, consent: Consent) -> Consent:
    """Return a consent without how many calls went with it, where these were another's and not to be told."""
    return consent if _tells_calls_of(session, consent.member_id) else replace(consent, calls_removed=None)


def _tells_calls_of(session: Session, member_id: int) -> bool:
    """Whether the person may know how many calls a member had (promise P10)."""
    return member_id == session.member.id or session.may("calls.view")


def _newest(session: Session, member_id: int) -> Consent | None:
    with session.database.read() as connection:
        return stored_consents.newest(connection, member_id, ConsentPurpose.CALL_LOG)


def active_consent(session: Session, member_id: int) -> Consent | None:
    """Return the member's consent if it allows reading a log now."""
    newest = _newest(session, member_id)
    return newest if newest is not None and newest.allows_import(session.now()) else None


def require_consent(session: Session, member_id: int) -> Consent:
    """Return the valid consent of a member.

    Raises RefusedError: "consent_missing", "consent_withdrawn" or "consent_expired".
    """
    newest = _newest(session, member_id)
    if newest is None:
        raise RefusedError("consent_missing")
    if newest.withdrawn_at is not None:
        raise RefusedError("consent_withdrawn")
    if not newest.allows_import(session.now()):
        raise RefusedError("consent_expired")
    return newest


def grant_consent(session: Session, *, expires_at: int | None = None) -> Consent:
    """Record the consent of the person signed in, for his or her own log.

    One that ends within 30 days can be renewed. Raises RefusedError("consent_exists") while a valid one
    stands and InvalidValueError for an expiry that has passed.
    """
    session.require("self.consent")
    return _record(session, session.member.id, ConsentSource.SIGNED_IN, expires_at, verb="grant_consent")


def read_scan(path: Path) -> bytes:
    """Return the scan of a paper consent; raises ForeignFileError ``attached_…`` for what cannot be read."""
    return read_whole(path, limit=SCAN_LIMIT).content


def record_paper_consent(
    session: Session, member_id: int, *, scan: bytes, scan_name: str, expires_at: int | None = None
) -> Consent:
    """Record a member's consent given on paper, with its scan; shown to the member at the next login.

    Raises InvalidValueError when the scan is empty or larger than 25 MB.
    """
    session.require("users")
    if not scan or len(scan) > SCAN_LIMIT:
        raise InvalidValueError("scan_size", field="scan", limit_mb=SCAN_LIMIT // 2**20)
    return _record(
        session,
        member_id,
        ConsentSource.PAPER,
        expires_at,
        verb="record_paper_consent",
        scan=(scan_name, scan),
    )


def _record(
    session: Session,
    member_id: int,
    source: ConsentSource,
    expires_at: int | None,
    *,
    verb: str,
    scan: tuple[str, bytes] | None = None,
) -> Consent:
    if expires_at is not None and expires_at <= session.now():
        raise InvalidValueError("expiry_passed", field="expires_at")
    with session.change(verb) as changes:
        if organization.get_member(changes.connection, member_id) is None:
            raise RefusedError("record_not_found")
        newest = stored_consents.newest(changes.connection, member_id, ConsentPurpose.CALL_LOG)
        version, text = call_log_text(team_figures=team_figures_on(changes.connection))
        now = session.now()
        if (
            newest is not None
            and newest.text_version == version
            and newest.allows_import(now)
            and not newest.expires_soon(now)
        ):
            raise RefusedError("consent_exists")
        row_id = changes.insert(
            "consent",
            {
                "member_id": member_id, "purpose": ConsentPurpose.CALL_LOG.value,
                "lawful_basis": LawfulBasis.CONSENT.value, "text_version": version,
                "text": text, "source": source.value, "recorded_by": session.member.id,
                "granted_at": session.now(), "expires_at": expires_at,
                "shown_at": session.now() if source is ConsentSource.SIGNED_IN else None,
                "scan_name": scan and scan[0], "scan": scan and scan[1],
            },
        )  # fmt: skip
    with session.database.read() as connection:
        consent = stored_consents.get(connection, row_id)
    assert consent is not None  # noqa: S101 - inserted above
    return consent


def unseen_paper_consent(session: Session) -> Consent | None:
    """Return a consent somebody recorded for the person signed in that was not shown to him yet."""
    newest = _newest(session, session.member.id)
    return newest if newest is not None and newest.shown_at is None else None


def mark_consent_shown(session: Session, consent: Consent) -> None:
    """Record that the person signed in has seen a consent recorded from paper."""
    session.require("self.consent")
    if consent.member_id != session.member.id:
        raise RefusedError("right_missing", right="self.consent")
    with session.change("see_consent") as changes:
        changes.update("consent", consent.id, {"shown_at": session.now()})


def withdraw_consent(
    session: Session, *, member_id: int | None = None, on_step: StepHook = no_step
) -> int | None:
    """Withdraw a consent at once and remove that member's imports with their calls; return how many calls.

    None for another's calls without the right to see calls. One's own, or anybody's for an administrator.
    Notes, calls entered by hand and the consent record stay. The ledger has it before anything is removed:
    whatever interrupts, the next opening goes on, and no older backup brings the calls back. Raises
    RefusedError("consent_none") and what :func:`crm_desktop.operations.ledger.append` raises;
    then nothing was changed.
    """
    member_id = session.member.id if member_id is None else member_id
    right = "self.consent" if member_id == session.member.id else "users"
    session.require(right)
    session.database.refuse_read_only()
    # Byte 0 first and the write lock then, the order in which keys change too.
    with session.held_lock.key_file_change(), session.change("withdraw_consent") as changes:
        session.require(right)
        connection = changes.connection
        member = organization.get_member(connection, member_id)
        newest = stored_consents.newest(connection, member_id, ConsentPurpose.CALL_LOG)
        if member is None or newest is None or newest.withdrawn_at is not None:
            raise RefusedError("consent_none")
        sequence = log.head(connection).sequence + 1
        entry = ledger.append(session, EntryKind.WITHDRAWAL, member.uuid, sequence=sequence)
        on_step("entry written")
        removed = import_runs.remove_runs_of_member(connection, session.author, member_id, "redact")
        stamp = {"withdrawn_at": entry.at, "withdrawn_by": session.member.id}
        changes.update("consent", newest.id, {**stamp, "calls_removed": removed})
        on_step("removed")
    on_step("committed")
    # Without the mark, where others still read what was removed, the next opening empties the log.
    if session.empty_log():
        on_step("log emptied")
        ledger.mark_done(session, entry)
        on_step("marked")
    return removed if _tells_calls_of(session, member_id) else None
