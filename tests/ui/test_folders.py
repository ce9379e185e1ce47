"""Where new files are proposed: never in a folder where they would be refused."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from pytestqt.qtbot import QtBot

from crm_desktop.ui.shell.create_form import CreateForm
from crm_desktop.ui.shell.sample_page import SamplePage
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.folders import proposed_folder
from tests.environments import new_environment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


def _documents_in(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    folder.mkdir(parents=True)
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(folder))


def test_documents_on_this_computer_are_proposed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _documents_in(monkeypatch, home / "Documents")
    assert proposed_folder() == home / "Documents"


def test_without_documents_it_is_the_home_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: "")
    assert proposed_folder() == home


def test_synchronized_documents_are_not_proposed(
    qtbot: QtBot, tasks: Tasks, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _documents_in(monkeypatch, home / "OneDrive - Nordkai" / "Documents")
    assert proposed_folder() == home
    form = CreateForm()
    qtbot.addWidget(form)
    qtbot.keyClicks(form.name, "Nordkai")
    assert Path(form.path.text()) == home / "Nordkai.crm"
    page = SamplePage(new_environment(home / "data"), tasks)
    qtbot.addWidget(page)
    assert Path(page.path.text()).parent == home
