"""How long the window stands still while a large file is backed up under it.

``python -m tests.benchmarks.backup_watchdog [--mib 1024] [--customers 20000] [--folder FOLDER]``

Makes an organization file of the wanted size from real rows (customers, calls, scans of paper consents),
opens the real window on it, and lets a timer of the event loop tick every 5 ms. The list is scrolled and
searched all the time: first without a backup, then while one runs that was asked for by the window's own
menu. The longest time between two ticks is what a person would feel; it must stay under 100 ms. Without a
display the window is drawn into memory. With ``--folder`` the file is kept there and used again.

Figures, no test: they depend on the computer and on what else it does. A gap is shown with what the
window's thread worked in it and what it waited for a free processor. Where other people use the same
Linux computer, their share is taken out by (as the administrator)

``setsid sh -c 'echo -20 > /proc/self/autogroup; exec python -m tests.benchmarks.backup_watchdog'``
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.backups import backups
from crm_desktop.operations.consents import record_paper_consent
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import enroll, open_organization
from crm_desktop.operations.sample import LOGIN, PASSWORD, create_sample
from crm_desktop.ui.assets import install_translation
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.shell.sign_in import SignInPage
from tests.e2e.driver import Driver
from tests.environments import Clock, add_member, new_environment

MIB = 1024 * 1024
TICK_MS = 5
STALL_MS = 100.0
SCAN_BYTES = 24 * MIB
WORDS = ("gro", "schmidt", "lind", "hafen", "0171", "weber mar", "zz")
CODE = "set-up-code"
SCHEDULER = Path("/proc/thread-self/schedstat")


class Watchdog(QObject):
    """Notes the time between two turns of the event loop, and what was being done in the long ones."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self.long: list[tuple[float, float, float, str]] = []
        self.doing = ""
        self._last = self._times()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch inside the block, from nothing."""
        self.gaps_ms.clear()
        self.long.clear()
        self._last = self._times()
        self._timer.start()
        try:
            yield
        finally:
            self._timer.stop()

    def _tick(self) -> None:
        now = self._times()
        gap, worked, queued = (after - before for after, before in zip(now, self._last, strict=True))
        self._last = now
        self.gaps_ms.append(gap)
        if gap > STALL_MS / 2:
            self.long.append((gap, worked, queued, self.doing))

    def _times(self) -> tuple[float, float, float]:
        """Return in ms: the time, what this thread worked, what it waited for a free processor (Linux)."""
        queued = float(SCHEDULER.read_text().split()[1]) / 1e6 if SCHEDULER.exists() else 0.0
        return time.perf_counter() * 1000, time.thread_time() * 1000, queued

    def report(self, name: str, seconds: float) -> bool:
        """Print the figures of a phase; return whether nothing stood still for too long."""
        ordered = sorted(self.gaps_ms)
        worst = ordered[-1]
        over = sum(gap > STALL_MS for gap in ordered)
        print(
            f"{name}: {seconds:.1f} s, {len(ordered)} turns; median {ordered[len(ordered) // 2]:.1f} ms, "
            f"99 % {ordered[int(len(ordered) * 0.99)]:.1f} ms, longest {worst:.1f} ms, "
            f"over {STALL_MS:.0f} ms: {over}"
        )
        for gap, worked, queued, doing in sorted(self.long, reverse=True)[:8]:
            spent = f"{worked:.0f} ms worked, {queued:.0f} ms without a processor"
            print(f"    {gap:6.1f} ms ({spent}) while {doing}")
        return over == 0


def filled_file(environment: Environment, path: Path, *, mib: int, customers: int) -> str:
    """Make the file and return its set-up code: a sample organization, then scans until it is large."""
    clock = environment.now
    assert isinstance(clock, Clock)
    code = create_sample(environment, path, customers=customers, calls=customers * 2)
    session = open_organization(environment, path, login=LOGIN, password=PASSWORD, set_up_code=code)
    member = add_member(session, "eva", Role.STAFF)
    noise = random.Random(1)  # noqa: S311 - bytes that do not compress, no secrets
    while path.stat().st_size < mib * MIB:
        record_paper_consent(
            session, member, scan=noise.randbytes(SCAN_BYTES), scan_name="scan.png",
            expires_at=session.now() + 60,
        )  # fmt: skip
        clock.advance(120)
        session.database.checkpoint()
    session.close()
    return code


class Person:
    """Scrolls and searches in the list of customers, never waiting for anything but the window."""

    def __init__(self, driver: Driver, watchdog: Watchdog) -> None:
        driver.workspace.pages.show_named("customers")
        self._page = driver.page(CustomersPage)
        self._watchdog = watchdog
        self._turn = 0

    def works(self, seconds: float) -> None:
        """Go on for ``seconds``: a page down, a jump, a word typed letter by letter, and again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._turn += 1
            word = WORDS[self._turn % len(WORDS)]
            for _ in range(6):
                self._does("a page down", lambda: QTest.keyClick(self._page.table, Qt.Key.Key_PageDown))
            bar = self._page.table.verticalScrollBar()
            place = (self._turn * 7919) % max(1, bar.maximum())
            self._does("a jump in the list", partial(bar.setValue, place))
            for letter in word:
                self._does(f"“{word}” is typed", partial(QTest.keyClicks, self._page.search, letter))
            self._watchdog.doing = f"“{word}” is looked for"
            waits(250)
            self._does("the search is cleared", self._page.search.clear, ms=150)

    def _does(self, what: str, act: Callable[[], object], *, ms: int = 40) -> None:
        self._watchdog.doing = what
        act()
        waits(ms)


