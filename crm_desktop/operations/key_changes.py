"""Changing the key file together with the database: the steps the design's order needs."""

from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import BodyChange, change_key_file
from crm_desktop.security.roster_box import open_roster
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import log, organization


class _DatabaseSteps:
    """BEGIN IMMEDIATE and COMMIT around a change of the key file, with its entry in the log."""

    def __init__(self, session: Session, verb: str) -> None:
        self._session = session
        self._verb = verb

    def begin(self) -> None:
        """Begin the write transaction; rights and keys are judged anew in it."""
        self._session.database.begin_write()
        self._session.require_for(self._verb)

    def commit(self, body: KeyFileBody) -> None:
        """Record the key file's sequence, the roster's and its hash, and commit."""
        session, ring = self._session, self._session.ring
        # Not by renewing the ring: the change may be that this very account ends.
        roster = open_roster(
            body.roster, file_key=ring.file_keys[body.roster.key_id],
            file_id=ring.file_id, fingerprint=ring.root_fingerprint,
        )  # fmt: skip
        payload: dict[str, object] | None = None
        if roster.sequence != ring.roster.sequence:
            payload = {"roster": roster.digest().hex()}
        with session.database.read() as connection:  # the state of the transaction begun above
            organization.set_key_sequences(connection, key_file_seq=body.sequence, roster_seq=roster.sequence)
            log.append(connection, session.author, self._verb, payload=payload)
        session.database.commit()

    def rollback(self) -> None:
        """Leave the database as it was."""
        self._session.database.rollback()


def change_keys(session: Session, verb: str, add: BodyChange, *, on_step: StepHook = no_step) -> None:
    """Apply ``add`` to the newest key file in the order that survives a crash; log it as ``verb``.

    Raises what ``add`` raises, BusyError("key_file_busy") and OrganizationFileError.
    """
    session.database.refuse_read_only()
    changed = change_key_file(
        session.places, session.held_lock, add=add, database=_DatabaseSteps(session, verb), on_step=on_step
    )
    session.key_file_changed(renew(changed.body, session.ring), changed.body.sequence)
    session.remember_head()
