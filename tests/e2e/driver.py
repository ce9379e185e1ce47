"""Drives the real window as a person does: keys, clicks and waiting for what the window shows.

Shared by the test of the main job and by the guided tour, which also keeps a picture of each step.
"""

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QInputMethodEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QMenu, QWidget

from crm_desktop.app import Program
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.workspace import Workspace
from crm_desktop.ui.theme import Mode, Theme
from crm_desktop.ui.widgets.page import Page

T = TypeVar("T", bound=QWidget)
PATIENCE_S = 60.0
UNASKED_S = 45.0
MOMENT_MS = 1000
THEMES: tuple[Mode, ...] = ("light", "dark")


class Driver:
    """One running program; ``gallery`` is where pictures go (None: none are made)."""

    def __init__(
        self,
        program: Program,
        gallery: Path | None = None,
        *,
        suffix: str = "",
        themes: tuple[Mode, ...] = THEMES,
    ) -> None:
        self.program = program
        self.gallery = gallery
        self.suffix = suffix
        self.themes = themes
        self.pictures: list[Path] = []
        self.failure: BaseException | None = None
        self._answers: list[tuple[type[QDialog], Callable[[QDialog], None]]] = []
        self._answered = 0
        self._watch = QTimer()
        self._watch.setInterval(20)
        self._watch.timeout.connect(self._look_for_dialog)
        self._watch.start()
        self._asking: list[QDialog] = []
        self._unasked_since: float | None = None
        self._hook, sys.excepthook = sys.excepthook, self._unexpected

    def _unexpected(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Keep what a slot raised: Qt goes on without a word, the steps must not."""
        self.failure = self.failure or error

    def start(self, path: Path | None) -> None:
        """Show the window and give it the keyboard, as a desktop does."""
        self.window.show()
        self.window.start(path)
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Make the window the active one: a bare display has no window manager that would."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow, "the keyboard")

    @property
    def window(self) -> MainWindow:
        """The window."""
        assert self.program.window is not None
        return self.program.window

    @property
    def workspace(self) -> Workspace:
        """The signed-in part of the window."""
        assert self.window.workspace is not None, "nobody is signed in"
        return self.window.workspace

    def page(self, kind: type[T]) -> T:
        """Return the page in front, which must be of ``kind``."""
        page = self.workspace.page
        assert isinstance(page, Page)
        assert isinstance(page, kind), f"{type(page).__name__} is in front"
        return page

    def front(self, kind: type[T]) -> T:
        """Wait until a full-window page of ``kind`` is in front and return it."""
        self.until(lambda: isinstance(self.window.front, kind), kind.__name__)
        front = self.window.front
        assert isinstance(front, kind)
        return front

    # --- waiting -------------------------------------------------------------------------------

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the window work until ``condition`` holds; fails naming ``what`` was waited for."""
        deadline = time.monotonic() + PATIENCE_S
        while self._unharmed() and not condition():
            assert time.monotonic() < deadline, f"waited in vain for: {what}"
            _let_work(5)

    def _unharmed(self) -> bool:
        """Raise what went wrong in a dialog or a slot."""
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        return True

    def settle(self) -> None:
        """Let every task under way end, what the window put off a moment happen, and the window paint."""
        for _ in range(3):
            _let_work(0)
            self.until(lambda: not self.program.tasks.busy, "the tasks to end")
            self.until(self._nothing_put_off, "what was put off")

    def _nothing_put_off(self) -> bool:
        timers = self.window.findChildren(QTimer)
        return not any(
            timer.isActive() and timer.isSingleShot() and timer.interval() < MOMENT_MS for timer in timers
        )

    # --- hands ---------------------------------------------------------------------------------

    def click(self, button: QAbstractButton) -> None:
        """Press a button that can be seen and pressed."""
        self.until(lambda: button.isVisible() and button.isEnabled(), f"the button “{button.text()}”")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def write(self, field: QWidget, text: str) -> None:
        """Type ``text`` into a field in place of what it holds, letter by letter as an input method does."""
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_Delete)
        for letter in text:
            event = QInputMethodEvent()
            event.setCommitString(letter)
            QApplication.sendEvent(field, event)

    def choose(self, box: QComboBox, data: object) -> None:
        """Choose an entry of a combo box by its data."""
        place = box.findData(data)
        assert place >= 0, f"{data!r} is no choice"
        box.setCurrentIndex(place)

    def key(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        at: QWidget | None = None,
    ) -> None:
        """Press a key where the keyboard is, or in ``at``."""
        target = at or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)

    def shortcut(self, key: Qt.Key) -> None:
        """Press Ctrl and a key in the window."""
        self._take_keyboard()
        self.key(key, Qt.KeyboardModifier.ControlModifier, at=self.window)

    def go_to(self, name: str) -> None:
        """Go to a page by the number it has in the navigation."""
        names = [spec.name for spec in self.workspace.pages.specs]
        self.shortcut(Qt.Key(Qt.Key.Key_1 + names.index(name)))

    def labels(self, where: QWidget) -> str:
        """Return every text that can be read in ``where``."""
        return "\n".join(found.text() for found in where.findChildren(QLabel) if found.isVisibleTo(where))

    # --- dialogs -------------------------------------------------------------------------------

    def answer(self, kind: type[QDialog], handler: Callable[[QDialog], None]) -> None:
        """Let ``handler`` work in the next dialog of ``kind``, which waits inside the window's own loop."""
        self._answers.append((kind, handler))

    @property
    def answers_given(self) -> int:
        """How many dialogs were answered so far."""
        return self._answered

    def answered(self, count: int) -> None:
        """Wait until ``count`` dialogs in all were answered and are gone."""
        self.until(
            lambda: self._answered >= count and QApplication.activeModalWidget() is None, f"{count} dialogs"
        )

    def _look_for_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog) or dialog in self._asking or not dialog.isVisible():
            self._unasked_since = None
        elif self._answers and isinstance(dialog, self._answers[0][0]):
            self._asking.append(dialog)
            # Not from here: a timer whose slot is running does not notice a dialog of this dialog.
            QTimer.singleShot(0, partial(self._let_answer, dialog, self._answers.pop(0)[1]))
        else:
            self._refuse_unasked(dialog)

    def _let_answer(self, dialog: QDialog, handler: Callable[[QDialog], None]) -> None:
        try:
            handler(dialog)
        except BaseException as failure:  # noqa: BLE001 - Qt would swallow it; it is raised again in until()
            self.failure = failure
            dialog.done(0)
        finally:
            self._asking.remove(dialog)
            self._answered += 1

    def _refuse_unasked(self, dialog: QDialog) -> None:
        """Close a dialog nobody expects: its loop would keep the steps waiting for ever."""
        now = time.monotonic()
        self._unasked_since = self._unasked_since or now
        if now - self._unasked_since > UNASKED_S:
            self.failure = AssertionError(
                f"an unexpected dialog: {type(dialog).__name__} {self.labels(dialog)}"
            )
            dialog.done(0)

    # --- pictures ------------------------------------------------------------------------------

    def picture(self, name: str) -> None:
        """Keep a picture of what is on screen, in each theme."""
        if self.gallery is None:
            return
        before = Theme.current().mode
        for mode in self.themes:
            self._dress(mode)
            _let_work(0)
            path = self.gallery / f"{name}{self.suffix}-{mode}.png"
            assert self._screen().save(str(path))
            self.pictures.append(path)
        self._dress(before)

    @staticmethod
    def _dress(mode: Mode) -> None:
        """Dress the whole program anew only where it is dressed otherwise: it takes its time."""
        if Theme.current().mode != mode:
            Theme.current().apply(mode)

    def _screen(self) -> QPixmap:
        """Return the window with what lies over it, as a screen with one window would show it."""
        shown = self.window.grab()
        over: list[QWidget] = [
            top
            for top in QApplication.topLevelWidgets()
            if isinstance(top, QDialog | QMenu) and top.isVisible()
        ]
        if not over:
            return shown
        over.sort(key=_depth)  # a dialog lies over the one that opened it
        painter = QPainter(shown)
        try:
            painter.fillRect(QRect(QPoint(0, 0), self.window.size()), QColor(0, 0, 0, 70))
            for top in over:
                middle = self.window.rect().center() - top.rect().center()
                painter.drawPixmap(middle, top.grab())
                painter.setPen(top.palette().mid().color())
                painter.drawRect(QRect(middle, top.size()))
        finally:
            painter.end()
        return shown

    def close(self) -> None:
        """End the program."""
        self._watch.stop()
        sys.excepthook = self._hook
        self.program.close()


def _depth(widget: QWidget) -> int:
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + _depth(parent)


def code_on_screen(where: QWidget, name: str) -> list[str]:
    """Return the groups of the code that a label called ``name`` shows."""
    shown = next(found for found in where.findChildren(QLabel) if found.accessibleName() == name)
    return shown.text().split()


def asked_place(text: str) -> int:
    """Return which group a label asks for, counted from 0."""
    found = re.search(r"group (\d+) of", text)
    assert found, text
    return int(found[1]) - 1


def _let_work(ms: int) -> None:
    """Let the window work for ``ms`` as a program at rest does; QTest.qWait keeps Python's lock meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
