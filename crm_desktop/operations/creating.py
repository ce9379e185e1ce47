"""Creating an organization file: nothing stands at its place before the kit's codes were confirmed.

The database is made under a temporary name, then the key file copies; ``finish`` renames. A crash before
leaves no organization file, and the next attempt clears what was left of the one before.
"""

import os
import sys
from pathlib import Path

from crm_desktop.domain.errors import InvalidValueError, KeyringError, KnownError, OrganizationFileError
from crm_desktop.domain.organization_settings import region_problem, zone_problem
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.kits import NewKit, today
from crm_desktop.operations.places import Place, new_file, place_of
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import sync_folder
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file_copies import KeyFilePlaces, read_key_file, write_key_file
from crm_desktop.security.new_organization import NewOrganizationKeys, create_keys
from crm_desktop.storage import organization
from crm_desktop.storage.connecting import create_database
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.log import Author
from crm_desktop.storage.organization import Meta
from crm_desktop.storage.schema import SCHEMA_VERSION, create_schema

NAME_LIMIT = 200


class NewOrganization:
    """An organization whose codes are to be written down before its file appears.

    ``keyring_problem``: why this computer could not keep the secret; the set-up code is then asked for
    at each start.
    """

    def __init__(
        self,
        environment: Environment,
        path: Path,
        keys: NewOrganizationKeys,
        lock: LockFile,
        name: str,
    ) -> None:
        self.path = path
        self.keyring_problem: KnownError | None = None
        self._environment = environment
        self._keys = keys
        self._lock: LockFile | None = lock
        self._places = KeyFilePlaces.beside(path, device_folder=environment.keys_folder, file_id=keys.file_id)
        self.kit = NewKit(
            number=keys.kit_number, organization=name, date=today(environment),
            recovery_code=keys.recovery_code, set_up_code=keys.set_up_code,
        )  # fmt: skip

    def __repr__(self) -> str:
        """Show nothing of the codes."""
        return f"NewOrganization({self.path.name!r})"

    @property
    def set_up_code(self) -> str:
        """The code that lets another computer open the file."""
        return self._keys.set_up_code

    @property
    def recovery_code(self) -> str:
        """The code that replaces a forgotten administrator password."""
        return self._keys.recovery_code

    def recovery_group_matches(self, group: int, typed: str) -> bool:
        """Return whether ``typed`` is group ``group`` (1-based) of the recovery code on the kit."""
        return self.kit.recovery_group_matches(group, typed)

    def set_up_group_matches(self, group: int, typed: str) -> bool:
        """Return whether ``typed`` is group ``group`` (1-based) of the set-up code on the kit."""
        return self.kit.set_up_group_matches(group, typed)

    def write(self, name: str, login: str, member_name: str, region: str, time_zone: str) -> None:
        """Write keyring, database (under its temporary name) and key file; called by ``begin_create``."""
        keys = self._keys
        self._keep_secret()
        settings: dict[str, object] = {"name": name, "region": region, "time_zone": time_zone}
        member: dict[str, object] = {"uuid": keys.user_id, "login": login, "name": member_name}

        def fill(connection: Connection) -> None:
            create_schema(connection)
            self._write_first_rows(connection, settings, member)

        create_database(temporary_path(self.path), keys.ring.current_file_key.raw, fill)
        temporary_path(self.path).chmod(0o600)
        write_key_file(self._places, keys.body)

    def _keep_secret(self) -> None:
        environment, keys = self._environment, self._keys
        try:
            environment.secrets.store(keys.file_id, keys.organization_secret, keys.root_fingerprint)
            environment.device().remember_keyring(keys.file_id, environment.secrets.backend_name())
        except KeyringError as problem:
            self.keyring_problem = problem

    def _write_first_rows(
        self, connection: Connection, settings: dict[str, object], member: dict[str, object]
    ) -> None:
        keys, now = self._keys, self._environment.now()
        roster_seq = keys.ring.roster.sequence
        meta = Meta(keys.file_id, SCHEMA_VERSION, 1, 0, keys.body.sequence, roster_seq, now)
        organization.write_meta(connection, meta)
        author = Author(1, keys.user_id, new_uuid(), keys.ring.sign, roster_seq, self._environment.now)
        changes = ChangeSet(connection, author, "create")
        changes.insert("organization", settings)
        changes.insert("member", member)
        changes.finish(payload={"roster": keys.ring.roster.digest().hex()})

    def session(self) -> Session:
        """Return a session on the unfinished file, to fill it; its owner closes the database only."""
        raw = self._keys.ring.current_file_key.raw
        database = Database(temporary_path(self.path), raw)
        return Session(
            self._environment, self.path, database, self._keys.ring, self._places, self._lock, remembers=False
        )

    def finish(self) -> Session:
        """Put the file in its place and return the session of its first administrator.

        Raises OrganizationFileError("file_exists") when something came there meanwhile. What this computer
        cannot remember of the file is among the session's warnings.
        """
        temporary = temporary_path(self.path)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        if self.path.exists():
            raise OrganizationFileError("file_exists", path=str(self.path))
        temporary.rename(self.path)
        lock, self._lock = self._lock, None
        assert lock is not None  # noqa: S101 - given up by ``discard`` and by this method only
        try:
            sync_folder(self.path.parent)
            return self._first_session(lock)
        except BaseException:
            lock.close()
            raise

    def _first_session(self, lock: LockFile) -> Session:
        database = Database(self.path, self._keys.ring.current_file_key.raw)
        try:
            database.use_write_ahead_log()
            session = Session(self._environment, self.path, database, self._keys.ring, self._places, lock)
            self._remember(session)
        except BaseException:
            database.close()
            raise
        return session

    def _remember(self, session: Session) -> None:
        """Note the file on this computer; it is there by now, so that what fails is a warning."""
        device, keys = self._environment.device(), self._keys
        try:
            device.remember_roster(keys.file_id, keys.ring.roster.sequence)
            device.remember_path(self.path, keys.file_id)
        except OrganizationFileError as error:
            session.warnings += (error,)
        session.remember_head()

    def discard(self) -> None:
        """Remove everything that was made; safe to call after ``finish`` and twice."""
        lock, self._lock = self._lock, None
        if lock is None:
            return
        clear_unfinished(self.path)
        _remove_lock_file(lock, self.path.with_name(f"{self.path.name}.lock"))
        self._environment.device().forget(self._keys.file_id)
        if self.keyring_problem is None:
            self._environment.secrets.forget(self._keys.file_id)


