"""The organization secret in the operating system's keyring.

Keyrings hang (a locked collection waits for a prompt nobody sees), lie (the null backend "saves") and
refuse in many ways. So every call runs in a thread of its own with a time-out, every value that is
stored is read back, and every refusal becomes one of a few sentences that name the keyring.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, TypeVar

from crm_desktop.domain.errors import InvalidValueError, KeyringError
from crm_desktop.security.codes import SetUpCode, parse_set_up_code

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_Answer = TypeVar("_Answer")
_USER_NAME = "set-up code"
_WAIT_SECONDS = 15.0


class SecretStore:
    """Set-up codes by file id in one keyring backend (None: the one the system offers).

    Every method may raise KeyringError: ``keyring_missing``, ``keyring_unavailable``,
    ``keyring_locked``, ``keyring_refused`` (fact reason), ``keyring_timeout``; fact backend names the
    keyring in each. Never call one on the thread of the window.
    """

    def __init__(self, backend: "KeyringBackend | None" = None, *, timeout: float = _WAIT_SECONDS) -> None:
        self._given = backend
        self._timeout = timeout

    def backend_name(self) -> str:
        """Return the name of the keyring, such as "SecretService Keyring"."""
        return _name(self._backend())

    def store(self, file_id: bytes, secret: bytes, fingerprint: bytes) -> None:
        """Store secret and root fingerprint and read them back.

        Also raises KeyringError ``keyring_not_kept``: the keyring said yes and kept nothing.
        """
        backend = self._backend()
        text = SetUpCode(secret, fingerprint).text()
        service = _service(file_id)

        def write_and_read() -> str | None:
            backend.set_password(service, _USER_NAME, text)
            return backend.get_password(service, _USER_NAME)

        if self._ask(backend, write_and_read) != text:
            raise KeyringError("keyring_not_kept", backend=_name(backend))

    def fetch(self, file_id: bytes, *, stored_in: str | None = None) -> SetUpCode | None:
        """Return the stored set-up code, None when there is none.

        ``stored_in`` is the name of the keyring it was stored in: when nothing is found and the present
        one is another, KeyringError ``keyring_changed`` names both. Also ``keyring_value_damaged``.
        """
        backend = self._backend()
        text = self._ask(backend, lambda: backend.get_password(_service(file_id), _USER_NAME))
        name = _name(backend)
        if not text:
            if stored_in is not None and stored_in != name:
                raise KeyringError("keyring_changed", backend=name, former=stored_in)
            return None
        try:
            return parse_set_up_code(text)
        except InvalidValueError:
            # Not chained: the error of a code may quote nothing, but the value stays out of reports.
            raise KeyringError("keyring_value_damaged", backend=name) from None

    def forget(self, file_id: bytes) -> None:
        """Delete the stored set-up code; nothing happens when there is none."""
        backend = self._backend()
        service = _service(file_id)

        def delete() -> None:
            if backend.get_password(service, _USER_NAME) is not None:
                backend.delete_password(service, _USER_NAME)

        self._ask(backend, delete)

    def _backend(self) -> "KeyringBackend":
        if self._given is None:
            self._given = self._ask(None, _system_backend)
        return self._given

    def _ask(self, backend: "KeyringBackend | None", call: Callable[[], _Answer]) -> _Answer:
        """Run ``call`` in a thread that does not keep the program alive, and wait for it a while."""
        answer: Future[_Answer] = Future()

        def run() -> None:
            try:
                answer.set_result(call())
            except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which judges it
                answer.set_exception(error)

        threading.Thread(target=run, name="keyring", daemon=True).start()
        name = "?" if backend is None else _name(backend)
        failure = _failure(answer, self._timeout, name)
        if failure is not None:
            raise _refusal(failure, name) from failure
        return answer.result()


def _failure(answer: "Future[_Answer]", timeout: float, name: str) -> BaseException | None:
    try:
        return answer.exception(timeout)
    except FutureTimeoutError as error:
        raise KeyringError("keyring_timeout", backend=name, seconds=f"{timeout:g}") from error


def _refusal(error: BaseException, name: str) -> KeyringError:
    """Return the sentence for what a backend raised; they raise what their system gives them."""
    import keyring.errors

    if isinstance(error, keyring.errors.NoKeyringError):
        return KeyringError("keyring_missing", backend=name)
    if isinstance(error, keyring.errors.KeyringLocked):
        return KeyringError("keyring_locked", backend=name)
    if isinstance(error, keyring.errors.InitError):
        return KeyringError("keyring_unavailable", backend=name)
    if not isinstance(error, Exception):
        raise error
    return KeyringError("keyring_refused", backend=name, reason=_reason(error))


def _reason(error: BaseException) -> str:
    """Return class and numbers of an error, never its text: a backend might quote what it was given."""
    numbers = [str(number) for cause in _causes(error) for number in _numbers(cause)]
    return " ".join([type(error).__name__, *dict.fromkeys(numbers)])


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(5):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _numbers(error: BaseException) -> list[int]:
    return [argument for argument in error.args if type(argument) is int]


def _system_backend() -> "KeyringBackend":
    """Return the system's backend; on Windows secrets stay on this computer instead of roaming."""
    import keyring

    backend = keyring.get_keyring()
    for each in getattr(backend, "backends", [backend]):
        if type(each).__module__ == "keyring.backends.Windows":
            each.persist = "local machine"
    return backend


def _name(backend: "KeyringBackend") -> str:
    """Return a backend's name; of a chain the names of its links, which people know."""
    links = [str(link.name) for link in getattr(backend, "backends", ())]
    return ", ".join(links) or str(backend.name)


def _service(file_id: bytes) -> str:
    """Return the service name: one per organization, so one can be forgotten without the others."""
    return f"CT-CRM Desktop {file_id.hex()}"
