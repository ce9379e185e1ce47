"""The real window on a bus of its own, where somebody leaves the computer in every way there is.

Started by test_session_watch.py inside ``dbus-run-session``; prints what happened as one JSON document.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.ui.shell.session_watch_linux import BusSessionWatch
from tests.environments import new_organization
from tests.ui.shell.fake_logind import OWN_SESSION

_SCREEN_SAVERS = {
    "org.freedesktop.ScreenSaver": "/org/freedesktop/ScreenSaver",
    "org.gnome.ScreenSaver": "/org/gnome/ScreenSaver",
}


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        QApplication.processEvents()


def _emit(interface: str, *, active: bool) -> None:
    command = ["dbus-send", "--session", "--type=signal", _SCREEN_SAVERS[interface]]
    subprocess.run([*command, f"{interface}.ActiveChanged", f"boolean:{str(active).lower()}"], check=True)


def main(folder: Path) -> dict[str, object]:
    """Lock by each signal in turn and tell which of them did."""
    app = QApplication([])
    office = new_organization(folder)
    program = Program(app, office.environment, theme="light")
    window = program.window
    assert window is not None
    window.show()
    logind = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.shell.fake_logind"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert logind.stdin is not None
    assert logind.stdout is not None
    assert logind.stdout.readline() == "ready\n"
    _until(lambda: program.session_watch is not None)
    watch = program.session_watch
    assert isinstance(watch, BusSessionWatch)
    _until(lambda: "org.freedesktop.login1.Session.Lock" in watch.listens_for)
    heard: list[bool] = []
    watch.left.connect(lambda: heard.append(window.workspace is None))

    def tell(words: str) -> None:
        assert logind.stdin is not None
        logind.stdin.write(f"{words}\n")
        logind.stdin.flush()

    def locks(*signals: Callable[[], object]) -> int:
        """Sign in, send the signals, and return how many of them were heard when the last had locked."""
        window.begin(office.open())
        heard.clear()
        for signal in signals:
            signal()
        _until(lambda: window.workspace is None)
        assert program.tasks.wait_idle()
        return len(heard)

    answers: dict[str, object] = {"listens_for": watch.listens_for}
    try:
        for name in _SCREEN_SAVERS:
            answers[name] = locks(partial(_emit, name, active=False), partial(_emit, name, active=True))
        _until(lambda: watch.delays_sleep)
        answers["sleep"] = locks(lambda: tell("sleep true"))
        answers["then"] = logind.stdout.readline().strip()
        tell("sleep false")
        _until(lambda: watch.delays_sleep)
        other = OWN_SESSION.replace("_32", "_37")
        answers["lock"] = locks(lambda: tell(f"lock {other}"), lambda: tell(f"lock {OWN_SESSION}"))
        watch.stop()
        answers["after_stop"] = watch.listens_for
        answers["at_last"] = logind.stdout.readline().strip()
    finally:
        logind.stdin.close()
        logind.wait(timeout=20)
        program.close()
    return answers


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201 - the answer
