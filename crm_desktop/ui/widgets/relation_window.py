"""A large window for the relations of one contact: the list, and the picture with room for 300 nodes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QSplitter, QVBoxLayout, QWidget

from crm_desktop.operations.relations import Party, RelationLine
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.party_list import PartyLine, PartyList
from crm_desktop.ui.widgets.relation_network import RelationNetwork
from crm_desktop.ui.widgets.relation_words import dates_words, role_word

_SIZE_PX = (1180, 780)
_LIST_PX = 300


class RelationWindow(QDialog):
    """``contact_requested(id)`` closes it; Esc too."""

    contact_requested = Signal(object)

    def __init__(self, context: PageContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setModal(True)
        self.list = PartyList(name=tr("Relations"))
        self.list.setProperty("role", "")
        self.network = RelationNetwork(context, can_grow=False)
        self.list.opened.connect(self._open)
        self.network.opened.connect(self._open)
        self.list.current_changed.connect(self._choose_in_picture)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.list)
        splitter.addWidget(self.network)
        splitter.setSizes([_LIST_PX, _SIZE_PX[0] - _LIST_PX])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.addWidget(splitter)
        self.resize(*_SIZE_PX)

    def show_relations(self, own: Party, lines: Sequence[RelationLine]) -> None:
        """Show the relations of ``own`` and draw his network."""
        title = tr("Relations of {name}").format(name=own.name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        before = self.list.current_key()
        self.list.show_lines([_line(line) for line in lines], current=before)
        self.network.show_contact(own.id)

    def _choose_in_picture(self, key: object) -> None:
        if isinstance(key, int):
            self.network.picture.choose(key)

    def _open(self, key: object) -> None:
        self.accept()
        self.contact_requested.emit(key)


def _line(line: RelationLine) -> PartyLine:
    details = (role_word(line.role), line.position or "", dates_words(line.started_on, line.ended_on))
    text = " · ".join(part for part in details if part)
    return PartyLine(line.other.id, line.other.name, text, line.other.kind, faint=bool(line.ended_on))
