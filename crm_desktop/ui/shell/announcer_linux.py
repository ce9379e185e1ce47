"""Linux: the Desktop Notifications Specification (org.freedesktop.Notifications) on the session bus.

Not through Qt's own bus classes: a notification has an unsigned number, which PySide cannot send. Only a
bus behind a Unix socket is used, and none is started.
"""

import os
from collections.abc import Mapping

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.announcer_base import Announcer
from crm_desktop.ui.shell.session_watch_linux import session_bus_is_local

_NAME = "org.freedesktop.Notifications"
_SERVICE = DBusAddress("/org/freedesktop/Notifications", _NAME, _NAME)
_PROGRAM = "CT-CRM Desktop"
_CLICK = "default"
"""The action of a click on the notification itself, by the specification."""


class BusAnnouncer(Announcer):
    """Connects at the first notification; a new one takes the place of the one before.

    ``environment`` is the one of the process.
    """

    def __init__(self, window: QWidget, *, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__(window)
        self._environment = environment
        self._connection: DBusConnection | None = None
        self._notifier: QSocketNotifier | None = None
        self._shown = 0

    def show(self, title: str, text: str) -> bool:
        """Hand it to the desktop; whether that shows it is said to nobody."""
        try:
            connection = self._connected()
            if connection is None:
                return False
            actions = [_CLICK, tr("Show")]
            body = (_PROGRAM, self._shown, "", title, text, actions, {"urgency": ("y", 1)}, -1)
            connection.send(new_method_call(_SERVICE, "Notify", "susssasa{sv}i", body))
        except (OSError, ValueError, RuntimeError):
            self.stop()
            return False
        return True

    def _connected(self) -> DBusConnection | None:
        if self._connection is None and session_bus_is_local(self._environment):
            address = self._environment.get("DBUS_SESSION_BUS_ADDRESS")
            address = address or f"unix:path={self._environment['XDG_RUNTIME_DIR']}/bus"
            connection = open_dbus_connection(address)
            rule = MatchRule(type="signal", interface=_NAME, path=_SERVICE.object_path)
            connection.send(message_bus.AddMatch(rule))
            self._connection = connection
            self._notifier = QSocketNotifier(connection.sock.fileno(), QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._read)
        return self._connection

    def _read(self) -> None:
        """Take what the bus has to say, without waiting for more."""
        while self._connection is not None:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, ValueError, RuntimeError):
                self.stop()
                return
            self._heard(message)

    def _heard(self, message: Message) -> None:
        kind = message.header.message_type
        if kind == MessageType.error:
            QApplication.alert(self._window)  # nobody on this desktop shows notifications
        elif kind == MessageType.method_return and message.header.fields.get(HeaderFields.signature) == "u":
            (self._shown,) = message.body
        elif message.header.fields.get(HeaderFields.member) == "ActionInvoked":
            number, action = message.body
            if number == self._shown and action == _CLICK:
                self.answered.emit()

    def stop(self) -> None:
        """Let the bus go."""
        notifier, self._notifier = self._notifier, None
        if notifier is not None:
            notifier.setEnabled(False)
            notifier.deleteLater()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._shown = 0
