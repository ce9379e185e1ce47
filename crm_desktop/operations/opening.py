"""Opening an organization file, step by step in the design's order: each fault its own sentence."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_desktop.domain.errors import (
    InvalidValueError,
    KnownError,
    OrganizationFileError,
    SignInError,
)
from crm_desktop.operations.account_care import look_after_accounts
from crm_desktop.operations.checking import damaged_with_backup
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.known_backups import is_paused, notes_folder
from crm_desktop.operations.large_changes import take_back_abandoned
from crm_desktop.operations.ledger import finish_unfinished
from crm_desktop.operations.migrating import bring_up_to_date
from crm_desktop.operations.places import (
    Place,
    conflicted_copies,
    existing_file,
    is_read_only_medium,
    place_of,
)
from crm_desktop.operations.session import Session
from crm_desktop.operations.unfinished_imports import remove_abandoned
from crm_desktop.operations.unfinished_rotation import end_rotation, finish_exchange
from crm_desktop.security.codes import SetUpCode, parse_set_up_code
from crm_desktop.security.device_data import LogHead
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import (
    KeyFilePlaces,
    KeyFileReading,
    check_not_older,
    read_key_file,
)
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.login_names import normalized_login, same_login
from crm_desktop.security.sign_in import renew, rewrap, sign_in, users_logins
from crm_desktop.storage import calls, log, organization
from crm_desktop.storage.connecting import PAGE_SIZE, page_count
from crm_desktop.storage.database import Connection, Database
from crm_desktop.storage.schema import check_version, planted, remove_planted

UNKNOWN_CALLS_KEPT_S = 30 * 86_400


def places_of(environment: Environment, path: Path) -> KeyFilePlaces:
    """Return where the copies of a file's key file lie."""
    remembered = environment.device().file_id_of(path)
    return KeyFilePlaces.beside(path, device_folder=environment.keys_folder, file_id=remembered)


def key_file_of(environment: Environment, path: Path, lock: LockFile | None = None) -> KeyFileReading:
    """Read the newest copy of the key file; with ``lock``, repair the others.

    Copies of another organization are refused and not repaired: that would lose its keys.
    """
    places = places_of(environment, path)
    reading = read_key_file(places)
    if "key_file_of_another_organization" in reading.problems.values():
        raise OrganizationFileError("key_file_of_another_organization", path=places.main.name)
    return read_key_file(places, lock=lock) if lock is not None and reading.problems else reading


def device_secret(environment: Environment, file_id: bytes) -> SetUpCode | None:
    """Return this computer's secret for a file from the OS keyring, or None.

    Raises KeyringError with the backend and the remedy.
    """
    remembered = environment.device().seen(file_id).keyring
    return environment.secrets.fetch(file_id, stored_in=remembered)


def secret_for(environment: Environment, body: KeyFileBody, set_up_code: str | None) -> SetUpCode:
    """Return the secret from the typed set-up code, else from the keyring.

    Raises SignInError("set_up_code_needed") where this computer has none.
    """
    if set_up_code is not None:
        return parse_set_up_code(set_up_code)
    found = device_secret(environment, body.file_id)
    if found is None:
        raise SignInError("set_up_code_needed")
    return found


