"""What the program stands on: this computer's data folder, the OS keyring, the cost of passwords, the clock.

Made once by the window or the command line and handed down, so that tests hand down their own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.security.atomic_files import make_private_folder, replace_file
from crm_desktop.security.derivation import DEFAULT_ARGON2, Argon2Parameters
from crm_desktop.security.device_data import DeviceData
from crm_desktop.security.memory import disable_core_dumps
from crm_desktop.security.os_keyring import SecretStore


def _now() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Environment:
    """``now`` gives UTC epoch seconds; ``data_folder`` is private to this user of this computer."""

    data_folder: Path
    secrets: SecretStore = field(default_factory=SecretStore)
    argon2: Argon2Parameters = DEFAULT_ARGON2
    now: Callable[[], int] = _now

    def device(self) -> DeviceData:
        """Return what this computer remembers of organization files."""
        return DeviceData(self.data_folder)

    @property
    def keys_folder(self) -> Path:
        """Where the third copy of each key file lies."""
        return self.data_folder / "keys"


def keep_private(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` for this user alone, the old content or the new and never a part.

    Raises OSError.
    """
    make_private_folder(path.parent)
    replace_file(path, data)


def default_environment() -> Environment:
    """Return the environment of the person at this computer."""
    from platformdirs import user_data_path

    return Environment(data_folder=user_data_path("ct-crm-desktop", appauthor=False))


def protect_memory() -> None:
    """Switch core dumps off, so that a crash writes no key to the disk; call once at start."""
    disable_core_dumps()
