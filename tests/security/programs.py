"""Starts tests/security/other_program.py and talks to it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]


class Program:
    """One running second program."""

    def __init__(self, job: str, facts: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.security.other_program", job],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tell(json.dumps(facts))

    def tell(self, line: str = "go") -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> int:
        """Close the pipes and return the exit code."""
        self.process.communicate()
        return self.process.returncode


@contextmanager
def program(job: str, **facts: str) -> Iterator[Program]:
    running = Program(job, facts)
    try:
        yield running
    finally:
        running.process.kill()
        running.end()
