"""Creating an organization: refusals at their field, the kit, its groups typed back, a clean cancel."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.operations.environment import Environment
from crm_desktop.ui.shell.create_wizard import CreateWizard
from crm_desktop.ui.shell.main_window import MainWindow
from crm_desktop.ui.shell.preferences import Preferences
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.kit_step import code_lines
from tests.environments import MemoryKeyring, new_environment

PASSWORD = "four words are good"


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def environment(tmp_path: Path, keyring: MemoryKeyring) -> Environment:
    return new_environment(tmp_path / "data", keyring=keyring)


@pytest.fixture
def wizard(qtbot: QtBot, environment: Environment, tasks: Tasks) -> CreateWizard:
    made = CreateWizard(environment, tasks)
    qtbot.addWidget(made)
    return made


def _fill(wizard: CreateWizard, path: Path) -> None:
    form = wizard.form
    form.name.setText("Nordkai")
    form.path.setText(str(path))
    form.member.setText("Ben Ode")
    form.login.setText("ben")
    form.password.setText(PASSWORD)
    form.again.setText(PASSWORD)


def _to_kit(wizard: CreateWizard, tasks: Tasks, path: Path) -> None:
    _fill(wizard, path)
    wizard.next_button.click()
    assert tasks.wait_idle()
    assert not wizard.kit.isHidden()


def test_what_is_missing_is_said_at_its_field(wizard: CreateWizard, tasks: Tasks, tmp_path: Path) -> None:
    wizard.next_button.click()
    assert wizard.form.name.property("refused")
    _fill(wizard, tmp_path / "n.crm")
    wizard.form.again.setText("something else")
    wizard.next_button.click()
    assert wizard.form.again.property("refused")
    assert not wizard.form.name.property("refused")
    (tmp_path / "n.crm").write_bytes(b"here")
    wizard.form.again.setText(PASSWORD)
    wizard.next_button.click()
    assert wizard.form.path.property("refused")
    assert (tmp_path / "n.crm").read_bytes() == b"here"


def test_name_and_person_propose_file_and_login(qtbot: QtBot, wizard: CreateWizard) -> None:
    qtbot.keyClicks(wizard.form.name, "Nord/kai")
    qtbot.keyClicks(wizard.form.member, "Ben Ode")
    assert wizard.form.path.text().endswith("Nord-kai.crm")
    assert wizard.form.login.text() == "ben"


def test_the_whole_way(qtbot: QtBot, wizard: CreateWizard, tasks: Tasks, tmp_path: Path) -> None:
    path = tmp_path / "n.crm"
    _to_kit(wizard, tasks, path)
    assert not path.exists()
    assert wizard.form.password.text() == ""
    new = wizard._new
    assert new is not None
    wizard.next_button.click()
    wizard.check.lines[0].setText("wrong")
    wizard.next_button.click()
    assert wizard.check.lines[0].property("refused")
    assert not path.exists()
    for line, code in zip(wizard.check.lines, (new.recovery_code, new.set_up_code), strict=True):
        asked = line.accessibleName()
        place = int(asked.split("group ")[1].split(" ")[0])
        line.setText(code.split("-")[place - 1].lower())
    with qtbot.waitSignal(wizard.created) as created:
        wizard.next_button.click()
    session = created.args[0].session
    assert path.exists()
    assert session.member.name == "Ben Ode"
    session.close()


def test_cancel_leaves_nothing(
    wizard: CreateWizard, tasks: Tasks, environment: Environment, tmp_path: Path
) -> None:
    _to_kit(wizard, tasks, tmp_path / "n.crm")
    wizard.cancel_button.click()
    assert tasks.wait_idle()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("n.crm")] == []


def _left_of(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith("n.crm")]


def test_cancel_while_the_keys_are_made_leaves_nothing(
    qtbot: QtBot, wizard: CreateWizard, tasks: Tasks, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    _fill(wizard, tmp_path / "n.crm")
    wizard.next_button.click()
    with qtbot.waitSignal(wizard.cancelled):
        wizard.cancel_button.click()
    assert tasks.wait_idle()
    assert (_left_of(tmp_path), keyring.values) == ([], {})


def test_a_page_that_goes_while_the_keys_are_made_leaves_nothing(
    qtbot: QtBot, environment: Environment, tasks: Tasks, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    wizard, gone = CreateWizard(environment, tasks), list[bool]()
    wizard.destroyed.connect(lambda: gone.append(True))
    _fill(wizard, tmp_path / "n.crm")
    wizard.next_button.click()
    wizard.deleteLater()
    qtbot.waitUntil(lambda: gone != [])
    assert tasks.wait_idle()
    assert (_left_of(tmp_path), keyring.values) == ([], {})


def test_quitting_while_the_keys_are_made_leaves_nothing(
    qtbot: QtBot, environment: Environment, tasks: Tasks, keyring: MemoryKeyring, tmp_path: Path
) -> None:
    window = MainWindow(environment, tasks, Preferences(environment.data_folder), version=lambda: "1")
    qtbot.addWidget(window)
    window.show_create()
    wizard = window.front
    assert isinstance(wizard, CreateWizard)
    _fill(wizard, tmp_path / "n.crm")
    wizard.next_button.click()
    window.close()
    assert tasks.close()
    assert (_left_of(tmp_path), keyring.values) == ([], {})


def test_back_discards_the_codes(wizard: CreateWizard, tasks: Tasks, tmp_path: Path) -> None:
    _to_kit(wizard, tasks, tmp_path / "n.crm")
    first = wizard._new
    assert first is not None
    wizard.back_button.click()
    assert tasks.wait_idle()
    assert not wizard.form.isHidden()
    _to_kit(wizard, tasks, tmp_path / "n.crm")
    second = wizard._new
    assert second is not None
    assert second.recovery_code != first.recovery_code
    wizard.discard()
    assert tasks.wait_idle()


def test_the_kit_is_saved_as_a_page_for_its_owner(wizard: CreateWizard, tasks: Tasks, tmp_path: Path) -> None:
    _to_kit(wizard, tasks, tmp_path / "n.crm")
    wizard.kit.save_requested.emit(str(tmp_path / "kit.pdf"))
    assert tasks.wait_idle()
    assert (tmp_path / "kit.pdf").read_bytes().startswith(b"%PDF")
    assert not wizard.kit.saved_bar.isHidden()
    wizard.discard()
    assert tasks.wait_idle()


def test_codes_are_shown_in_lines_of_five_groups() -> None:
    assert code_lines("A-B-C-D-E-F") == "A  B  C  D  E\nF"
