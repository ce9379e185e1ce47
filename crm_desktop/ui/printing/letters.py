"""Letters: one text with fields, filled for each contact, in the form of DIN 5008 or of the United States."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QDate, QLineF, QLocale
from PySide6.QtGui import QColor, QPainter, QPen

from crm_desktop.domain.addressees import Addressee, envelope_lines, field_values, merged
from crm_desktop.domain.contacts import AddressKind
from crm_desktop.domain.print_layouts import LetterForm, Paper
from crm_desktop.operations.printing import PrintKind, addressees
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.printing.paper import FAINT_INK, INK, RULE, UNITS
from crm_desktop.ui.printing.texts import (
    Line,
    gap,
    in_pages,
    paint_fitted,
    paint_lines,
    paint_text,
    text_lines,
)

_POINTS = 11.0
_FOLD_MM = 5.0


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What somebody wrote; ``language`` (ISO 639-1) is that of date and salutation, ``day`` ISO 8601."""

    text: str
    subject: str = ""
    sender: str = ""
    language: str = "en"
    day: str = ""

    @property
    def date(self) -> str:
        """The day as the language of the letter writes it."""
        day = QDate.fromString(self.day, "yyyy-MM-dd")
        pattern = "d. MMMM yyyy" if self.language == "de" else "d MMMM yyyy"
        return QLocale(self.language).toString(day, pattern)


@dataclass(frozen=True, slots=True)
class Letters:
    """A letter for each of ``ids``."""

    session: Session
    ids: Sequence[int]
    form: LetterForm
    words: LetterWords
    address: AddressKind | None = None
    kind: PrintKind = PrintKind.LETTER
    bank: bool = False
    _last: dict[int, tuple[Addressee | None, list[list[Line]]]] = field(default_factory=dict, repr=False)

    @property
    def paper(self) -> Paper:
        """The paper of the form."""
        return self.form.paper

    @property
    def records(self) -> int:
        """How many letters there are."""
        return len(self.ids)

    @property
    def sections(self) -> int:
        """How many letters there are."""
        return len(self.ids)

    def pages(self, section: int) -> int:
        """Return how many pages the letter to one of them has."""
        return len(self._letter(section)[1])

    def _letter(self, section: int) -> tuple[Addressee | None, list[list[Line]]]:
        """Read and lay out a letter; the last one is kept, since its pages are asked for one by one."""
        if section not in self._last:
            to = next(iter(addressees(self.session, [self.ids[section]], self.address)), None)
            lines = self._lines(to) if to is not None else []
            self._last.clear()
            self._last[section] = (to, in_pages(lines, self.form.text.height, self.form.next.height))
        return self._last[section]

    def _lines(self, to: Addressee) -> list[Line]:
        width = self.form.text.width
        values = field_values(
            to, language=self.words.language, date=self.words.date,
            organization=self.session.organization.name, user=self.session.member.name,
        )  # fmt: skip
        lines: list[Line] = []
        if subject := merged(self.words.subject, values).strip():
            lines += [*text_lines(subject, width, points=_POINTS, bold=True), gap(6)]
        for paragraph in merged(self.words.text, values).split("\n"):
            lines += text_lines(paragraph, width, points=_POINTS) or [gap(5)]
        return lines

    def paint(self, painter: QPainter, section: int, page: int) -> None:
        """Paint a page of one letter."""
        to, pages = self._letter(section)
        form = self.form
        if page == 0 and to is not None:
            self._paint_head(painter, to)
        self._paint_folds(painter)
        painter.setPen(QColor(INK))
        paint_lines(painter, pages[page], form.text if page == 0 else form.next)
        if len(pages) > 1:
            words = tr("Page {page} of {pages}").format(page=page + 1, pages=len(pages))
            paint_text(painter, form.foot, words, colour=FAINT_INK, align="right")

    def _paint_head(self, painter: QPainter, to: Addressee) -> None:
        form, sender = self.form, self.words.sender.strip()
        if sender:
            painter.setPen(QColor(INK))
            paint_fitted(painter, form.sender, sender.splitlines(), points=10)
        if sender and form.note is not None:
            painter.setPen(QColor(FAINT_INK))
            note = " · ".join(line.strip() for line in sender.splitlines() if line.strip())
            paint_fitted(painter, form.note, [note], points=7)
        painter.setPen(QColor(INK))
        own_country = self.session.organization.region
        paint_fitted(painter, form.address, envelope_lines(to, own_country=own_country), points=_POINTS)
        align = "left" if form.note is None else "right"
        paint_text(painter, form.date, self.words.date, points=_POINTS, align=align)

    def _paint_folds(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(RULE), 0.2 * UNITS))
        for mark in self.form.folds:
            painter.drawLine(QLineF(3 * UNITS, mark * UNITS, (3 + _FOLD_MM) * UNITS, mark * UNITS))