def waits(ms: int) -> None:
    """Let the event loop turn; QTest would sleep in between, which a window never does."""
    loop = QEventLoop()
    timer = QTimer(loop)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(ms)
    loop.exec()
    timer.stop()


def signed_in(driver: Driver, path: Path) -> None:
    """Open the file and sign in, as a person does."""
    driver.start(None)
    driver.window.open_file(path)
    page = driver.front(SignInPage)
    driver.until(lambda: page.login.findText(LOGIN) >= 0, "the logins from this computer's keyring")
    page.login.setCurrentText(LOGIN)
    driver.write(page.password, PASSWORD)
    driver.click(page.submit_button)
    driver.until(lambda: driver.window.workspace is not None, "the organization")
    driver.settle()


def measured(driver: Driver) -> bool:
    """Work without and with a backup; return whether the window never stood still for too long."""
    watchdog = Watchdog()
    person = Person(driver, watchdog)
    person.works(5)  # the first search fills the caches, as it would in the morning
    began = time.monotonic()
    with watchdog.watching():
        person.works(20)
    watchdog.report("Scrolling and searching alone", time.monotonic() - began)

    session, workspace = driver.workspace.session, driver.workspace
    before = len(backups(session))
    began = time.monotonic()
    with watchdog.watching():
        watchdog.doing = "the backup begins"
        workspace.program_backup()
        while len(backups(session)) == before or not backups(session)[0].verified:
            person.works(1)
            assert time.monotonic() - began < 900, "the backup does not end"
        took = time.monotonic() - began
        watchdog.doing = "the backup ends"
        person.works(3)
    made = backups(session)[0]
    print(f"The backup: {made.size / MIB:.0f} MiB, made and read back in about {took:.1f} s")
    return watchdog.report("Scrolling and searching during it", time.monotonic() - began)


def main(arguments: list[str]) -> int:
    """Make the file, measure, print; 1 when the window stood still for more than 100 ms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    install_translation(app, "en_US")
    with tempfile.TemporaryDirectory(prefix="crm-desktop-benchmark-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "large.crm"
        environment = new_environment(Path(temporary) / "data", clock=Clock(int(time.time())))
        began = time.monotonic()
        kept = folder / CODE
        if path.exists():
            code = kept.read_text(encoding="ascii")
        else:
            code = filled_file(environment, path, mib=options.mib, customers=options.customers)
            kept.write_text(code, encoding="ascii")
        enroll(environment, path, code)
        print(f"{path}: {path.stat().st_size / MIB:.0f} MiB, made in {time.monotonic() - began:.0f} s")
        driver = Driver(Program(app, environment, theme="light"))
        try:
            signed_in(driver, path)
            quiet = measured(driver)
        finally:
            driver.close()
    return 0 if quiet else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
