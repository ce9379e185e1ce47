"""The sheet of a contact: everything on record about one person or company, a section each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.print_layouts import Box, Paper
from crm_desktop.operations.printing import PrintKind, SheetParts, sheet_content
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.printing.paper import FAINT_INK, RULE, UNITS
from crm_desktop.ui.printing.sheet_words import Facts, sheet_sections
from crm_desktop.ui.printing.texts import Line, beside, gap, in_pages, paint_lines, paint_text, text_lines
from crm_desktop.ui.widgets.contact_options import contact_options
from crm_desktop.ui.widgets.moments import Clock

_LEFT, _TOP, _FOOT = 20.0, 16.0, 18.0
_LABELS = 46.0


@dataclass(frozen=True, slots=True)
class ContactSheets:
    """A sheet for each of ``ids``."""

    session: Session
    ids: Sequence[int]
    paper: Paper
    clock: Clock
    parts: SheetParts = field(default_factory=SheetParts)
    kind: PrintKind = PrintKind.SHEET
    _last: dict[int, list[list[Line]]] = field(default_factory=dict, repr=False)

    @property
    def bank(self) -> bool:
        """Whether bank details are on it."""
        return self.parts.bank

    @property
    def records(self) -> int:
        """How many contacts there are."""
        return len(self.ids)

    @property
    def sections(self) -> int:
        """How many contacts there are."""
        return len(self.ids)

    def pages(self, section: int) -> int:
        """Return how many pages the sheet of one of them has."""
        return len(self._sheet(section))

    @property
    def _body(self) -> Box:
        return Box(_LEFT, _TOP, self.paper.width - 2 * _LEFT, self.paper.height - _TOP - _FOOT)

    def _sheet(self, section: int) -> list[list[Line]]:
        """Read and lay out a sheet; the last one is kept, since its pages are asked for one by one."""
        if section not in self._last:
            body = self._body
            lines = self._lines(self.ids[section], body.width)
            self._last.clear()
            self._last[section] = in_pages(lines, body.height, body.height)
        return self._last[section]

    def _lines(self, contact_id: int, width: float) -> list[Line]:
        content = sheet_content(self.session, contact_id, self.parts)
        contact = content.card.contact
        options = contact_options(self.session, contact.category)
        lines = text_lines(contact.display_name, width, points=20, bold=True)
        person = contact.kind is ContactKind.PERSON
        below = (contact.title, contact.company) if person else (contact.title,)
        if words := " · ".join(part for part in below if part and part != contact.display_name):
            lines += text_lines(words, width, points=11, colour=FAINT_INK)
        for title, facts in sheet_sections(content, options, self.clock):
            lines += _section(title, facts, width)
        return lines

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint a page of one sheet."""
        pages = self._sheet(section)
        body = self._body
        paint_lines(painter, pages[page], body)
        foot = Box(body.left, self.paper.height - 12, body.width, 6)
        day = self.clock.day(self.clock.now())
        paint_text(painter, foot, f"{self.session.organization.name} · {day}", colour=FAINT_INK)
        words = tr("Page {page} of {pages}").format(page=page + 1, pages=len(pages))
        paint_text(painter, foot, words, colour=FAINT_INK, align="right")


def _section(title: str, facts: Facts, width: float) -> list[Line]:
    """Return a section; its title stays with the first line below it."""
    heading = text_lines(title, width, points=11.5, bold=True)
    kept = [Line(line.height, line.paint, keeps=True) for line in heading]
    lines = [gap(6, keeps=True), *kept, _rule(width)]
    for label, value in facts:
        labels = text_lines(label, _LABELS - 3, colour=FAINT_INK) if label else []
        left = _LABELS if label else 0.0
        values = text_lines(value, width - left, left=left)
        lines += [*beside(labels, values), gap(1.2)]
    return lines


def _rule(width: float) -> Line:
    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(QColor(RULE), 0.2 * UNITS))
        painter.drawLine(QLineF(x, y + 0.6 * UNITS, x + width * UNITS, y + 0.6 * UNITS))

    return Line(2.0, paint, keeps=True)
