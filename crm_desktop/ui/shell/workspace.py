"""One signed-in session on screen: the navigation and its pages; thrown away whole when the session ends.

Pages are made when they are first shown. Ending saves half-typed input, forgets the clipboard and
closes the session, so that a locked window holds no record.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.automatic_backups import close_with_backup
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.operations.swapped_files import keep_what_was_open
from crm_desktop.ui.clipboard import forget_copies
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.shell.actions import Actions
from crm_desktop.ui.shell.automatic_backups import AutomaticBackups
from crm_desktop.ui.shell.background_checks import BackgroundChecks
from crm_desktop.ui.shell.calling import Calling
from crm_desktop.ui.shell.change_watch import ChangeWatch
from crm_desktop.ui.shell.consent_notices import ConsentNotices
from crm_desktop.ui.shell.dropped_imports import import_dropped
from crm_desktop.ui.shell.log_watch import LogWatch
from crm_desktop.ui.shell.navigation import Navigation
from crm_desktop.ui.shell.notices import WindowNotices
from crm_desktop.ui.shell.page_stack import PageStack
from crm_desktop.ui.shell.palette import Palette
from crm_desktop.ui.shell.palette_entries import Entry, action_entry, page_entry, section_entry
from crm_desktop.ui.shell.swap_watch import SwapWatch
from crm_desktop.ui.shell.tidying import Tidying
from crm_desktop.ui.shell.undoing import Undoing
from crm_desktop.ui.shell.whereabouts import Whereabouts
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_XL
from crm_desktop.ui.widgets.contact_files_drops import dropped_paths
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.file_looking import look_into_files
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.page import Page, PageContext, RunningWork
from crm_desktop.ui.widgets.parts import column, row
from crm_desktop.ui.widgets.record_table import RecordTable


class Workspace(QWidget):
    """Navigation and pages of one session; ``program`` answers the actions that concern the program."""

    lock_requested = Signal()
    work_alone_requested = Signal(object)
    """Wish to end this session for work that needs the file to itself (a WorkAlone)."""

    def __init__(self, session: Session, tasks: Tasks, *, program: object) -> None:
        super().__init__()
        self.session = session
        self._tasks = tasks
        self._program = program
        self._running: list[RunningWork] = []
        self._tidying = Tidying(session, tasks, self)
        self._swap_watch = SwapWatch(session, self)
        self._change_watch = ChangeWatch(session, tasks, self)
        self._ended = False
        self._palette: Palette | None = None
        self.pages = PageStack(session)
        self.actions_list = Actions(self, may=session.may, handlers=self._handlers)
        self.notices = WindowNotices(self)
        self._undoing = Undoing(
            session, tasks, notices=self.notices, running=self._running, refresh=self.refresh,
            reveal=self.pages.reveal, parent=self,
        )  # fmt: skip
        self._log_watch = LogWatch(session, tasks, self.notices.warn, self)
        self.backups = AutomaticBackups(self, session, tasks, self.notices)
        self.checks = BackgroundChecks(self, session, tasks)
        self._consent_notices = ConsentNotices(
            self, session, tasks, self.notices, partial(self.pages.show_named, "privacy")
        )
        self._context = PageContext(
            session, tasks, self.actions_list, self.notices,
            Clock(session.organization.time_zone, now=session.now),
            self.work_alone_requested.emit, self._running,
        )  # fmt: skip
        self.pages.begin(self._context)
        self.calling = Calling(self._context, self)
        self.calling.written.connect(self.refresh)
        self.user_menu = QMenu(self)
        self.navigation = Navigation(
            organization=session.organization.name, member=session.member.name, pages=self.pages.specs,
            user_menu=self.user_menu,
            read_only=session.read_only,
        )  # fmt: skip
        self.setAcceptDrops(session.may("calls.import_own") or session.may("contacts.import"))
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        content = column(self.checks.bar, self.notices.bar, self.calling.bar, spacing=SPACE_M)
        content.addWidget(self.pages, 1)
        content.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        outer = row(self.navigation, spacing=0)
        outer.addLayout(content, 1)
        self.setLayout(outer)
        self.navigation.set_folded(folded=get_setting(self.session, "navigation_folded") is True)

    def _wire(self) -> None:
        self._change_watch.changed_elsewhere.connect(self.refresh)
        self._swap_watch.swapped.connect(self._ask_about_other_file)
        self.navigation.page_requested.connect(self.pages.show_place)
        self.pages.coming.connect(self.notices.bar.hide)
        self.pages.in_front.connect(self.navigation.set_current)
        self.pages.written.connect(lambda page: self.refresh(but=page))
        self.navigation.lock_requested.connect(self.lock_requested)
        self.checks.backups_requested.connect(partial(self.pages.show_section, "backups"))
        self.checks.rescue_requested.connect(self._rescue)
        redo = self.actions_list.action("record.redo")
        if redo is not None:
            redo.setShortcuts([*redo.shortcuts(), QKeySequence("Ctrl+Y")])
        for place in range(min(9, len(self.pages.specs))):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda place=place: self.pages.show_place(place))

    def _handlers(self) -> list[object]:
        return [page for page in (self.page,) if page is not None] + [self, self._program]

    # --- pages ---------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The page in front."""
        return self.pages.page

    def start(self, whereabouts: Whereabouts) -> None:
        """Show the page the user was on, or the first one; tell what opening the file found."""
        if not self.pages.show_named(whereabouts.page):
            self.pages.show_place(0)
        page = self.page
        if whereabouts.contact_id is not None and page is not None:
            page.show_contact(whereabouts.contact_id, reveal=False)
        if whereabouts.section and page is not None:
            page.bring_section(whereabouts.section)
        told = [warning for warning in self.session.warnings if page is None or not page.tells(warning.code)]
        if told:
            self.notices.warn("\n".join(message_for(warning) for warning in told))
        self._consent_notices.begin()
        self.calling.begin()

    def refresh(self, *, but: Page | None = None) -> None:
        """Have what is shown be read again, except on the page that wrote it."""
        self.calling.begin()
        self.pages.refresh(but=but)

    def _ask_about_other_file(self) -> None:
        """Ask what to do about a file that took the place of the open one; nothing is written meanwhile."""
        leave = ask(
            self, tr("Another file was put in the place of this one"),
            text=tr(
                "A sync program or a person replaced the file while it was open. Nothing more is written. "
                "What was open here can be kept as a file of its own beside it, so that nothing is lost."
            ),
            accept=tr("Keep a copy and sign in to the other file"), reject=tr("Go on reading here"),
        )  # fmt: skip
        if leave and not self._ended:
            self._tasks.run(
                lambda: keep_what_was_open(self.session),
                on_done=lambda _path: self.lock_requested.emit(),
                on_error=self.notices.refuse,
                owner=self,
            )

    # --- actions -------------------------------------------------------------------------------

    def record_undo(self) -> None:
        """Undo the last saved change of this session."""
        self._undoing.undo()

    def record_redo(self) -> None:
        """Do again what was undone last."""
        self._undoing.redo()

    def view_palette(self) -> None:
        """Open the palette over everything; pressed again, close it."""
        if self._palette is None:
            self._palette = Palette(
                self, self.session, self._tasks, others=self._palette_entries,
                open_record=self.pages.show_contact, open_filter=self.pages.show_filter,
            )  # fmt: skip
        if self._palette.isVisible():
            self._palette.close_palette()
        else:
            self._palette.open()

    def _palette_entries(self) -> list[Entry]:
        """Return pages, sections and the actions that somebody in front answers."""
        actions = [spec for spec in self.actions_list.available() if self.actions_list.answered(spec)]
        return [
            *(
                page_entry(spec, partial(self.pages.show_place, place))
                for place, spec in enumerate(self.pages.specs)
            ),
            *(
                action_entry(spec, partial(self.actions_list.run, spec.id))
                for spec in actions
                if spec.id != "view.palette"
            ),
            *(
                section_entry(name, title, partial(self.pages.show_section, name))
                for name, title in self.pages.sections()
            ),
        ]

    def view_navigation(self) -> None:
        """Fold or unfold the navigation and remember it."""
        folded = not self.navigation.folded
        self.navigation.set_folded(folded=folded)
        put_setting(self.session, "navigation_folded", folded)

    def program_backup(self) -> None:
        """Make a backup now, beside the work."""
        self.backups.make_now()

    def _rescue(self) -> None:
        from crm_desktop.ui.widgets.rescue_dialog import RescueDialog

        dialog = RescueDialog(self.session, self._tasks, self)
        work = dialog.work if dialog.exec() else None
        dialog.deleteLater()
        if work is not None and not self._ended:
            self.work_alone_requested.emit(work)

    def calls_import(self) -> None:
        """Go to the calls and import there, from whatever page the user is on."""
        self.pages.ask("calls", "calls_import")

    def calls_log(self) -> None:
        """Enter a call with the customer in view; where none is, say what is to be done."""
        contact_id = None if self.page is None else self.page.called_contact()
        if contact_id is not None:
            self.calling.log(contact_id)
        elif self.pages.show_named("customers"):
            self.notices.tell(tr("Choose the customer you spoke with, then log the call."), tone="info")

    def record_new(self) -> None:
        """Begin a new customer, from a page that makes nothing new itself."""
        self.pages.ask_list("record_new")

    def record_import(self) -> None:
        """Import contacts, from whatever page the user is on."""
        self.pages.ask_list("record_import")

    def record_imports(self) -> None:
        """Show the imports of contacts so far."""
        self.pages.ask_list("record_imports")

    def record_duplicates(self) -> None:
        """Look for records that may be one, from whatever page the user is on."""
        self.pages.ask_list("record_duplicates")

    def follow_up_new(self) -> None:
        """Plan a follow-up, from whatever page the user is on."""
        self.pages.ask("follow_ups", "follow_up_new")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files: contacts and call logs to import."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import the dropped files as what they are."""
        files = dropped_paths(event.mimeData())
        if files:
            event.acceptProposedAction()
            look_into_files(
                self.session, self._tasks, self.notices, files,
                on_done=partial(import_dropped, self.pages, self.session), owner=self,
            )  # fmt: skip

    def running(self) -> list[RunningWork]:
        """Return the long work that has not ended yet."""
        return [work for work in self._running if not work.job.done]

    def revert_cells(self) -> None:
        """Close open cell editors without saving: hiding them would save what is half typed."""
        for table in self.findChildren(RecordTable):
            table.revert_edit()

    # --- the end -------------------------------------------------------------------------------

    def end(self, *, with_backup: bool = False) -> KnownError | None:
        """Keep half-typed input and layouts, take back what was copied, close the session whatever happens.

        ``with_backup`` at the end of work; a lock must not wait for it. Returns why something could not
        be kept: another program writes, the disk is full.
        """
        self._ended = True
        self.backups.stop()
        self.checks.stop()
        self._tidying.stop()
        self._consent_notices.stop()
        self.calling.stop()
        self._swap_watch.stop()
        self._change_watch.stop()
        self._log_watch.stop()
        self.revert_cells()
        for page in self.pages.pages():
            page.stop()
        forget_copies()
        try:
            for page in self.pages.pages():
                page.save_draft()
            for page in self.pages.pages():
                page.remember()
        except KnownError as error:
            return error
        finally:
            # After whatever still runs on the serialized thread, so that an import under way ends properly.
            if with_backup:
                # Where it fails, the next start finds the change without a backup and says what is wrong.
                self._tasks.run(lambda: close_with_backup(self.session), on_error=_said_at_the_next_start)
            else:
                self._tasks.run(self.session.close)
        return None


def _said_at_the_next_start(_error: KnownError) -> None:
    """Let the window go: nobody is left to read it."""