def open_organization(
    environment: Environment,
    path: Path,
    *,
    login: str | None,
    password: str,
    set_up_code: str | None = None,
) -> Session:
    """Open a file and sign in.

    ``login`` None is enough where only one user exists. Raises OrganizationFileError, SignInError
    (``wait`` with the seconds left after failed logins), KeyringError, InvalidValueError, BusyError.
    """
    resolved = existing_file(path)
    place = place_of(resolved)
    warnings = _place_warnings(resolved, place)
    lock = _lock_of(resolved) if place is Place.LOCAL else None
    if lock is None and place is Place.LOCAL:
        warnings.append(OrganizationFileError("place_read_only", path=str(resolved)))
    try:
        reading = key_file_of(environment, resolved, lock)
        code = secret_for(environment, reading.body, set_up_code)
        ring = keys_of(environment, reading.body, code, login, password)
        warnings += finish_exchange(environment, resolved, ring, reading.body, lock)
        try:
            database = _database(resolved, ring, read_only=lock is None, settled=_is_settled(resolved, place))
        except OrganizationFileError:
            _check_belongs(environment, resolved, ring)
            raise
        try:
            ring, sequence = _checked(environment, database, ring, reading.body)
            if not database.read_only:
                database.use_write_ahead_log()
                warnings += _without_planted(database)
            warnings += _reading_warnings(reading) + _file_warnings(environment, database, ring)
            places = places_of(environment, resolved)
            session = Session(environment, resolved, database, ring, places, lock, tuple(warnings))
            # A change since then is judged at the first write.
            session.key_file_changed(ring, sequence)
            bring_up_to_date(session)
            _after_sign_in(session, password)
            finish_unfinished(session)
        except BaseException:
            database.close()
            raise
    except BaseException as error:
        if lock is not None:
            lock.close()
        if isinstance(error, OrganizationFileError) and error.code == "file_damaged":
            raise (damaged_with_backup(environment, resolved) or error) from error.__cause__
        raise
    return session


def _place_warnings(path: Path, place: Place) -> list[KnownError]:
    warnings: list[KnownError] = []
    if place is Place.NETWORK:
        warnings.append(OrganizationFileError("place_network", path=str(path)))
    elif place is Place.SYNC:
        warnings.append(OrganizationFileError("place_sync", path=str(path)))
    if copies := conflicted_copies(path):
        warnings.append(OrganizationFileError("conflicted_copy", names=", ".join(copies)))
    return warnings


def _lock_of(path: Path) -> LockFile | None:
    """Return the lock with a seat taken, or None where the folder cannot be written: read-only then."""
    try:
        lock = LockFile(path.with_name(f"{path.name}.lock"))
    except OrganizationFileError:
        return None
    try:
        lock.take_seat()
    except BaseException:
        lock.close()
        raise
    return lock


def _is_settled(path: Path, place: Place) -> bool:
    """Return whether no program writes there: only then is reading without locks safe."""
    return place is not Place.LOCAL or is_read_only_medium(path)


def keys_of(
    environment: Environment, body: KeyFileBody, code: SetUpCode, login: str | None, password: str
) -> KeyRing:
    """Open the account of ``login`` with its password and return its verified keys.

    Failed attempts are counted on this computer and make the next one wait. Raises SignInError,
    InvalidValueError("login_needed"), OrganizationFileError.
    """
    names = users_logins(body, code.secret)
    if login is None:
        if len(names) != 1:
            raise InvalidValueError("login_needed", field="user")
        login = next(iter(names.values()))
    with _counted(environment, body.file_id, _slots_named(names, login)):
        return sign_in(
            body, secret=code.secret, root_fingerprint=code.root_fingerprint, login=login, password=password,
            highest_roster_seen=environment.device().seen(body.file_id).roster_sequence,
            argon2=environment.argon2,
        )  # fmt: skip


@contextmanager
def _counted(environment: Environment, file_id: bytes, slot_ids: Iterable[bytes]) -> Iterator[None]:
    """Refuse a try of a password too soon after a wrong one, and count a wrong one.

    Raises SignInError("wait") with the seconds left.
    """
    device = environment.device()
    for slot_id in slot_ids:
        left = device.delay_left(file_id, slot_id, now=environment.now())
        if left > 0:
            raise SignInError("wait", seconds=math.ceil(left))
    try:
        yield
    except SignInError as error:
        failed = error.facts.get("slot_id")
        if error.code == "password_wrong" and isinstance(failed, bytes):
            device.note_failed_login(file_id, failed, now=environment.now())
        raise


