"""The columns both lists of contacts are made of: label, width, editor and cell of each field.

A page's ``fields.py`` picks from here and sets the order. ``key`` is the name the operations know the
field by, for sorting and for saving one cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QFontMetrics, QGuiApplication

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.operations.contacts import ContactRow
from crm_desktop.operations.products import product_names
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column
from crm_desktop.ui.widgets.words import STATUS_TONES, status_word


@dataclass(frozen=True, slots=True)
class ContactField:
    """A column, how a row fills it, and the right without which it is absent."""

    column: Column
    cell: Callable[[ContactRow, Clock], CellValue]
    needs: str | None = None

    def hidden(self) -> "ContactField":
        """Return the same field, off until the user shows it."""
        return replace(self, column=replace(self.column, hidden=True))


def _plain(text: str | None) -> Cell:
    return Cell(text or DASH, edit=text or "", spoken=text or tr("empty"))


def name_field() -> ContactField:
    """Return the name: what the list is read by."""
    return ContactField(
        Column("name", tr("Name"), width=184, look="strong", editor="text"), lambda row, _: row.display_name
    )


def company_field() -> ContactField:
    """Return the company a person works for."""
    return ContactField(
        Column("company", tr("Company"), width=140, look="muted", editor="text"),
        lambda row, _: _plain(row.company),
    )


def title_field() -> ContactField:
    """Return the job title."""
    return ContactField(
        Column("title", tr("Position"), width=130, look="muted", editor="text", sortable=False),
        lambda row, _: _plain(row.title),
    )


def phone_field() -> ContactField:
    """Return the primary phone number."""
    return ContactField(
        Column("phone", tr("Phone"), width=136, editor="phone", sortable=False, rigid=True),
        lambda row, _: _plain(row.phone),
    )


def email_field() -> ContactField:
    """Return the primary e-mail address."""
    return ContactField(
        Column("email", tr("E-mail"), width=190, editor="text", sortable=False),
        lambda row, _: _plain(row.email),
    )


def city_field() -> ContactField:
    """Return the city of the primary address."""
    return ContactField(Column("city", tr("City"), width=96, editor="text"), lambda row, _: _plain(row.city))


def product_field(session: Session) -> ContactField:
    """Return the product used now; typing proposes the catalogue's names."""

    def proposals(typed: str) -> list[str]:
        wanted = typed.casefold()
        return [name for name in product_names(session) if wanted in name.casefold()]

    column = Column(
        "product", tr("Product used now"), width=126, editor="product", completions=proposals, rigid=True
    )
    return ContactField(column, _product_cell)


def _product_cell(row: ContactRow, _clock: Clock) -> Cell:
    if not row.product:
        return Cell(DASH, edit="", spoken=tr("none"))
    tip = tr("{product}, renews {date}") if row.renewal_on else "{product}"
    return Cell(row.product, tip=tip.format(product=row.product, date=date_words(row.renewal_on)))


def status_field() -> ContactField:
    """Return where the customer stands, as a pill."""
    column = Column(
        "status",
        tr("Status"),
        width=_pill_width([status_word(status) for status in CustomerStatus]),
        look="pill",
        editor="choice",
        rigid=True,
        choices=lambda: [(status, status_word(status)) for status in CustomerStatus],
    )
    return ContactField(column, _status_cell)


def _pill_width(words: Sequence[str]) -> int:
    """Return the width a column of pills needs for its longest word, in whatever language."""
    metrics = QFontMetrics(QGuiApplication.font())
    return max(78, *(metrics.horizontalAdvance(word) + 34 for word in words))


def _status_cell(row: ContactRow, _clock: Clock) -> Cell:
    if row.status is None:
        return Cell("")
    return Cell(status_word(row.status), edit=row.status, tone=STATUS_TONES[row.status])


def missing_field() -> ContactField:
    """Return what an incomplete record lacks; the list fills it where it is asked for."""
    column = Column("missing", tr("Missing"), width=190, look="muted", sortable=False, hidden=True)
    return ContactField(column, lambda _row, _: Cell(DASH, spoken=tr("none")))


def last_contact_field() -> ContactField:
    """Return the time of the last call, for those who may see calls."""
    return ContactField(
        Column("last_contact", tr("Last contact"), width=96, rigid=True),
        lambda row, clock: Cell(clock.relative(row.last_contact), tip=clock.exact(row.last_contact)),
        needs="calls.view",
    )
