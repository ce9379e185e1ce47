"""Files that are replaced whole: after a crash there is the old content or the new, never a part."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Called before each step with its name; a test passes one that ends the process at the n-th.
StepHook = Callable[[str], None]

# ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION: a virus scanner holds a fresh file for a moment.
_RETRIED_WINDOWS_ERRORS = frozenset({5, 32})
_RETRY_SECONDS = 2.5


def no_step(name: str) -> None:
    """Do nothing between steps: what the program itself passes."""


def replace_file(path: Path, data: bytes, *, on_step: StepHook = no_step, lasting: bool = True) -> None:
    """Write ``data`` to ``path``: temporary file, fsync, rename, fsync of the folder.

    Without ``lasting`` nothing is synced: still the old or the new content, but a power cut may bring the
    old one back.

    A new file is readable by its owner only; one that exists keeps what its group may do, because an
    office that shares a folder through a group would lock itself out otherwise. Raises OSError; then
    ``path`` is unchanged and no temporary file is left.
    """
    on_step(f"before writing {path.suffix}")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        temporary.chmod(0o600 | _group_bits(path))
        on_step(f"before replacing {path.suffix}")
        move_over(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    on_step(f"replaced {path.suffix}")
    if lasting:
        sync_folder(path.parent)


def make_private_folder(path: Path) -> None:
    """Make a folder and the missing ones above it, each for its owner alone.

    ``mkdir(parents=True)`` would give those above the ordinary permissions. Raises OSError.
    """
    if not path.parent.exists():
        make_private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut; Windows has no such call and needs none."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _group_bits(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o060
    except FileNotFoundError:
        return 0


def move_over(temporary: Path, path: Path) -> None:
    """Rename ``temporary`` to ``path`` in one step, whatever stands there; sync the folder afterwards.

    Raises OSError.
    """
    deadline = time.monotonic() + _RETRY_SECONDS
    while True:
        try:
            temporary.replace(path)
        except OSError as error:
            number = getattr(error, "winerror", None)
            if number not in _RETRIED_WINDOWS_ERRORS or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
