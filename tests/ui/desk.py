"""A signed-in window over a real organization file, and people in it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contact_drafts import ContactDraft, EmailDraft, PhoneDraft, ProductUseDraft
from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.operations import contacts
from crm_desktop.operations.session import Session
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.shell.whereabouts import Whereabouts
from crm_desktop.ui.shell.workspace import Workspace
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from tests.environments import Office

NUMBERS = ("+44 7700 900123", "+44 20 7946 0018", "+1 202 555 0118")
NAMES = (("Harriet", "Blythe"), ("Zoë", "Łukasik"), ("Owen", "O'Neill"))


def add_people(session: Session) -> list[int]:
    """Add three customers with a number each, the first with a product; return their ids."""
    ids = []
    for place, ((given, family), number) in enumerate(zip(NAMES, NUMBERS, strict=True)):
        uses = (ProductUseDraft("Fleet Pro", since="2024-03-03", quantity=12),) if place == 0 else ()
        draft = ContactDraft(
            category=Category.CUSTOMER,
            given=given,
            family=family,
            company="Blythe Partners",
            status=CustomerStatus.LEAD if place == 2 else CustomerStatus.ACTIVE,
            phones=(PhoneDraft(number, is_primary=True),),
            emails=(EmailDraft(f"{given.casefold()[:2]}@example.com"),),
            product_uses=uses,
        )
        ids.append(contacts.add_contact(session, draft))
    return ids


class Desk:
    """The window of one signed-in person; everything in it is the real thing."""

    def __init__(
        self, qtbot: QtBot, office: Office, tasks: Tasks, session: Session, *, first_page: str = "customers"
    ) -> None:
        self.qtbot = qtbot
        self.office = office
        self.tasks = tasks
        self.window = MainWindow(
            office.environment,
            tasks,
            Preferences(office.environment.data_folder),
            version=lambda: "1",
            idle_s=3600,
        )
        qtbot.addWidget(self.window)
        self.window.resize(1440, 900)
        self.window.show()
        self.window.begin(session, Whereabouts(first_page))
        self.settle()

    @property
    def workspace(self) -> Workspace:
        assert self.window.workspace is not None
        return self.window.workspace

    @property
    def locked(self) -> bool:
        return self.window.workspace is None

    @property
    def session(self) -> Session:
        return self.workspace.session

    def page(self, name: str) -> QWidget:
        """Go to a page by its name in the navigation and return it."""
        self.workspace.pages.show_named(name)
        self.settle()
        page = self.workspace.page
        assert page is not None
        return page

    def settle(self) -> None:
        """Wait until nothing is under way and everything is on screen."""
        assert self.tasks.wait_idle()
        QApplication.processEvents()
        assert self.tasks.wait_idle()
        QApplication.processEvents()
        page = self.window.workspace.page if self.window.workspace is not None else None
        if isinstance(page, ContactListPage):
            self.qtbot.waitUntil(lambda: page.settled)


def answering(answer: Callable[[QDialog], None]) -> None:
    """Have ``answer`` called with the next dialog that is waited for."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            try:
                answer(dialog)
            except BaseException:
                dialog.done(0)  # or it would wait for ever
                raise
        else:
            QTimer.singleShot(5, look)

    QTimer.singleShot(0, look)


def sample_call_log(folder: Path) -> Path:
    """Write a call log of five calls: four with people we know, one with somebody else."""
    path = folder / "calls-20260403180511.xml"
    rows = [
        ("+447700900123", 60, 1_775_000_000_000, 1),
        ("+447700900123", 0, 1_775_010_000_000, 3),
        ("02079460018", 25, 1_775_020_000_000, 2),
        ("+12025550118", 3700, 1_775_030_000_000, 1),
        ("+447700900999", 12, 1_775_040_000_000, 2),
    ]
    calls = "".join(
        f'<call number="{number}" duration="{seconds}" date="{at}" type="{kind}" presentation="1" '
        'readable_date="" contact_name="(Unknown)" />\n'
        for number, seconds, at, kind in rows
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>\n<calls count="5">\n{calls}</calls>\n',
        encoding="utf-8",
    )
    return path
