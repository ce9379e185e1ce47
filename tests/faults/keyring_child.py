"""The real window with a real Secret Service that is locked and whose prompt nobody answers.

Started by test_keyring.py inside a session with an unlocked keyring; prints what happened as JSON.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import secretstorage
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]  # comes with keyring
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
from keyring.backend import KeyringBackend
from keyring.backends.SecretService import Keyring
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.operations.environment import Environment
from crm_desktop.security.os_keyring import SecretStore
from crm_desktop.ui.shell.sign_in import SignInPage
from tests.environments import CHEAP, PASSWORD, new_organization

_PROMPTER = "org.gnome.keyring.SystemPrompter"


def _until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        QApplication.processEvents()
        time.sleep(0.001)


def main(folder: Path) -> dict[str, object]:
    """Lock the keyring, ignore its prompt, and get in with the set-up code."""
    # By name: the one in memory of the other tests would be chained to it.
    service: KeyringBackend = Keyring()  # type: ignore[no-untyped-call]
    environment = Environment(
        data_folder=folder / "data", secrets=SecretStore(service, timeout=6), argon2=CHEAP
    )
    office = new_organization(folder, environment=environment)
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    with open_dbus_connection("SESSION") as prompter:
        prompter.send_and_get_reply(message_bus.RequestName(_PROMPTER))
        return _window(folder, office.path, office.set_up_code, environment)


def _window(folder: Path, path: Path, code: str, environment: Environment) -> dict[str, object]:
    app = QApplication([])
    program = Program(app, environment, theme="light")
    window = program.window
    assert window is not None
    beats: list[float] = []
    beat = QTimer()
    beat.timeout.connect(lambda: beats.append(time.monotonic()))
    beat.start(10)
    window.show()
    window.open_file(path)
    page = window.front
    assert isinstance(page, SignInPage)
    _until(lambda: not page.waiting.isHidden(), "the offer to type the code")
    offered = page.waiting.label.text()
    longest = max(after - before for before, after in itertools.pairwise(beats))
    page.waiting.button.click()
    page.login.setEditText("ana")
    page.password.setText(PASSWORD)
    page.code.setText(code)
    page.submit_button.click()
    _until(lambda: window.workspace is not None, "the workspace")
    program.close()
    return {"backend": environment.secrets.backend_name(), "offered": offered, "longest": longest}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201 - the answer
