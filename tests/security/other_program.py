"""A second program on the same organization, run as a process of its own by the tests of the locks.

It talks in lines: it says what it reached on standard output and goes on when a line arrives on
standard input. Started as ``python -m tests.security.other_program JOB``; its first line of input is JSON.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from crm_desktop.domain.errors import KnownError
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_change import change_key_file
from crm_desktop.security.key_file_copies import KeyFilePlaces, read_key_file
from crm_desktop.security.sign_in import rewrap, sign_in
from tests.security.conftest import CHEAP


class SequenceFile:
    """Stands for the database: the committed key-file sequence in a file that is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> None:
        """Nothing to begin: byte 0 is held."""

    def commit(self, body: KeyFileBody) -> None:
        """Store the sequence."""
        replace_file(self.path, str(body.sequence).encode())

    def rollback(self) -> None:
        """Nothing was written."""


def say(text: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def wait() -> str:
    """Wait for the test."""
    return sys.stdin.readline().strip()


def killer(at: int) -> Callable[[str], None]:
    """Return a step hook that ends the process at step ``at``, as a power cut would."""
    left = [at]

    def step(_: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)

    return step


def change_password(facts: dict[str, str]) -> None:
    """Sign in, wait, change the password; end at the given step."""
    database = Path(facts["database"])
    places = KeyFilePlaces.beside(database, device_folder=database.parent / "keys")
    ring = sign_in(
        read_key_file(places).body,
        secret=bytes.fromhex(facts["secret"]),
        root_fingerprint=bytes.fromhex(facts["fingerprint"]),
        login=facts["login"],
        password=facts["old"],
    )
    with LockFile(database.with_name(f"{database.name}.lock")) as lock:
        say("ready")
        wait()
        change_key_file(
            places,
            lock,
            add=lambda body: rewrap(body, ring, facts["new"], CHEAP),
            remove=lambda body: body,
            database=SequenceFile(database),
            on_step=killer(int(facts["kill_at"])),
        )
    say("changed")


def hold(facts: dict[str, str]) -> None:
    """Take what is asked for, hold it until a line arrives."""
    with LockFile(Path(facts["lock"]), owner=facts["owner"]) as lock:
        if facts["what"] == "seat":
            say(str(lock.take_seat()))
            wait()
        elif facts["what"] == "key file":
            with lock.key_file_change():
                say("held")
                wait()
        else:
            with lock.all_seats():
                say("held")
                wait()
    say("released")


def main() -> None:
    """Do the job named on the command line."""
    facts: dict[str, str] = json.loads(wait())
    job = {"change_password": change_password, "hold": hold}[sys.argv[1]]
    try:
        job(facts)
    except KnownError as error:
        say(f"refused {error.code}")


if __name__ == "__main__":
    main()
