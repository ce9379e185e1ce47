"""Putting the database under another file key: a checked copy, then one rename.

Used by a rotation and, where one was interrupted, by the next administrator who opens the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.domain.progress import CancelToken
from crm_desktop.operations.environment import Environment
from crm_desktop.security.atomic_files import move_over, sync_folder
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.storage import rotating
from crm_desktop.storage.identifiers import new_uuid
from crm_desktop.storage.log import Author, LogHead

VERB = "rotate_keys"


def copy_beside(path: Path) -> Path:
    """Return where the copy under the new key is made: in the same folder, for one rename."""
    return path.with_name(f"{path.name}.rotating")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The file at ``path``, under ``former_key`` (48 bytes); all seats are held while it lives."""

    environment: Environment
    path: Path
    former_key: bytes = field(repr=False)

    @property
    def copy(self) -> Path:
        """The copy under the new key."""
        return copy_beside(self.path)

    def make_ready(self) -> LogHead:
        """Check the file and remove a copy that was left; errors as for ``rotating.make_ready``."""
        rotating.discard(self.copy)
        return rotating.make_ready(self.path, self.former_key)

    def write_copy(self, new_key: bytes, cancel: CancelToken | None = None) -> None:
        """Write and check the copy; the caller discards it when anything fails."""
        rotating.copy_to(self.path, self.former_key, self.copy, new_key, cancel=cancel)

    def mark(self, ring: KeyRing, sign: Callable[[bytes], bytes], *, key_file_seq: int) -> LogHead:
        """Sign the entry in the copy, with the keys and the roster of the key file it will go with.

        ``sign`` is that of the pair that counts for this entry.
        """
        author = Author(0, ring.user_id, new_uuid(), sign, ring.roster.sequence, self.environment.now)
        return rotating.mark(
            self.copy, ring.current_file_key.raw, author, VERB,
            key_file_seq=key_file_seq, roster=ring.roster.digest(),
        )  # fmt: skip

    def put_in_place(self) -> None:
        """Give the copy the file's name; raises OSError and leaves the file as it was."""
        move_over(self.copy, self.path)
        sync_folder(self.path.parent)

    def discard(self) -> None:
        """Remove the copy."""
        rotating.discard(self.copy)
