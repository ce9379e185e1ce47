"""Linux: what logind says on the system bus, and the screen savers of the desktops on the session bus.

Only buses behind a Unix socket are used: an address may also name a host, and this program talks to none.
Nothing is started either: without an address the bus library would launch a bus of its own.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

from crm_desktop.ui.shell.session_watch_base import SessionWatch

_LOGIND = "org.freedesktop.login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_MANAGER_PATH = "/org/freedesktop/login1"
_SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",  # KDE Plasma and others
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)


class BusSessionWatch(SessionWatch):
    """Listens on the buses there are; ``environment`` is the one of the process."""

    def __init__(self, parent: QObject, *, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__(parent)
        self._environment = environment
        self._listening: list[tuple[QDBusConnection, str, str, str, str, str]] = []
        self._delay: int | None = None
        if session_bus_is_local(environment):
            bus = QDBusConnection.sessionBus()
            for interface in _SCREEN_SAVERS:
                # From whoever runs the screen saver, under whatever path: the desktops differ in both.
                self._listen(bus, "", "", interface, "ActiveChanged", "screen_saver_changed(bool)")
        if is_local(environment.get("DBUS_SYSTEM_BUS_ADDRESS", "unix:")):
            self._listen_to_logind(QDBusConnection.systemBus())

    def _listen(  # noqa: PLR0917 - the order of the bus's own call
        self, bus: QDBusConnection, service: str, path: str, interface: str, signal: str, slot: str
    ) -> None:
        if bus.isConnected() and bus.connect(service, path, interface, signal, self, _slot(slot)):
            self._listening.append((bus, service, path, interface, signal, slot))

    def _listen_to_logind(self, bus: QDBusConnection) -> None:
        """Hear of sleep at once; of a locked session when logind has said which session is this one."""
        if not bus.isConnected():
            return
        self._listen(bus, _LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", "sleep_prepared(bool)")
        # "auto" is the session of whoever asks, or the one his display is in.
        name = self._environment.get("XDG_SESSION_ID", "auto")
        self._ask(bus, "GetSession", [name], self._session_named)
        self._delay_sleep(bus)

    def _ask(
        self, bus: QDBusConnection, method: str, arguments: list[str], answered: Callable[[object], None]
    ) -> None:
        """Ask logind's manager something; a refusal is no answer and no error."""
        question = QDBusMessage.createMethodCall(_LOGIND, _MANAGER_PATH, _MANAGER, method)
        question.setArguments(arguments)
        watcher = QDBusPendingCallWatcher(bus.asyncCall(question), self)

        def finished() -> None:
            if not watcher.isError():
                answered(next(iter(watcher.reply().arguments()), None))
            watcher.deleteLater()

        watcher.finished.connect(finished)

    def _session_named(self, path: object) -> None:
        if isinstance(path, QDBusObjectPath):
            system = QDBusConnection.systemBus()
            self._listen(system, _LOGIND, path.path(), _SESSION, "Lock", "session_locked()")

    def _delay_sleep(self, bus: QDBusConnection) -> None:
        """Have logind wait (five seconds at most) until the window is locked, and not wake up to it open.

        The delay holds as long as the descriptor it answers with is open.
        """
        reason = ["sleep", "CT-CRM Desktop", "Locking the window", "delay"]
        self._ask(bus, "Inhibit", reason, self._sleep_delayed)

    def _sleep_delayed(self, held: object) -> None:
        if isinstance(held, QDBusUnixFileDescriptor) and held.isValid():
            self._let_sleep()
            self._delay = os.dup(held.fileDescriptor())

    def _let_sleep(self) -> None:
        delay, self._delay = self._delay, None
        if delay is not None:
            os.close(delay)

    @property
    def delays_sleep(self) -> bool:
        """Whether the computer waits for the window to be locked before it sleeps."""
        return self._delay is not None

    @property
    def listens_for(self) -> list[str]:
        """The signals that are heard now."""
        return [f"{interface}.{signal}" for _, _, _, interface, signal, _ in self._listening]

    @Slot(bool)
    def screen_saver_changed(self, active: bool) -> None:  # noqa: FBT001 - the bus's signal
        """The screen saver covered the screen, or went."""
        if active:
            self.left.emit()

    @Slot(bool)
    def sleep_prepared(self, before: bool) -> None:  # noqa: FBT001 - the bus's signal
        """The computer is about to sleep, or woke up: locked in both cases, if the first came too late."""
        self.left.emit()
        if before:
            self._let_sleep()
        else:
            self._delay_sleep(QDBusConnection.systemBus())

    @Slot()
    def session_locked(self) -> None:
        """The session of this person was locked."""
        self.left.emit()

    def stop(self) -> None:
        """Listen no more."""
        for bus, service, path, interface, signal, slot in self._listening:
            bus.disconnect(service, path, interface, signal, self, _slot(slot))
        self._listening.clear()
        self._let_sleep()


def _slot(signature: str) -> Any:  # noqa: ANN401 - text, where the type hints of Qt want bytes and Qt takes none
    return SLOT(signature)


def is_local(address: str) -> bool:
    """Return whether every alternative of a bus address is a Unix socket of this computer.

    D-Bus specification, "Server Addresses": alternatives are separated by semicolons.
    """
    return bool(address) and all(part.startswith("unix:") for part in address.split(";") if part)


def session_bus_is_local(environment: Mapping[str, str]) -> bool:
    """Return whether there is a session bus to talk to, without starting one."""
    address = environment.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return is_local(address)
    runtime = environment.get("XDG_RUNTIME_DIR")
    return bool(runtime) and (Path(runtime or "") / "bus").exists()
