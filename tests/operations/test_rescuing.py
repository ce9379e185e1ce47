"""Rescue: every row that is not on a broken page is in the new file, and the report says what is not."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError, RefusedError, SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import sample
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.known_backups import is_paused, notes_folder
from crm_desktop.operations.organizations import open_organization
from crm_desktop.operations.rescuing import RescueReport, report_beside, rescue
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import verify
from crm_desktop.storage.connecting import connect
from tests.e2e.computers import contents
from tests.environments import PASSWORD, Office, add_member, new_environment
from tests.operations.samples import broken, person

PAGE = 4096
RECORDS = ("contact", "phone", "email", "postal_address", "product_use", "call", "change_row", "log_row")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample organization whose file is damaged and put right again."""

    path: Path
    environment: Environment
    good: bytes
    raw_key: bytes

    def damage(self, pages: list[int], *, at: int = 1000) -> None:
        """Flip a bit of each page (numbered from 1) of the good file."""
        changed = bytearray(self.good)
        for page in pages:
            changed[(page - 1) * PAGE + at] ^= 1
        self.path.write_bytes(changed)

    def rescue(self, target: Path, **facts: object) -> RescueReport:
        facts = {"login": sample.LOGIN, "password": sample.PASSWORD} | facts
        return rescue(self.environment, self.path, target, **facts)  # type: ignore[arg-type]

    def open(self, path: Path) -> Session:
        return open_organization(self.environment, path, login=sample.LOGIN, password=sample.PASSWORD)

    def rows(self, path: Path, table: str) -> dict[int, tuple[object, ...]]:
        """Return every row that can be looked up by its id, one by one: slow and beyond doubt."""
        found: dict[int, tuple[object, ...]] = {}
        connection = connect(path, self.raw_key, read_only=True, settled=True)
        for row_id in self.ids(table):
            try:
                row = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
            except sqlcipher.DatabaseError:
                connection.close()
                connection = connect(path, self.raw_key, read_only=True, settled=True)
                continue
            if row is not None:
                found[row_id] = row
        connection.close()
        return found

    def ids(self, table: str) -> list[int]:
        copy = self.path.with_name("good.crm")
        if not copy.exists():
            copy.write_bytes(self.good)
        with closing(connect(copy, self.raw_key, read_only=True, settled=True)) as connection:
            return [row_id for (row_id,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608

    def root(self, name: str) -> int:
        self.ids("contact")
        copy = self.path.with_name("good.crm")
        with closing(connect(copy, self.raw_key, read_only=True, settled=True)) as connection:
            (page,) = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
            ).fetchone()
        return int(page)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    folder = tmp_path_factory.mktemp("sample")
    environment = new_environment(folder / "data")
    path = folder / "acme.crm"
    sample.create_sample(environment, path, customers=500, calls=2500)
    session = open_organization(environment, path, login=sample.LOGIN, password=sample.PASSWORD)
    raw_key = session.ring.current_file_key.raw
    session.close()
    yield Sample(path, environment, path.read_bytes(), raw_key)
    shutil.rmtree(folder)


@pytest.fixture
def office_sample(made: Sample) -> Iterator[Sample]:
    yield made
    made.path.write_bytes(made.good)


@pytest.mark.parametrize("seed", range(8))
def test_every_row_that_can_be_looked_up_survives_random_damage(
    seed: int, office_sample: Sample, tmp_path: Path
) -> None:
    random = Random(seed)  # noqa: S311 - the same damage each time
    pages = len(office_sample.good) // PAGE
    # The first pages hold the schema; another test takes these.
    damaged = random.sample(range(20, pages + 1), random.choice([1, 2, 5, 15, 40]))
    office_sample.damage(damaged, at=random.randrange(PAGE))
    before = office_sample.path.read_bytes()
    report = office_sample.rescue(tmp_path / "new.crm")
    assert office_sample.path.read_bytes() == before
    by_table = {table.table: table for table in report.tables}
    for table in RECORDS:
        readable = office_sample.rows(office_sample.path, table)
        rescued = office_sample.rows(tmp_path / "new.crm", table)
        entries_gone = table == "log_row" and report.entries_lost
        gone = set(readable) - set(rescued)
        assert len(gone) <= by_table[table].dropped or entries_gone
        assert set(rescued) <= set(readable)
        if table in {"phone", "email"}:
            assert {i: readable[i] for i in rescued} == rescued
        if by_table[table].exact:
            every = set(office_sample.ids(table))
            assert set(by_table[table].lost_ids) == every - set(readable)
    session = office_sample.open(tmp_path / "new.crm")
    assert broken(session) == {}
    add_contact(session, person("After"))
    assert broken(session) == {}
    session.close()


@pytest.mark.parametrize(
    "table",
    ["organization", "member", "import_run", "product", "consent", "meta", "sqlite_sequence", "change_set"],
)
def test_a_lost_table_others_hang_on_takes_nothing_with_it(
    table: str, office_sample: Sample, tmp_path: Path
) -> None:
    office_sample.damage([office_sample.root(table)])
    report = office_sample.rescue(tmp_path / "new.crm")
    kept = {each.table: each.kept for each in report.tables}
    assert (kept["contact"], kept["call"]) == (562, 2500)
    assert kept["product_use"] == len(office_sample.ids("product_use"))
    session = office_sample.open(tmp_path / "new.crm")
    assert broken(session) == {}
    assert session.member.login == sample.LOGIN
    assert session.organization.name == sample.NAME
    assert session.organization.region == "DE"
    with session.database.read() as connection:
        calls = "SELECT count(*) FROM call WHERE import_run_id IS NULL OR member_id <> ?"
        assert connection.execute(calls, (session.member.id,)).fetchone() == (0,)
    session.close()


def test_a_table_whose_root_is_broken_ends_soon_and_its_calls_stand_alone(
    office_sample: Sample, tmp_path: Path
) -> None:
    office_sample.damage([office_sample.root("contact")])
    report = office_sample.rescue(tmp_path / "new.crm")
    by_table = {table.table: table for table in report.tables}
    assert by_table["contact"].kept == 0
    assert list(by_table["contact"].lost_ids) == office_sample.ids("contact")
    assert by_table["phone"].dropped == len(office_sample.ids("phone"))
    assert report.unmatched_calls
    assert by_table["call"].kept == 2500
    office_sample.environment.now.advance(40 * 86_400)  # type: ignore[attr-defined]
    session = office_sample.open(tmp_path / "new.crm")
    with session.database.read() as connection:
        (left,) = connection.execute("SELECT count(*) FROM call").fetchone()
    assert left == 2500 - report.unmatched_calls, "calls of nobody stay thirty days, as always"
    assert broken(session) == {}
    session.close()


def test_the_calls_that_lost_their_customer_stay_for_the_time_being(
    office_sample: Sample, tmp_path: Path
) -> None:
    office_sample.environment.now.advance(40 * 86_400)  # type: ignore[attr-defined]
    office_sample.damage([office_sample.root("contact")])
    office_sample.rescue(tmp_path / "new.crm")
    session = office_sample.open(tmp_path / "new.crm")
    with session.database.read() as connection:
        assert connection.execute("SELECT count(*) FROM call").fetchone() == (2500,)
    session.close()


def test_where_the_schema_is_broken_only_a_backup_helps(office_sample: Sample, tmp_path: Path) -> None:
    office_sample.damage([1])
    with pytest.raises(OrganizationFileError) as caught:
        office_sample.rescue(tmp_path / "new.crm")
    assert caught.value.code == "rescue_schema_unreadable"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("left", [0.999999, 0.95, 0.8])
def test_fault_06_of_a_file_cut_short_what_is_left_is_read(
    left: float, office_sample: Sample, tmp_path: Path
) -> None:
    """SQLite refuses a file with fewer pages than its header says; the pages that are there are good."""
    size = int(len(office_sample.good) * left)
    office_sample.path.write_bytes(office_sample.good[:size])
    report = office_sample.rescue(tmp_path / "new.crm")
    lost = 1 - left
    assert report.kept > (1 - 2 * lost) * 0.9 * (report.kept + report.lost)
    session = office_sample.open(tmp_path / "new.crm")
    assert broken(session) == {}
    session.close()
    assert office_sample.path.read_bytes() == office_sample.good[:size]


def test_the_salt_at_the_start_is_no_page_and_its_damage_loses_nothing(
    office_sample: Sample, tmp_path: Path
) -> None:
    office_sample.damage([1], at=3)
    assert office_sample.rescue(tmp_path / "new.crm").lost == 0


def test_damage_of_the_log_alone_loses_entries_and_no_record(office_sample: Sample, tmp_path: Path) -> None:
    for place, name in enumerate(("log_row", "log_entry", "log_block")):
        office_sample.damage([office_sample.root(name)])
        target = tmp_path / f"new{place}.crm"
        report = office_sample.rescue(target)
        lost = {table.table for table in report.tables if table.lost}
        assert lost <= {"log_row", "log_entry", "log_block"}
        session = office_sample.open(target)
        assert broken(session) == {}
        session.close()


def test_what_was_changed_outside_the_program_is_not_made_good(office_sample: Sample, tmp_path: Path) -> None:
    with closing(connect(office_sample.path, office_sample.raw_key)) as connection:
        connection.execute("UPDATE phone SET note = 'Evil' WHERE id = 7")
        connection.execute("DELETE FROM email WHERE id = 9")
    office_sample.rescue(tmp_path / "new.crm")
    session = office_sample.open(tmp_path / "new.crm")
    detail = broken(session)["rows_against_log"]
    assert "Phone number" in detail
    assert "E-mail address" in detail
    session.close()


def test_a_sound_file_loses_nothing_and_a_second_rescue_neither(
    office_sample: Sample, tmp_path: Path
) -> None:
    first = office_sample.rescue(tmp_path / "new.crm")
    assert (first.lost, first.entries_lost, first.unmatched_calls) == (0, 0, 0)
    again = rescue(
        office_sample.environment, first.target, tmp_path / "again.crm",
        login=sample.LOGIN, password=sample.PASSWORD,
    )  # fmt: skip
    assert again.lost == 0
    assert again.epoch == first.epoch + 1
    for table in RECORDS[:-2]:
        assert office_sample.rows(again.target, table) == office_sample.rows(office_sample.path, table)
    session = office_sample.open(again.target)
    assert broken(session) == {}
    session.close()


def test_verify_says_how_much_a_rescue_lost(office_sample: Sample, tmp_path: Path) -> None:
    office_sample.damage([office_sample.root("phone"), office_sample.root("email")])
    report = office_sample.rescue(tmp_path / "new.crm")
    session = office_sample.open(report.target)
    details = {check.name: check.detail for check in verify(session)}
    assert f"{report.lost:,} rows and 0 entries of the log were lost" in details["log_chain"]
    session.close()
    session = office_sample.open(office_sample.path)
    failed = {check.name: check.detail for check in verify(session) if not check.ok}
    assert "HMAC" in failed["pages"]
    assert failed["search_index"] == "This could not be checked: pages it needs are damaged."
    session.close()


def test_the_report_is_private_and_names_no_person(office_sample: Sample, tmp_path: Path) -> None:
    office_sample.damage([office_sample.root("phone")])
    report = office_sample.rescue(tmp_path / "new.crm")
    assert report.report.stat().st_mode & 0o777 == 0o600
    assert report.target.stat().st_mode & 0o777 == 0o600
    text = report.report.read_text(encoding="utf-8")
    lost = next(table.lost for table in report.tables if table.table == "phone")
    assert f"{lost:,}" in text
    assert sample.LOGIN not in text.split()
    assert "Lindqvist" not in text
    assert {path.name for path in tmp_path.iterdir()} == {
        "new.crm", "new.crm.keys", "new.crm.keys.bak", report_beside(report.target).name,
    }  # fmt: skip


def test_backups_wait_until_somebody_confirmed_the_rescued_file(
    office_sample: Sample, tmp_path: Path
) -> None:
    report = office_sample.rescue(tmp_path / "new.crm")
    session = office_sample.open(report.target)
    notes = notes_folder(office_sample.environment, session.ring.file_id)
    assert is_paused(notes)
    assert "restored_unconfirmed" in [warning.code for warning in session.warnings]
    back_up(session, tmp_path)
    assert not is_paused(notes)
    assert backups(session)
    session.close()


def test_cancelling_leaves_nothing(office_sample: Sample, tmp_path: Path) -> None:
    office_sample.damage([office_sample.root("phone")])
    cancel = CancelToken()

    def late(progress: Progress) -> None:
        if progress.done > 3:
            cancel.cancel()

    before = hashlib.sha256(office_sample.path.read_bytes()).digest()
    beside = {path.name for path in office_sample.path.parent.iterdir()}
    with pytest.raises(Cancelled):
        office_sample.rescue(tmp_path / "new.crm", progress=late, cancel=cancel)
    assert not list(tmp_path.iterdir())
    assert hashlib.sha256(office_sample.path.read_bytes()).digest() == before
    assert {path.name for path in office_sample.path.parent.iterdir()} == beside


def test_what_stands_there_is_never_overwritten(office_sample: Sample, tmp_path: Path) -> None:
    for name, code in (
        ("new.crm", "file_exists"),
        ("new.crm.keys", "keys_left_over"),
        ("new.crm.rescue.txt", "file_exists"),
    ):
        (tmp_path / name).write_bytes(b"mine")
        with pytest.raises(OrganizationFileError) as caught:
            office_sample.rescue(tmp_path / "new.crm")
        assert caught.value.code == code
        assert contents(tmp_path) == {name: b"mine"}
        (tmp_path / name).unlink()
    with pytest.raises(InvalidValueError, match="file_name_suffix"):
        office_sample.rescue(tmp_path / "new.txt")


def test_it_needs_the_right_and_the_password(office: Office, tmp_path: Path) -> None:
    session = office.open()
    add_member(session, "mia", Role.MANAGER)
    session.close()
    target = tmp_path / "new.crm"
    with pytest.raises(RefusedError, match="right_missing"):
        rescue(office.environment, office.path, target, login="mia", password=PASSWORD)
    with pytest.raises(SignInError, match="password_wrong"):
        rescue(office.environment, office.path, target, login="ana", password="wrong password")
    assert not target.exists()


def test_the_write_ahead_log_of_a_killed_program_is_read_too(office_sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    session = office_sample.open(office_sample.path)
    contact_id = add_contact(session, person("Newest"))
    for ending in ("", "-wal", ".keys", ".keys.bak"):
        source = office_sample.path.with_name(f"{office_sample.path.name}{ending}")
        shutil.copy(source, folder / source.name)
    session.close()
    before = {name: data for name, data in contents(folder).items() if not name.endswith(".lock")}
    report = rescue(
        office_sample.environment, folder / office_sample.path.name, tmp_path / "new.crm",
        login=sample.LOGIN, password=sample.PASSWORD,
    )  # fmt: skip
    assert {name: data for name, data in contents(folder).items() if not name.endswith(".lock")} == before
    again = office_sample.open(report.target)
    with again.database.read() as connection:
        name = connection.execute("SELECT display_name FROM contact WHERE id = ?", (contact_id,)).fetchone()
    assert "Newest" in name[0]
    again.close()
