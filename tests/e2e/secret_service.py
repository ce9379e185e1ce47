"""A real Secret Service without a desktop: a session bus and an unlocked GNOME keyring of their own.

The daemon reads its password from standard input; with a display it would ask there instead. Bus and
keyring end with the block that started them.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.e2e.computers import Computer

_IN_SESSION = """
printf %s only-for-tests | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 1
exec "$@"
"""
_NAME_THE_BUS_AND_WAIT = 'printf "%s\\n" "$DBUS_SESSION_BUS_ADDRESS"; exec cat'


def session_command(command: Sequence[str]) -> list[str]:
    """Return the command that runs ``command`` in a session with a bus and an unlocked keyring."""
    return ["dbus-run-session", "--", "sh", "-c", _IN_SESSION, "in-session", *command]


@contextmanager
def secret_service(computer: Computer) -> Iterator[Computer]:
    """Give ``computer`` a session bus with an unlocked keyring for the block."""
    session = computer.start(
        session_command(["sh", "-c", _NAME_THE_BUS_AND_WAIT]), {"stderr": subprocess.DEVNULL}
    )
    assert session.stdin is not None
    assert session.stdout is not None
    with session.stdin, session.stdout:
        try:
            address = session.stdout.readline().strip()
            assert address, "the session bus or its keyring did not start"
            yield computer.with_bus(address)
        finally:
            session.stdin.close()
            session.wait(timeout=20)
