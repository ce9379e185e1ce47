"""The products: the catalogue with who uses what, and what renews when."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QTabWidget

from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import number, tr
from crm_desktop.ui.pages.products.catalogue import Catalogue
from crm_desktop.ui.pages.products.renewals import Renewals
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row
from crm_desktop.ui.widgets.record_table import RecordTable
from crm_desktop.ui.widgets.search_box import SearchBox

_SETTING = "list.products"
_SECTIONS = ("catalogue", "renewals")


class ProductsPage(Page):
    """Two tabs: the catalogue, and the renewals due."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._stale = True
        self.catalogue = Catalogue(context)
        self.renewals = Renewals(context)
        self._build()
        stored = get_setting(self.session, _SETTING)
        if isinstance(stored, dict):
            self.catalogue.restore_layout(stored)
        self._wire()

    def _build(self) -> None:
        self.search = SearchBox(tr("Search name, code, vendor, plan…"))
        self.search.setMaximumWidth(340)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.count = label("", "muted")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(tr("What to show"))
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.catalogue, tr("Catalogue"))
        self.tabs.addTab(self.renewals, tr("Renewals due"))
        for pane in (self.catalogue, self.renewals):
            layout = pane.layout()
            if layout is not None:
                layout.setContentsMargins(0, SPACE_M, 0, 0)
        head = row(label(tr("Products"), "title"), 4, self.count, None, spacing=SPACE_M)
        head.addWidget(self.search, 6)
        action = self.context.actions.action("record.new")
        self.new_button = None
        if action is not None and not self.session.read_only:
            self.new_button = button(tr("New product"), action.trigger, role="primary", glyph="plus")
            self.new_button.setToolTip(action.toolTip())
            head.addWidget(self.new_button)
        body = column(head, spacing=SPACE_M)
        body.addWidget(self.tabs, 1)
        self.setLayout(body)

    def _wire(self) -> None:
        self.search.search_changed.connect(self.catalogue.search)
        self.search.down_requested.connect(self._focus_table)
        self.search.left.connect(self._focus_table)
        self.tabs.currentChanged.connect(lambda place: self.search.setVisible(place == 0))
        self.catalogue.counted.connect(lambda found: self.count.setText(number(found)))
        self.catalogue.written.connect(self._catalogue_written)
        self.catalogue.card.contact_requested.connect(self.contact_requested)
        self.catalogue.card.all_requested.connect(self.customers_requested)
        self.catalogue.card.renewals_requested.connect(self._show_renewals)
        self.renewals.contact_requested.connect(self.contact_requested)
        self.renewals.due.connect(self._show_due)
        self.renewals.written.connect(self._renewal_written)

    def _show_due(self, due: int) -> None:
        words = tr("Renewals due ({count})").format(count=number(due)) if due else tr("Renewals due")
        self.tabs.setTabText(1, words)

    def _show_renewals(self) -> None:
        self.tabs.setCurrentWidget(self.renewals)
        self.renewals.choose_overdue_first()
        self._focus_table()

    def _catalogue_written(self) -> None:
        self.renewals.refresh()
        self.records_changed.emit()

    def _renewal_written(self) -> None:
        self.catalogue.refresh()
        self.records_changed.emit()

    # --- the page ------------------------------------------------------------------------------

    @property
    def table(self) -> RecordTable:
        """The table of the tab in front."""
        return self.renewals.table if self.tabs.currentIndex() == 1 else self.catalogue.table

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def activate(self) -> None:
        """Read what is not read yet and take the focus into the table."""
        if self._stale:
            self._read()
        self._focus_table()

    def _read(self) -> None:
        self._stale = False
        self.catalogue.refresh()
        self.renewals.refresh()

    def refresh(self) -> None:
        """Read again: at once where the page is in front, else when it is shown next."""
        self._stale = True
        if self.isVisible():
            self._read()

    def remember(self) -> None:
        """Keep columns, order and sizes."""
        put_setting(self.session, _SETTING, self.catalogue.layout_to_keep())

    def section_name(self) -> str:
        """Return which tab is in front."""
        return _SECTIONS[self.tabs.currentIndex()]

    def bring_section(self, name: str) -> None:
        """Bring a tab to the front by its name."""
        if name in _SECTIONS:
            self.tabs.setCurrentIndex(_SECTIONS.index(name))

    # --- actions -------------------------------------------------------------------------------

    def view_search(self) -> None:
        """Put the keyboard into the search box, which belongs to the catalogue."""
        self.tabs.setCurrentWidget(self.catalogue)
        self.search.take_focus()

    def view_card(self) -> None:
        """Show or hide the card."""
        self.catalogue.splitter.toggle_card()

    def record_new(self) -> None:
        """Open the form of a new product."""
        self.tabs.setCurrentWidget(self.catalogue)
        self.catalogue.add()

    def record_edit(self) -> None:
        """Open the form of the current product, or renew the current renewal."""
        if self.tabs.currentWidget() is self.renewals:
            self.renewals.renew_current()
        else:
            self.catalogue.edit()

    def record_open(self) -> None:
        """Show the customer of the current renewal; a product is opened in its form."""
        if self.tabs.currentWidget() is self.renewals:
            self.renewals.open_current()
        else:
            self.catalogue.edit()

    def record_cell(self) -> None:
        """Edit the current cell."""
        self.table.edit_current()

    def record_copy(self) -> None:
        """Copy the cell or the selected rows."""
        self.table.copy()
