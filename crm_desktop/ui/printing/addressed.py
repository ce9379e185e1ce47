"""What is addressed: labels and envelopes. Who stands on a page is read when it is painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPainter

from crm_desktop.domain.addressees import envelope_lines
from crm_desktop.domain.contacts import AddressKind
from crm_desktop.domain.print_layouts import Box, Envelope, LabelSheet, Paper, label_pages, labels_on
from crm_desktop.operations.printing import PrintKind, addressees
from crm_desktop.operations.session import Session
from crm_desktop.ui.printing.paper import FAINT_INK, INK
from crm_desktop.ui.printing.texts import paint_fitted

_LABEL_MARGIN = 4.0
"""Printers shift a sheet by a millimetre or two: so far from its edge no letter of a label stands."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Address labels of ``ids``; the first stands at ``start`` (from 1) of its sheet."""

    session: Session
    ids: Sequence[int]
    sheet: LabelSheet
    start: int = 1
    address: AddressKind | None = None
    kind: PrintKind = PrintKind.LABELS
    bank: bool = False

    @property
    def paper(self) -> Paper:
        """The paper of the sheet."""
        return self.sheet.paper

    @property
    def records(self) -> int:
        """How many labels there are."""
        return len(self.ids)

    @property
    def sections(self) -> int:
        """How many sheets there are."""
        return label_pages(len(self.ids), self.sheet, start=self.start)

    def pages(self, section: int) -> int:
        """Return 1: every sheet is a page."""
        del section
        return 1

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint one sheet."""
        del page
        placed = labels_on(section, len(self.ids), self.sheet, start=self.start)
        wanted = [self.ids[place] for place, _ in placed]
        found = {to.contact.id: to for to in addressees(self.session, wanted, self.address)}
        own_country = self.session.organization.region
        for place, box in placed:
            # Somebody who is gone by now leaves a label empty: the others stay where they were seen.
            if (to := found.get(self.ids[place])) is not None:
                lines = envelope_lines(to, own_country=own_country)
                paint_fitted(painter, box.within(_LABEL_MARGIN), lines, points=11, middle=True)


@dataclass(frozen=True, slots=True)
class Envelopes:
    """An envelope for each of ``ids``; ``sender`` is its line above the address, or its corner."""

    session: Session
    ids: Sequence[int]
    envelope: Envelope
    sender: str = ""
    address: AddressKind | None = None
    kind: PrintKind = PrintKind.ENVELOPE
    bank: bool = False

    @property
    def paper(self) -> Paper:
        """The envelope, flap above."""
        return self.envelope.paper

    @property
    def records(self) -> int:
        """How many envelopes there are."""
        return len(self.ids)

    @property
    def sections(self) -> int:
        """How many envelopes there are."""
        return len(self.ids)

    def pages(self, section: int) -> int:
        """Return 1: an envelope is printed on one side."""
        del section
        return 1

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint one envelope."""
        del page
        if self.sender.strip():
            painter.setPen(QColor(FAINT_INK))
            paint_fitted(painter, self.envelope.sender, self.sender.strip().splitlines(), points=9)
        painter.setPen(QColor(INK))
        own_country = self.session.organization.region
        for to in addressees(self.session, [self.ids[section]], self.address):
            inside = self.envelope.address
            box = Box(inside.left + 5, inside.top + 4, inside.width - 10, inside.height - 6)
            paint_fitted(painter, box, envelope_lines(to, own_country=own_country), points=12)
