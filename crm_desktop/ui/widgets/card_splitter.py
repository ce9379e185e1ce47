"""A table and its card: side by side where there is room, else one above the other."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

BESIDE_FROM_PX = 1000
"""The width from which the card stands beside the table: a window of 1260 px less the navigation."""

_USUAL = {"beside": 0.67, "below": 0.48}
_WHOLE = 1000


class CardSplitter(QSplitter):
    """Keeps the table's share in each arrangement; ``show_form`` gives a form its place where narrow.

    Only the user changes a share: what the window's own size makes of it for a while is not remembered.
    """

    def __init__(self, table: QWidget, card: QWidget) -> None:
        super().__init__()
        self._table, self._card = table, card
        self._arrangement = ""
        self._shares = dict(_USUAL)
        self._form_open = False
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.addWidget(card)
        self.setStretchFactor(0, 7)
        self.setStretchFactor(1, 4)
        table.setMinimumSize(280, 140)
        self.splitterMoved.connect(lambda _at, _handle: self._moved())

    @property
    def narrow(self) -> bool:
        """Whether the card is below the table."""
        return self._arrangement == "below"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the arrangement by the new width and share the new size out."""
        super().resizeEvent(event)
        self._arrange()
        self._share_out()

    def _arrange(self) -> None:
        wanted = "below" if self.width() < BESIDE_FROM_PX else "beside"
        if wanted == self._arrangement:
            return
        self._arrangement = wanted
        self.setOrientation(Qt.Orientation.Vertical if self.narrow else Qt.Orientation.Horizontal)
        self.show_form(shown=self._form_open)

    def _share_out(self) -> None:
        if not self._arrangement:
            return
        whole = (self.height() if self.narrow else self.width()) - self.handleWidth()
        table = round(whole * self._shares[self._arrangement])
        self.setSizes([table, whole - table])

    def _moved(self) -> None:
        table, card = self.sizes()
        if self._arrangement and table and card:
            self._shares[self._arrangement] = table / (table + card)

    def show_form(self, *, shown: bool) -> None:
        """A form is open now, or closed: on a narrow window it takes the place of the table."""
        self._form_open = shown
        self._table.setVisible(not (self.narrow and shown))
        self._share_out()

    def toggle_card(self) -> bool:
        """Show or hide the card; return whether it is shown now."""
        self._card.setVisible(self._card.isHidden())
        self._share_out()
        return not self._card.isHidden()

    def stored_sizes(self) -> dict[str, list[int]]:
        """Return table to card in each arrangement, for :meth:`restore_sizes`."""
        tables = {key: round(share * _WHOLE) for key, share in self._shares.items()}
        return {key: [table, _WHOLE - table] for key, table in tables.items()}

    def restore_sizes(self, stored: object) -> None:
        """Take what :meth:`stored_sizes` gave; anything else is passed over."""
        for key, sizes in stored.items() if isinstance(stored, Mapping) else ():
            if key in _USUAL and isinstance(sizes, list) and len(sizes) == 2 and all(sizes):
                self._shares[key] = sizes[0] / sum(sizes)
        self._share_out()
