"""Backups: which there are and how good they are, making one, looking inside, restoring, the second place."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QMenu

from crm_desktop.domain.backups import Backup
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.backup_contents import check_again
from crm_desktop.operations.backup_overview import Overview, backup_overview
from crm_desktop.operations.backups import BackedUp, back_up
from crm_desktop.operations.second_place import set_second_place
from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.pages.administration.backup_restores import Restores
from crm_desktop.ui.pages.administration.backups_summary import BackupsSummary
from crm_desktop.ui.pages.administration.backups_table import BackupsTable
from crm_desktop.ui.tasks import Job
from crm_desktop.ui.tokens import SPACE_L, SPACE_M
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.message_bar import MessageBar
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.progress_panel import ProgressPanel

_ASKED = "second_place_asked"


class BackupsSection(Page):
    """The section of the administration; everything that touches a file or a place runs in the tasks."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._job: Job | None = None
        self._made_one = False
        self._token = CancelToken()
        self._overview: Overview | None = None
        may = self.session.may
        self._may_restore, self._may_choose = may("restore"), may("backup.settings")
        self._restores = Restores(context, self, self.refresh)
        self.paused = MessageBar()
        self.paused.action_requested.connect(self.confirm)
        self.hint = MessageBar()
        self.hint.action_requested.connect(self.choose_second_place)
        self.hint.dismissed.connect(self._asked)
        self.progress = ProgressPanel()
        self.progress.cancel_requested.connect(self.stop)
        self.progress.hide()
        self.summary = BackupsSummary(may_choose=self._may_choose)
        self.summary.second_requested.connect(self.choose_second_place)
        self.summary.second_removed.connect(partial(self._set_second_place, None))
        self.table = BackupsTable(context.clock, calls=may("calls.view"))
        self.table.open_requested.connect(lambda _place: self.look_inside())
        self.table.menu_requested.connect(self._show_menu)
        self.table.current_record_changed.connect(lambda _place: self._enable())
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        self.back_up_button = button(tr("Back up now"), self.back_up_now, role="primary", glyph="archive")
        self.folder_button = button(tr("Back up to…"), self.back_up_to, glyph="folder-open")
        self.look_button = button(tr("Look inside"), self.look_inside, glyph="magnifying-glass")
        self.restore_button = button(tr("Restore…"), self.restore_chosen, glyph="clock-counter-clockwise")
        self.check_button = button(tr("Check again"), self.check_chosen, glyph="shield-check")
        self.add_button = button(
            tr("Add a backup from a folder…"), self._restores.add_from_folder, role="link"
        )
        self.rescue_button = button(tr("Save a rescue copy…"), self._restores.rescue, role="link")
        self.rescue_button.setToolTip(tr("Where the file is damaged: what can be read goes into a new one."))
        for each in (self.look_button, self.restore_button, self.add_button, self.rescue_button):
            each.setVisible(self._may_restore)

    def _lay_out(self) -> None:
        empty = EmptyState(
            glyph="archive",
            sentence=tr("There is no backup yet. Each one is encrypted and read back whole."),
            action=tr("Back up now"),
        )  # fmt: skip
        empty.action_requested.connect(self.back_up_now)
        self.table.set_empty_state(empty)
        self.title = label(tr("Known backups"), "section")
        head = row(
            label(
                tr("Encrypted copies of the whole file, each read back before it counts."), "muted", wrap=True
            ),
            self.folder_button,
            self.back_up_button,
        )
        head.setStretch(0, 1)
        actions = row(self.title, None, self.check_button, self.look_button, self.restore_button)
        layout = column(head, self.paused, self.hint, self.progress, self.summary, actions, spacing=SPACE_M)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(self.add_button, self.rescue_button, None, spacing=SPACE_L))
        self.setLayout(layout)
        self._enable()

    # --- what is shown -------------------------------------------------------------------------

    def activate(self) -> None:
        """Look at the backups and take the focus."""
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Look at every known backup again, beside the work: a place may answer late."""
        self.context.tasks.run(
            lambda: backup_overview(self.session),
            on_done=self._show,
            on_error=self.context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show(self, overview: Overview) -> None:
        self._overview = overview
        self.summary.show_overview(overview, self.context.clock)
        self.table.show_overview(overview, newest=self._made_one)
        self._made_one = False
        if overview.paused:
            self.paused.show_message(
                tr(
                    "This file was restored from a backup, so no backups are made by themselves. Look "
                    "whether everything is there; confirming makes a backup of it."
                ),
                tone="warn", action=tr("Everything is there: confirm"), can_dismiss=False,
            )  # fmt: skip
        else:
            self.paused.hide()
        self._ask_for_second_place(overview)
        self._enable()

    def _ask_for_second_place(self, overview: Overview) -> None:
        wanted = (
            bool(overview.backups) and overview.second is None and self._may_choose and not overview.paused
        )
        if wanted and get_setting(self.session, _ASKED) is None:
            self.hint.show_message(
                tr(
                    "Every backup lies on this computer. Choose a second place, a stick or a share: a lost "
                    "or broken computer then takes nothing with it."
                ),
                action=tr("Choose a second place…"),
            )  # fmt: skip
        else:
            self.hint.hide()

    def _asked(self) -> None:
        put_setting(self.session, _ASKED, "yes")

    def _enable(self) -> None:
        busy = self._job is not None and not self._job.done
        chosen = self.table.chosen
        there = chosen is not None and chosen.reachable
        for each in (self.back_up_button, self.folder_button):
            each.setEnabled(not busy and not self.session.read_only)
        for each in (self.look_button, self.restore_button, self.check_button):
            each.setEnabled(there and not busy)
        for each in (self.add_button, self.rescue_button):
            each.setEnabled(not busy)
        self.paused.button.setEnabled(not busy)

    def _show_menu(self, _places: object, position: QPoint) -> None:
        menu = QMenu(self)
        for each in (self.look_button, self.restore_button, self.check_button):
            if not each.isHidden():
                action = menu.addAction(each.icon(), each.text())
                action.setEnabled(each.isEnabled())
                action.triggered.connect(each.click)
        menu.popup(position)

    # --- making one ----------------------------------------------------------------------------

    def back_up_now(self) -> None:
        """Make a backup on this computer and in the second place."""
        self._back_up(None, self._made)

    def back_up_to(self) -> None:
        """Ask for a folder and make a backup there."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Make a backup in this folder"))
        if chosen:
            self._back_up(Path(chosen), self._made)

    def confirm(self) -> None:
        """Make the backup that confirms a restored file."""
        self._back_up(None, self._confirmed)

    def _back_up(self, folder: Path | None, done: Callable[[BackedUp], None]) -> None:
        session = self.session

        def work(progress: ProgressCallback, cancel: CancelToken) -> BackedUp:
            return back_up(session, folder, progress=progress, cancel=cancel)

        self._run(work, done, tr("Making a backup and reading it back…"))

    def _made(self, done: BackedUp) -> None:
        self._made_one = True
        self._ended()
        self.context.notices.say(
            tr("A backup was made and read back: {name}").format(name=done.backup.path.name)
        )
        self._warn(done)

    def _confirmed(self, done: BackedUp) -> None:
        self._ended()
        self.context.notices.dismiss()
        self.context.notices.say(tr("Confirmed. Backups are made by themselves again."))
        self._warn(done)

    def _warn(self, done: BackedUp) -> None:
        if done.warnings:
            self.context.notices.warn("\n".join(message_for(warning) for warning in done.warnings))

    def check_chosen(self) -> None:
        """Read the chosen backup whole once more."""
        chosen = self.table.chosen
        if chosen is not None:
            self._run(
                partial(check_again, self.session, chosen.backup), self._checked, tr("Checking every page…")
            )

    def _checked(self, backup: Backup) -> None:
        self._ended()
        when = self.context.clock.relative(backup.made_at)
        self.context.notices.say(tr("The backup of {when} is whole.").format(when=when))

    def _run(self, work: Callable[..., object], done: Callable[..., None], words: str) -> None:
        """Run long work beside the database's own thread, with its progress and *Cancel* in view."""
        if self._job is not None and not self._job.done:
            return
        self._token = CancelToken()
        self.progress.start(words)
        self.progress.show()
        self._job = self.context.tasks.run(
            work, on_done=done, on_error=self._failed, on_progress=self._step, on_cancelled=self._ended,
            cancel=self._token, owner=self, background=True,
        )  # fmt: skip
        self._enable()

    def _step(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _ended(self) -> None:
        # The button that began it was disabled meanwhile and had given the focus away.
        if self.progress.isVisible() and self.window().isActiveWindow():
            self.table.setFocus()
        self.progress.hide()
        self.refresh()
        self._enable()

    def _failed(self, error: KnownError) -> None:
        self._ended()
        self.context.notices.refuse(error)

    def tells(self, code: str) -> bool:
        """Say itself that a restored file waits to be confirmed, with the button for it."""
        return code == "restored_unconfirmed"

    def stop(self) -> None:
        """Let a backup or a check under way go."""
        self._token.cancel()

    # --- the second place ----------------------------------------------------------------------

    def choose_second_place(self) -> None:
        """Ask for a folder on another disk and remember it."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Second place for backups"))
        if chosen:
            self._set_second_place(Path(chosen))

    def _set_second_place(self, folder: Path | None) -> None:
        self.context.tasks.run(
            lambda: set_second_place(self.session, folder),
            on_done=partial(self._second_place_set, folder),
            on_error=self.context.notices.refuse,
            owner=self,
        )

    def _second_place_set(self, folder: Path | None, _nothing: None) -> None:
        self.refresh()
        if folder is None:
            self.context.notices.say(tr("There is no second place any more. The backups in it are kept."))
        else:
            words = tr("Every backup goes to {place} too from now on.")
            self.context.notices.say(words.format(place=folder))

    # --- looking inside and restoring ----------------------------------------------------------

    def look_inside(self) -> None:
        """Show what is in the chosen backup."""
        chosen = self.table.chosen
        if chosen is not None and chosen.reachable and self._may_restore:
            self._restores.look_inside(chosen.backup.path)

    def restore_chosen(self) -> None:
        """Show what is in the chosen backup and restore it once that is confirmed."""
        chosen = self.table.chosen
        if chosen is not None:
            self._restores.ask(chosen.backup.path)
