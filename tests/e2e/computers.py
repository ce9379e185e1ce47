"""A computer of its own for real processes: home, data, runtime and temporary folder, nothing inherited.

The command line runs as ``python -m crm_desktop.cli.main``, as an administrator's script would run it:
real keys, the real cost of passwords, secrets on standard input only.
"""

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
# Group and others may read what a program does not protect itself.
_ORDINARY_UMASK = 0o022


@dataclass(frozen=True, slots=True)
class Computer:
    """Where processes run; ``bus`` is the address of a session bus with a keyring, None without one."""

    folder: Path
    bus: str | None = None

    @classmethod
    def new(cls, folder: Path) -> Self:
        """Make the folders; no keyring yet."""
        made = cls(folder)
        for place in (made.home, made.runtime, made.temporary, made.work, made.home / "share"):
            place.mkdir(mode=0o700, parents=True)
        return made

    @property
    def home(self) -> Path:
        """The HOME of its one user."""
        return self.folder / "home"

    @property
    def runtime(self) -> Path:
        """The folder for sockets, private as the specification wants it."""
        return self.folder / "runtime"

    @property
    def temporary(self) -> Path:
        """Where programs put temporary files."""
        return self.folder / "tmp"

    @property
    def work(self) -> Path:
        """The working directory: relative paths start here, a core dump would fall here."""
        return self.folder / "work"

    @property
    def data_folder(self) -> Path:
        """The program's own data folder."""
        return self.home / "share" / "ct-crm-desktop"

    def with_bus(self, address: str) -> "Computer":
        """Return the computer with a session bus."""
        return replace(self, bus=address)

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a process; no display, no bus but its own."""
        own = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "USER": getpass.getuser(),
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "share"),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "TMPDIR": str(self.temporary),
        }
        return own if self.bus is None else own | {"DBUS_SESSION_BUS_ADDRESS": self.bus}

    def run(
        self, *arguments: object, given: str = "", status: int = 0, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with ``given`` on its standard input; it must end with ``status``.

        ``before`` is put in front of the process: a tracer, another network namespace.
        """
        done = subprocess.run(
            [*before, *command_line(*arguments)],
            input=given,
            env=self.environment(),
            cwd=self.work,
            umask=_ORDINARY_UMASK,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == status, f"{arguments[0]}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def document(self, *arguments: object, given: str = "") -> dict[str, Any]:
        """Return the one JSON document of a command that succeeds."""
        document = json.loads(self.run(*arguments, "--json", given=given).stdout)
        assert isinstance(document, dict)
        return document

    def start(
        self, command: Sequence[str], streams: Mapping[str, int] | None = None
    ) -> "subprocess.Popen[str]":
        """Start a process here; standard input and output are pipes unless ``streams`` says otherwise."""
        chosen = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} | dict(streams or {})
        return subprocess.Popen(
            command,
            env=self.environment(),
            cwd=self.work,
            umask=_ORDINARY_UMASK,
            text=True,
            encoding="utf-8",
            stdin=chosen["stdin"],
            stdout=chosen["stdout"],
            stderr=chosen.get("stderr"),
        )


def command_line(*arguments: object) -> list[str]:
    """Return the command that runs the command line with ``arguments``."""
    return [sys.executable, "-m", "crm_desktop.cli.main", *(str(argument) for argument in arguments)]


def secrets(**values: str) -> str:
    """Return the lines for ``--secrets-stdin``; ``_`` in a name stands for ``-``."""
    return "".join(f"{name.replace('_', '-')}={value}\n" for name, value in values.items())


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes.

    Of the lock file only the name: each program writes into it who holds which byte, and takes it back.
    """
    return {
        str(path.relative_to(folder)): b"" if path.suffix == ".lock" else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
