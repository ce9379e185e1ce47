"""Somebody signed in to an open organization file: rights, connection, and the one way to write."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_desktop.domain.errors import KnownError, OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.organization import Member, Organization
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.security.device_data import DeviceData, LogHead
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file_copies import KeyFilePlaces, check_not_older, read_key_file
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.sign_in import renew
from crm_desktop.storage import log, organization
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import Author
from crm_desktop.storage.schema import planted

_BEFORE_OWN_PASSWORD = frozenset({"self.password"})


class Session:
    """One sign-in. Rights come from the verified roster and are judged anew when the key file changed.

    ``warnings`` are what was found while opening and does not keep anybody from working.
    """

    def __init__(  # noqa: PLR0917 - made in one place, by opening
        self,
        environment: Environment,
        path: Path,
        database: Database,
        ring: KeyRing,
        places: KeyFilePlaces,
        lock: LockFile | None,
        warnings: tuple[KnownError, ...] = (),
        *,
        remembers: bool = True,
    ) -> None:
        self.environment = environment
        self.path = path
        self.database = database
        self.places = places
        self.lock = lock
        self.warnings = warnings
        self._remembers = remembers
        self.session_uuid = os.urandom(16)
        self._ring = ring
        self._log_to_empty = False
        self._at_close: dict[Callable[[Session], object], None] = {}
        with database.read() as connection:
            meta = organization.read_meta(connection)
            member = organization.member_by_uuid(connection, ring.user_id)
            settings = organization.get_organization(connection)
        if meta is None or member is None or settings is None:
            raise OrganizationFileError("file_damaged", path=str(path))
        self._key_file_seq = meta.key_file_seq
        self.member: Member = member
        self.organization: Organization = settings
        database.before_write = self.judge_anew

    def __repr__(self) -> str:
        """Show nothing of the person or the keys."""
        return f"Session({self.path.name!r})"

    @property
    def ring(self) -> KeyRing:
        """The keys of the person signed in, for verbs of this room only."""
        return self._ring

    @property
    def user_id(self) -> bytes:
        """The roster's id of the person signed in."""
        return self._ring.user_id

    @property
    def role(self) -> Role:
        """The role by the verified roster."""
        user = self._ring.roster.user(self._ring.user_id)
        if user is None:
            raise RefusedError("account_disabled")
        return user.role

    @property
    def rights(self) -> frozenset[str]:
        """The names of the rights by the verified roster, exceptions included.

        Whoever signed in with a password somebody else had set may do nothing but change it.
        """
        return self._ring.rights & _BEFORE_OWN_PASSWORD if self.must_change_password else self._ring.rights

    @property
    def must_change_password(self) -> bool:
        """Whether somebody else set the password: an own one is chosen before anything else."""
        return self._ring.must_change_password

    @property
    def read_only(self) -> bool:
        """Whether the file was opened for reading only."""
        return self.database.read_only

    @property
    def author(self) -> Author:
        """Who signs what is written now."""
        return Author(
            member_id=self.member.id,
            user_uuid=self._ring.user_id,
            session=self.session_uuid,
            sign=self._ring.sign,
            roster_seq=self._ring.roster.sequence,
            now=self.now,
            edits=self.may("records.edit"),
        )

    @property
    def device(self) -> DeviceData:
        """What this computer remembers of the file."""
        return self.environment.device()

    @property
    def held_lock(self) -> LockFile:
        """The lock file of a session that may write."""
        if self.lock is None:
            raise OrganizationFileError("file_closed")
        return self.lock

    def now(self) -> int:
        """Return UTC epoch seconds."""
        return self.environment.now()

    def may(self, right: str) -> bool:
        """Return whether the person has a right."""
        return right in self.rights

    def require(self, right: str) -> None:
        """Raise RefusedError("right_missing") unless the person has a right.

        RefusedError("password_must_change") where the password was set by somebody else.
        """
        if not self.may(right):
            raise self._refusal(right)

    def _refusal(self, right: str) -> RefusedError:
        if self.must_change_password:
            return RefusedError("password_must_change")
        return RefusedError("right_missing", right=right)

    def require_for(self, verb: str) -> None:
        """Require a right that allows ``verb``; asked again where a transaction judged rights anew."""
        if not self.may_do(verb):
            raise self._refusal(RIGHTS_FOR[verb][0])

    def may_do(self, verb: str) -> bool:
        """Return whether the person has a right that allows ``verb``."""
        rights = RIGHTS_FOR[verb]
        return not rights or any(map(self.may, rights))

    @contextmanager
    def reading(self, right: str) -> Iterator[Connection]:
        """Require a right and read from one state of the file."""
        self.require(right)
        with self.database.read() as connection:
            yield connection

    @contextmanager
    def change(self, verb: str) -> Iterator[ChangeSet]:
        """Collect the row changes of one verb in one transaction; journal and log are written at its end.

        The verb's right is asked before and, since the key file may have changed, in the transaction.
        """
        self.require_for(verb)
        with self.database.write() as connection:
            self.require_for(verb)
            changes = ChangeSet(connection, self.author, verb)
            yield changes
            changes.finish()
        self.remember_head()

    def remember_head(self) -> None:
        """Note the newest log entry on this computer, to notice an older file put back.

        What was saved is saved: where this cannot be written, it becomes a warning and no error.
        """
        if not self._remembers:
            return
        with self.database.read() as connection:
            head = log.head(connection)
        try:
            self.device.remember_log_head(
                self._ring.file_id, LogHead(epoch=head.epoch, sequence=head.sequence, digest=head.hash)
            )
        except OrganizationFileError as error:
            self.warn_once(error)

    def remember_roster(self) -> None:
        """Note the newest roster on this computer, to notice an older one put back; errors as above."""
        if not self._remembers:
            return
        try:
            self.device.remember_roster(self._ring.file_id, self._ring.roster.sequence)
        except OrganizationFileError as error:
            self.warn_once(error)

    def empty_log(self) -> bool:
        """Have what was removed leave the write-ahead log too; where another reader keeps it, at close.

        Returns whether it is empty. What was removed is removed: that the log could not be emptied yet is
        a warning and no error.
        """
        self._log_to_empty = not self.database.checkpoint()
        if self._log_to_empty:
            self.warn_once(OrganizationFileError("log_not_emptied", name=self.path.name))
        return not self._log_to_empty

    def warn_once(self, warning: KnownError) -> None:
        """Add a warning unless one of its kind is there."""
        if warning.code not in {known.code for known in self.warnings}:
            self.warnings += (warning,)

    def key_file_changed(self, ring: KeyRing, sequence: int) -> None:
        """Go on with the keys of a key file this session has just changed."""
        self._ring = ring
        self._key_file_seq = sequence

    def keys_renewed(self, ring: KeyRing) -> None:
        """Go on with the keys of a fresh sign-in of the same person.

        Raises SignInError("sign_in_again") when login and password are another person's by now.
        """
        if ring.user_id != self._ring.user_id:
            raise SignInError("sign_in_again")
        self._ring = ring

    def judge_anew(self, connection: Connection) -> None:
        """Read the key file again when a transaction finds it changed since (design, section 1).

        Nothing is written where commands would run with it that somebody put into the file.
        """
        if names := planted(connection):
            raise OrganizationFileError("commands_planted", names=", ".join(names))
        meta = organization.read_meta(connection)
        if meta is None:
            raise OrganizationFileError("file_damaged", path=str(self.path))
        if meta.key_file_seq == self._key_file_seq:
            return
        body = read_key_file(self.places).body
        check_not_older(body, database_sequence=meta.key_file_seq)
        self._ring = renew(body, self._ring)
        self._key_file_seq = meta.key_file_seq

    def at_close(self, act: "Callable[[Session], object]") -> None:
        """Have something done when the session ends; the same act once."""
        self._at_close[act] = None

    def close(self) -> None:
        """Close every connection and give the seat back; safe to call twice."""
        acts, self._at_close = list(self._at_close), {}
        try:
            for act in acts:
                act(self)
            if self._log_to_empty:
                self._log_to_empty = False
                self.database.checkpoint()
        finally:
            self.database.close()
            if self.lock is not None:
                self.lock.close()
                self.lock = None