def _remove_lock_file(lock: LockFile, path: Path) -> None:
    if sys.platform == "win32":
        # An open file cannot be removed there.
        lock.close()
        path.unlink(missing_ok=True)
    else:
        # The other way round, so that nobody takes the name in between.
        path.unlink(missing_ok=True)
        lock.close()


def temporary_path(path: Path) -> Path:
    """Return where the database lies until the creation is finished."""
    return path.with_name(f"{path.name}.new")


def clear_unfinished(path: Path) -> None:
    """Remove what an unfinished creation left; its key files belong to no organization file."""
    places = KeyFilePlaces.beside(path)
    temporary = temporary_path(path)
    journal = temporary.with_name(f"{temporary.name}-journal")
    for leftover in (temporary, journal, places.main, places.backup):
        leftover.unlink(missing_ok=True)


def begin_create(
    environment: Environment,
    path: Path,
    *,
    name: str,
    login: str,
    member_name: str,
    password: str,
    region: str,
    time_zone: str,
) -> NewOrganization:
    """Make keys and an unfinished file; nothing stands at ``path`` until ``finish``.

    Raises InvalidValueError for what was typed, OrganizationFileError for the place.
    """
    resolved = new_file(path)
    if place_of(resolved) is not Place.LOCAL:
        raise OrganizationFileError("place_not_for_new_files", path=str(resolved.parent))
    name, member_name = _text("Name", name), _text("Your name", member_name or login)
    if problem := region_problem(region) or zone_problem(time_zone):
        raise problem
    lock = LockFile(resolved.with_name(f"{resolved.name}.lock"))
    try:
        lock.take_seat()
        _make_room(environment, resolved)
        keys = create_keys(login=login, password=password, argon2=environment.argon2)
        pending = NewOrganization(environment, resolved, keys, lock, name)
    except BaseException:
        lock.close()
        raise
    try:
        pending.write(name, keys.ring.login, member_name, region, time_zone)
    except BaseException:
        pending.discard()
        raise
    return pending


def _make_room(environment: Environment, path: Path) -> None:
    places = KeyFilePlaces.beside(path)
    if temporary_path(path).exists():
        _forget_unfinished(environment, places)
        clear_unfinished(path)
    elif places.main.exists() or places.backup.exists():
        raise OrganizationFileError("keys_left_over", path=str(places.main))


def _forget_unfinished(environment: Environment, places: KeyFilePlaces) -> None:
    """Take back what a crashed creation left on this computer: its secret opens nothing any more."""
    try:
        file_id = read_key_file(places).body.file_id
        environment.device().forget(file_id)
        environment.secrets.forget(file_id)
    except (OrganizationFileError, KeyringError):
        # It crashed before its key file was whole, or the keyring is not there: nothing depends on it.
        return


def _text(field: str, value: str) -> str:
    tidy = value.strip()
    if not tidy:
        raise InvalidValueError("value_required", field=field)
    if len(tidy) > NAME_LIMIT:
        raise InvalidValueError("value_too_long", field=field, length=len(tidy), limit=NAME_LIMIT)
    return tidy
