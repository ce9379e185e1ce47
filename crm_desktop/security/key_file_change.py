"""The one way a key file changes while the organization is open.

Byte 0 of the lock file is held, the database's write transaction is begun, the copies are read again,
and the change is applied to *that* body. Then the order that survives a crash at any point: the key
file with the addition (old and new), the database commit, the key file without the old. Unserialized
rewrites from two programs lock everybody out; that is what the lock is for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import Copy, KeyFilePlaces, read_key_file, write_key_file

BodyChange = Callable[[KeyFileBody], KeyFileBody]


class DatabaseSteps(Protocol):
    """What the database does around a change; this room opens none itself."""

    def begin(self) -> None:
        """BEGIN IMMEDIATE."""

    def commit(self, body: KeyFileBody) -> None:
        """Store ``body.sequence`` as ``meta.key_file_seq``, roster sequence and log entry; COMMIT."""

    def rollback(self) -> None:
        """ROLLBACK."""


@dataclass(frozen=True, slots=True)
class KeyFileChanged:
    """The body as it is now on disk, and the copies that could not be renewed."""

    body: KeyFileBody
    not_renewed: tuple[Copy, ...]


def change_key_file(
    places: KeyFilePlaces,
    lock: LockFile,
    *,
    add: BodyChange,
    database: DatabaseSteps,
    remove: BodyChange | None = None,
    timeout: float = 10.0,
    on_step: StepHook = no_step,
) -> KeyFileChanged:
    """Apply ``add`` (the first version, old and new), commit, apply ``remove`` (without the old).

    The database records the sequence of the *first* version: a crash before the second leaves a file
    that is not older than the database. When the commit fails the addition stays in the file: whether
    it was committed may be unknown (a full disk, a lost share), and rows under a key the file no longer
    has would be lost, while an addition nobody uses harms nobody. Raises whatever the steps raise.
    """
    with lock.key_file_change(timeout=timeout):
        on_step("locked")
        try:
            # Inside: it judges rights in the transaction, and a refusal must not leave the file locked.
            database.begin()
            body = read_key_file(places).body
            first = _next(body, add)
            not_renewed = write_key_file(places, first, on_step=on_step)
            on_step("before commit")
            database.commit(first)
        except BaseException:
            database.rollback()
            raise
        on_step("committed")
        if remove is None:
            return KeyFileChanged(first, not_renewed)
        final = _next(first, remove)
        return KeyFileChanged(final, write_key_file(places, final, on_step=on_step))


def _next(body: KeyFileBody, change: BodyChange) -> KeyFileBody:
    changed = change(body)
    if changed.file_id != body.file_id:
        raise ValueError("a change must not rename the organization file")
    return replace(changed, sequence=body.sequence + 1)
