"""What the tests of storage share: a real organization file of its own and a session on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_desktop.operations.session import Session
from tests.environments import Office, new_organization


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    opened = office.open()
    yield opened
    opened.close()
