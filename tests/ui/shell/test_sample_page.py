"""Trying the sample: asked where, made with progress, opened at once; an existing file is not touched."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.operations.organizations import organization_info
from crm_desktop.ui.shell import sample_page
from crm_desktop.ui.shell.sample_page import SamplePage
from crm_desktop.ui.tasks import Tasks
from tests.environments import new_environment


@pytest.fixture
def page(qtbot: QtBot, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SamplePage:
    monkeypatch.setattr(sample_page, "CUSTOMERS", 20)
    monkeypatch.setattr(sample_page, "CALLS", 40)
    made = SamplePage(new_environment(tmp_path / "data"), tasks)
    qtbot.addWidget(made)
    made.path.setText(str(tmp_path / "sample.crm"))
    return made


def test_the_sample_is_made_and_opened(qtbot: QtBot, page: SamplePage, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.opened, timeout=60_000) as opened:
        page.make_button.click()
    session = opened.args[0].session
    assert session.path == (tmp_path / "sample.crm").resolve()
    assert session.member.login == sample_page.LOGIN
    assert organization_info(session).customers > 0
    session.close()


def test_a_file_that_is_there_is_not_touched(page: SamplePage, tmp_path: Path) -> None:
    (tmp_path / "sample.crm").write_bytes(b"mine")
    page.make_button.click()
    assert page.path.property("refused")
    assert (tmp_path / "sample.crm").read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_a_sentence(page: SamplePage, tasks: Tasks, tmp_path: Path) -> None:
    page.path.setText(str(tmp_path / "nowhere" / "sample.crm"))
    page.make_button.click()
    assert tasks.wait_idle()
    assert page.message.label.text()
    assert page.make_button.isEnabled()
