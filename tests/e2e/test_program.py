"""The program as a process of its own, driven from outside by keys, as a user's desktop would."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from crm_desktop.operations.sample import PASSWORD

PATIENCE_S = 60.0
TITLE = "Hafenlogistik Nord – CT-CRM Desktop"

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.usefixtures("display"),
]


@pytest.fixture
def display() -> None:
    assert os.environ.get("DISPLAY"), "the tests run in a display of their own: python3 dev.py test"
    assert shutil.which("xdotool")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a person whose data folder is empty; keyring and display are the test's."""
    return os.environ | {"XDG_DATA_HOME": str(tmp_path / "data"), "QT_QPA_PLATFORM": "xcb"}


@pytest.fixture
def sample(tmp_path: Path, home: dict[str, str]) -> Path:
    """Return a small sample organization made by the command line."""
    path = tmp_path / "sample.crm"
    cli(home, "sample", str(path), "--customers", "12", "--calls", "30")
    return path


def cli(home: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "crm_desktop.cli.main", *arguments],
        env=home, input=f"{PASSWORD}\n", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class Desktop:
    """A running program seen from outside: its window's title and the keys it gets."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.window = self._find()

    def _find(self) -> str:
        found: list[str] = []

        def visible() -> bool:
            out = self._xdotool("search", "--onlyvisible", "--name", "CT-CRM Desktop", check=False)
            found[:] = out.split()
            return bool(found)

        self.until(visible, "the window")
        return found[0]

    @staticmethod
    def _xdotool(*arguments: str, check: bool = True) -> str:
        done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.poll() is None, "the program ended"
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.05)

    def rests(self) -> bool:
        """Tell whether the program has used no processor time for half a second."""
        program = psutil.Process(self.process.pid)
        before = program.cpu_times()
        time.sleep(0.5)
        return program.cpu_times()[:2] == before[:2]

    @property
    def title(self) -> str:
        return self._xdotool("getwindowname", self.window)

    def keys(self, *names: str) -> None:
        self._xdotool("windowfocus", self.window)
        self._xdotool("key", "--clearmodifiers", "--delay", "40", *names)

    def text(self, words: str) -> None:
        self._xdotool("windowfocus", self.window)
        self._xdotool("type", "--clearmodifiers", "--delay", "25", words)


@pytest.fixture
def desktop(home: dict[str, str], sample: Path) -> Iterator[Desktop]:
    process = subprocess.Popen([sys.executable, "-m", "crm_desktop", str(sample)], env=home)
    try:
        yield Desktop(process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_started_as_a_process_it_signs_in_adds_a_customer_locks_and_ends(
    desktop: Desktop, home: dict[str, str], sample: Path
) -> None:
    assert desktop.title == "CT-CRM Desktop", "before signing in the title names nobody"
    sign_in(desktop)
    desktop.keys("ctrl+n")
    desktop.text("Zelda")
    desktop.keys("Tab", "Tab")
    desktop.text("Quist")
    desktop.keys("ctrl+s")
    desktop.until(lambda: customers(home, sample) == 13, "the thirteenth customer")
    desktop.keys("ctrl+l")
    desktop.until(lambda: desktop.title == "CT-CRM Desktop", "the locked window")
    sign_in(desktop)
    desktop.keys("ctrl+q")
    assert desktop.process.wait(timeout=PATIENCE_S) == 0
    assert not sample.with_name(f"{sample.name}-wal").exists(), "a program that ends leaves one whole file"
    checks = json.loads(cli(home, "verify", str(sample), "--password-stdin", "--json"))
    assert checks["ok"], checks


def sign_in(desktop: Desktop) -> None:
    """Type the password once the program rests: the keyring has answered and the field has the keyboard."""
    desktop.until(desktop.rests, "the sign-in page")
    desktop.text(PASSWORD)
    desktop.keys("Return")
    desktop.until(lambda: desktop.title == TITLE, "the open organization")
    desktop.until(desktop.rests, "the list of customers")


def customers(home: dict[str, str], sample: Path) -> int:
    info = json.loads(cli(home, "info", str(sample), "--password-stdin", "--json"))
    return int(info["customers"])
