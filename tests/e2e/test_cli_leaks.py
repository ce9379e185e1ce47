"""Nothing leaks: what people type is in no file the program leaves, open or closed, well or crashed."""

import os
import signal
import sqlite3
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crm_desktop.security.codes import parse_recovery_code, parse_set_up_code
from tests.e2e.computers import Computer, secrets
from tests.e2e.customers import customers_added
from tests.e2e.leaks import SQLITE, forms, hex_forms, leaks
from tests.e2e.secret_service import secret_service
from tests.e2e.terminals import long_log, running

# Words no library, keyring or operating system would write by itself.
MARKERS = {
    "organization": "Zwölfmarkt Öxle Übersee",
    "login": "qvyxmarker",
    "customer": "Ąžuolmarkė Žvyräité",
    "other customer": "Kwyjibomarker",
    "contact in the log": "Jürgmarker Ñandúz",
    "phone number": "2125557391",
}
PASSWORD = "Pässwort-marker 93 Zß"
LOG_ROWS = 6_000
CORES_ALLOWED = ("sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$@"', "with-core-dumps")


@dataclass(slots=True)
class Scene:
    """An organization full of markers, and everything the commands said about it."""

    computer: Computer
    path: Path
    log: Path
    codes: dict[str, str] = field(default_factory=dict, repr=False)
    said: list[str] = field(default_factory=list, repr=False)
    while_open: list[str] = field(default_factory=list)
    files_while_open: list[str] = field(default_factory=list)

    def folders(self) -> tuple[Path, ...]:
        """Where anything could have been written."""
        return self.path.parent, self.computer.folder

    def wanted(self) -> dict[str, set[bytes]]:
        """Return what must not be found: markers, and every secret in each form."""
        words = MARKERS | {"password": PASSWORD}
        found = {name: forms(word) for name, word in words.items()}
        for name, code in self.codes.items():
            found[name] = forms(code) | forms(code.replace("-", ""))
        found["recovery bytes"] = hex_forms(parse_recovery_code(self.codes["recovery_code"]))
        found["secret bytes"] = hex_forms(parse_set_up_code(self.codes["setup_code"]).secret)
        return found

    def given(self) -> str:
        """Return what signs in."""
        return secrets(password=PASSWORD)

    def run(self, verb: str, *arguments: object) -> None:
        """Run a command that signs in, and keep what it says."""
        done = self.computer.run(verb, self.path, *arguments, "--secrets-stdin", given=self.given())
        self.said.append(done.stdout + done.stderr)


def _filled(scene: Scene) -> None:
    options = ("--name", MARKERS["organization"], "--admin", MARKERS["login"], "--region", "US")
    made = scene.computer.document("create", scene.path, *options, "--secrets-stdin", given=scene.given())
    scene.codes = {name: made[name] for name in ("setup_code", "recovery_code")}
    customers = [
        (MARKERS["customer"], "(212) 555-7391"),
        (unicodedata.normalize("NFD", MARKERS["other customer"]), "+1 212 555 0000"),
    ]
    login = MARKERS["login"]
    with customers_added(scene.computer, scene.path, customers, login=login, password=PASSWORD):
        scene.while_open = leaks(scene.folders(), scene.wanted())
        scene.files_while_open = [path.name for path in scene.path.parent.iterdir()]
    scene.run("consent", "grant", "--yes")
    scene.run("import-calls", scene.log, "--member", login, "--keep-unknown")
    scene.run("consent", "list", "--json")
    scene.run("info", "--json")
    scene.run("verify")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Give the organization, closed; the log it was filled from lies where nobody looks for leaks."""
    folder = tmp_path_factory.mktemp("scene")
    log = folder / "input" / "calls-20260105090000.xml"
    log.parent.mkdir()
    log.write_text(long_log(LOG_ROWS, contact_name=MARKERS["contact in the log"]), encoding="utf-8")
    office = folder / "office"
    office.mkdir()
    with secret_service(Computer.new(folder / "computer")) as computer:
        scene = Scene(computer, office / "acme.crm", log)
        _filled(scene)
        yield scene


@pytest.mark.parametrize("name", MARKERS)
def test_the_search_for_leaks_finds_what_is_there(name: str, tmp_path: Path) -> None:
    wanted = {name: forms(MARKERS[name])}
    for number, shape in enumerate(wanted[name]):
        (tmp_path / f"planted {number}").write_bytes(b"\0\xff" + shape + b"\0")
    assert len(leaks([tmp_path], wanted)) == len(wanted[name]) >= 6


def test_no_file_holds_what_people_typed(scene: Scene) -> None:
    assert leaks(scene.folders(), scene.wanted()) == []


def test_no_file_holds_it_while_the_organization_is_open(scene: Scene) -> None:
    assert f"{scene.path.name}-wal" in scene.files_while_open
    assert scene.while_open == []


def test_secrets_are_said_once_and_by_create_alone(scene: Scene) -> None:
    wanted = {name: shapes for name, shapes in scene.wanted().items() if name not in MARKERS}
    for words in scene.said:
        assert [name for name, shapes in wanted.items() if any(s in words.encode() for s in shapes)] == []


def test_no_file_is_plain_sqlite(scene: Scene) -> None:
    files = [path for folder in scene.folders() for path in folder.rglob("*") if path.is_file()]
    assert scene.path in files
    assert [path for path in files if path.read_bytes().startswith(SQLITE)] == []
    for path in (path for path in files if path.is_relative_to(scene.path.parent)):
        connection = sqlite3.connect(path)
        if path.stat().st_size:
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute("SELECT * FROM sqlite_master").fetchall()
        connection.close()


def test_files_are_the_owners_alone(scene: Scene) -> None:
    data = scene.computer.data_folder
    own = [*scene.path.parent.iterdir(), data, *data.rglob("*")]
    assert len(own) > 6
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in own}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_a_crash_in_the_middle_of_work_leaves_no_core_and_no_marker(scene: Scene, tmp_path: Path) -> None:
    log = tmp_path / "calls-20260105100000.xml"
    log.write_text(
        long_log(3 * LOG_ROWS, contact_name=MARKERS["contact in the log"]).replace("+1212555", "+1646555"),
        encoding="utf-8",
    )
    arguments = ("import-calls", scene.path, log, "--member", MARKERS["login"], "--keep-unknown")
    with running(
        scene.computer, *arguments, "--secrets-stdin", given=scene.given(), before=CORES_ALLOWED
    ) as crashing:
        crashing.wait_for_progress(0.3)
        crashing.process.send_signal(signal.SIGSEGV)
        ended = os.waitid(os.P_PID, crashing.process.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    # Linux itself says whether it wrote a core: CLD_DUMPED instead of CLD_KILLED.
    assert (ended.si_status, ended.si_code) == (signal.SIGSEGV, os.CLD_KILLED)
    assert [path for path in scene.computer.work.iterdir() if "core" in path.name] == []
    assert leaks(scene.folders(), scene.wanted()) == []
    scene.run("verify")
    assert leaks(scene.folders(), scene.wanted()) == []
