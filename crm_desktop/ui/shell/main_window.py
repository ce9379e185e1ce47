"""The window: welcome, create, sign in, work, locked; one of them at a time.

The title names the program and, while unlocked, the organization; never a customer.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMainWindow, QMenu, QStackedWidget, QWidget

from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.centred import CentredPage
from crm_desktop.ui.shell.idle_watch import IDLE_LOCK_S, IdleWatch
from crm_desktop.ui.shell.lock_page import LockPage
from crm_desktop.ui.shell.own_password import OwnPasswordPage
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.sign_in import SignedIn, SignInPage
from crm_desktop.ui.shell.user_menu import fill_user_menu
from crm_desktop.ui.shell.welcome import WelcomePage
from crm_desktop.ui.shell.whereabouts import Whereabouts
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.theme import Mode, Theme
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.folders import proposed_folder

if TYPE_CHECKING:
    from crm_desktop.domain.errors import KnownError
    from crm_desktop.operations.environment import Environment
    from crm_desktop.operations.session import Session
    from crm_desktop.ui.shell.reminders import Reminders
    from crm_desktop.ui.shell.work_alone import Ended
    from crm_desktop.ui.shell.workspace import Workspace
    from crm_desktop.ui.widgets.page import RunningWork, WorkAlone

SMALLEST = QSize(800, 560)
USUAL = QSize(1280, 800)


class MainWindow(QMainWindow):
    """Owns what is in front and the session, if there is one; ``leaving`` is said before it closes."""

    leaving = Signal()

    def __init__(
        self,
        environment: "Environment",
        tasks: Tasks,
        preferences: Preferences,
        *,
        version: Callable[[], str],
        idle_s: float = IDLE_LOCK_S,
    ) -> None:
        super().__init__()
        self._environment = environment
        self._tasks = tasks
        self._preferences = preferences
        self._version = version
        self._whereabouts: dict[str, Whereabouts] = {}
        # Set-up codes no keyring keeps, by file: asked for once per start of the program.
        self._codes: dict[Path, str] = {}
        self._left_running: list[RunningWork] = []
        self.workspace: Workspace | None = None
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setMinimumSize(SMALLEST)
        self.resize(USUAL)
        self._idle = IdleWatch(self, seconds=idle_s)
        self._idle.idle_passed.connect(self.program_lock)
        self.reminders: Reminders | None = None
        self._set_title("")

    # --- what is in front ----------------------------------------------------------------------

    @property
    def front(self) -> QWidget | None:
        """The page in front: welcome, create, sign-in, lock page or workspace."""
        return self._stack.currentWidget()

    def _show(self, page: QWidget) -> None:
        """Put ``page`` in front and let go of what was there, with everything it held."""
        before = self._stack.currentWidget()
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()

    def _set_title(self, organization: str) -> None:
        self.setWindowTitle(f"{organization} – CT-CRM Desktop" if organization else "CT-CRM Desktop")

    def start(self, path: Path | None) -> None:
        """Show the sign-in of ``path``, of the file opened last, or the welcome."""
        path = path or self._preferences.last_file
        if path is None:
            self.show_welcome()
        else:
            self.open_file(path)

    def show_welcome(self) -> None:
        """Show what can be done without a file."""
        self._forget_reminders()
        page = WelcomePage()
        page.create_requested.connect(self.show_create)
        page.open_requested.connect(self.choose_file)
        page.sample_requested.connect(self.show_sample)
        page.file_dropped.connect(self.open_file)
        page.restore_requested.connect(lambda: self.show_restore(page.refused))
        self._show(page)
        page.take_focus()

    def show_create(self) -> None:
        """Show the steps of creating an organization."""
        from crm_desktop.ui.shell.create_wizard import CreateWizard

        page = CreateWizard(self._environment, self._tasks)
        page.cancelled.connect(self.show_welcome)
        page.created.connect(self._signed_in)
        self.leaving.connect(page.discard)
        self._show(page)
        page.take_focus()

    def show_sample(self) -> None:
        """Make the sample organization and sign in to it."""
        from crm_desktop.ui.shell.sample_page import SamplePage

        page = SamplePage(self._environment, self._tasks)
        page.cancelled.connect(self.show_welcome)
        page.opened.connect(self._sample_opened)
        self._show(page)

    def choose_file(self) -> None:
        """Ask for an organization file."""
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("Open an organization"),
            str(proposed_folder()),
            tr("Organizations (*.crm);;All files (*)"),
        )
        if chosen:
            self.open_file(Path(chosen))

    def open_file(self, path: Path) -> None:
        """Show the sign-in of ``path``; a file that is none is said on the welcome page."""
        self._show_sign_in(path)

    def _show_sign_in(self, path: Path, *, login: str = "", code: str | None = None) -> SignInPage:
        page = SignInPage(self._environment, self._tasks, path, login=login, code=code)
        page.signed_in.connect(self._signed_in)
        page.other_file_requested.connect(self.show_welcome)
        page.recovery_requested.connect(lambda: self.show_recovery(path))
        page.restore_requested.connect(lambda: self.show_restore(path))
        page.file_refused.connect(lambda sentence: self._refuse_file(sentence, path))
        self._show(page)
        page.take_focus()
        return page

    def show_recovery(self, path: Path) -> None:
        """Show the way in with the emergency kit."""
        from crm_desktop.ui.shell.recovery import RecoveryPage

        page = RecoveryPage(self._environment, self._tasks, path, code=self._codes.get(path))
        page.signed_in.connect(self._signed_in)
        page.cancelled.connect(
            lambda login: self._show_sign_in(path, login=login, code=self._codes.get(path))
        )
        page.file_refused.connect(lambda sentence: self._refuse_file(sentence, path))
        self._show(page)
        page.take_focus()
        self._idle.start()

    def show_restore(self, path: Path | None) -> None:
        """Show how a backup comes back; ``path`` is the file that cannot be opened, if there is one."""
        from crm_desktop.ui.shell.restore_page import RestorePage

        page = RestorePage(self._environment, self._tasks, path=path)
        page.restored.connect(self._restored)
        page.left.connect(self._restored_not_signed_in)
        page.kit_requested.connect(self.show_restore_by_kit)
        page.cancelled.connect(self.show_welcome)
        self.leaving.connect(page.leave)
        self._show(page)
        page.take_focus()
        self._idle.start()

    def show_restore_by_kit(self, backup: Path, path: Path) -> None:
        """Show how a backup comes back with the emergency kit."""
        from crm_desktop.ui.shell.restore_by_kit import RestoreByKitPage

        page = RestoreByKitPage(self._environment, self._tasks, backup, path)
        page.signed_in.connect(lambda result: self._restored(result, tr("The backup is restored.")))
        page.cancelled.connect(lambda login: self._left_kit(path, login))
        page.file_refused.connect(lambda sentence: self._refuse_file(sentence, path))
        self._show(page)
        page.take_focus()
        self._idle.start()

    def _left_kit(self, path: Path, login: str) -> None:
        """Go on at the sign-in once the kit was used, before that at the restore."""
        if login:
            self._show_sign_in(path, login=login)
        else:
            self.show_restore(path)

    def _restored(self, result: SignedIn, sentence: str) -> None:
        self._signed_in(result)
        if self.workspace is not None:
            self.workspace.notices.tell(sentence, tone="ok")

    def _restored_not_signed_in(self, path: Path, sentence: str) -> None:
        self._show_sign_in(path).message.show_message(sentence, tone="warn")

    def _refuse_file(self, sentence: str, path: Path) -> None:
        self.show_welcome()
        front = self.front
        if isinstance(front, WelcomePage):
            front.refuse(sentence, path)

    # --- a session -----------------------------------------------------------------------------

    def _signed_in(self, result: SignedIn) -> None:
        if result.set_up_code is not None:
            self._codes[result.session.path] = result.set_up_code
        if result.session.must_change_password:
            self._ask_own_password(result)
            return
        self.begin(result.session)
        if result.keyring_problem is not None and self.workspace is not None:
            self.workspace.notices.refuse(result.keyring_problem)

    def _ask_own_password(self, result: SignedIn) -> None:
        """Show nothing of the file before a password somebody else had set is changed."""
        page = OwnPasswordPage(self._environment, self._tasks, result)
        page.chosen.connect(self._signed_in)
        page.left.connect(
            lambda: self._show_sign_in(page.path, login=page.login, code=self._codes.get(page.path))
        )
        self.leaving.connect(page.leave)
        self._show(page)
        page.take_focus()
        self._idle.start()

    def _sample_opened(self, result: SignedIn) -> None:
        self._signed_in(result)
        if result.set_up_code is not None and self.workspace is not None:
            words = tr(
                "This computer keeps no keys. At the next start the sample asks for its set-up code: {code}"
            )
            self.workspace.notices.warn(words.format(code=result.set_up_code))

    def begin(self, session: "Session", first: Whereabouts | None = None) -> None:
        """Show the pages of a session that was just opened, ``first`` where nobody was anywhere yet."""
        from crm_desktop.ui.shell.workspace import Workspace

        self._preferences.last_file = session.path
        workspace = Workspace(session, self._tasks, program=self)
        workspace.lock_requested.connect(self.program_lock)
        workspace.work_alone_requested.connect(self._work_alone)
        fill_user_menu(workspace.user_menu, workspace.actions_list, set_theme=self.set_theme)
        self.workspace = workspace
        self._set_title(session.organization.name)
        self._show(workspace)
        workspace.start(self._whereabouts.pop(self._key(session), first or Whereabouts()))
        self._idle.start()
        self._remind(session)

    def _remind(self, session: "Session") -> None:
        """Remind of follow-ups from the first session on: before it the sign-in is not to wait for this."""
        from crm_desktop.ui.shell.reminders import Reminders

        if self.reminders is None:
            self.reminders = Reminders(self, self._tasks, now=self._environment.now)
            self.reminders.answered.connect(self._show_what_is_due)
        self.reminders.begin(session)

    def _forget_reminders(self) -> None:
        if self.reminders is not None:
            self.reminders.forget()

    def _show_what_is_due(self) -> None:
        """Come to the front for a reminder that was clicked, with the list unless the window is locked."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        if self.workspace is not None and QApplication.activeModalWidget() is None:
            self.workspace.pages.show_named("follow_ups")

    @staticmethod
    def _key(session: "Session") -> str:
        # Another person who signs in to the locked window starts on his own first page.
        return f"{session.path}|{session.member.id}"

    def _end_session(self, *, with_backup: bool = False) -> "KnownError | None":
        """End the session whatever happens; return why half-typed input could not be kept."""
        self._idle.stop()
        self._set_title("")
        workspace, self.workspace = self.workspace, None
        if workspace is None:
            return None
        self._left_running = workspace.running()
        if self.reminders is not None:
            self.reminders.leave()
        # Its timers and tables must not read from a closed file, also where no other page takes its place.
        workspace.deleteLater()
        return workspace.end(with_backup=with_backup)

    def _running(self) -> "list[RunningWork]":
        """Return the long work under way, also of a session that was locked or left."""
        known = self._left_running if self.workspace is None else self.workspace.running()
        return [work for work in known if not work.job.done]

    def stay_unlocked(self) -> None:
        """Do not lock by itself any more in this session: the program works for itself, and nobody types."""
        self._idle.stop()

    def program_lock(self) -> None:
        """Close the session and show the lock page."""
        workspace = self.workspace
        if workspace is None:
            if isinstance(self.front, CentredPage):
                self.front.lock()
            return
        session = workspace.session
        workspace.revert_cells()
        self._close_dialogs()
        self._whereabouts = {self._key(session): workspace.pages.whereabouts()}
        path, login, running = session.path, session.member.login, workspace.running()
        page = LockPage(
            self._environment, self._tasks, path, login=login, code=self._codes.get(path), running=running
        )
        page.signed_in.connect(self._signed_in)
        page.other_file_requested.connect(self.show_welcome)
        page.recovery_requested.connect(lambda: self.show_recovery(path))
        self._show(page)
        # Painted now: keeping the input may wait for another program, and nobody shall read on meanwhile.
        self.repaint()
        problem = self._end_session()
        if problem is not None:
            page.tell_not_kept(problem)
        page.take_focus()

    def _work_alone(self, work: "WorkAlone") -> None:
        """End the session for ``work``, show it, and come back to where the person was."""
        from crm_desktop.ui.shell.work_alone import Person, WorkAlonePage

        workspace = self.workspace
        if workspace is None:
            return
        running = workspace.running()
        if running:
            words = tr(
                "{work} This needs the file to itself, so nothing was begun. Wait until that has ended, or "
                "cancel it, and try again."
            )
            workspace.notices.warn(words.format(work=running[0].title))
            return
        session = workspace.session
        workspace.revert_cells()
        self._close_dialogs()
        self._whereabouts = {self._key(session): workspace.pages.whereabouts()}
        person = Person(session.path, session.member.login, self._codes.get(session.path))
        page = WorkAlonePage(self._environment, self._tasks, work, person)
        page.ended.connect(self._worked_alone)
        self.leaving.connect(page.leave)
        self._show(page)
        problem = self._end_session()
        if problem is not None:
            page.tell_not_kept(problem)
        self._idle.start()
        page.begin()

    def _worked_alone(self, ended: "Ended") -> None:
        """Show the pages again with the sentence of what was done, or the sign-in with it."""
        self._idle.stop()
        if ended.signed_in is not None:
            self._signed_in(ended.signed_in)
            if self.workspace is not None:
                self.workspace.notices.tell(ended.sentence, tone=ended.tone)
            return
        person = ended.person
        page = self._show_sign_in(person.path, login=person.login, code=person.set_up_code)
        sentence = "\n".join(part for part in (ended.sentence, ended.refusal) if part)
        page.message.show_message(sentence, tone="danger" if ended.refusal else ended.tone)

    def _close_dialogs(self) -> None:
        """Close what lies over the window: a dialog may show a record. Long work goes on without it."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.done(QDialog.DialogCode.Rejected)
            elif isinstance(widget, QMenu):
                widget.close()

    def set_theme(self, mode: Mode) -> None:
        """Dress the program in ``mode`` and remember it on this computer."""
        self._preferences.theme = mode
        Theme.current().apply(mode)

    # --- actions of the program ----------------------------------------------------------------

    def program_other_file(self) -> None:
        """Leave the organization for another file."""
        if self.workspace is not None:
            self._end_session(with_backup=True)
        self.show_welcome()

    def program_quit(self) -> None:
        """Close the window."""
        self.close()

    def program_shortcuts(self) -> None:
        """Show the shortcut sheet."""
        from crm_desktop.ui.shell.shortcut_sheet import ShortcutSheet

        if self.workspace is not None:
            ShortcutSheet(self.workspace.actions_list.available(), parent=self).exec()

    def program_about(self) -> None:
        """Show what this program and this file are."""
        from crm_desktop.ui.shell.about import AboutDialog

        if self.workspace is not None:
            AboutDialog(self.workspace.session, version=self._version(), parent=self).exec()

    def program_password(self) -> None:
        """Ask for the old and a new password."""
        from crm_desktop.ui.shell.password_dialog import PasswordDialog

        if self.workspace is not None:
            session = self.workspace.session
            dialog = PasswordDialog(self._environment, session, self._tasks, parent=self)
            if dialog.exec() and self.workspace is not None:
                self.workspace.notices.say(tr("Your password is changed."))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep half-typed input and close the session before the window goes."""
        if not self._sure_to_quit():
            event.ignore()
            return
        self.leaving.emit()
        # Before the window is hidden, which would take the focus from an open cell and save it.
        self._end_session(with_backup=True)
        self._forget_reminders()
        super().closeEvent(event)

    def _sure_to_quit(self) -> bool:
        """Ask where something would be cancelled by quitting."""
        alone = isinstance(self.front, CentredPage) and self.front.running
        if not alone and not self._running():
            return True
        text = tr("An import is not finished. It would be cancelled, and the file be as it was before.")
        if alone:
            text = tr("The work on the file is not finished. It is cancelled where that is still possible.")
        return ask(
            self,
            tr("Quit while something is running?"),
            text=text,
            accept=tr("Cancel it and quit") if alone else tr("Cancel the import and quit"),
            reject=tr("Go on"),
            danger=True,
        )
