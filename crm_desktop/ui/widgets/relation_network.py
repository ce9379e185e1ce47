"""The picture of a contact's network with what steers it: how far it goes, zoom, a larger one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations.relation_network import DEPTHS, MOST_NODES, Network, network
from crm_desktop.ui.messages import message_for, number, tr
from crm_desktop.ui.tokens import SPACE_XS
from crm_desktop.ui.widgets.field_editors import ChoiceField
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, label, row
from crm_desktop.ui.widgets.relation_layout import Point, place
from crm_desktop.ui.widgets.relation_picture import RelationPicture


class RelationNetwork(QWidget):
    """``opened(id)`` from the picture; ``larger_requested`` where ``can_grow``."""

    opened = Signal(object)
    larger_requested = Signal()

    def __init__(self, context: PageContext, *, can_grow: bool) -> None:
        super().__init__()
        self._context = context
        self._contact_id: int | None = None
        self._wanted = 0
        self.picture = RelationPicture()
        self.picture.opened.connect(self.opened)
        self.steps = ChoiceField(choices=[(depth, _steps(depth)) for depth in DEPTHS])
        # Beside a list there is room for those who are near.
        self.steps.set_value(1 if can_grow else 2)
        self.steps.setAccessibleName(tr("How far the network goes"))
        self.steps.value_changed.connect(self.reload)
        line = row(self.steps, None, spacing=SPACE_XS)
        for glyph, name, clicked in (
            ("magnifying-glass-minus", tr("Smaller (-)"), self.picture.zoom_out),
            ("magnifying-glass-plus", tr("Larger (+)"), self.picture.zoom_in),
            ("corners-out", tr("Show everything (0)"), self.picture.fit),
        ):
            line.addWidget(button("", clicked, glyph=glyph, name=name, role="quiet"))
        self.larger = button(
            "",
            self.larger_requested.emit,
            glyph="arrows-out",
            name=tr("Picture in a large window"),
            role="quiet",
        )
        self.larger.setVisible(can_grow)
        line.addWidget(self.larger)
        self.note = label("", "caption", wrap=True)
        self.note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        layout.addLayout(line)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.note)

    def show_contact(self, contact_id: int) -> None:
        """Read and draw the network of a contact, in the background."""
        self._contact_id = contact_id
        self.reload()

    def reload(self) -> None:
        """Read it again."""
        wanted, depth = self._contact_id, self.steps.value()
        if wanted is None or not isinstance(depth, int):
            return
        self._wanted += 1
        session, turn = self._context.session, self._wanted

        def read() -> tuple[Network, dict[int, Point]]:
            found = network(session, wanted, depth=depth)
            ids = [node.party.id for node in found.nodes]
            return found, place(ids, [(link.from_id, link.to_id) for link in found.links])

        self._context.tasks.run(
            read,
            on_done=lambda found: self._show(turn, *found),
            on_error=self._refuse,
            owner=self,
            serial=False,
        )

    def _show(self, turn: int, found: Network, points: dict[int, Point]) -> None:
        # Readings run beside each other: one that comes late tells what was before.
        if self._contact_id is None or turn != self._wanted:
            return
        self.picture.show_network(found, points)
        self.note.setVisible(found.left_out > 0)
        if found.left_out:
            text = tr("The nearest {most} are shown; {more} more are left out.")
            self.note.setText(text.format(most=number(MOST_NODES), more=number(found.left_out)))

    def _refuse(self, error: KnownError) -> None:
        self.picture.forget()
        self.note.setText(message_for(error))
        self.note.show()

    def forget(self) -> None:
        """Show nothing and hold nothing."""
        self._contact_id = None
        self.picture.forget()
        self.note.hide()


def _steps(depth: int) -> str:
    return {1: tr("One step"), 2: tr("Two steps"), 3: tr("Three steps")}[depth]
