"""One signed-in session on screen: the navigation and its pages; thrown away whole when the session ends.

Pages are made when they are first shown. Ending saves half-typed input, forgets the clipboard and
closes the session, so that a locked window holds no record.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.filters import Condition
from crm_desktop.operations import contacts
from crm_desktop.operations.automatic_backups import close_with_backup
from crm_desktop.operations.dropped_files import DroppedFiles, FileKind
from crm_desktop.operations.filters import NamedFilter
from crm_desktop.operations.session import Session
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.operations.swapped_files import keep_what_was_open
from crm_desktop.ui.clipboard import forget_copies
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.sections import SECTIONS
from crm_desktop.ui.shell.actions import Actions
from crm_desktop.ui.shell.automatic_backups import AutomaticBackups
from crm_desktop.ui.shell.background_checks import BackgroundChecks
from crm_desktop.ui.shell.calling import Calling
from crm_desktop.ui.shell.change_watch import ChangeWatch
from crm_desktop.ui.shell.consent_notices import ConsentNotices
from crm_desktop.ui.shell.log_watch import LogWatch
from crm_desktop.ui.shell.navigation import Navigation
from crm_desktop.ui.shell.notices import WindowNotices
from crm_desktop.ui.shell.pages import PAGES
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
from crm_desktop.ui.widgets.page import Page, PageContext, RunningWork, ShownCalls
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
        self._pages: dict[int, Page] = {}
        self._running: list[RunningWork] = []
        self._tidying = Tidying(session, tasks, self)
        self._swap_watch = SwapWatch(session, self)
        self._change_watch = ChangeWatch(session, tasks, self)
        self._ended = False
        self._palette: Palette | None = None
        self._specs = [spec for spec in PAGES if session.may(spec.needs)]
        self.actions_list = Actions(self, may=session.may, handlers=self._handlers)
        self.notices = WindowNotices(self)
        self._undoing = Undoing(
            session, tasks, notices=self.notices, running=self._running, refresh=self._refresh,
            reveal=self._reveal, parent=self,
        )  # fmt: skip
        self._log_watch = LogWatch(session, tasks, self.notices.warn, self)
        self.backups = AutomaticBackups(self, session, tasks, self.notices)
        self.checks = BackgroundChecks(self, session, tasks)
        self._consent_notices = ConsentNotices(
            self, session, tasks, self.notices, lambda: self.show_page_named("privacy")
        )
        self._context = PageContext(
            session, tasks, self.actions_list, self.notices,
            Clock(session.organization.time_zone, now=session.now),
            self.work_alone_requested.emit, self._running,
        )  # fmt: skip
        self.calling = Calling(self._context, self)
        self.calling.written.connect(self._refresh)
        self.user_menu = QMenu(self)
        self.navigation = Navigation(
            organization=session.organization.name, member=session.member.name, pages=self._specs,
            user_menu=self.user_menu,
            read_only=session.read_only,
        )  # fmt: skip
        self._stack = QStackedWidget()
        self.setAcceptDrops(session.may("calls.import_own") or session.may("contacts.import"))
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        content = column(self.checks.bar, self.notices.bar, self.calling.bar, spacing=SPACE_M)
        content.addWidget(self._stack, 1)
        content.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        outer = row(self.navigation, spacing=0)
        outer.addLayout(content, 1)
        self.setLayout(outer)
        self.navigation.set_folded(folded=get_setting(self.session, "navigation_folded") is True)

    def _wire(self) -> None:
        self._change_watch.changed_elsewhere.connect(self._refresh)
        self._swap_watch.swapped.connect(self._ask_about_other_file)
        self.navigation.page_requested.connect(self.show_page)
        self.navigation.lock_requested.connect(self.lock_requested)
        self.checks.backups_requested.connect(self._show_backups)
        self.checks.rescue_requested.connect(self._rescue)
        redo = self.actions_list.action("record.redo")
        if redo is not None:
            redo.setShortcuts([*redo.shortcuts(), QKeySequence("Ctrl+Y")])
        for place in range(min(9, len(self._specs))):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda place=place: self.show_page(place))

    def _handlers(self) -> list[object]:
        return [page for page in (self.page,) if page is not None] + [self, self._program]

    # --- pages ---------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The page in front."""
        front = self._stack.currentWidget()
        return front if isinstance(front, Page) else None

    def start(self, whereabouts: Whereabouts) -> None:
        """Show the page the user was on, or the first one; tell what opening the file found."""
        if not self.show_page_named(whereabouts.page):
            self.show_page(0)
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

    def whereabouts(self) -> Whereabouts:
        """Return where the user is now."""
        page = self.page
        if page is None:
            return Whereabouts()
        name = self._specs[self._place_of(page)].name
        return Whereabouts(name, page.current_contact(), page.section_name())

    def show_page(self, place: int) -> None:
        """Bring the page at ``place`` of the navigation to the front, unless an open form stays."""
        before = self.page
        page = self._pages.get(place)
        if page is not None and page is before:
            page.activate()
            return
        if before is not None and not before.may_leave(lambda: self.show_page(place)):
            self.navigation.set_current(self._place_of(before))
            return
        page = page or self._make(place)
        self.notices.bar.hide()
        self._stack.setCurrentWidget(page)
        self.navigation.set_current(place)
        page.activate()

    def show_page_named(self, name: str) -> bool:
        """Bring a page to the front by its name; False when the role has none of that name."""
        place = next((place for place, spec in enumerate(self._specs) if spec.name == name), None)
        if place is not None:
            self.show_page(place)
        return place is not None

    def _make(self, place: int) -> Page:
        page = self._specs[place].make(self._context)
        page.contact_requested.connect(self.show_contact)
        page.customers_requested.connect(self.show_customers)
        page.calls_requested.connect(self.show_calls)
        page.page_requested.connect(self.show_page_named)
        page.records_changed.connect(lambda: self._refresh(but=page))
        self._pages[place] = page
        self._stack.addWidget(page)
        return page

    def _place_of(self, page: Page) -> int:
        return next(place for place, known in self._pages.items() if known is page)

    def _refresh(self, *, but: Page | None = None) -> None:
        self.calling.begin()
        for page in self._pages.values():
            if page is not but:
                page.refresh()

    def show_contact(self, contact_id: int) -> None:
        """Show a contact on the page of the list it stands in."""
        category = contacts.card(self.session, contact_id).contact.category
        name = "customers" if category is Category.CUSTOMER else "address_book"
        page = self.page if self.show_page_named(name) else None
        if page is not None:
            page.show_contact(contact_id)

    def _reveal(self, contact_id: int) -> None:
        """Bring a contact that came back into view where its list is in front; another page stays."""
        if self.page is not None:
            self.page.show_returned(contact_id)

    def show_customers(self, condition: Condition) -> None:
        """Show the customers who fit ``condition``, on their page."""
        page = self.page if self.show_page_named("customers") else None
        if page is not None:
            page.show_filtered(condition)

    def show_calls(self, shown: ShownCalls) -> None:
        """Show some calls on their page."""
        page = self.page if self.show_page_named("calls") else None
        if page is not None:
            page.show_calls(shown)

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
                open_record=self.show_contact, open_filter=self._show_filter,
            )  # fmt: skip
        if self._palette.isVisible():
            self._palette.close_palette()
        else:
            self._palette.open()

    def _palette_entries(self) -> list[Entry]:
        """Return pages, sections and the actions that somebody in front answers."""
        actions = [spec for spec in self.actions_list.available() if self.actions_list.answered(spec)]
        return [
            *(page_entry(spec, partial(self.show_page, place)) for place, spec in enumerate(self._specs)),
            *(
                action_entry(spec, partial(self.actions_list.run, spec.id))
                for spec in actions
                if spec.id != "view.palette"
            ),
            *(
                section_entry(name, title, partial(self._show_section, name))
                for name, title in self._sections()
            ),
        ]

    def _sections(self) -> list[tuple[str, str]]:
        if not any(spec.name == "administration" for spec in self._specs):
            return []
        return [(spec.name, spec.title) for spec in SECTIONS if self.session.may(spec.needs)]

    def _show_section(self, name: str) -> None:
        page = self.page if self.show_page_named("administration") else None
        if page is not None:
            page.bring_section(name)

    def _show_filter(self, known: NamedFilter) -> None:
        name = "customers" if known.category is Category.CUSTOMER else "address_book"
        page = self.page if self.show_page_named(name) else None
        if page is not None:
            page.show_filter(known.id)

    def view_navigation(self) -> None:
        """Fold or unfold the navigation and remember it."""
        folded = not self.navigation.folded
        self.navigation.set_folded(folded=folded)
        put_setting(self.session, "navigation_folded", folded)

    def program_backup(self) -> None:
        """Make a backup now, beside the work."""
        self.backups.make_now()

    def _show_backups(self) -> None:
        from crm_desktop.ui.pages.administration.page import AdministrationPage

        page = self.page if self.show_page_named("administration") else None
        if isinstance(page, AdministrationPage):
            page.show_section("backups")

    def _rescue(self) -> None:
        from crm_desktop.ui.widgets.rescue_dialog import RescueDialog

        dialog = RescueDialog(self.session, self._tasks, self)
        work = dialog.work if dialog.exec() else None
        dialog.deleteLater()
        if work is not None and not self._ended:
            self.work_alone_requested.emit(work)

    def calls_import(self) -> None:
        """Go to the calls and import there, from whatever page the user is on."""
        self._on_calls("calls_import")

    def _on_calls(self, method: str, *arguments: object) -> None:
        target = getattr(self.page, method, None) if self.show_page_named("calls") else None
        if callable(target):
            target(*arguments)

    def calls_log(self) -> None:
        """Enter a call with the customer in view; where none is, say what is to be done."""
        contact_id = None if self.page is None else self.page.called_contact()
        if contact_id is not None:
            self.calling.log(contact_id)
        elif self.show_page_named("customers"):
            self.notices.tell(tr("Choose the customer you spoke with, then log the call."), tone="info")

    def record_new(self) -> None:
        """Begin a new customer, from a page that makes nothing new itself."""
        self._on_list("record_new")

    def record_import(self) -> None:
        """Import contacts, from whatever page the user is on."""
        self._on_list("record_import")

    def record_imports(self) -> None:
        """Show the imports of contacts so far."""
        self._on_list("record_imports")

    def record_duplicates(self) -> None:
        """Look for records that may be one, from whatever page the user is on."""
        self._on_list("record_duplicates")

    def follow_up_new(self) -> None:
        """Plan a follow-up, from whatever page the user is on."""
        if self.show_page_named("follow_ups"):
            target = getattr(self.page, "follow_up_new", None)
            if callable(target):
                target()

    def _on_list(self, method: str, *arguments: object) -> None:
        """Have a list of contacts answer: the one in front, else the customers."""
        in_front = getattr(self.page, method, None) is not None
        known = in_front or self.show_page_named("customers") or self.show_page_named("address_book")
        target = getattr(self.page, method, None) if known else None
        if callable(target):
            target(*arguments)

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
                self.session, self._tasks, self.notices, files, on_done=self._import_dropped, owner=self
            )

    def _import_dropped(self, found: DroppedFiles) -> None:
        """Import contacts and call logs as what they are; of both at once, the contacts after the calls."""
        held = found.of(FileKind.CONTACTS)
        if held and len(held) == len(found.files) and self.session.may("contacts.import"):
            self._on_list("import_contacts", held)
        elif self.session.may("calls.import_own"):
            self._on_calls("import_found", found, self._import_contacts)

    def _import_contacts(self, paths: list[Path]) -> None:
        if paths and self.session.may("contacts.import"):
            self._on_list("import_contacts", paths)

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
        for page in self._pages.values():
            page.stop()
        forget_copies()
        try:
            for page in self._pages.values():
                page.save_draft()
            for page in self._pages.values():
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
