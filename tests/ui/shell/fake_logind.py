"""A login manager on the bus of a test: answers which session asks, and says what it is told to say.

Run as ``python -m tests.ui.shell.fake_logind``; each line of standard input is one signal to send:
``sleep true``, ``sleep false``, ``lock PATH``. It says "ready" once it has its name and "let go" when a
delay of sleep ends, and ends with its input.
"""

import os
import select
import sys

# No type hints there; the library comes with keyring.
from jeepney import DBusAddress, HeaderFields, new_method_return, new_signal  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

NAME = "org.freedesktop.login1"
OWN_SESSION = "/org/freedesktop/login1/session/_32"
_ROOT = DBusAddress("/org/freedesktop/login1", NAME, f"{NAME}.Manager")


def _answer(connection: DBusConnection) -> int | None:
    """Tell every asker that his is the one session; for a delay return what ends when it is let go."""
    message = connection.receive()
    member = message.header.fields.get(HeaderFields.member)
    if member == "GetSession":
        connection.send(new_method_return(message, "o", (OWN_SESSION,)))
    if member != "Inhibit":
        return None
    assert (message.body[0], message.body[3]) == ("sleep", "delay")
    reading, writing = os.pipe()
    connection.send(new_method_return(message, "h", (writing,)))
    os.close(writing)
    return reading


def _say(connection: DBusConnection, words: list[str]) -> None:
    if words[0] == "sleep":
        connection.send(new_signal(_ROOT, "PrepareForSleep", "b", (words[1] == "true",)))
    else:
        session = DBusAddress(words[1], NAME, f"{NAME}.Session")
        connection.send(new_signal(session, "Lock"))


def main() -> None:
    """Serve until standard input ends."""
    delays: list[int] = []
    with open_dbus_connection("SESSION", enable_fds=True) as connection:
        connection.send_and_get_reply(message_bus.RequestName(NAME))
        print("ready", flush=True)  # noqa: T201 - the one who started it waits for this
        while True:
            ready, _, _ = select.select([connection.sock, sys.stdin, *delays], [], [])
            for delay in [delay for delay in delays if delay in ready]:
                delays.remove(delay)
                os.close(delay)
                print("let go", flush=True)  # noqa: T201
            if connection.sock in ready:
                held = _answer(connection)
                delays += [] if held is None else [held]
            if sys.stdin in ready:
                # Not by readline: what it reads ahead no select would tell of.
                lines = os.read(sys.stdin.fileno(), 4096).decode()
                if not lines:
                    return
                for line in lines.splitlines():
                    _say(connection, line.split())


if __name__ == "__main__":
    main()
