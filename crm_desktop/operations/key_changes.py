"""Changing the key file together with the database: the steps the design's order needs."""

from collections.abc import Callable
from dataclasses import replace

from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import BodyChange, change_key_file
from crm_desktop.security.roster import Roster
from crm_desktop.security.roster_box import open_roster
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import log, organization
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import Author

RowChange = Callable[[ChangeSet], None]


def no_rows(changes: ChangeSet) -> None:
    """Change no row of the database."""


class _DatabaseSteps:
    """BEGIN IMMEDIATE and COMMIT around a change of the key file, with its entry in the log."""

    def __init__(
        self, session: Session, verb: str, rows: RowChange, payload: dict[str, object] | None
    ) -> None:
        self._session = session
        self._verb = verb
        self._rows = rows
        self._payload = payload

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
        payload = dict(self._payload or {})
        if roster.sequence != ring.roster.sequence:
            payload["roster"] = roster.digest().hex()
        with session.database.read() as connection:  # the state of the transaction begun above
            organization.set_key_sequences(connection, key_file_seq=body.sequence, roster_seq=roster.sequence)
            author = _author_after(session, roster)
            changes = ChangeSet(connection, author, self._verb)
            self._rows(changes)
            if changes.is_empty:
                log.append(connection, author, self._verb, payload=payload or None)
            else:
                changes.finish(payload=payload or None)
        session.database.commit()

    def rollback(self) -> None:
        """Leave the database as it was."""
        self._session.database.rollback()


def _author_after(session: Session, roster: Roster) -> Author:
    """Return who signs the entry of a change: by the new roster one's own pending pair may count already."""
    ring = session.ring
    user = roster.user(ring.user_id)
    if user is None or ring.pending is None or user.signing_public != ring.pending.public()[1]:
        return session.author
    return replace(session.author, sign=ring.pending.signing_key().sign)


def change_keys(
    session: Session,
    verb: str,
    add: BodyChange,
    *,
    rows: RowChange = no_rows,
    payload: dict[str, object] | None = None,
    on_step: StepHook = no_step,
) -> None:
    """Apply ``add`` to the newest key file in the order that survives a crash; log it as ``verb``.

    ``rows`` changes the database in the same transaction and under the same entry, whose ``payload`` says
    what was done to whom. Raises what ``add`` raises, BusyError("key_file_busy") and OrganizationFileError.
    """
    session.database.refuse_read_only()
    changed = change_key_file(
        session.places,
        session.held_lock,
        add=add,
        database=_DatabaseSteps(session, verb, rows, payload),
        on_step=on_step,
    )
    session.key_file_changed(renew(changed.body, session.ring), changed.body.sequence)
    session.remember_roster()
    session.remember_head()
