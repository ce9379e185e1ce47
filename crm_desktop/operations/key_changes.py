"""Changing the key file together with the database: the steps the design's order needs."""

from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import BodyChange, change_key_file
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import log, organization
from crm_desktop.storage.database import Connection


class _DatabaseSteps:
    """BEGIN IMMEDIATE and COMMIT around a change of the key file, with its entry in the log."""

    def __init__(self, session: Session, verb: str) -> None:
        self._session = session
        self._verb = verb

    @property
    def _connection(self) -> Connection:
        return self._session.database.connection()

    def begin(self) -> None:
        """Begin the write transaction and judge rights and keys anew in it."""
        self._connection.execute("BEGIN IMMEDIATE")
        if self._session.database.before_write is not None:
            self._session.database.before_write(self._connection)

    def commit(self, body: KeyFileBody) -> None:
        """Record the key file's sequence and the change, and commit."""
        roster_seq = self._session.ring.roster.sequence
        organization.set_key_sequences(self._connection, key_file_seq=body.sequence, roster_seq=roster_seq)
        log.append(self._connection, self._session.author, self._verb)
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Leave the database as it was."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


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
