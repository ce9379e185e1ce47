"""Who changed what on the contact of the card; a change can be reverted whenever it was."""

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import reverting, undo
from crm_desktop.operations.reverting import RevertPlan
from crm_desktop.operations.undo import HistoryEntry
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S
from crm_desktop.ui.widgets.events import change_entry
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, row
from crm_desktop.ui.widgets.revert_dialog import RevertDialog
from crm_desktop.ui.widgets.timeline import EntryRole, Timeline, TimelineModel


class ContactHistory(QWidget):
    """``written`` when a change was reverted in the file."""

    written = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._contact_id: int | None = None
        self._found: dict[int, HistoryEntry] = {}
        self.timeline = Timeline(name=tr("History"))
        self.revert_button = button(tr("Revert this…"), self.revert_current)
        self.revert_button.setEnabled(False)
        self._foot = QWidget()
        self._foot.setLayout(row(None, self.revert_button))
        outer = column(spacing=SPACE_S)
        outer.setContentsMargins(0, SPACE_M, 0, 0)
        outer.addWidget(self.timeline, 1)
        outer.addWidget(self._foot)
        self.setLayout(outer)
        self.timeline.entry_opened.connect(self.revert)
        self.timeline.menu_requested.connect(self._show_menu)
        self.timeline.selectionModel().currentChanged.connect(self._chosen)

    @property
    def entries(self) -> TimelineModel:
        """The changes shown."""
        return self.timeline.entries

    def show_contact(self, contact_id: int, *, trashed: bool) -> None:
        """Show the changes of a contact, newest first."""
        self._contact_id = contact_id
        found = undo.history(self._context.session, contact_id)
        self._found = {change.change_set_id: change for change in found}
        self.entries.set_entries([change_entry(change, self._context.clock) for change in found])
        self._foot.setVisible(self._may_revert and not trashed)
        self.revert_button.setEnabled(False)

    def forget(self) -> None:
        """Hold no contact."""
        self._contact_id = None
        self._found = {}
        self.entries.set_entries([])

    @property
    def _may_revert(self) -> bool:
        session = self._context.session
        return session.may("records.edit") and not session.read_only

    def _chosen(self) -> None:
        self.revert_button.setEnabled(self.timeline.currentIndex().data(EntryRole) is not None)

    def _show_menu(self, key: object, position: QPoint) -> None:
        if not self._may_revert:
            return
        menu = QMenu(self)
        menu.addAction(tr("Revert this…"), partial(self.revert, key))
        menu.exec(position)
        menu.deleteLater()

    def revert_current(self) -> None:
        """Revert the chosen change, after a look at what would go back."""
        entry = self.timeline.currentIndex().data(EntryRole)
        if entry is not None:
            self.revert(entry.key)

    def revert(self, key: object) -> None:
        """Show what a change would give back, and do it where the person says so."""
        if not isinstance(key, tuple) or self._contact_id is None or not self._may_revert:
            return
        work = partial(reverting.plan_revert, self._context.session, key[1], self._contact_id)
        self._context.tasks.run(work, on_done=self._ask, on_error=self._refused, owner=self)

    def _ask(self, plan: RevertPlan) -> None:
        change = self._found.get(plan.set_id)
        if change is None or plan.contact_id not in {None, self._contact_id}:
            return
        when = self._context.clock.exact(change.at)
        dialog = RevertDialog(plan, who=change.member_name, when=when, parent=self)
        answer, chosen = dialog.exec(), dialog.chosen
        dialog.deleteLater()
        if answer == QDialog.DialogCode.Accepted and chosen:
            work = partial(reverting.revert, self._context.session, plan, chosen)
            self._context.tasks.run(work, on_done=self._done, on_error=self._refused, owner=self)

    def _done(self, _nothing: None) -> None:
        self.written.emit()
        action = self._context.actions.action("record.undo")
        self._context.notices.say(tr("Reverted"), undo=action.trigger if action is not None else None)

    def _refused(self, error: KnownError) -> None:
        self._context.notices.refuse(error)
