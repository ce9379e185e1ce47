"""Reminders of follow-ups by the operating system: that something is due, never what or about whom.

A locked window has no file open. When the session ends it leaves behind the times of what is due in the days
to come and nothing else, so that reminders come while the window is locked, too. The file keeps until when
the person was reminded: what fell due while the program was closed is said at the next sign-in, as one count.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.follow_up_lists import due_moments
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import REMINDED_UNTIL, REMINDERS_OFF, get_setting, put_setting
from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.announcer import make_announcer
from crm_desktop.ui.shell.announcer_base import Announcer
from crm_desktop.ui.tasks import Tasks

EVERY_MS = 20_000
AHEAD_S = 7 * 86_400
"""How far ahead the times are known while the window is locked: over a long weekend."""
_PROGRAM = "CT-CRM Desktop"


class Reminders(QObject):
    """Lives as long as the window; ``answered``: the person clicked a reminder.

    ``now`` gives UTC epoch seconds.
    """

    answered = Signal()

    def __init__(
        self, window: QWidget, tasks: Tasks, *, now: Callable[[], float], every_ms: int = EVERY_MS
    ) -> None:
        super().__init__(window)
        self._window = window
        self._announcer: Announcer | None = None
        self._tasks = tasks
        self._now = now
        self._session: Session | None = None
        self._times: Sequence[int] = ()
        self._told_until = 0.0
        self._whose: tuple[Path, int] | None = None
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)

    def begin(self, session: Session) -> None:
        """Remind of what becomes due from now on, and once of what did while the program was closed."""
        whose = (session.path, session.member.id)
        # While the window was locked this program went on reminding.
        told_until = self._told_until if whose == self._whose else 0.0
        self.forget()
        self._session, self._whose = session, whose
        self._told_until = self._now()
        self._timer.start()
        self._tasks.run(
            partial(_missed, session, told_until, self._told_until),
            on_done=partial(self._tell_missed, self._turn), on_error=_next_time, owner=self,
        )  # fmt: skip
        self._read(session, serial=False)

    def look(self) -> None:
        """Read when something is due and remind of what has become so; while locked what is known counts."""
        if self._session is None:
            self._tell()
        elif not self._tasks.busy:
            self._read(self._session, serial=False)

    def _tell_missed(self, turn: int, count: int) -> None:
        if turn == self._turn and count:
            self._announce(tr("%n follow-ups fell due while the program was closed.", "", count))

    def _read(self, session: Session, *, serial: bool) -> None:
        self._tasks.run(
            partial(_times, session, self._told_until, self._now()),
            on_done=partial(self._known, self._turn), on_error=_next_time, owner=self, serial=serial,
        )  # fmt: skip

    def leave(self) -> None:
        """Note the times before the session closes: the window is locked, or something needs the file."""
        session, self._session = self._session, None
        if session is not None:
            self._read(session, serial=True)
            self._tasks.run(
                partial(put_setting, session, REMINDED_UNTIL, int(self._now())),
                on_error=_next_time, owner=self,
            )  # fmt: skip

    def forget(self) -> None:
        """Remind of nothing more: another file is opened, or the program ends."""
        self._turn += 1
        self._session = self._whose = None
        self._times = ()
        self._timer.stop()
        if self._announcer is not None:
            self._announcer.stop()

    def _known(self, turn: int, times: Sequence[int]) -> None:
        if turn == self._turn:
            self._times = times
            self._tell()

    def _tell(self) -> None:
        before, self._told_until = self._told_until, max(self._told_until, self._now())
        count = sum(before < at <= self._told_until for at in self._times)
        if not count:
            return
        words = tr("%n follow-ups are due now.", "", count)
        if self._session is None:
            words = tr("{words} Unlock the window to read more.").format(words=words)
        self._announce(words)

    def _announce(self, words: str) -> None:
        if self._announcer is None:
            self._announcer = make_announcer(self._window)
            self._announcer.answered.connect(self.answered)
        self._announcer.announce(_PROGRAM, words)


def _times(session: Session, told_until: float, now: float) -> list[int]:
    """Return when the person's own are due in the days to come; nothing for whoever wants no reminders."""
    if get_setting(session, REMINDERS_OFF) is True:
        return []
    return [at for at, _ in due_moments(session, int(told_until), int(now) + AHEAD_S)]


def _missed(session: Session, told_until: float, now: float) -> int:
    """Return how many of the person's own fell due since the last reminder; from now on they are told."""
    known = get_setting(session, REMINDED_UNTIL)
    put_setting(session, REMINDED_UNTIL, int(now))
    if not isinstance(known, int) or get_setting(session, REMINDERS_OFF) is True:
        return 0
    return len(due_moments(session, max(known, int(told_until)), int(now)))


def _next_time(_error: KnownError) -> None:
    """Tell nobody: the file is out of reach, which other checks tell, and nobody had asked."""
