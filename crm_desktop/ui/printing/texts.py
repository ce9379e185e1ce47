"""Texts on paper: laid out in lines, shrunk or wrapped until they fit, never cut; plain text only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

from crm_desktop.domain.print_layouts import Box
from crm_desktop.ui.printing.paper import INK, UNITS, paper_font

_SHRINK = 0.93
_WORDS_WHOLE_FROM = 5.5
"""Letters of so many points and more break no word; smaller ones break it where they must."""
_SMALLEST = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its height in millimetres, and how it is painted at (left, top) in units.

    One that ``keeps`` stands on the same page as the line after it.
    """

    height: float
    paint: Callable[[QPainter, float, float], None]
    keeps: bool = False


def laid_out(
    text: str, font: QFont, width: float, *, anywhere: bool = True, align: str = "left"
) -> QTextLayout:
    """Return ``text`` in lines of ``width`` units; its own direction decides which side it begins at."""
    layout = QTextLayout(text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
    option.setAlignment(right if align == "right" else Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(
        QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if anywhere else QTextOption.WrapMode.WordWrap
    )
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> float:
    count = layout.lineCount()
    if not count:
        return 0.0
    last = layout.lineAt(count - 1)
    return last.y() + last.height()


def _widest(layout: QTextLayout) -> float:
    return max((layout.lineAt(at).naturalTextWidth() for at in range(layout.lineCount())), default=0.0)


def paint_fitted(
    painter: QPainter,
    box: Box,
    lines: Sequence[str],
    *,
    points: float,
    bold: bool = False,
    middle: bool = False,
) -> float:
    """Paint ``lines`` into ``box``, smaller where they do not fit; return the size of the letters.

    Words stay whole as long as they can be read; below that they break, and letters become as small as
    they must for the last one to be there.
    """
    width, height = box.width * UNITS, box.height * UNITS
    while True:
        anywhere = points < _WORDS_WHOLE_FROM
        font = paper_font(points, bold=bold)
        layouts = [laid_out(line, font, width, anywhere=anywhere) for line in lines]
        total = sum(_height(layout) for layout in layouts)
        fits = total <= height and all(_widest(layout) <= width for layout in layouts)
        if fits or points <= _SMALLEST:
            break
        points *= _SHRINK
    top = box.top * UNITS + ((height - total) / 2 if middle else 0)
    for layout in layouts:
        layout.draw(painter, QPointF(box.left * UNITS, top))
        top += _height(layout)
    return points


def text_lines(
    text: str, width: float, *, points: float = 9.5, bold: bool = False, colour: str = INK, left: float = 0
) -> list[Line]:
    """Return a text as lines of a page, ``left`` and ``width`` in millimetres."""
    layout = laid_out(text, paper_font(points, bold=bold), width * UNITS)
    return [_line(layout, place, colour, left) for place in range(layout.lineCount())]


def _line(layout: QTextLayout, place: int, colour: str, left: float) -> Line:
    line = layout.lineAt(place)
    above = line.y()

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QColor(colour))
        # The layout holds the text of its lines, so it lives as long as they do.
        layout.lineAt(place).draw(painter, QPointF(x + left * UNITS, y - above))

    return Line(line.height() / UNITS, paint)


def beside(first: Sequence[Line], second: Sequence[Line]) -> list[Line]:
    """Return two columns as lines, each as high as the higher of its two."""
    rows = []
    for place in range(max(len(first), len(second))):
        parts = [lines[place] for lines in (first, second) if place < len(lines)]
        rows.append(Line(max(part.height for part in parts), _both(parts)))
    return rows


def _both(parts: Sequence[Line]) -> Callable[[QPainter, float, float], None]:
    def paint(painter: QPainter, x: float, y: float) -> None:
        for part in parts:
            part.paint(painter, x, y)

    return paint


def gap(height: float, *, keeps: bool = False) -> Line:
    """Return nothing, so many millimetres high."""
    return Line(height, lambda _painter, _x, _y: None, keeps)


def in_pages(lines: Sequence[Line], first: float, others: float) -> list[list[Line]]:
    """Return lines by page; the first page has room for ``first`` millimetres, each other for ``others``."""
    pages: list[list[Line]] = [[]]
    used, room = 0.0, first
    for together in _kept_together(lines):
        height = sum(line.height for line in together)
        if pages[-1] and used + height > room + 0.01:
            pages.append([])
            used, room = 0.0, others
        pages[-1] += together
        used += height
    return pages


def _kept_together(lines: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    kept = False
    for line in lines:
        if kept:
            groups[-1].append(line)
        else:
            groups.append([line])
        kept = line.keeps
    return groups


def paint_lines(painter: QPainter, lines: Sequence[Line], box: Box) -> None:
    """Paint the lines of a page from the upper left corner of ``box`` down."""
    top = box.top
    for line in lines:
        line.paint(painter, box.left * UNITS, top * UNITS)
        top += line.height


def paint_text(
    painter: QPainter, box: Box, text: str, *, points: float = 8, colour: str = INK, align: str = "left",
    bold: bool = False,
) -> None:  # fmt: skip
    """Paint a text of the program itself at the top of ``box``."""
    painter.setPen(QColor(colour))
    layout = laid_out(text, paper_font(points, bold=bold), box.width * UNITS, align=align)
    layout.draw(painter, QPointF(box.left * UNITS, box.top * UNITS))
