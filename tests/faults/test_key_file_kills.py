"""Two programs change the key file at once and one or both are killed, at each step: nobody is locked out."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import SignInError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.organizations import change_password
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.storage import organization
from tests.e2e.computers import Computer
from tests.environments import PASSWORD, Clock, add_member, new_environment, new_organization
from tests.faults.children import Door, change_passwords, child, die_changing_password
from tests.faults.offices import FaultyOffice, assert_whole

NEW = "a second horse, saddled"
BENS = [f"ben's password number {number}" for number in range(1, 4)]
# locked, before the commit, committed, and three steps for each of the three copies.
STEPS = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> FaultyOffice:
    """Make the organization of ana and ben, each with a password of his own, once."""
    folder = tmp_path_factory.mktemp("template")
    computer = Computer.new(folder / "computer")
    (folder / "office").mkdir()
    environment = new_environment(computer.data_folder)
    made = FaultyOffice(new_organization(folder / "office", environment=environment), computer)
    session = made.open()
    add_member(session, "ben", Role.STAFF)
    session.close()
    ben = made.open("ben")  # the password somebody gave him must be changed before anything else
    change_password(ben.environment, ben, old=PASSWORD, new=BENS[0])
    ben.close()
    return made


@pytest.fixture
def faulty(template: FaultyOffice, tmp_path: Path) -> FaultyOffice:
    """Give a copy of the organization and of the computer it was made on."""
    shutil.copytree(template.path.parent, tmp_path / "office")
    shutil.copytree(template.computer.folder, tmp_path / "computer")
    computer = Computer(tmp_path / "computer")
    clock = Clock(template.office.clock.seconds)
    environment = replace(template.office.environment, data_folder=computer.data_folder, now=clock)
    path = tmp_path / "office" / template.path.name
    return FaultyOffice(replace(template.office, path=path, environment=environment, clock=clock), computer)


@pytest.fixture
def doors(faulty: FaultyOffice, tmp_path: Path) -> tuple[Door, Door]:
    """Give the doors of ana and ben, at two computers."""
    ana = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    return ana, Door(faulty.path, tmp_path / "bens computer", faulty.office.set_up_code, "ben", BENS[0])


def opens_with_one_of(faulty: FaultyOffice, login: str, passwords: list[str]) -> str:
    """Exactly one of ``passwords`` opens the file; database and key file agree and everything is whole."""
    opened = []
    for password in passwords:
        faulty.office.clock.advance(40)  # no delay is left of the attempt before
        try:
            session = faulty.open(login, password)
        except SignInError as error:
            assert error.code == "password_wrong"  # noqa: PT017 - which of the passwords fails is not known
            continue
        opened.append(password)
        meta = organization.read_meta(session.database.connection())
        body = read_key_file(session.places).body
        assert meta is not None
        assert body.sequence >= meta.key_file_seq
        assert session.ring.roster.sequence == meta.roster_seq
        assert_whole(session)
        session.close()
    assert len(opened) == 1, opened
    return opened[0]


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_kill_at_each_step_leaves_the_old_or_the_new_password_and_the_other_program_works(
    step: int, doors: tuple[Door, Door], faulty: FaultyOffice
) -> None:
    ana, ben = doors
    with (
        child(die_changing_password, ana, NEW, step) as dying,
        child(change_passwords, ben, BENS[1:]) as working,
    ):
        assert dying.told()[0] == "ready"
        assert working.told()[0] == "ready"
        working.go()
        dying.go()
        assert dying.rest() == []
        assert dying.process.exitcode == 9
        said = working.rest()
        assert [what for what, _ in said] == ["changed", "changed", "added"], said
    opens_with_one_of(faulty, "ana", [PASSWORD, NEW])
    assert opens_with_one_of(faulty, "ben", BENS) == BENS[-1]
    assert len({copy.read_bytes() for copy in faulty.copies}) == 1


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_both_killed_at_different_steps_lock_nobody_out(
    step: int, doors: tuple[Door, Door], faulty: FaultyOffice
) -> None:
    ana, ben = doors
    with (
        child(die_changing_password, ana, NEW, step) as one,
        child(die_changing_password, ben, BENS[1], step * 5 % STEPS + 1) as other,
    ):
        for dying in (one, other):
            assert dying.told()[0] == "ready"
        for dying in (one, other):
            dying.go()
        for dying in (one, other):
            assert dying.rest() == []
            assert dying.process.exitcode == 9
    opens_with_one_of(faulty, "ana", [PASSWORD, NEW])
    opens_with_one_of(faulty, "ben", BENS[:2])


def test_the_steps_are_all_of_them(doors: tuple[Door, Door]) -> None:
    with child(die_changing_password, doors[0], NEW, STEPS + 1) as whole:
        assert whole.told()[0] == "ready"
        whole.go()
        assert whole.told() == ("changed", STEPS)
        whole.rest()
        assert whole.process.exitcode == 0


def test_one_account_changed_in_two_programs_at_once_keeps_one_of_the_passwords(
    doors: tuple[Door, Door], faulty: FaultyOffice
) -> None:
    ana, _ = doors
    others = "a third horse, in the stable"
    with (
        child(change_passwords, ana, [NEW]) as one,
        child(change_passwords, ana, [others]) as other,
    ):
        for changing in (one, other):
            assert changing.told()[0] == "ready"
        for changing in (one, other):
            changing.go()
        said = {NEW: one.rest(), others: other.rest()}
    (kept,) = [password for password, words in said.items() if words[0] == ("changed", password)]
    (refused,) = [words for password, words in said.items() if password != kept]
    assert refused in ([("refused", "sign_in_again")], [("refused", "password_wrong")])
    assert opens_with_one_of(faulty, "ana", [PASSWORD, NEW, others]) == kept


def test_keys_changed_elsewhere_while_somebody_signs_in_are_read_again(
    doors: tuple[Door, Door], faulty: FaultyOffice
) -> None:
    """The clock is asked after the key file was read and before the database is: there ben changes it."""
    with child(change_passwords, doors[1], BENS[1:2]) as changing:
        assert changing.told()[0] == "ready"
        said: list[tuple[object, ...]] = []

        def now() -> int:
            if not said:
                changing.go()
                said.extend([changing.told(), changing.told()])
            return faulty.office.clock()

        environment = replace(faulty.office.environment, now=now)
        session = replace(faulty.office, environment=environment).open()
        changing.rest()
    assert [words[0] for words in said] == ["changed", "added"]
    assert session.warnings == ()
    assert_whole(session)
    session.close()
