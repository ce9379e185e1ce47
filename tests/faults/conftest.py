"""An organization on a computer of its own, to be damaged.

Each fault is looked at through the real command line too, on a computer without a keyring. That isolation
exists on Linux only; elsewhere the keyring is the one of the person at the computer.
"""

import sys
from pathlib import Path

import pytest

from tests.e2e.computers import Computer
from tests.environments import new_environment, new_organization
from tests.faults.offices import FaultyOffice

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    """Give a computer without a keyring."""
    return Computer.new(tmp_path / "computer")


@pytest.fixture
def faulty(tmp_path: Path, computer: Computer) -> FaultyOffice:
    """Give an organization (closed) with the administrator ana."""
    folder = tmp_path / "office"
    folder.mkdir()
    environment = new_environment(computer.data_folder)
    return FaultyOffice(new_organization(folder, environment=environment), computer)