def sign_in_again(session: Session, password: str) -> None:
    """Ask for the password of the person signed in once more; the keys are taken anew on the way.

    Wrong ones count and delay as at the sign-in: a window somebody left open is no place to try many.
    Raises SignInError ``password_wrong``, ``wait``.
    """
    with _counted(session.environment, session.ring.file_id, [session.ring.slot_id]):
        take_keys_anew(session, password)


def take_keys_anew(session: Session, password: str) -> None:
    """Take the keys from the key file after the account was wrapped anew with ``password``."""
    environment, ring = session.environment, session.ring
    body = key_file_of(environment, session.path).body
    renewed = sign_in(
        body, secret=ring.organization_secret, root_fingerprint=ring.root_fingerprint, login=ring.login,
        password=password, highest_roster_seen=ring.roster.sequence, argon2=environment.argon2,
    )  # fmt: skip
    session.keys_renewed(renewed)


def _slots_named(names: dict[bytes, str], login: str) -> list[bytes]:
    """Return the slots the sign-in will try, by its own rule: another spelling must not skip the delay."""
    try:
        wanted = normalized_login(login)
    except InvalidValueError:
        return []
    return [slot_id for slot_id, name in names.items() if same_login(name, wanted)]


def _database(path: Path, ring: KeyRing, *, read_only: bool, settled: bool) -> Database:
    """Open with the newest key, or the former one during a rotation; a good slot and no key: damaged."""
    failure: OrganizationFileError | None = None
    newest = ring.current_file_key
    for key in (newest, *(key for key in ring.file_keys.values() if key != newest)):
        try:
            return Database(path, key.raw, read_only=read_only, settled=settled)
        except OrganizationFileError as error:
            failure = failure or error
    assert failure is not None  # noqa: S101 - there is always a newest key
    raise failure


def _check_belongs(environment: Environment, path: Path, ring: KeyRing) -> None:
    """Tell a file that the keys were never made for from a damaged one: its salt stands at its start.

    A computer that has opened the two together knows that they belong together.
    """
    with path.open("rb") as stream:
        salt = stream.read(16)
    known = environment.device().file_id_of(path) == ring.file_id
    if not known and all(key.raw[-len(salt) :] != salt for key in ring.file_keys.values()):
        raise OrganizationFileError("key_file_of_another_organization", path=path.name)


def _checked(
    environment: Environment, database: Database, ring: KeyRing, body: KeyFileBody
) -> tuple[KeyRing, int]:
    """Check that file, keys and program belong together; return the ring and the sequence it is good for."""
    with database.read() as connection:
        meta = organization.read_meta(connection) if organization.has_meta(connection) else None
    if meta is None:
        raise OrganizationFileError("file_damaged", path=str(database.path))
    if meta.file_id != ring.file_id:
        raise OrganizationFileError("key_file_of_another_organization", path=database.path.name)
    check_version(meta.schema_version)
    if body.sequence < meta.key_file_seq:
        # Another program may have changed the keys between the two readings.
        body = key_file_of(environment, database.path).body
        check_not_older(body, database_sequence=meta.key_file_seq)
        ring = renew(body, ring)
    if ring.roster.sequence < meta.roster_seq:
        raise OrganizationFileError("roster_older", found=ring.roster.sequence, seen=meta.roster_seq)
    if _surplus(database) < 0:
        raise OrganizationFileError("file_damaged", path=str(database.path))
    return ring, meta.key_file_seq


def _surplus(database: Database) -> int:
    """Return how many bytes the file has beyond its pages (less than 0: it was cut short).

    Pages that still lie in the write-ahead log say nothing about the file: then 0.
    """
    log_file = database.path.with_name(f"{database.path.name}-wal")
    if log_file.exists() and log_file.stat().st_size:
        return 0
    with database.read() as connection:
        return database.path.stat().st_size - PAGE_SIZE * page_count(connection)


def _without_planted(database: Database) -> list[KnownError]:
    """Take out commands that would run at the next save: whoever can write the file can put some there."""
    with database.read() as connection:
        found = planted(connection)
    if not found:
        return []
    with database.write() as connection:
        names = remove_planted(connection)
    return [OrganizationFileError("commands_removed", names=", ".join(names))]


