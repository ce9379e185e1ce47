"""What a list of contacts writes: trash, restore, move; off the UI thread, with a toast that undoes it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import contacts, purging
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.long_write import run_long_write
from crm_desktop.ui.widgets.page import PageContext


class ContactWrites(QObject):
    """``written`` when the records are in the file as wished; a refusal goes to the notices."""

    written = Signal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._context = context

    def trash(self, ids: Sequence[int]) -> None:
        """Move contacts to the trash."""
        work = partial(contacts.trash, self._context.session, ids)
        title = tr("%n contacts are being moved to the trash.", "", len(ids))
        self._run_long(work, title, tr("%n contacts moved to the trash", "", len(ids)))

    def restore(self, ids: Sequence[int]) -> None:
        """Bring contacts back from the trash."""
        work = partial(contacts.restore_from_trash, self._context.session, ids)
        title = tr("%n contacts are being restored.", "", len(ids))
        self._run_long(work, title, tr("%n contacts restored", "", len(ids)))

    def purge(self, ids: Sequence[int]) -> None:
        """Delete contacts in the trash for good; asks first, for it cannot be undone."""
        title = tr("Delete %n contacts for good?", "", len(ids))
        if ids and ask(self._window, title, text=_for_good(), accept=tr("Delete for good"), danger=True):
            work = partial(purging.delete_for_good, self._context.session, ids)
            title = tr("%n contacts are being deleted.", "", len(ids))
            run_long_write(
                work, title=title, on_done=self._purged, on_cancelled=self._stopped,
                tasks=self._context.tasks, notices=self._context.notices, running=self._context.running,
                owner=self,
            )  # fmt: skip

    def empty_trash(self, category: Category) -> None:
        """Delete all contacts in the trash of a list for good; asks first."""
        query = contacts.ContactQuery(category, trashed=True)
        self.purge(list(contacts.contact_ids(self._context.session, query)))

    def _purged(self, removed: int) -> None:
        self.written.emit()
        self._context.notices.say(tr("%n contacts deleted for good", "", removed))

    def _stopped(self) -> None:
        """Tell that what went is gone: of a deletion nothing comes back when it is cancelled."""
        self.written.emit()
        self._context.notices.say(tr("Cancelled. What was deleted by then is gone; the others are kept."))

    def move(self, contact_id: int, category: Category, words: str) -> None:
        """Move a contact to the list of ``category``; ``words`` say so afterwards."""
        self._run(partial(contacts.move_to_category, self._context.session, contact_id, category), words)

    def _run_long(self, work: Callable[..., object], title: str, words: str) -> None:
        context = self._context
        run_long_write(
            work, title=title, on_done=partial(self._done, words), tasks=context.tasks,
            notices=context.notices, running=context.running, owner=self,
        )  # fmt: skip

    def _run(self, work: Callable[[], object], words: str) -> None:
        self._context.tasks.run(
            work, on_done=partial(self._done, words), on_error=self._context.notices.refuse, owner=self
        )

    def _done(self, words: str, _result: object) -> None:
        self.written.emit()
        undo = self._context.actions.action("record.undo")
        self._context.notices.say(words, undo=undo.trigger if undo is not None else None)


def _for_good() -> str:
    return tr(
        "Numbers, notes, relations, files and calls go with them. This cannot be undone. Backups keep what "
        "they hold until they are removed."
    )
