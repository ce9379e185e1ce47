"""A file that lost its end or got a longer one (security design, section 8: 8 and 9)."""

from pathlib import Path

import pytest

from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.backups import back_up, backups
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import plan_rotation, rotate_keys
from tests.environments import PASSWORD
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with, table_rows

PAGE = 4096
MARK = b"a sync program was here"


@pytest.fixture
def office(faulty: FaultyOffice) -> FaultyOffice:
    """Give an office with a customer and a verified backup of her."""
    session = faulty.open()
    customer_with(session, "Dana")
    back_up(session)
    session.close()
    return faulty


def names(faulty: FaultyOffice) -> list[object]:
    session = faulty.open()
    found = [row["display_name"] for row in table_rows(session, "contact")]
    assert_whole(session)
    session.close()
    return found


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


@pytest.mark.parametrize("cut", [1, 16, PAGE - 1])
def test_fault_08_the_last_byte_cut_is_damage_found_at_open(cut: int, office: FaultyOffice) -> None:
    with office.path.open("rb+") as stream:
        stream.truncate(office.path.stat().st_size - cut)
    (backup,) = (office.computer.data_folder / "backups").glob("*/*.crm-backup")
    error = office.refused("file_damaged_backup_known")
    said = sentence(error)
    assert said.startswith(f"{office.path} is damaged. It was not changed. The newest backup")
    assert backup.name in said
    restore(office.office.environment, backup, office.path, login="ana", password=PASSWORD)
    assert names(office) == ["Dana"]


@pytest.mark.parametrize("added", [1, len(MARK), PAGE, 3 * PAGE + 5])
def test_fault_09_appended_bytes_are_a_warning_and_the_file_is_usable(
    added: int, office: FaultyOffice
) -> None:
    append(office.path, (MARK * PAGE)[:added])
    said = office.computer.run("info", office.path, "--secrets-stdin", given=office.given())
    assert said.stderr == (
        f"{added} bytes were added to the end of the file by another program. Nothing of yours is lost; "
        "make a backup and find out which program did it.\n"
    )
    session = office.open()
    assert [warning.code for warning in session.warnings] == ["bytes_appended"]
    customer_with(session, "Eli")
    session.close()
    assert names(office) == ["Dana", "Eli"]


@pytest.mark.parametrize("added", [len(MARK), 3 * PAGE])
def test_fault_09_a_backup_of_it_is_whole_has_none_of_the_bytes_and_thins_nothing(
    added: int, office: FaultyOffice
) -> None:
    append(office.path, (MARK * PAGE)[:added])
    session = office.open()
    customer_with(session, "Eli")
    before = {backup.path for backup in backups(session)}
    done = back_up(session)
    assert done.thinned == 0
    assert {backup.path for backup in backups(session)} == before | {done.backup.path}
    session.close()
    assert done.backup.verified
    assert MARK not in done.backup.path.read_bytes()
    assert done.backup.size % PAGE == 0
    restore(office.office.environment, done.backup.path, office.path, login="ana", password=PASSWORD)
    assert names(office) == ["Dana", "Eli"]
    session = office.open()
    assert [warning.code for warning in session.warnings] == ["restored_unconfirmed"]
    session.close()


def test_fault_09_a_change_of_keys_leaves_the_bytes_behind_and_loses_nothing(office: FaultyOffice) -> None:
    append(office.path, MARK)
    session = office.open()
    kept = {backup.path for backup in backups(session)}
    plan = plan_rotation(session)
    session.close()
    environment = office.office.environment
    done = rotate_keys(environment, office.path, plan, login="ana", password=PASSWORD)
    assert all(path.is_file() for path in (*kept, done.backup.path))
    assert MARK not in office.path.read_bytes()
    assert names(office) == ["Dana"]
    session = office.open()
    assert session.warnings == ()
    session.close()
