"""The command line in a terminal, watched by its progress line so that it is stopped in mid-work."""

import os
import pty
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.e2e.computers import Computer, command_line

_PROGRESS = re.compile(r"([\d,]+) of ([\d,]+)\x1b")
_ROW = '  <call number="+1212555{:04d}" duration="{}" date="{}" type="1" contact_name="{}" />\n'


@dataclass(frozen=True, slots=True)
class Running:
    """A command at work and the terminal that shows its progress."""

    process: "subprocess.Popen[str]"
    terminal: int

    def wait_for_progress(self, share: float) -> None:
        """Read the progress line until at least ``share`` of the work is done."""
        seen = ""
        while True:
            seen += os.read(self.terminal, 4096).decode("utf-8", "replace")
            shown = _PROGRESS.findall(seen)
            if shown:
                done, total = (int(number.replace(",", "")) for number in shown[-1])
                if done >= share * total:
                    return


@contextmanager
def running(
    computer: Computer, *arguments: object, given: str, before: Sequence[str] = ()
) -> Iterator[Running]:
    """Start a command with ``given`` on its standard input and a terminal for its messages."""
    terminal, theirs = pty.openpty()
    process = computer.start([*before, *command_line(*arguments)], {"stderr": theirs})
    os.close(theirs)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(given)
        process.stdin.close()
        try:
            yield Running(process, terminal)
        finally:
            process.kill()
            process.wait()
            os.close(terminal)


def long_log(rows: int, *, contact_name: str = "(Unknown)") -> str:
    """Return a phone's log of ``rows`` calls, each another one, as SMS Backup & Restore writes it."""
    lines = (
        _ROW.format(row % 10_000, row % 600, 1_767_362_400_000 + row * 61_000, contact_name)
        for row in range(rows)
    )
    head = f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<calls count=\"{rows}\">\n"
    return "".join([head, *lines, "</calls>\n"])
