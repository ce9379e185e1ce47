"""A table and its card: side by side where there is room, else one above the other."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

BESIDE_FROM_PX = 930
"""The width from which the card stands beside the table: a window of 1200 px less the navigation."""

_USUAL = {"beside": [742, 424], "below": [300, 320]}


class CardSplitter(QSplitter):
    """Remembers the sizes of each arrangement; ``show_form`` gives a form the table's place where narrow."""

    def __init__(self, table: QWidget, card: QWidget) -> None:
        super().__init__()
        self._table, self._card = table, card
        self._arrangement = ""
        self._sizes: dict[str, list[int]] = {}
        self._form_open = False
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.addWidget(card)
        self.setStretchFactor(0, 7)
        self.setStretchFactor(1, 4)
        table.setMinimumSize(280, 140)

    @property
    def narrow(self) -> bool:
        """Whether the card is below the table."""
        return self._arrangement == "below"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the arrangement by the new width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wanted = "below" if self.width() < BESIDE_FROM_PX else "beside"
        if wanted == self._arrangement:
            return
        self._keep()
        self._arrangement = wanted
        self.setOrientation(Qt.Orientation.Vertical if self.narrow else Qt.Orientation.Horizontal)
        self.setSizes(self._sizes.get(wanted, _USUAL[wanted]))
        self.show_form(shown=self._form_open)

    def show_form(self, *, shown: bool) -> None:
        """A form is open now, or closed: on a narrow window it takes the place of the table."""
        self._form_open = shown
        self._table.setVisible(not (self.narrow and shown))

    def toggle_card(self) -> bool:
        """Show or hide the card; return whether it is shown now."""
        self._keep()
        self._card.setVisible(self._card.isHidden())
        return not self._card.isHidden()

    def _keep(self) -> None:
        if self._arrangement and not self._card.isHidden() and not self._table.isHidden():
            self._sizes[self._arrangement] = self.sizes()

    def stored_sizes(self) -> dict[str, list[int]]:
        """Return the sizes of each arrangement, for :meth:`restore_sizes`."""
        self._keep()
        return self._sizes

    def restore_sizes(self, stored: object) -> None:
        """Take what :meth:`stored_sizes` gave; anything else is passed over."""
        if isinstance(stored, Mapping):
            self._sizes = {
                str(key): [int(size) for size in sizes]
                for key, sizes in stored.items()
                if isinstance(sizes, list) and len(sizes) == 2
            }
