"""An environment apart from whoever measures: neither the keyring nor the data folder of this user.

A module of its own, and one that loads nothing: the window's start is measured with it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from crm_desktop.operations.environment import Environment
from crm_desktop.security.os_keyring import SecretStore

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


class NoKeyring:
    """Keeps nothing, as on a computer without a keyring."""

    name = "none"

    def get_password(self, service: str, username: str) -> None:
        """Return that there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""

    def delete_password(self, service: str, username: str) -> None:
        """Have nothing to delete."""


def apart(folder: Path) -> Environment:
    """Return an environment that keeps everything in ``folder`` and nothing in a keyring."""
    return Environment(data_folder=folder / "data", secrets=SecretStore(cast("KeyringBackend", NoKeyring())))
