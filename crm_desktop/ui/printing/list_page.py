"""A list of contacts that can be printed: what both its pages add to the list itself."""

from typing import TYPE_CHECKING

from crm_desktop.operations.printing import PrintKind
from crm_desktop.ui.messages import DASH
from crm_desktop.ui.printing.list_on_screen import ListOnScreen
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.contact_source import ContactSource
from crm_desktop.ui.widgets.moments import Clock

if TYPE_CHECKING:
    from crm_desktop.ui.printing.printing import Printing


class PrintedListPage(ContactListPage):
    """Answers *Print*, *Labels*, *Letter* and *Envelope*; what they need is loaded with the first of them."""

    _printing: "Printing | None" = None

    @property
    def printing(self) -> "Printing":
        """What prints for this page."""
        if self._printing is None:
            from crm_desktop.ui.printing.printing import Printing

            self._printing = Printing(self.context, self)
        return self._printing

    def record_print(self) -> None:
        """Print sheets of the selected contacts, or the list."""
        self.printing.records(self._on_screen())

    def record_labels(self) -> None:
        """Print address labels for the selected contacts."""
        self.printing.addressed(PrintKind.LABELS, self._wanted())

    def record_letter(self) -> None:
        """Write a letter to the selected contacts."""
        self.printing.addressed(PrintKind.LETTER, self._wanted())

    def record_envelope(self) -> None:
        """Print an envelope for each of the selected contacts."""
        self.printing.addressed(PrintKind.ENVELOPE, self._wanted())

    def stop(self) -> None:
        """Let go of a print that is under way: the session ends."""
        super().stop()
        if self._printing is not None:
            self._printing.stop()

    def _wanted(self) -> list[int]:
        # Nothing is sent to whom somebody has thrown away.
        return [] if self.query.trashed else list(self.table.selected_ids())

    def _on_screen(self) -> ListOnScreen:
        # A source of its own: the one of the table remembers which version of a row is on screen.
        clock = _PaperClock(self.context.clock.zone.key, now=self.context.clock.now)
        source = ContactSource(self.session, self.query, fields=self._fields, clock=clock)
        columns = list(source.columns)
        # In the order on screen, where columns are moved by their titles.
        titles = self.table.horizontalHeader()
        places = sorted(range(len(columns)), key=titles.visualIndex)
        facts = [self.session.organization.name, clock.day(clock.now())]
        if words := self.query.text.strip():
            facts.insert(0, f"“{words}”")
        return ListOnScreen(
            self.texts.title,
            " · ".join(facts),
            columns,
            [place for place in places if not self.table.isColumnHidden(place)],
            source.rows,
            self.model.ids_between(0, self.model.rowCount() - 1),
            list(self.table.selected_ids()),
        )


class _PaperClock(Clock):
    """Tells days by their date: on paper "yesterday" is soon wrong."""

    def relative(self, epoch: float | None) -> str:
        """Return the day, or a dash."""
        return self.day(epoch) or DASH
