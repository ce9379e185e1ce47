"""What the work needs, loaded while somebody types the password: piece by piece, between his keys.

In the window's own thread, where Qt's classes are made; each piece is so small that no key waits for it
noticeably. It begins when the sign-in has read what it needs in a thread, so that neither waits for the
other's imports. The tables of numbers and countries, which the first card needs, are large and know no Qt:
they come at the end, in a thread.
"""

from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from crm_desktop.ui.tasks import Tasks

PIECES = (
    "crm_desktop.domain.contact_drafts",
    "crm_desktop.domain.filters",
    "crm_desktop.operations.organizations",
    "crm_desktop.operations.consents",
    "crm_desktop.operations.contacts",
    "crm_desktop.operations.products",
    "crm_desktop.operations.relations",
    "crm_desktop.operations.attachments",
    "crm_desktop.operations.timeline",
    "crm_desktop.ui.widgets.record_table",
    "crm_desktop.ui.widgets.record_form",
    "crm_desktop.ui.widgets.contact_bank",
    "crm_desktop.ui.widgets.contact_facts",
    "crm_desktop.ui.widgets.contact_files",
    "crm_desktop.ui.widgets.contact_products",
    "crm_desktop.ui.widgets.relation_picture",
    "crm_desktop.ui.widgets.contact_relations",
    "crm_desktop.ui.widgets.contact_card",
    "crm_desktop.ui.widgets.contact_panel",
    "crm_desktop.ui.widgets.contact_list_filters",
    "crm_desktop.ui.widgets.contact_list_page",
    "crm_desktop.ui.shell.workspace",
    "crm_desktop.ui.printing.list_page",
    "crm_desktop.ui.pages.customers.page",
    "crm_desktop.ui.shell.reminders",
    "crm_desktop.ui.shell.announcer",
)
"""From what others import to what imports them, so that each piece is only what it adds."""
TABLES = ("phonenumbers", "pycountry")
PAUSE_MS = 5


class LoadingAhead(QObject):
    """Loads the pieces as long as ``page`` lives; what was not loaded by then loads when it is used."""

    def __init__(self, page: QObject, tasks: Tasks) -> None:
        super().__init__(page)
        self._tasks = tasks
        self._left = list(PIECES)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._load_one)
        self._timer.start()

    def _load_one(self) -> None:
        import_module(self._left.pop(0))
        if not self._left:
            self._timer.stop()
            self._tasks.run(_load_tables, owner=self, serial=False, background=True)


def _load_tables() -> None:
    for name in TABLES:
        import_module(name)
