"""What is printed as painters see it: pages in millimetres, the same on screen, printer and PDF."""

from typing import Final, Protocol

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPageLayout, QPageSize, QPainter

from crm_desktop.domain.print_layouts import Box, Paper
from crm_desktop.operations.printing import PrintKind

UNITS: Final = 50
"""So many units of a painter are a millimetre: letters are laid out alike whatever shows them."""
INK: Final = "#1a1d21"
FAINT_INK: Final = "#5c6570"
RULE: Final = "#c4cad2"
_MM_PER_POINT = 25.4 / 72


class Document(Protocol):
    """Something of ``sections``, each of one page or more; made of ``records`` contacts."""

    @property
    def kind(self) -> PrintKind:
        """What is printed."""

    @property
    def paper(self) -> Paper:
        """The paper of every page."""

    @property
    def records(self) -> int:
        """How many contacts are on it."""

    @property
    def bank(self) -> bool:
        """Whether bank details are on it."""

    @property
    def sections(self) -> int:
        """How many parts begin on a page of their own."""

    def pages(self, section: int) -> int:
        """Return how many pages a section (from 0) has."""

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint a page in units from the upper left corner of the paper."""


def paint_page(painter: QPainter, document: Document, section: int, page: int, *, dots_per_mm: float) -> None:
    """Paint a page onto a device of so many dots."""
    painter.save()
    try:
        painter.scale(dots_per_mm / UNITS, dots_per_mm / UNITS)
        painter.setPen(QColor(INK))
        document.paint(painter, section, page)
    finally:
        painter.restore()


def paper_font(points: float, *, bold: bool = False) -> QFont:
    """Return the font of texts on paper, for a painter in units."""
    font = QFont(QGuiApplication.font().family())
    font.setPixelSize(max(1, round(points * _MM_PER_POINT * UNITS)))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # The font puts other signs for "+" and "-" between digits and letters; nobody finds or copies a phone
    # number by them in a PDF.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def rectangle(box: Box) -> QRectF:
    """Return a box in units."""
    return QRectF(box.left * UNITS, box.top * UNITS, box.width * UNITS, box.height * UNITS)


def page_layout(paper: Paper) -> QPageLayout:
    """Return the whole paper as printers and PDFs know it: the short side first, turned if it is wide."""
    short, long = sorted((paper.width, paper.height))
    size = QPageSize(QSizeF(short, long), QPageSize.Unit.Millimeter, paper.name)
    wide = paper.width > paper.height
    turned = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    layout = QPageLayout(size, turned, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout
