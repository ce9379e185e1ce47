"""Which fields the tables of the catalogue and of the renewals show: label, width and cell of each."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.operations.product_uses import RenewalRow, RenewalSort
from crm_desktop.operations.products import ProductLine
from crm_desktop.ui.messages import DASH, number, tr
from crm_desktop.ui.widgets.contact_products import days_until, renewal_pill
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.record_source import Cell, CellValue, Column


@dataclass(frozen=True, slots=True)
class ProductField:
    """A column of the catalogue, how a product fills it, and by what it is sorted."""

    column: Column
    cell: Callable[[ProductLine], CellValue]
    order: Callable[[ProductLine], object]


@dataclass(frozen=True, slots=True)
class RenewalField:
    """A column of the renewals and how a use fills it."""

    column: Column
    cell: Callable[[RenewalRow, Clock], CellValue]


def product_fields() -> list[ProductField]:
    """Return the fields of the catalogue in their order."""
    return [
        ProductField(
            Column("name", tr("Name"), width=200, look="strong", editor="text"),
            lambda line: line.product.name,
            lambda line: line.product.name_key,
        ),
        ProductField(
            Column("code", tr("Code"), width=92, look="muted", editor="text"),
            lambda line: _plain(line.product.code),
            lambda line: (line.product.code or "").casefold(),
        ),
        ProductField(
            Column("using_now", tr("Using now"), width=88, align="right", rigid=True),
            lambda line: _number(line.using_now),
            lambda line: line.using_now,
        ),
        ProductField(
            Column("due", tr("Renewals in 30 days"), width=150, align="right", rigid=True),
            _due,
            lambda line: (line.overdue + line.due, line.overdue),
        ),
        ProductField(
            Column("active", tr("Offered"), width=96, look="pill", rigid=True),
            _offered,
            lambda line: not line.product.active,
        ),
        ProductField(
            Column("used", tr("Used in all"), width=96, align="right", rigid=True, hidden=True),
            lambda line: _number(line.used),
            lambda line: line.used,
        ),
        ProductField(
            Column("vendor", tr("Vendor"), width=130, look="muted", hidden=True),
            lambda line: _plain(line.product.vendor),
            lambda line: (line.product.vendor or "").casefold(),
        ),
    ]


def _plain(text: str | None) -> Cell:
    return Cell(text or DASH, edit=text or "", spoken=text or tr("empty"))


def _number(value: int) -> Cell:
    return Cell(number(value) if value else DASH, spoken=number(value))


def _due(line: ProductLine) -> Cell:
    if line.overdue:
        words = tr("{due} and {overdue} overdue").format(due=number(line.due), overdue=number(line.overdue))
        return Cell(words, tone="danger")
    return _number(line.due)


def _offered(line: ProductLine) -> Cell:
    return Cell(tr("offered"), tone="ok") if line.product.active else Cell(tr("retired"), tone="neutral")


def renewal_fields() -> list[RenewalField]:
    """Return the fields of the renewals in their order; their keys are those they are sorted by."""
    return [
        RenewalField(
            Column(RenewalSort.CUSTOMER, tr("Customer"), width=190, look="strong"),
            lambda row, _: Cell(row.customer, tip=row.company or ""),
        ),
        RenewalField(Column(RenewalSort.PRODUCT, tr("Product"), width=160), lambda row, _: row.product),
        RenewalField(
            Column(RenewalSort.PLAN, tr("Plan"), width=120, look="muted"), lambda row, _: _plain(row.plan)
        ),
        RenewalField(
            Column(RenewalSort.QUANTITY, tr("Quantity"), width=84, align="right", rigid=True),
            lambda row, _: _number(row.quantity or 0),
        ),
        RenewalField(Column(RenewalSort.RENEWAL, tr("Renews on"), width=120, rigid=True), _renewal),
        RenewalField(Column("state", tr("Due"), width=140, look="pill", sortable=False, rigid=True), _state),
    ]


def _renewal(row: RenewalRow, _clock: Clock) -> Cell:
    return Cell(date_words(row.renewal_on))


def _state(row: RenewalRow, clock: Clock) -> Cell:
    _words, tone = renewal_pill(row.renewal_on, clock)
    days = days_until(row.renewal_on, clock)
    if days < 0:
        return Cell(tr("%n days overdue", "", -days), tone=tone)
    return Cell(tr("in %n days", "", days) if days else tr("today"), tone=tone)
