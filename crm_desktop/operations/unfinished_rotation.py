"""Ending a rotation: taking the former keys off the list, also where a crash kept it from doing so.

Whatever a crash leaves opens, because between the two key files the roster lists former and new keys. The
next administrator who opens the file finishes: he copies the database if it is still under the former key,
and signs the roster that lists the new keys only.
"""

from pathlib import Path

from crm_desktop.domain.errors import BusyError, KnownError, OrganizationFileError
from crm_desktop.operations.bank_keys import reseal_all, resealing_needed
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.exchanging import Exchange, copy_beside
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.known_backups import is_paused, notes_folder
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.class_keys import KeyKind
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.roster import Roster
from crm_desktop.security.rotation import ROTATED_KINDS, drop_former
from crm_desktop.storage import rotating

DROP_VERB = "drop_former_keys"


def finish_exchange(
    environment: Environment, path: Path, ring: KeyRing, body: KeyFileBody, lock: LockFile | None
) -> list[KnownError]:
    """Before the database is opened: bring it under the new key, where an interrupted rotation did not.

    Where others have the file open, or it cannot be copied now, it stays as it is and opens with its
    former key; the answer says why. A copy that was left over is removed, it is never used.
    """
    if lock is None:
        return []
    if not _unfinished(ring.roster):
        if copy_beside(path).exists():
            rotating.discard(copy_beside(path))
        return []
    newest = ring.current_file_key
    former = [key for key in ring.file_keys.values() if key != newest and rotating.opens_with(path, key.raw)]
    if "keys" not in ring.rights or not former:
        return []
    exchange = Exchange(environment, path, former[0].raw)
    try:
        with lock.all_seats(timeout=1.0):
            exchange.make_ready()
            exchange.write_copy(newest.raw)
            exchange.mark(ring, ring.sign, key_file_seq=body.sequence)
            exchange.put_in_place()
    except (BusyError, OrganizationFileError) as error:
        exchange.discard()
        return [OrganizationFileError("rotation_to_finish"), error]
    except OSError:
        exchange.discard()
        failed = OrganizationFileError("disk_error", path=str(path))
        return [OrganizationFileError("rotation_to_finish"), failed]
    return []


def end_rotation(session: Session, *, on_step: StepHook = no_step) -> None:
    """Take former keys off the list, once nothing is under them; for who may change keys, else nothing.

    A former bank key stays until every bank account is under the newest one. That it could not be done now
    is a warning; the next sign-in of an administrator does it.
    """
    if session.read_only or not session.may("keys"):
        return
    if rotating.opens_with(session.path, session.ring.current_file_key.raw):
        _drop_former(session, on_step)
    try:
        _reseal_bank_accounts(session)
    except (BusyError, OrganizationFileError) as error:
        session.warnings += (error,)


def _drop_former(session: Session, on_step: StepHook) -> None:
    kinds = former_kinds(session.ring.roster)
    if KeyKind.BANK in kinds and resealing_needed(session):
        kinds.remove(KeyKind.BANK)
    if kinds:
        change_keys(session, DROP_VERB, lambda body: drop_former(body, session.ring, kinds), on_step=on_step)


def _reseal_bank_accounts(session: Session) -> None:
    """Bring bank accounts under the newest key: after a rotation, and in a file restored from before one."""
    restored = is_paused(notes_folder(session.environment, session.ring.file_id))
    listed = len(session.ring.roster.key_ids.bank)
    if (restored or listed > 1) and resealing_needed(session):
        reseal_all(session)


def former_kinds(roster: Roster) -> list[KeyKind]:
    """Return the kinds of which a former key is still listed."""
    return [kind for kind in ROTATED_KINDS if len(roster.key_ids.of(kind)) > 1]


def _unfinished(roster: Roster) -> bool:
    return bool(former_kinds(roster))
