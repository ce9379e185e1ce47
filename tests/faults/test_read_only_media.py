"""A file on a medium nobody can write (security design, section 8: 37); read without locks, left alone."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.consents import grant_consent, withdraw_consent
from crm_desktop.operations.session import Session
from tests.e2e.computers import contents
from tests.faults.children import Door, add_contacts, child
from tests.faults.media import may_mount, mounted
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import customer_with, table_rows

pytestmark = may_mount
WAL_MODE = b"\x02\x02"


@pytest.fixture
def medium(faulty: FaultyOffice, tmp_path: Path) -> Iterator[FaultyOffice]:
    """Give the office on a medium of its own that can still be written; see :func:`protect`."""
    session = faulty.open()
    customer_with(session, "Dana")
    session.close()
    with mounted(tmp_path / "medium", "-o", "size=20m") as folder:
        copy_to(faulty, folder)
        yield replace(faulty, office=replace(faulty.office, path=folder / "acme.crm"))


def copy_to(faulty: FaultyOffice, folder: Path) -> None:
    for path in faulty.path.parent.glob("acme.crm*"):
        shutil.copy(path, folder)


def protect(medium: FaultyOffice) -> None:
    subprocess.run(["mount", "-o", "remount,ro", medium.path.parent], check=True)


def names(session: Session) -> list[object]:
    return [row["display_name"] for row in table_rows(session, "contact")]


def test_fault_37_a_read_only_medium_opens_read_only_and_says_so(medium: FaultyOffice) -> None:
    protect(medium)
    before = contents(medium.path.parent)
    session = medium.open()
    assert session.read_only
    (warning,) = session.warnings
    assert sentence(warning) == (
        f"{medium.path} cannot be written where it lies, so it was opened for reading only. Copy it, with "
        "its key files, to a folder of this computer to work on it."
    )
    assert names(session) == ["Dana"]
    assert_whole(session)
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        customer_with(session, "Eli")
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        grant_consent(session)
    said = medium.computer.run("info", medium.path, "--secrets-stdin", given=medium.given())
    assert said.stderr == f"{sentence(warning)}\n"
    session.close()
    assert contents(medium.path.parent) == before


def test_fault_37_a_backup_of_it_can_be_made(medium: FaultyOffice) -> None:
    protect(medium)
    session = medium.open()
    done = back_up(session)
    assert done.backup.verified
    assert done.backup.contents.customers == 1
    session.close()


def test_fault_37_a_file_in_write_ahead_mode_is_read_too(medium: FaultyOffice) -> None:
    """Left in that mode by a program that was killed and whose log was emptied: SQLite alone refuses it."""
    session = medium.open()
    assert session.database.connection().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert session.database.checkpoint()
    protect_copy = {path.name: path.read_bytes() for path in medium.path.parent.glob("acme.crm*")}
    session.close()
    for name, data in protect_copy.items():
        if name in {"acme.crm", "acme.crm-wal"}:
            (medium.path.parent / name).write_bytes(data)
    protect(medium)
    session = medium.open()
    assert session.read_only
    assert names(session) == ["Dana"]
    session.close()


def test_fault_37_changes_that_wait_beside_it_are_never_passed_over(
    medium: FaultyOffice, faulty: FaultyOffice
) -> None:
    """A program was killed: what it saved last is in the log, and that cannot be read there."""
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(add_contacts, door) as adding:
        adding.told()
        adding.told()
        adding.process.kill()
        adding.process.join()
    assert faulty.path.with_name("acme.crm-wal").stat().st_size
    for path in medium.path.parent.glob("acme.crm*"):
        path.unlink()
    copy_to(faulty, medium.path.parent)
    medium.path.with_name("acme.crm-shm").unlink(missing_ok=True)
    protect(medium)
    error = medium.refused("changes_wait_beside")
    assert sentence(error) == (
        f"The last changes of {medium.path} are still in acme.crm-wal beside it and cannot be read where "
        "nothing can be written. Nothing was changed. Copy both, with the key files, to a folder of this "
        "computer and open the file there."
    )


def test_fault_37_a_consent_cannot_be_withdrawn_there_and_nothing_is_half_done(medium: FaultyOffice) -> None:
    session = medium.open()
    grant_consent(session)
    session.close()
    protect(medium)
    session = medium.open()
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        withdraw_consent(session)
    assert not list(medium.computer.data_folder.rglob("*.ledger"))
    session.close()
