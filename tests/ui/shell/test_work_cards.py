"""Long writes in the window: progress, cancel and the window alive meanwhile."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations import contacts
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.large_changes import LARGE
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.progress_panel import ProgressPanel
from crm_desktop.ui.widgets.work_cards import WorkCards
from tests.operations.samples import person
from tests.ui.desk import Desk


def test_a_card_appears_only_for_work_that_takes_a_while(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(800, 600)
    host.show()
    cards = WorkCards(host, after_ms=20)
    quick = cards.begin("Quick", CancelToken())
    quick.end()
    assert cards.isHidden()
    token = CancelToken()
    slow = cards.begin("Slow work", token)
    qtbot.waitUntil(cards.isVisible)
    slow.show_progress(Progress(500, 1000))
    assert slow.panel.bar.value() == slow.panel.bar.maximum() // 2
    assert 0 < cards.x() < host.width() - cards.width()
    assert cards.geometry().bottom() < host.height()
    slow.panel.cancel_button.click()
    assert token.cancelled
    slow.end()
    slow.end()
    slow.show_progress(Progress(1000, 1000))
    assert cards.isHidden()


def add_many(session: Session, count: int) -> None:
    with session.change("add_customer") as changes:
        for number in range(count):
            write_contact(changes, session, None, person(f"Given{number}"))


def listed(session: Session, *, trashed: bool = False) -> int:
    return contacts.contact_count(session, ContactQuery(Category.CUSTOMER, trashed=trashed))


def waiting_in_the_middle(
    operation: Callable[..., int], gate: threading.Event
) -> Callable[[Session, list[int], ProgressCallback, CancelToken], int]:
    """Return ``operation`` that stops at the first progress until ``gate`` is opened."""

    def work(session: Session, ids: list[int], progress: ProgressCallback, cancel: CancelToken) -> int:
        def step(done: Progress) -> None:
            progress(done)
            assert gate.wait(20)

        return operation(session, ids, progress=step, cancel=cancel)

    return work


def test_many_are_trashed_with_a_card_that_cancels_and_the_window_alive(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(desk.session, LARGE + 20)
    page = desk.page("customers")
    assert isinstance(page, CustomersPage)
    page.refresh()
    desk.settle()
    before = listed(desk.session)
    gate = threading.Event()
    monkeypatch.setattr(contacts, "trash", waiting_in_the_middle(contacts.trash, gate))
    page.table.selectAll()
    page.record_trash()
    cards = desk.workspace.notices.works
    qtbot.waitUntil(cards.isVisible)
    (panel,) = cards.findChildren(ProgressPanel)
    assert [work.job.done for work in desk.workspace.running()] == [False]
    assert "being moved to the trash" in desk.workspace.running()[0].title
    # The window answers while the work stands still: a search runs in the UI thread.
    page.search.setText("given7")
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < LARGE)
    panel.cancel_button.click()
    gate.set()
    desk.settle()
    assert listed(desk.session) == before
    assert cards.isHidden()
    assert "as it was before" in desk.workspace.notices.toast.label.text()
