"""A notification service on the bus of a test: prints what it is asked to show, and clicks when told to.

Run as ``python -m tests.ui.shell.fake_notifications``. It says "ready" once it has its name, then prints each
notification as JSON; a line of standard input with a number and an action is a click. It ends with its input.
"""

import json
import os
import select
import sys
from itertools import count

# No type hints there; the library comes with keyring.
from jeepney import DBusAddress, HeaderFields, Message, new_method_return, new_signal  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

NAME = "org.freedesktop.Notifications"
_OBJECT = DBusAddress("/org/freedesktop/Notifications", NAME, NAME)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the answer


def _asked(connection: DBusConnection, message: Message, numbers: "count[int]") -> None:
    if message.header.fields.get(HeaderFields.member) == "Notify":
        _say(json.dumps(message.body))
        connection.send(new_method_return(message, "u", (message.body[1] or next(numbers),)))


def main() -> None:
    """Serve until the input ends."""
    connection = open_dbus_connection()
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    numbers = count(7)
    _say("ready")
    while True:
        ready, _, _ = select.select([connection.sock, sys.stdin], [], [])
        if sys.stdin in ready:
            # Not by readline: what it reads ahead no select would tell of.
            lines = os.read(sys.stdin.fileno(), 4096).decode().splitlines()
            if not lines:
                break
            for number, action in (line.split() for line in lines):
                connection.send(new_signal(_OBJECT, "ActionInvoked", "us", (int(number), action)))
        if connection.sock in ready:
            while True:
                try:
                    _asked(connection, connection.receive(timeout=0), numbers)
                except TimeoutError:
                    break


if __name__ == "__main__":
    main()
