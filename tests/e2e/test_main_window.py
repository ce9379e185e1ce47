"""The main job in the real window, with a real Secret Service and the default cost of passwords."""

import sqlite3
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication

from crm_desktop.app import Program
from crm_desktop.operations.environment import Environment
from crm_desktop.ui.theme import apply_theme
from tests.e2e.accounts_job import whole_accounts_job
from tests.e2e.backup_job import whole_backup_job
from tests.e2e.driver import Driver
from tests.e2e.main_job import CUSTOMERS, SAMPLES, whole_job


@pytest.mark.timeout(240)
def test_the_main_job_from_the_welcome_to_the_history_of_the_right_customer(
    qapp: QApplication, tmp_path: Path
) -> None:
    assert type(keyring.get_keyring()).__module__.startswith("keyring.backends."), "a real keyring is needed"
    program = Program(qapp, Environment(data_folder=tmp_path / "data"), theme="light")
    driver = Driver(program)
    try:
        driver.start(None)
        whole_job(driver, tmp_path, SAMPLES / "calls-20260105090000.xml")
        whole_accounts_job(driver)
        whole_backup_job(driver, tmp_path / "lantern.crm")
    finally:
        driver.close()
        apply_theme(qapp, "light")
    _nothing_in_clear(tmp_path)


def _nothing_in_clear(folder: Path) -> None:
    """No file of the organization's or the program's folder shows a name typed into the window."""
    markers = [text.encode() for row in CUSTOMERS for text in row] + [b"Lantern", b"Lindqvist", b"Halfway"]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".crm" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not content.startswith(b"SQLite format 3"), path.name
        assert not [marker for marker in markers if marker in content], path.name
        if path.suffix == ".crm":
            with pytest.raises(sqlite3.DatabaseError):
                sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master").fetchone()
