"""Work that needs the file to itself: the session has ended, the work is shown, the person comes back.

Restoring and new keys take every seat of the file, this program's too. The password typed for it signs
the same person in again afterwards, whatever came of the work; where nobody was at the computer for the
time that locks it, he signs in himself.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.sign_in import SignedIn
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.message_bar import MessageBar, MessageTone
from crm_desktop.ui.widgets.page import WorkAlone
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

if TYPE_CHECKING:
    from crm_desktop.operations.environment import Environment

_OTHER_CODE = {"set_up_code_needed", "set_up_code_replaced", "secret_unknown"}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to sign in again; ``set_up_code`` is there where no keyring of this computer keeps it."""

    path: Path
    login: str
    set_up_code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of the work, in a sentence; without ``signed_in`` the person has to sign in himself.

    ``refusal`` says why signing in again failed; empty where it was left to the person.
    """

    person: Person
    sentence: str
    tone: MessageTone
    signed_in: SignedIn | None = None
    refusal: str = ""


class _Stage(Enum):
    WAITING = auto()
    WORKING = auto()
    COMING_BACK = auto()
    ENDED = auto()


def _sign_in_again(
    environment: "Environment", person: Person, password: str, new_code: str | None
) -> SignedIn:
    """Sign in with the code the window knows, and with the new one where that one is replaced."""
    from crm_desktop.operations.organizations import open_organization

    codes = [person.set_up_code, *([new_code] if new_code else [])]
    for left, code in zip(reversed(range(len(codes))), codes, strict=True):
        try:
            session = open_organization(
                environment, person.path, login=person.login, password=password, set_up_code=code
            )
        except KnownError as error:
            if not left or error.code not in _OTHER_CODE:
                raise
            continue
        return SignedIn(session, None, code)
    raise AssertionError("there is always a code to try")


class WorkAlonePage(CentredPage):
    """Shows one piece of work from ``begin`` to ``ended(Ended)``; ``leave`` takes it back."""

    ended = Signal(object)

    def __init__(self, environment: "Environment", tasks: Tasks, work: WorkAlone, person: Person) -> None:
        super().__init__(
            title=work.title,
            subtitle=tr("The file is closed meanwhile. You are signed in again as soon as this is done."),
            glyph="hourglass-medium",
        )
        self._environment = environment
        self._tasks = tasks
        self._work = work
        self._person = person
        self._password: str | None = work.password
        self._token = CancelToken()
        self._stage = _Stage.WAITING
        self._sentence = ""
        self._tone: MessageTone = "ok"
        self.message = MessageBar()
        self.progress = ProgressPanel()
        self.progress.cancel_requested.connect(self._token.cancel)
        self.body.addWidget(self.message)
        self.body.addWidget(self.progress)

    @property
    def running(self) -> bool:
        """Whether the work, or coming back from it, is under way."""
        return self._stage is not _Stage.ENDED

    def tell_not_kept(self, error: KnownError) -> None:
        """Say that half-typed input could not be kept before the session ended."""
        words = tr("What was typed and not saved could not be kept. {why}").format(why=message_for(error))
        self.message.show_message(words, tone="warn", can_dismiss=False)

    def begin(self) -> None:
        """Wait until the session has let go of the file, then do the work."""
        self.progress.start(tr("Waiting for what is still under way…"))
        self.progress.cancel_button.setFocus()
        self._tasks.idle.connect(self._nothing_under_way)
        if not self._tasks.busy:
            self._operate()

    def lock(self) -> None:
        """Nobody is at the computer: go on, but do not come back without somebody signing in."""
        self._password = None
        self.set_head(self._work.title, tr("The work goes on. Sign in when it is done."))

    def leave(self) -> None:
        """Ask the work to stop and come back to nobody: the window goes."""
        self._stage = _Stage.ENDED
        self._token.cancel()

    # --- the steps -----------------------------------------------------------------------------

    def _nothing_under_way(self) -> None:
        """Go on when the tasks rest: what ended in a bug was reported and calls nobody back."""
        if self._stage is _Stage.WAITING:
            self._operate()
        elif self._stage is _Stage.WORKING:
            self._come_back(tr("This did not end as it should. What was there is kept."), "danger")
        elif self._stage is _Stage.COMING_BACK:
            self._end(None)

    def _operate(self) -> None:
        self._stage = _Stage.WORKING
        self.progress.start("")
        operation, code = self._work.operation, self._person.set_up_code

        def work(progress: ProgressCallback, cancel: CancelToken) -> object:
            return operation(progress=progress, cancel=cancel, set_up_code=code)

        self._tasks.run(
            work,
            on_done=self._done,
            on_error=self._failed,
            on_progress=self._step,
            on_cancelled=self._cancelled,
            cancel=self._token,
            owner=self,
        )

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _done(self, result: object) -> None:
        self._come_back(self._work.told(result), "ok")

    def _failed(self, error: KnownError) -> None:
        self._come_back(message_for(error), "danger")

    def _cancelled(self) -> None:
        self._come_back(tr("Cancelled. Nothing was changed."), "info")

    def _come_back(self, sentence: str, tone: MessageTone) -> None:
        if self._stage is _Stage.ENDED:
            return
        self._sentence, self._tone = sentence, tone
        if self._password is None:
            self._end(None)
            return
        self._stage = _Stage.COMING_BACK
        self.progress.start(tr("Signing you in again…"))
        self.progress.cancel_button.setEnabled(False)
        environment, person, password = self._environment, self._person, self._password
        new_code = self._work.new_set_up_code
        self._tasks.run(
            lambda: _sign_in_again(environment, person, password, new_code),
            on_done=self._signed_in,
            on_error=self._refused,
            on_unwanted=lambda result: result.session.close(),
            owner=self,
        )

    def _signed_in(self, result: SignedIn) -> None:
        if self._stage is _Stage.ENDED or self._password is None:
            self._tasks.run(result.session.close)
            self._end(None)
        else:
            self._end(result)

    def _refused(self, error: KnownError) -> None:
        self._end(None, refusal=message_for(error))

    def _end(self, result: SignedIn | None, *, refusal: str = "") -> None:
        if self._stage is _Stage.ENDED:
            return
        self._stage = _Stage.ENDED
        self._password = None
        self.ended.emit(Ended(self._person, self._sentence, self._tone, result, refusal))
