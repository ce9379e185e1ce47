"""Twenty thousand records selected: preview, change and copy leave the window to who sits at it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.progress import Progress
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.sample_filling import Crowd
from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.bulk_dialog import BulkDialog
from crm_desktop.ui.widgets.work_cards import WorkCard
from tests.operations.samples import person
from tests.ui.desk import Desk

MANY, PART = 20_000, 2_000
PATIENCE_MS = 60_000


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    crowd = Crowd(desk.session)
    for first in range(0, MANY, PART):
        crowd.write(Category.CUSTOMER, lambda number: person(f"Given{number}"), first, PART)
    made = desk.page("customers")
    assert isinstance(made, CustomersPage)
    made.refresh()
    desk.qtbot.waitUntil(lambda: made.model.complete and made.model.rowCount() > MANY)
    return made


@contextmanager
def turns() -> Iterator[list[int]]:
    """Count how often the window had its turn."""
    had = [0]
    timer = QTimer()
    timer.timeout.connect(lambda: had.__setitem__(0, had[0] + 1))
    timer.start(0)
    yield had
    timer.stop()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[Progress]:
    """What the cards at the foot of the window were told."""
    told: list[Progress] = []
    show = WorkCard.show_progress

    def remember(card: WorkCard, progress: Progress) -> None:
        told.append(progress)
        show(card, progress)

    monkeypatch.setattr(WorkCard, "show_progress", remember)
    return told


def test_the_window_has_its_turn_while_many_are_previewed_changed_and_copied(
    desk: Desk, page: CustomersPage, steps: list[Progress]
) -> None:
    total = page.model.rowCount()
    page.bulk.box.click()
    assert page.table.selected_count() == total
    with turns() as had:
        page.record_copy()
        desk.qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=PATIENCE_MS)
    assert had[0] > len(steps) > 3
    assert QGuiApplication.clipboard().text().count("\n") == total + 1
    steps.clear()
    page.bulk.bar.buttons["field"].click()
    dialog = page.bulk.dialog
    assert isinstance(dialog, BulkDialog)
    dialog.editor.set_value("paused")
    with turns() as had:
        desk.qtbot.waitUntil(lambda: dialog.preview is not None, timeout=PATIENCE_MS)
    assert had[0] > 10
    assert dialog.told.text() == f"{total:,} will change."
    with turns() as had:
        dialog.accept_button.click()
        desk.qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=PATIENCE_MS)
    assert had[0] > len(steps) > 3
    assert steps[-1] == Progress(total, total)
    paused = ContactQuery(Category.CUSTOMER, status=CustomerStatus.PAUSED)
    assert contacts.contact_count(desk.session, paused) == total
