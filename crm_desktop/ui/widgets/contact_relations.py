"""The *Relations* tab of a contact's card: who introduced him, his relations, and the picture beside them."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import relations
from crm_desktop.operations.relations import Party, RelationLine
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.flow_layout import FlowLayout
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, clear, label, row
from crm_desktop.ui.widgets.party_list import PartyLine, PartyList
from crm_desktop.ui.widgets.relation_edits import RelationEdits
from crm_desktop.ui.widgets.relation_network import RelationNetwork
from crm_desktop.ui.widgets.relation_window import RelationWindow
from crm_desktop.ui.widgets.relation_words import dates_words, role_word

BESIDE_PX = 760
"""From this width the picture stands beside the list, else below it."""


def party_line(line: RelationLine) -> PartyLine:
    """Return a relation as a line of the list: the other side, what one is to him, the function, when."""
    what = role_word(line.role)
    details = (what, line.position or "", dates_words(line.started_on, line.ended_on))
    return PartyLine(
        line.id,
        line.other.name,
        " · ".join(part for part in details if part),
        line.other.kind,
        pill=tr("ended") if line.ended_on else "",
        faint=bool(line.ended_on),
        tip=line.note or "",
    )


class ContactRelations(QWidget):
    """``contact_requested(id)``: somebody is to be opened; ``changed``: relations were written."""

    contact_requested = Signal(object)
    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._session = context.session
        self._own: Party | None = None
        self._trashed = False
        self._wide: bool | None = None
        self._wanted = 0
        self.lines: dict[int, RelationLine] = {}
        self.edits = RelationEdits(context, self)
        self.edits.written.connect(self._written)
        self.window_of_picture: RelationWindow | None = None
        self.list = PartyList(name=tr("Relations"))
        self.network = RelationNetwork(context, can_grow=True)
        self._build()
        self.list.opened.connect(self._open_line)
        self.list.menu_requested.connect(self._menu)
        self.list.remove_requested.connect(lambda _: self.remove())
        self.list.current_changed.connect(self._current_changed)
        self.network.opened.connect(self._open_contact)
        self.network.picture.selected.connect(self._choose_in_list)
        self.network.larger_requested.connect(self.show_large)

    def _build(self) -> None:
        self.add_button = button(tr("Add relation"), self.add, glyph="plus")
        self.edit_button = button(
            "", self.edit, glyph="pencil-simple", name=tr("Edit the relation"), role="quiet"
        )
        self.end_button = button("", self.end, glyph="calendar-x", name=tr("End the relation"), role="quiet")
        self.remove_button = button(
            "", self.remove, glyph="trash", name=tr("Remove the relation"), role="quiet"
        )
        self._tools = (self.edit_button, self.end_button, self.remove_button)
        self.chain = QWidget()
        self._chain_layout = FlowLayout(self.chain, spacing=SPACE_XS)
        self.nothing = EmptyState(
            glyph="tree-structure",
            sentence=tr("No relations yet. Say who works where, who belongs together, who introduced whom."),
            action=tr("Add relation"),
        )
        self.nothing.action_requested.connect(self.add)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.network)
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, SPACE_M, 0, 0)
        inner.setSpacing(SPACE_S)
        inner.addWidget(self.chain)
        inner.addLayout(row(self.add_button, None, *self._tools, spacing=SPACE_XS))
        inner.addWidget(self.splitter, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(filled)
        self._stack.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the picture beside the list where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= BESIDE_PX
        if wide is not self._wide:
            self._wide = wide
            self.splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
            self.splitter.setSizes([10_000, 10_000])

    @property
    def contact_id(self) -> int | None:
        """The contact whose relations are shown."""
        return self._own.id if self._own is not None else None

    # --- showing -------------------------------------------------------------------------------

    def show_contact(self, own: Party, *, trashed: bool) -> None:
        """Read and show the relations of a contact; in the trash they are only shown."""
        self._own, self._trashed = own, trashed
        self.reload()

    def reload(self) -> None:
        """Read the relations again, in the background."""
        own = self._own
        if own is None:
            return
        self._wanted += 1
        wanted = self._wanted
        self._context.tasks.run(
            lambda: (
                relations.relations_of(self._session, own.id), relations.introduced_by(self._session, own.id),
            ),
            on_done=lambda found: self._show(wanted, own.id, *found),
            on_error=self._refuse,
            owner=self,
            serial=False,
        )  # fmt: skip

    def _show(
        self, wanted: int, contact_id: int, found: list[RelationLine], chain: tuple[Party, ...]
    ) -> None:
        own = self._own
        # Readings run beside each other: one that comes late tells what was before a change.
        if own is None or own.id != contact_id or wanted != self._wanted:
            return
        may = self._session.may("records.edit") and not self._trashed
        before = self.list.current_key()
        self.lines = {line.id: line for line in found}
        self.list.show_lines([party_line(line) for line in found], current=before)
        self._show_chain(chain)
        self.add_button.setVisible(may)
        self.nothing.button.setVisible(may)
        for tool in self._tools:
            tool.setVisible(may)
        self._stack.setCurrentIndex(0 if found else 1)
        if found:
            self.network.show_contact(contact_id)
        else:
            self.network.forget()
        if self.window_of_picture is not None:
            self.window_of_picture.show_relations(own, found)

    def _show_chain(self, chain: tuple[Party, ...]) -> None:
        clear(self._chain_layout)
        self.chain.setVisible(bool(chain))
        if not chain:
            return
        words = tr("Introduced by")
        for party in chain:
            name = tr("Open {name}").format(name=party.name)
            link = button(party.name, partial(self._open_contact, party.id), role="link", name=name)
            said = label(words, "muted")
            link.ensurePolished()
            said.setFixedHeight(link.sizeHint().height())
            self._chain_layout.addWidget(said)
            self._chain_layout.addWidget(link)
            words = tr("introduced by", "between two names")

    def _refuse(self, error: KnownError) -> None:
        self.forget_lines()
        self._context.notices.refuse(error)

    def forget(self) -> None:
        """Show nothing and hold nothing."""
        self._own = None
        self.forget_lines()

    def forget_lines(self) -> None:
        """Show no relations."""
        self.lines = {}
        self.list.show_lines([])
        self.network.forget()
        self._show_chain(())
        if self.window_of_picture is not None:
            self.window_of_picture.close()

    # --- choosing and opening ------------------------------------------------------------------

    def current_line(self) -> RelationLine | None:
        """Return the chosen relation."""
        key = self.list.current_key()
        return self.lines.get(key) if isinstance(key, int) else None

    def _current_changed(self, key: object) -> None:
        line = self.lines.get(key) if isinstance(key, int) else None
        for tool in self._tools:
            tool.setEnabled(line is not None)
        if line is not None:
            self.network.picture.choose(line.other.id)

    def _choose_in_list(self, contact_id: object) -> None:
        current = self.current_line()
        if current is not None and current.other.id == contact_id:
            return
        line = next((line for line in self.lines.values() if line.other.id == contact_id), None)
        if line is not None:
            self.list.choose(line.id)

    def _open_line(self, key: object) -> None:
        line = self.lines.get(key) if isinstance(key, int) else None
        if line is not None:
            self._open_contact(line.other.id)

    def _open_contact(self, contact_id: int) -> None:
        if self._own is None or contact_id != self._own.id:
            self.contact_requested.emit(contact_id)

    def show_large(self) -> None:
        """Show list and picture in a large window."""
        if self._own is None or self.window_of_picture is not None:
            return
        window = self.window_of_picture = RelationWindow(self._context, parent=self)
        window.contact_requested.connect(self._open_contact)
        window.finished.connect(self._large_closed)
        window.show_relations(self._own, list(self.lines.values()))
        window.open()

    def _large_closed(self) -> None:
        window, self.window_of_picture = self.window_of_picture, None
        if window is not None:
            window.deleteLater()

    def _menu(self, key: object, position: QPoint) -> None:
        line = self.lines.get(key) if isinstance(key, int) else None
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open {name}").format(name=line.other.name), lambda: self._open_line(key))
        if not self.add_button.isHidden():
            menu.addSeparator()
            menu.addAction(tr("Edit"), self.edit)
            menu.addAction(tr("It lasts again") if line.ended_on else tr("End…"), self.end)
            menu.addAction(tr("Remove"), self.remove)
        menu.popup(position)

    # --- what a person does --------------------------------------------------------------------

    def add(self) -> None:
        """Open the form of a new relation."""
        if self._own is not None:
            self.edits.add(self._own)

    def edit(self) -> None:
        """Open the form of the chosen relation."""
        line = self.current_line()
        if line is not None and self._own is not None:
            self.edits.edit(self._own, line)

    def end(self) -> None:
        """Ask since when the chosen relation is over; one that is over lasts again."""
        line = self.current_line()
        if line is not None and self._own is not None:
            self.edits.end(self._own, line)

    def remove(self) -> None:
        """Remove the chosen relation; it can be undone."""
        line = self.current_line()
        if line is not None and not self.add_button.isHidden():
            self.edits.remove(line)

    def _written(self) -> None:
        self.reload()
        self.changed.emit()
