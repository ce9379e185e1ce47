"""A list on paper: the columns of the list on screen, in its order; rows are read when they are painted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from crm_desktop.domain.print_layouts import Box, Paper
from crm_desktop.operations.printing import PrintKind
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.printing.paper import FAINT_INK, INK, RULE, UNITS
from crm_desktop.ui.printing.texts import paint_fitted, paint_text
from crm_desktop.ui.widgets.record_source import CellValue, Column, Row

_MARGIN = 12.0
_HEAD = 12.0
_TITLES = 8.0
_ROW = 7.0
"""A line of 9 points, or two of 7."""
_FOOT = 8.0
_UPRIGHT_PX = 760
"""Columns that are wider together on screen lie on their side on paper."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """The rows with these ids; ``shown`` are the columns printed, by their place in a row."""

    title: str
    facts: str
    upright: Paper
    ids: Sequence[int]
    columns: Sequence[Column]
    shown: Sequence[int]
    rows: Callable[[Sequence[int]], Mapping[int, Row]]
    kind: PrintKind = PrintKind.LIST
    bank: bool = False

    @property
    def paper(self) -> Paper:
        """The paper, on its side where the columns need it."""
        wide = sum(self.columns[place].width for place in self.shown) > _UPRIGHT_PX
        return self.upright.turned if wide else self.upright

    @property
    def records(self) -> int:
        """How many rows there are."""
        return len(self.ids)

    @property
    def rows_a_page(self) -> int:
        """How many rows stand on a page."""
        return int((self.paper.height - 2 * _MARGIN - _HEAD - _TITLES - _FOOT) / _ROW)

    @property
    def sections(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.ids) // self.rows_a_page))

    def pages(self, section: int) -> int:
        """Return 1: every page of a list is a section."""
        del section
        return 1

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint a page of rows."""
        del page
        width = self.paper.width - 2 * _MARGIN
        self._paint_frame(painter, section, width)
        top = _MARGIN + _HEAD
        self._paint_row(painter, top, [self.columns[place].title for place in self.shown], bold=True)
        top += _TITLES
        self._rule(painter, top, width, INK)
        part = self.ids[section * self.rows_a_page : (section + 1) * self.rows_a_page]
        found = self.rows(part)
        for one in part:
            if (row := found.get(one)) is not None:
                self._paint_row(painter, top, [_text(row[place]) for place in self.shown])
            top += _ROW
            self._rule(painter, top, width, RULE)

    def _paint_frame(self, painter: QPainter, section: int, width: float) -> None:
        half = width / 2
        paint_fitted(painter, Box(_MARGIN, _MARGIN, half, _HEAD - 2), [self.title], points=15, bold=True)
        head = Box(_MARGIN + half, _MARGIN + 2, half, _HEAD)
        paint_text(painter, head, self.facts, colour=FAINT_INK, align="right")
        foot = Box(_MARGIN, self.paper.height - _MARGIN - 3, width, _FOOT)
        words = tr("Page {page} of {pages}").format(page=number(section + 1), pages=number(self.sections))
        paint_text(painter, foot, words, colour=FAINT_INK, align="right")

    def _paint_row(self, painter: QPainter, top: float, texts: Sequence[str], *, bold: bool = False) -> None:
        widths = [self.columns[place].width for place in self.shown]
        scale = (self.paper.width - 2 * _MARGIN) / max(1, sum(widths))
        left = _MARGIN
        painter.setPen(QColor(INK))
        for text, wide in zip(texts, widths, strict=True):
            box = Box(left + 0.8, top + 0.4, wide * scale - 1.6, _ROW - 0.8)
            paint_fitted(painter, box, [text], points=8.5 if bold else 9, bold=bold, middle=True)
            left += wide * scale

    @staticmethod
    def _rule(painter: QPainter, top: float, width: float, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), 0.15 * UNITS))
        painter.drawLine(QLineF(_MARGIN * UNITS, top * UNITS, (_MARGIN + width) * UNITS, top * UNITS))


def _text(cell: CellValue) -> str:
    text = cell if isinstance(cell, str) else cell.text
    return " ".join(text.split())
