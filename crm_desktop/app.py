"""The composition root: settings, tasks, window; the only module that may import every room.

Only what the sign-in needs is imported here; everything heavy loads where it is used.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QMainWindow

from crm_desktop.operations.environment import Environment, default_environment, protect_memory
from crm_desktop.ui.assets import install_translation
from crm_desktop.ui.garbage import CycleCollector
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.session_watch import watch_session
from crm_desktop.ui.shell.session_watch_base import SessionWatch
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import MODES, apply_theme
from crm_desktop.ui.widgets.first_paint import after_first_paint


def program_version() -> str:
    """Return the installed version; looked up when somebody asks, as that costs a tenth of the start."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ct-crm-desktop")
    except PackageNotFoundError:
        return "0"


def bug_reporter(window: Callable[[], QMainWindow | None]) -> Callable[[BaseException], None]:
    """Return what shows an unexpected exception; one window at a time, so that a loop cannot flood."""
    showing: list[bool] = []

    def report(error: BaseException) -> None:
        if showing:
            return
        from crm_desktop.ui.shell.bug_report import BugReport

        showing.append(True)
        try:
            BugReport(error, version=program_version(), parent=window()).exec()
        finally:
            showing.clear()

    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crm-desktop",
        description="A desktop CRM: one encrypted file per organization, no server, no network.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="organization file (*.crm) to open")
    parser.add_argument("--theme", choices=MODES, help="how the program looks, for this start")
    # For ``crm-desktop-cli bench``, which gives the job on standard input.
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="store_true", help="say which version this is")
    return parser


def _remove_left_copies(environment: Environment) -> None:
    """Remove decrypted copies a crash left; imported here, because nobody waits for it."""
    from crm_desktop.operations.file_copies import remove_left_behind

    remove_left_behind(environment)


class Program:
    """Everything that lives as long as the program, put together."""

    def __init__(self, app: QApplication, environment: Environment, *, theme: str | None = None) -> None:
        self.preferences = Preferences(environment.data_folder)
        mode = next((mode for mode in MODES if mode == theme), self.preferences.theme)
        apply_theme(app, mode)
        self.window: MainWindow | None = None
        self.report_bug = bug_reporter(lambda: self.window)
        # Before the first worker: none of them may end a widget.
        self._cycles = CycleCollector()
        self._cycles.start()
        self.tasks = Tasks(report_bug=self.report_bug)
        self.window = MainWindow(environment, self.tasks, self.preferences, version=program_version)
        self.session_watch: SessionWatch | None = None
        # Once the window is on screen: the first picture waits neither for a bus nor for imports.
        after_first_paint(self.window, partial(self._on_screen, environment))

    def _on_screen(self, environment: Environment) -> None:
        """Lock the window from now on when the person leaves the computer.

        What a program that crashed left decrypted goes before anybody signs in.
        """
        if self.window is not None:
            self.tasks.run(partial(_remove_left_copies, environment), serial=False)
            self.session_watch = watch_session(self.window)
            self.session_watch.left.connect(self.window.program_lock)

    def excepthook(
        self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Show an exception nobody caught; Ctrl+C in a terminal ends the program as usual."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        else:
            self.report_bug(error)

    def close(self) -> None:
        """End the session, then the threads, then the window: in this order and not when Python likes."""
        window, self.window = self.window, None
        watch, self.session_watch = self.session_watch, None
        if watch is not None:
            watch.stop()
        if window is not None:
            window.close()
        self.tasks.close()
        self._cycles.stop()


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window; return the exit status."""
    options, rest = _parser().parse_known_args(sys.argv[1:] if argv is None else argv)
    if options.version:
        sys.stdout.write(f"CT-CRM Desktop {program_version()}\n")
        return 0
    protect_memory()
    app = QApplication([sys.argv[0], *rest])
    app.setApplicationName("CT-CRM Desktop")
    app.setDesktopFileName("ct-crm-desktop")
    install_translation(app, QLocale.system().name())
    if options.measure:
        return measure(app)
    program = Program(app, default_environment(), theme=options.theme)
    sys.excepthook = program.excepthook
    assert program.window is not None  # noqa: S101 - made just above
    program.window.show()
    program.window.start(options.file)
    status = app.exec()
    program.close()
    return status


def measure(app: QApplication) -> int:
    """Do the job on standard input and print its figures; nothing of this user's is read or written."""
    import json

    from crm_desktop.operations.measuring.apart import apart
    from crm_desktop.ui.measuring.job import measured

    job = json.load(sys.stdin)
    environment = apart(Path(job["data_folder"]).parent)
    program = Program(app, environment, theme="light")
    assert program.window is not None  # noqa: S101 - made just above
    try:
        sys.stdout.write(measured(program.window, program.tasks, environment, job) + "\n")
    finally:
        program.close()
    return 0
