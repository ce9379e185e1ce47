"""The card of one product: what it is, who uses it now, which renewals are next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.domain.filters import Condition, Operator
from crm_desktop.operations import product_uses, products
from crm_desktop.operations.product_uses import RenewalRow
from crm_desktop.operations.products import DUE_DAYS, ProductLine, ProductUser, plans_of
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from crm_desktop.ui.widgets.contact_products import renewal_pill
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.empty_state import EmptyState
from crm_desktop.ui.widgets.moments import date_words
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, clear, column, label, row
from crm_desktop.ui.widgets.person_line import PersonLine
from crm_desktop.ui.widgets.pill import Pill

SHOWN_USERS = 5
SHOWN_RENEWALS = 5
_LABEL_PX = 104


@dataclass(frozen=True, slots=True)
class ProductPeople:
    """Who is shown on the card of a product: its first users and its next renewals."""

    users: list[ProductUser]
    renewals: list[RenewalRow]


def using(product: str) -> Condition:
    """Return the condition that holds of everybody who uses a product now."""
    return Condition("product", Operator.IS, (product,))


def people_of(session: Session, product_id: int) -> ProductPeople:
    """Read who is shown on a card; overdue renewals first."""
    last = product_uses.renewals_within(session, DUE_DAYS[-1], product_id=product_id).last
    query = product_uses.RenewalQuery(last=last, product_id=product_id)
    ids = product_uses.renewal_first_page(session, query, limit=SHOWN_RENEWALS)
    rows = product_uses.renewal_rows(session, ids)
    users = products.product_users(session, product_id, limit=SHOWN_USERS)
    return ProductPeople(users, [rows[use_id] for use_id in ids if use_id in rows])


class ProductCard(QFrame):
    """``contact_requested(id)`` for a click on a customer, ``all_requested`` for all of them.

    ``renewals_requested`` for the list of renewals.
    """

    contact_requested = Signal(object)
    all_requested = Signal(object)
    renewals_requested = Signal()

    def __init__(self, context: PageContext, fill_menu: Callable[[QMenu], None]) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName(tr("Details"))
        self.setMinimumWidth(330)
        self._context = context
        self.line: ProductLine | None = None
        self.people: list[PersonLine] = []
        self._fill_menu = fill_menu
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        self.name = ElidedLabel(role="section")
        self.under = ElidedLabel(role="muted")
        self.state = Pill()
        self._head = QWidget()
        head = row(column(self.name, self.under, spacing=2), spacing=SPACE_M)
        head.setStretch(0, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        self.more_button = button(tr("Change"), glyph="pencil-simple", name=tr("Change the product"))
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill_menu(menu))
        self.more_button.setMenu(menu)
        may_edit = self._context.session.may("records.edit") and not self._context.session.read_only
        self.more_button.setVisible(may_edit)
        head.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.setLayout(head)
        self.nothing = EmptyState(
            glyph="package", sentence=tr("Choose a product in the list to see its card.")
        )
        inner = QWidget()
        set_role(inner, "page")
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(0, SPACE_S, 2, 0)
        self._body.setSpacing(SPACE_L)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inner)
        outer = column(self._head, spacing=SPACE_M, margin=SPACE_L)
        outer.addWidget(self.area, 1)
        outer.addWidget(self.nothing, 1)
        self.setLayout(outer)

    def show_nothing(self) -> None:
        """Show that no product is chosen."""
        self.line = None
        self._arrange(shown=False)

    def _arrange(self, *, shown: bool) -> None:
        self._head.setVisible(shown)
        self.area.setVisible(shown)
        self.nothing.setVisible(not shown)

    def show_product(self, line: ProductLine) -> None:
        """Show a product; its customers are read in the background."""
        self.line = line
        product = line.product
        self.name.show_text(product.name)
        under = " · ".join(part for part in (product.code, product.vendor) if part)
        self.under.show_text(under or tr("%n customers use it now", "", line.using_now))
        self.state.show_value(
            tr("offered") if product.active else tr("retired"), "ok" if product.active else "neutral"
        )
        self._arrange(shown=True)
        session = self._context.session
        self._context.tasks.run(
            lambda: people_of(session, product.id),
            on_done=lambda people: self._show_people(line, people),
            on_error=self._context.notices.refuse,
            owner=self,
            serial=False,
        )

    def _show_people(self, line: ProductLine, people: ProductPeople) -> None:
        if self.line is not line:
            return  # another product was chosen meanwhile
        clear(self._body)
        self.people = []
        self._body.addLayout(_facts(line))
        self._body.addLayout(self._users(line, people.users))
        if people.renewals:
            self._body.addLayout(self._renewals(people.renewals))
        self._body.addStretch(1)

    def _users(self, line: ProductLine, users: Sequence[ProductUser]) -> QVBoxLayout:
        lines = column(label(tr("Who uses it now").upper(), "capitals"), spacing=SPACE_XS)
        if not users:
            lines.addWidget(label(tr("Nobody at the moment."), "muted"))
        for user in users:
            quantity = tr("%n units", "", user.quantity) if user.quantity else ""
            since = tr("since {date}").format(date=date_words(user.since)) if user.since else ""
            parts = (user.company or "", user.plan or "", quantity, since)
            lines.addWidget(self._person(user.contact_id, user.name, parts))
        if line.using_now:
            words = tr("Show all {count} in Customers").format(count=number(line.using_now))
            self.all_button = button(words, role="link")
            self.all_button.clicked.connect(lambda: self.all_requested.emit(using(line.product.name)))
            lines.addLayout(row(self.all_button, None))
        return lines

    def _renewals(self, renewals: Sequence[RenewalRow]) -> QVBoxLayout:
        lines = column(label(tr("Renewals due").upper(), "capitals"), spacing=SPACE_XS)
        for renewal in renewals:
            pill = Pill(*renewal_pill(renewal.renewal_on, self._context.clock))
            quantity = tr("%n units", "", renewal.quantity) if renewal.quantity else ""
            lines.addWidget(
                self._person(renewal.contact_id, renewal.customer, (renewal.plan or "", quantity), pill)
            )
        self.renewals_button = button(tr("Show the renewals"), self.renewals_requested.emit, role="link")
        lines.addLayout(row(self.renewals_button, None))
        return lines

    def _person(
        self, contact_id: int, name: str, parts: Sequence[str], pill: Pill | None = None
    ) -> PersonLine:
        made = PersonLine(name, " · ".join(part for part in parts if part), pill)
        made.opened.connect(lambda: self.contact_requested.emit(contact_id))
        self.people.append(made)
        return made


def _facts(line: ProductLine) -> QGridLayout:
    product = line.product
    facts = [
        (tr("Code"), product.code or ""),
        (tr("Vendor"), product.vendor or ""),
        (tr("Plans"), ", ".join(plans_of(product))),
        (tr("Using now"), number(line.using_now)),
        (tr("Used in all"), number(line.used)),
        (tr("Note"), product.note or ""),
    ]
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_S - 1)
    grid.setColumnMinimumWidth(0, _LABEL_PX)
    grid.setColumnStretch(1, 1)
    for place, (words, value) in enumerate((words, value) for words, value in facts if value):
        right = label(value, wrap=True, selectable=True)
        right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right.setAccessibleName(f"{words}: {value}")
        grid.addWidget(label(words, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(right, place, 1)
    return grid
