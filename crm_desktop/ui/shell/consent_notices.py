"""What a person is told of consents after signing in: one recorded from paper, and those that end soon."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.operations import consents
from crm_desktop.operations.consent_records import ending_consents
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.notices import WindowNotices
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.moments import Clock


class ConsentNotices(QObject):
    """Lives as long as the workspace ``parent``; ``read`` shows the page with one's own consent."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        tasks: Tasks,
        notices: WindowNotices,
        read: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._session, self._tasks, self._notices, self._read = session, tasks, notices, read
        self._ended = False

    def begin(self) -> None:
        """Tell once the window stands."""
        QTimer.singleShot(0, self, self._tell)

    def stop(self) -> None:
        """Tell nothing more: the session ends."""
        self._ended = True

    def _tell(self) -> None:
        if not self._ended:
            self._tell_of_paper()
        if not self._ended:
            self._remind()

    def _tell_of_paper(self) -> None:
        """Tell the person of a consent an administrator recorded from paper for him (promise P8)."""
        consent = consents.unseen_paper_consent(self._session)
        if consent is None:
            return
        understood = ask(
            self._parent, tr("A consent of yours was recorded"),
            text=tr(
                "An administrator recorded that you agreed on paper to the import of your phone's call log. "
                "You can read and withdraw it at any time on the page Privacy."
            ),
            accept=tr("Understood"), reject=tr("Read it now"),
        )  # fmt: skip
        if self._ended:
            return  # locked while it was asked: it is asked again
        self._tasks.run(
            lambda: consents.mark_consent_shown(self._session, consent),
            on_error=self._notices.refuse,
            owner=self,
        )
        if not understood:
            self._read()

    def _remind(self) -> None:
        """Say which consents end within 30 days (promise P9): after that nothing more is imported."""
        clock = Clock(self._session.organization.time_zone, now=self._session.now)
        said = []
        for state in ending_consents(self._session):
            end = clock.day(state.consent.expires_at if state.consent is not None else None)
            if state.member.id == self._session.member.id:
                said.append(tr("Your consent to the import of your call log ends on {day}.").format(day=end))
            else:
                words = tr("The consent of {name} to the import of the call log ends on {day}.")
                said.append(words.format(name=state.member.name, day=end))
        if said:
            said.append(tr("It can be renewed on the page Privacy."))
            self._notices.warn("\n".join(said))
