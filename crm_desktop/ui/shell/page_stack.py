"""The pages of one session, made when they are first shown; a record is shown on the page it stands on."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.filters import Condition
from crm_desktop.operations import contacts
from crm_desktop.operations.filters import NamedFilter
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.administration.sections import SECTIONS
from crm_desktop.ui.shell.pages import PAGES
from crm_desktop.ui.shell.whereabouts import Whereabouts
from crm_desktop.ui.widgets.page import Page, PageContext, ShownCalls

_LIST_OF = {Category.CUSTOMER: "customers", Category.ADDRESS_BOOK: "address_book"}


class PageStack(QStackedWidget):
    """``specs`` are the pages this person may see, in the order of the navigation.

    ``coming()``: another page takes the front; ``in_front(place)``: the page there has it, or kept it.
    ``written(page)``: a page wrote something that others may show.
    """

    coming = Signal()
    in_front = Signal(int)
    written = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._context: PageContext | None = None
        self._made: dict[int, Page] = {}
        self.specs = [spec for spec in PAGES if session.may(spec.needs)]

    def begin(self, context: PageContext) -> None:
        """Make pages with ``context`` from now on."""
        self._context = context

    @property
    def page(self) -> Page | None:
        """The page in front."""
        front = self.currentWidget()
        return front if isinstance(front, Page) else None

    def pages(self) -> Iterable[Page]:
        """Return the pages that were made so far."""
        return self._made.values()

    def refresh(self, *, but: Page | None = None) -> None:
        """Have every page but one read again what was written."""
        for page in self._made.values():
            if page is not but:
                page.refresh()

    def whereabouts(self) -> Whereabouts:
        """Return where the user is now."""
        page = self.page
        if page is None:
            return Whereabouts()
        return Whereabouts(self.specs[self._place_of(page)].name, page.current_contact(), page.section_name())

    # --- bringing one to the front -------------------------------------------------------------

    def show_place(self, place: int) -> None:
        """Bring the page at ``place`` of the navigation to the front, unless an open form stays."""
        before = self.page
        page = self._made.get(place)
        if page is not None and page is before:
            page.activate()
            return
        if before is not None and not before.may_leave(lambda: self.show_place(place)):
            self.in_front.emit(self._place_of(before))
            return
        page = page or self._make(place)
        self.coming.emit()
        self.setCurrentWidget(page)
        self.in_front.emit(place)
        page.activate()

    def show_named(self, name: str) -> bool:
        """Bring a page to the front by its name; False when the role has none of that name."""
        place = next((place for place, spec in enumerate(self.specs) if spec.name == name), None)
        if place is not None:
            self.show_place(place)
        return place is not None

    def _named(self, name: str) -> Page | None:
        return self.page if self.show_named(name) else None

    def _make(self, place: int) -> Page:
        assert self._context is not None  # noqa: S101 - given before anything is shown
        page = self.specs[place].make(self._context)
        page.contact_requested.connect(self.show_contact)
        page.customers_requested.connect(self.show_customers)
        page.calls_requested.connect(self.show_calls)
        page.page_requested.connect(self.show_named)
        page.records_changed.connect(lambda: self.written.emit(page))
        self._made[place] = page
        self.addWidget(page)
        return page

    def _place_of(self, page: Page) -> int:
        return next(place for place, known in self._made.items() if known is page)

    # --- what others ask to see ----------------------------------------------------------------

    def show_contact(self, contact_id: int) -> None:
        """Show a contact on the page of the list it stands in."""
        if page := self._named(_LIST_OF[contacts.card(self._session, contact_id).contact.category]):
            page.show_contact(contact_id)

    def reveal(self, contact_id: int) -> None:
        """Bring a contact that came back into view where its list is in front; another page stays."""
        if self.page is not None:
            self.page.show_returned(contact_id)

    def show_customers(self, condition: Condition) -> None:
        """Show the customers who fit ``condition``, on their page."""
        if page := self._named("customers"):
            page.show_filtered(condition)

    def show_calls(self, shown: ShownCalls) -> None:
        """Show some calls on their page."""
        if page := self._named("calls"):
            page.show_calls(shown)

    def show_filter(self, known: NamedFilter) -> None:
        """Show the list of a saved filter."""
        if page := self._named(_LIST_OF[known.category]):
            page.show_filter(known.id)

    def sections(self) -> list[tuple[str, str]]:
        """Return name and title of the sections of the administration this person may see."""
        if not any(spec.name == "administration" for spec in self.specs):
            return []
        return [(spec.name, spec.title) for spec in SECTIONS if self._session.may(spec.needs)]

    def show_section(self, name: str) -> None:
        """Show a section of the administration."""
        if page := self._named("administration"):
            page.bring_section(name)

    # --- actions that belong to one page --------------------------------------------------------

    def ask(self, name: str, method: str, *arguments: object) -> None:
        """Bring a page to the front and have it do something it can."""
        _do(self._named(name), method, arguments)

    def ask_list(self, method: str, *arguments: object) -> None:
        """Have a list of contacts do something: the one in front, else the customers."""
        in_front = getattr(self.page, method, None) is not None
        known = in_front or self.show_named("customers") or self.show_named("address_book")
        _do(self.page if known else None, method, arguments)


def _do(page: Page | None, method: str, arguments: Iterable[object]) -> None:
    target = getattr(page, method, None)
    if callable(target):
        target(*arguments)
