"""The keyring: a real Secret Service, and every way a keyring can refuse, hang or lie."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from crm_desktop.domain.errors import KeyringError
from crm_desktop.domain.sentences import sentence
from crm_desktop.security.codes import SetUpCode
from crm_desktop.security.os_keyring import SecretStore

_ROOT = Path(__file__).parents[2]
_FILE, _SECRET, _FINGERPRINT = b"f" * 16, b"s" * 16, b"r" * 16


class Memory(KeyringBackend):
    """A keyring that works, in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no hints there
        self.values: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.values[service, username]


class Refusing(Memory):
    """A keyring whose every call raises."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


def _code(store: SecretStore) -> str:
    with pytest.raises(KeyringError) as caught:
        store.store(_FILE, _SECRET, _FINGERPRINT)
    assert caught.value.facts["backend"] in sentence(caught.value)  # type: ignore[operator]  # a str
    return caught.value.code


@pytest.fixture
def session(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a D-Bus session with nothing of the developer's own."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(_ROOT)}


def _in_session(
    environment: dict[str, str], job: str, *, before: str = "", timeout: float = 15
) -> dict[str, object]:
    child = f"{sys.executable} -m tests.security.keyring_child {job} {timeout:g}"
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", f"{before}{child}"],
        env=environment,
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    answer: dict[str, object] = json.loads(done.stdout[done.stdout.index("{") :])
    return answer


def test_a_real_secret_service_keeps_one_code_per_organization(session: dict[str, str]) -> None:
    unlock = "echo -n testpw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; "
    answer = _in_session(session, "round_trip", before=unlock)
    assert answer["module"] == "keyring.backends.SecretService"
    assert answer["backend"] == "SecretService Keyring"
    assert (answer["found"], answer["forgotten"], answer["other"]) == ("u" * 16, True, "t" * 16)


def test_17_no_keyring_at_all_is_a_sentence(session: dict[str, str]) -> None:
    environment = session | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.keyring_child", "fetch", "15"],
        env=environment,
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert (answer["code"], answer["backend"]) == ("keyring_missing", "fail Keyring")


def test_18_a_secret_service_nobody_unlocks_ends_in_time(session: dict[str, str]) -> None:
    answer = _in_session(
        session, "fetch", before="gnome-keyring-daemon --start --components=secrets >/dev/null; ", timeout=5
    )
    assert answer["code"] in {"keyring_unavailable", "keyring_locked", "keyring_timeout"}


def _made(backend: Callable[..., KeyringBackend]) -> KeyringBackend:
    """Make a backend of the library, whose constructors have no hints."""
    return backend()


def test_17_the_backend_that_always_fails_is_a_missing_keyring() -> None:
    assert _code(SecretStore(_made(keyring.backends.fail.Keyring))) == "keyring_missing"


def test_19_the_null_backend_is_found_by_reading_back() -> None:
    assert _code(SecretStore(_made(keyring.backends.null.Keyring))) == "keyring_not_kept"


def test_18_a_hanging_keyring_is_given_up_and_does_not_keep_the_program_alive() -> None:
    answered = threading.Event()

    class Hanging(Memory):
        def get_password(self, service: str, username: str) -> str | None:
            answered.wait(30)
            return None

    store = SecretStore(Hanging(), timeout=0.05)
    begun = time.monotonic()
    with pytest.raises(KeyringError) as caught:
        store.fetch(_FILE)
    assert (caught.value.code, caught.value.facts["seconds"]) == ("keyring_timeout", "0.05")
    assert time.monotonic() - begun < 5
    (left,) = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    assert left.daemon
    answered.set()
    left.join(30)
    assert not left.is_alive()


def _chained(number: int) -> Exception:
    error = keyring.errors.PasswordSetError("Can't store password on keychain")
    error.__cause__ = OSError(number, "denied by the system")
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (keyring.errors.KeyringLocked("locked"), "keyring_locked"),
        (keyring.errors.InitError("Prompt dismissed"), "keyring_unavailable"),
        (keyring.errors.NoKeyringError("none"), "keyring_missing"),
        (keyring.errors.PasswordSetError("refused"), "keyring_refused"),
        (OSError(13, "refused"), "keyring_refused"),
        (ValueError("of the backend's own"), "keyring_refused"),
    ],
)
def test_22_every_refusal_of_a_system_is_readable(error: Exception, code: str) -> None:
    store = SecretStore(Refusing(error))
    assert _code(store) == code
    with pytest.raises(KeyringError) as caught:
        store.fetch(_FILE)
    assert caught.value.code == code


@pytest.mark.parametrize("number", [-25293, -128, 1783])
def test_22_the_systems_number_is_in_the_sentence_and_no_text_of_the_backend(number: int) -> None:
    backend = Refusing(_chained(number))
    with pytest.raises(KeyringError) as caught:
        SecretStore(backend).store(_FILE, _SECRET, _FINGERPRINT)
    text = sentence(caught.value)
    assert str(number) in text
    assert "keychain" not in text
    assert backend.values == {}


def test_a_bug_in_a_backend_that_ends_the_program_is_not_hidden() -> None:
    class Leaving(Memory):
        def get_password(self, service: str, username: str) -> str | None:
            raise SystemExit(3)

    with pytest.raises(SystemExit):
        SecretStore(Leaving()).fetch(_FILE)


def test_20_a_lost_value_is_none_and_nothing_new_is_made() -> None:
    backend = Memory()
    store = SecretStore(backend)
    assert store.fetch(_FILE) is None
    assert store.fetch(_FILE, stored_in=store.backend_name()) is None
    assert backend.values == {}


def test_21_a_value_in_another_keyring_names_both() -> None:
    store = SecretStore(Memory())
    with pytest.raises(KeyringError) as caught:
        store.fetch(_FILE, stored_in="SecretService Keyring")
    text = sentence(caught.value)
    assert caught.value.code == "keyring_changed"
    assert "SecretService Keyring" in text
    assert store.backend_name() in text


def test_a_value_that_is_no_code_is_said_and_not_quoted() -> None:
    backend = Memory()
    store = SecretStore(backend)
    store.store(_FILE, _SECRET, _FINGERPRINT)
    assert store.fetch(_FILE) == SetUpCode(_SECRET, _FINGERPRINT)
    (place,) = backend.values
    backend.values[place] = "my other password"
    with pytest.raises(KeyringError) as caught:
        store.fetch(_FILE)
    assert caught.value.code == "keyring_value_damaged"
    assert "my other password" not in f"{sentence(caught.value)}{caught.value!r}{caught.value.facts}"


def test_the_service_is_one_per_organization_and_the_value_the_set_up_code() -> None:
    backend = Memory()
    SecretStore(backend).store(_FILE, _SECRET, _FINGERPRINT)
    expected = {(f"CT-CRM Desktop {_FILE.hex()}", "set-up code"): SetUpCode(_SECRET, _FINGERPRINT).text()}
    assert backend.values == expected


@pytest.fixture
def windows_backend(monkeypatch: pytest.MonkeyPatch) -> Memory:
    class WinVaultKeyring(Memory):
        persist = "enterprise"

    WinVaultKeyring.__module__ = "keyring.backends.Windows"
    backend = WinVaultKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_on_windows_the_secret_stays_on_this_computer(windows_backend: Memory) -> None:
    store = SecretStore()
    store.store(_FILE, _SECRET, _FINGERPRINT)
    assert vars(windows_backend)["persist"] == "local machine"
    assert store.fetch(_FILE) == SetUpCode(_SECRET, _FINGERPRINT)


def test_windows_inside_a_chain_of_keyrings_too(
    windows_backend: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Chain(Memory):
        backends = (windows_backend, Memory())

    monkeypatch.setattr(keyring, "get_keyring", Chain)
    assert SecretStore().backend_name() == f"{windows_backend.name}, {Memory().name}"
    assert vars(windows_backend)["persist"] == "local machine"
