"""The saved filters of one list: their chips with live counts, and everything done to them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.filters import NAME_LIMIT, Definition
from crm_desktop.operations import filters
from crm_desktop.operations.contacts import ContactQuery, contact_count
from crm_desktop.operations.filters import NamedFilter
from crm_desktop.operations.list_queries import incomplete
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.chip_bar import Chip
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.page import PageContext

INCOMPLETE = "incomplete"
_PREFIX = "filter."


class NameDialog(Dialog):
    """Asks for a filter's name, and whether it is shared; ``save(name, shared)`` may refuse with an error."""

    def __init__(
        self, title: str, *, name: str = "", may_share: bool, save: Callable[[str, bool], object],
        tasks: Tasks, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title, accept=tr("Save"), parent=parent)
        self._save = save
        self._tasks = tasks
        self.name = QLineEdit(name)
        self.name.setMaxLength(NAME_LIMIT)
        self.shared = QCheckBox(tr("Everybody in the organization sees it"))
        self.shared.setVisible(may_share)
        self.body.addWidget(LabelledField(tr("Name of the view"), self.name))
        self.body.addWidget(self.shared)
        self.name.selectAll()
        self.name.setFocus()

    def accept(self) -> None:
        """Save off the UI thread, then go; or say in the dialog why it was not saved."""
        self.accept_button.setEnabled(False)
        self._tasks.run(
            partial(self._save, self.name.text(), self.shared.isChecked()), on_done=self._saved,
            on_error=self._refused, owner=self,
        )  # fmt: skip

    def _saved(self, _result: object) -> None:
        super().accept()

    def _refused(self, error: KnownError) -> None:
        self.accept_button.setEnabled(True)
        self.show_refusal(message_for(error))


class SavedFilters(QObject):
    """Holds the filters of a list; ``changed`` when they are others, ``counted(key, number)`` per chip.

    Many records take long to count: lists never wait for it.
    """

    changed = Signal()
    counted = Signal(str, int)

    def __init__(self, context: PageContext, category: Category, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._session = context.session
        self._category = category
        self._window = parent
        self._counting = self._count_again = False
        self.named: list[NamedFilter] = filters.saved(self._session, category)

    def chips(self) -> list[Chip]:
        """Return a chip per filter, the built-in one first."""
        shared = tr("Shared with everybody")
        return [
            Chip(INCOMPLETE, tr("Incomplete"), tip=tr("Records that lack something; the list says what")),
            *(
                Chip(f"{_PREFIX}{known.id}", known.name, tip=shared if known.shared else "")
                for known in self.named
            ),
        ]

    def of_chip(self, key: str) -> NamedFilter | None:
        """Return the filter of a chip."""
        return next((known for known in self.named if key == f"{_PREFIX}{known.id}"), None)

    def definition_of(self, key: str) -> Definition | None:
        """Return what a chip shows, None for the chips of status and trash."""
        if key == INCOMPLETE:
            return Definition((incomplete(self._session, self._category),))
        known = self.of_chip(key)
        return None if known is None else known.definition

    def reload(self) -> None:
        """Read the filters again; the chips are made anew where they differ."""
        named = filters.saved(self._session, self._category)
        if named != self.named:
            self.named = named
            self.changed.emit()

    def count(self) -> None:
        """Count every filter below the window in rank; asked meanwhile, once more afterwards."""
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        self._context.tasks.run(
            partial(_counts, self._session, self._category), on_done=self._counted,
            on_error=self._count_refused, owner=self, background=True,
        )  # fmt: skip

    def _counted(self, counts: dict[str, int]) -> None:
        for key, number in counts.items():
            self.counted.emit(key, number)
        self._count_ended()

    def _count_refused(self, error: KnownError) -> None:
        self._context.notices.refuse(error)
        self._count_ended()

    def _count_ended(self) -> None:
        self._counting = False
        if self._count_again:
            self._count_again = False
            self.count()

    # --- what is done to them ------------------------------------------------------------------

    def save_as(self, definition: Definition, *, name: str = "") -> str | None:
        """Ask for a name and keep the view under it; return the key of its chip, None where it was not."""
        saved: list[int] = []

        def save(name: str, shared: bool) -> None:  # noqa: FBT001 - the dialog's answer
            saved.append(filters.add_filter(self._session, self._category, name, definition, shared=shared))

        self._ask(tr("Save this view"), name, save, may_share=self._session.may("filters.share"))
        return f"{_PREFIX}{saved[0]}" if saved else None

    def update(self, known: NamedFilter, definition: Definition) -> None:
        """Let a filter keep what is shown now."""
        self._do(partial(filters.change_filter, self._session, known.id, definition, version=known.version))

    def show_menu(self, key: str, position: QPoint) -> None:
        """Offer what may be done to a filter."""
        known = self.of_chip(key)
        if known is None or not known.may_change or self._session.read_only:
            return
        menu = QMenu(self._window)
        menu.triggered.connect(menu.deleteLater)
        session, version = self._session, known.version
        menu.addAction(tr("Rename…"), lambda: self._rename(known))
        if session.may("filters.share"):
            words = tr("Keep for me alone") if known.shared else tr("Share with everybody")
            share = partial(filters.share_filter, session, known.id, shared=not known.shared, version=version)
            menu.addAction(words, lambda: self._do(share))
        move = partial(filters.move_filter, session, known.id)
        menu.addAction(tr("Move left"), lambda: self._do(partial(move, by=-1)))
        menu.addAction(tr("Move right"), lambda: self._do(partial(move, by=1)))
        menu.addSeparator()
        menu.addAction(tr("Remove the view"), lambda: self._remove(known))
        menu.popup(position)

    def _rename(self, known: NamedFilter) -> None:
        def save(name: str, _shared: bool) -> None:  # noqa: FBT001 - the dialog's answer
            filters.rename_filter(self._session, known.id, name, version=known.version)

        self._ask(tr("What is this view called?"), known.name, save, may_share=False)

    def _remove(self, known: NamedFilter) -> None:
        self._do(
            partial(filters.remove_filter, self._session, known.id),
            said=tr("The view “{name}” is removed.").format(name=known.name),
        )

    def _ask(self, title: str, name: str, save: Callable[[str, bool], object], *, may_share: bool) -> None:
        dialog = NameDialog(
            title, name=name, may_share=may_share, save=save, tasks=self._context.tasks, parent=self._window
        )
        try:
            if dialog.exec():
                self.reload()
        finally:
            dialog.deleteLater()

    def _do(self, operation: Callable[[], object], *, said: str = "") -> None:
        """Write off the UI thread; ``said`` afterwards, with *Undo*."""

        def done(_result: object) -> None:
            self.reload()
            if said:
                undo = self._context.actions.action("record.undo")
                self._context.notices.say(said, undo=undo.trigger if undo is not None else None)

        def refused(error: KnownError) -> None:
            self.reload()
            self._context.notices.refuse(error)

        self._context.tasks.run(operation, on_done=done, on_error=refused, owner=self)


def _counts(session: Session, category: Category) -> dict[str, int]:
    counts = filters.filter_counts(session, category)
    query = ContactQuery(category, conditions=(incomplete(session, category),))
    return {
        INCOMPLETE: contact_count(session, query),
        **{f"{_PREFIX}{known}": number for known, number in counts.items()},
    }
