"""The keyring missing, locked, lying, emptied, exchanged or denied (security design, section 8)."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordSetError
from pytestqt.qtbot import QtBot

from crm_desktop.domain.errors import KeyringError, KnownError, SignInError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.organizations import begin_create, enroll, key_here
from crm_desktop.security.os_keyring import SecretStore
from crm_desktop.ui.messages import message_for
from crm_desktop.ui.shell.sign_in import SignInPage
from crm_desktop.ui.tasks import Tasks
from tests.e2e.computers import ROOT, Computer, contents, secrets
from tests.e2e.secret_service import secret_service, session_command
from tests.environments import PASSWORD, MemoryKeyring, new_environment
from tests.faults.offices import FaultyOffice

_DENIED = [-25293, -128, 1783]


class Denying(MemoryKeyring):
    """A keyring whose system refuses with a number, as macOS and Windows do."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(self.number, "denied")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError("Can't store password on keychain") from OSError(self.number, "denied")


class Ignored(MemoryKeyring):
    """A locked keyring whose prompt nobody answers until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.over.wait(30)
        return None


class Other(MemoryKeyring):
    """Another keyring than the one the value was stored in."""

    name = "Other Keyring"


def _null() -> KeyringBackend:
    made: KeyringBackend = keyring.backends.null.Keyring()  # type: ignore[no-untyped-call]
    return made


def _elsewhere(faulty: FaultyOffice, ring: KeyringBackend, *, timeout: float = 15) -> Environment:
    """Return the environment of the same computer with another keyring."""
    return replace(faulty.office.environment, secrets=SecretStore(ring, timeout=timeout))


def test_fault_17_without_a_keyring_the_set_up_code_is_asked_for_each_time(computer: Computer) -> None:
    path = computer.folder / "work" / "acme.crm"
    options = ("--name", "Acme Ltd", "--admin", "ana", "--region", "US", "--time-zone", "UTC")
    made = computer.run("create", path, *options, "--secrets-stdin", given=secrets(password=PASSWORD))
    missing = sentence(KeyringError("keyring_missing", backend="fail Keyring"))
    assert made.stderr == f"{missing}\n"
    code = next(
        line.removeprefix("setup code: ") for line in made.stdout.splitlines() if "setup code" in line
    )
    before = contents(computer.work)
    for _ in range(2):
        refused = computer.run("info", path, "--secrets-stdin", given=secrets(password=PASSWORD), status=1)
        assert refused.stderr == f"{missing}\n"
        assert contents(computer.work) == before
    given = secrets(password=PASSWORD, setup_code=code)
    assert computer.document("info", path, "--secrets-stdin", given=given)["name"] == "Acme Ltd"
    enrolled = computer.run("enroll", path, "--secrets-stdin", given=secrets(setup_code=code), status=1)
    assert enrolled.stderr == f"{missing}\n"


def test_fault_20_value_lost_asks_for_the_set_up_code_and_makes_no_new_key(faulty: FaultyOffice) -> None:
    before = contents(faulty.path.parent)
    emptied = MemoryKeyring()
    environment = new_environment(faulty.computer.data_folder, keyring=emptied)
    office = replace(faulty.office, environment=environment)
    with pytest.raises(SignInError) as caught:
        office.open()
    assert caught.value.code == "set_up_code_needed"
    assert sentence(caught.value) == (
        "This computer has no key for the file yet. Type the set-up code from the emergency kit; "
        "nothing was changed."
    )
    assert emptied.values == {}
    assert contents(faulty.path.parent) == before
    session = office.open(set_up_code=office.set_up_code)
    assert session.member.login == "ana"
    session.close()


def test_fault_18_locked_and_prompt_ignored_the_window_lives_and_cancel_works(
    qtbot: QtBot, faulty: FaultyOffice
) -> None:
    ignored, bugs = Ignored(), list[BaseException]()
    tasks = Tasks(report_bug=bugs.append)
    page = SignInPage(_elsewhere(faulty, ignored), tasks, faulty.path)
    qtbot.addWidget(page)
    try:
        qtbot.waitUntil(lambda: not page.waiting.isHidden(), timeout=10_000)
        assert page.login.isEnabled()
        with qtbot.waitSignal(page.other_file_requested):
            page.other_button.click()
        page.waiting.button.click()
        page.login.setEditText("ana")
        page.password.setText(PASSWORD)
        page.code.setText(faulty.office.set_up_code)
        with qtbot.waitSignal(page.signed_in) as signal:
            page.submit_button.click()
        signal.args[0].session.close()
    finally:
        ignored.over.set()
        assert tasks.wait_idle()
        tasks.close()
    assert bugs == []
    assert ignored.values == {}
    _no_keyring_thread_left()


def _no_keyring_thread_left() -> None:
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)
            assert not thread.is_alive()


def test_fault_18_a_keyring_that_never_answers_is_a_sentence_and_the_code_is_asked(
    qtbot: QtBot, faulty: FaultyOffice
) -> None:
    ignored, bugs = Ignored(), list[BaseException]()
    tasks = Tasks(report_bug=bugs.append)
    page = SignInPage(_elsewhere(faulty, ignored, timeout=0.05), tasks, faulty.path)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert page.asks_for_code
    said = page.message.label.text()
    assert said.startswith(f"The keyring {ignored.name} did not answer within 0.05 s. Nothing was changed.")
    ignored.over.set()
    tasks.close()
    _no_keyring_thread_left()
    assert bugs == []


@pytest.mark.timeout(120)
def test_fault_18_a_real_secret_service_locked_and_its_prompt_ignored(computer: Computer) -> None:
    command = session_command([sys.executable, "-m", "tests.faults.keyring_child", str(computer.work)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=computer.environment() | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["backend"] == "SecretService Keyring"
    assert "has not answered yet" in answer["offered"]
    assert answer["longest"] < 1.0


def test_fault_19_the_null_backend_is_found_by_read_back(tmp_path: Path, faulty: FaultyOffice) -> None:
    environment = replace(new_environment(tmp_path / "data"), secrets=SecretStore(_null()))
    pending = begin_create(
        environment, tmp_path / "n.crm", name="N", login="ana", member_name="", password=PASSWORD,
        region="GB", time_zone="UTC",
    )  # fmt: skip
    problem = pending.keyring_problem
    assert isinstance(problem, KnownError)
    assert sentence(problem) == (
        "The keyring null Keyring did not keep the set-up code. Keep the printed one: it is asked for at "
        "each start until another keyring is set up."
    )
    code = pending.set_up_code
    pending.finish().close()
    assert key_here(environment, tmp_path / "n.crm").needs_set_up_code
    elsewhere = _elsewhere(faulty, _null())
    with pytest.raises(KeyringError, match="keyring_not_kept"):
        enroll(elsewhere, faulty.path, faulty.office.set_up_code)
    assert code != faulty.office.set_up_code
    replace(faulty.office, environment=elsewhere).open(set_up_code=faulty.office.set_up_code).close()


def test_fault_20_value_lost_from_a_real_secret_service(computer: Computer) -> None:
    forget = (
        "import keyring, secretstorage as s; c = s.dbus_init(); "
        "items = list(s.get_default_collection(c).get_all_items()); print(len(items)); "
        "[item.delete() for item in items]"
    )
    count = (
        "import secretstorage as s; print(len(list(s.get_default_collection(s.dbus_init()).get_all_items())))"
    )
    with secret_service(computer) as with_bus:
        path = computer.work / "acme.crm"
        options = ("--name", "Acme Ltd", "--admin", "ana", "--region", "US", "--time-zone", "UTC")
        made = with_bus.run("create", path, *options, "--secrets-stdin", given=secrets(password=PASSWORD))
        code = next(
            line.removeprefix("setup code: ") for line in made.stdout.splitlines() if "setup code" in line
        )
        with_bus.run("info", path, "--secrets-stdin", given=secrets(password=PASSWORD))
        assert _python(with_bus, forget) == "1"
        before = contents(computer.work)
        refused = with_bus.run("info", path, "--secrets-stdin", given=secrets(password=PASSWORD), status=1)
        assert refused.stderr == f"{sentence(SignInError('set_up_code_needed'))}\n"
        assert contents(computer.work) == before
        assert _python(with_bus, count) == "0"
        with_bus.run("enroll", path, "--secrets-stdin", given=secrets(setup_code=code))
        with_bus.run("info", path, "--secrets-stdin", given=secrets(password=PASSWORD))
        assert _python(with_bus, count) == "1"


def _python(computer: Computer, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=computer.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_fault_21_value_in_another_backend_both_are_named(qtbot: QtBot, faulty: FaultyOffice) -> None:
    first = MemoryKeyring()
    elsewhere = _elsewhere(faulty, first)
    enroll(elsewhere, faulty.path, faulty.office.set_up_code)
    other, bugs = Other(), list[BaseException]()
    changed = _elsewhere(faulty, other)
    with pytest.raises(KeyringError) as caught:
        replace(faulty.office, environment=changed).open()
    said = sentence(caught.value)
    assert said.startswith(
        f"The set-up code was kept in {first.name}, and Other Keyring is used now. Nothing"
    )
    tasks = Tasks(report_bug=bugs.append)
    page = SignInPage(changed, tasks, faulty.path)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert page.asks_for_code
    assert page.message.label.text() == message_for(caught.value)
    assert other.values == {}
    tasks.close()
    assert bugs == []


@pytest.mark.parametrize("number", _DENIED)
def test_fault_22_the_system_denies_readably_and_nothing_is_half_written(
    number: int, tmp_path: Path, faulty: FaultyOffice
) -> None:
    denying = Denying(number)
    denied = _elsewhere(faulty, denying)
    before = contents(faulty.path.parent)
    for attempt in (
        lambda: replace(faulty.office, environment=denied).open(),
        lambda: enroll(denied, faulty.path, faulty.office.set_up_code),
    ):
        with pytest.raises(KeyringError) as caught:
            attempt()
        assert str(number) in sentence(caught.value)
        assert "Nothing was changed." in sentence(caught.value)
        assert contents(faulty.path.parent) == before
    assert denying.values == {}
    # An organization is made all the same; what is missing is the keyring's copy, and that is said.
    environment = replace(new_environment(tmp_path / "data"), secrets=SecretStore(denying))
    pending = begin_create(
        environment, tmp_path / "n.crm", name="N", login="ana", member_name="", password=PASSWORD,
        region="GB", time_zone="UTC",
    )  # fmt: skip
    assert isinstance(pending.keyring_problem, KnownError)
    assert str(number) in sentence(pending.keyring_problem)
    pending.discard()
    assert not list(tmp_path.glob("n.crm*"))