def _reading_warnings(reading: KeyFileReading) -> list[KnownError]:
    lost = {copy: code for copy, code in reading.problems.items() if copy != "device"}
    return [
        OrganizationFileError("key_file_repaired", used=reading.used.value, copy=copy.value) for copy in lost
    ]


def _file_warnings(environment: Environment, database: Database, ring: KeyRing) -> list[KnownError]:
    warnings: list[KnownError] = []
    extra = _surplus(database)
    if extra > 0:
        warnings.append(OrganizationFileError("bytes_appended", bytes=extra))
    if is_paused(notes_folder(environment, ring.file_id)):
        warnings.append(OrganizationFileError("restored_unconfirmed"))
    seen = environment.device().seen(ring.file_id)
    if seen.damaged:
        warnings.append(OrganizationFileError("device_data_damaged"))
    elif seen.log_head is not None:
        with database.read() as connection:
            warnings += _head_warnings(connection, seen.log_head)
    return warnings


def _head_warnings(connection: Connection, remembered: LogHead) -> list[KnownError]:
    """Compare the log with the newest entry this computer saw; a higher epoch is a restore, said there."""
    head = log.head(connection)
    if head.epoch > remembered.epoch:
        return []
    found = log.hash_of(connection, remembered.sequence)
    if head.epoch < remembered.epoch or found is None:
        return [OrganizationFileError("file_older", found=head.sequence, seen=remembered.sequence)]
    if found != remembered.digest:
        return [OrganizationFileError("file_changed_outside", sequence=remembered.sequence)]
    return []


def _after_sign_in(session: Session, password: str) -> None:
    """Remember what this computer saw, move the slot to today's cost, clear up after a crash, log it."""
    environment, ring = session.environment, session.ring
    device = environment.device()
    device.remember_roster(ring.file_id, ring.roster.sequence)
    device.remember_path(session.path, ring.file_id)
    if session.read_only:
        return
    if ring.rewrap_needed and not ring.must_change_password:  # else the change of the password does it
        change_keys(session, "rewrap", lambda body: rewrap(body, session.ring, password, environment.argon2))
        take_keys_anew(session, password)
    end_rotation(session)
    look_after_accounts(session)
    _take_back_abandoned(session)
    failed = device.take_failed_logins(ring.file_id, ring.slot_id)
    with session.database.write() as connection:
        for removed in remove_abandoned(session, connection):
            told = OrganizationFileError("import_was_removed")
            if session.may("calls.view"):
                told = OrganizationFileError("import_was_unfinished", calls=removed)
            session.warnings += (told,)
        _remove_old_unknown_calls(session, connection)
        counts = {slot_id.hex(): count for slot_id, count in failed.items()}
        payload: dict[str, object] | None = {"failed_logins": counts} if counts else None
        log.append(connection, session.author, "login", payload=payload)
    session.remember_head()


def _take_back_abandoned(session: Session) -> None:
    abandoned = take_back_abandoned(session)
    if abandoned.taken_back:
        taken_back = OrganizationFileError("change_was_unfinished", records=abandoned.taken_back)
        session.warnings += (taken_back,)
    if abandoned.left:
        session.warnings += (OrganizationFileError("change_is_unfinished", records=abandoned.left),)


def _remove_old_unknown_calls(session: Session, connection: Connection) -> None:
    """Remove imported calls that belong to nobody and were kept by choice, 30 days after their import.

    The first does it who opens the file then and may import.
    """
    if not session.may_do("remove_unknown_calls"):
        return
    removed = calls.delete_unknown_before(connection, session.now() - UNKNOWN_CALLS_KEPT_S)
    if removed:
        blocks = calls.touched_blocks(connection, removed)
        log.append(connection, session.author, "remove_unknown_calls", blocks=blocks)
