"""An office and somebody signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.ui.tasks import Tasks
from tests.environments import Office, new_organization
from tests.ui.desk import Desk, add_people


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An organization in Britain with the administrator ana."""
    return new_organization(tmp_path, region="GB", time_zone="Europe/London")


@pytest.fixture
def desk(qtbot: QtBot, office: Office, tasks: Tasks, bugs: list[BaseException]) -> Iterator[Desk]:
    """Ana's window with three customers; no bug may be reported during the test."""
    session = office.open()
    add_people(session)
    desk = Desk(qtbot, office, tasks, session)
    yield desk
    desk.window.close()
    desk.settle()
    assert bugs == []
