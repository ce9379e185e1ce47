"""Programs killed while they write: what was acknowledged is there, what was not is whole or absent."""

import random
import re
import signal
from pathlib import Path

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.consents import grant_consent
from crm_desktop.operations.contacts import ContactQuery, contact_count, contact_rows
from tests.e2e.terminals import long_log, running
from tests.faults.children import Door, add_contacts, child
from tests.faults.offices import FaultyOffice, assert_whole

KILLS = 30
ROWS, MANY_ROWS = 12_000, 50_000


def test_every_acknowledged_commit_survives_thirty_kills(faulty: FaultyOffice) -> None:
    random_moments = random.Random(20)  # noqa: S311 - moments, no secrets
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    acknowledged: dict[int, str] = {}
    for _ in range(KILLS):
        with child(add_contacts, door) as adding:
            assert adding.told()[0] == "ready"
            heard = [adding.told() for _ in range(random_moments.randrange(1, 8))]
            adding.process.kill()
            acknowledged |= dict(heard + adding.rest())
            assert adding.process.exitcode == -signal.SIGKILL
    session = faulty.open()
    assert_whole(session)
    rows = contact_rows(session, list(acknowledged))
    assert {contact_id: row.display_name for contact_id, row in rows.items()} == acknowledged
    unheard = contact_count(session, ContactQuery(Category.CUSTOMER)) - len(acknowledged)
    assert len(acknowledged) >= KILLS
    assert 0 <= unheard <= KILLS  # a commit may be killed before it could be told
    session.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a phone's log of many calls."""
    path = tmp_path / "calls-20260105090000.xml"
    path.write_text(long_log(ROWS), encoding="utf-8")
    return path


@pytest.mark.parametrize(("share", "rows"), [(0.0, ROWS), (0.5, MANY_ROWS), (0.8, ROWS)])
def test_fault_24_an_import_killed_from_outside_is_all_or_nothing(
    share: float, rows: int, faulty: FaultyOffice, log: Path
) -> None:
    log.write_text(long_log(rows), encoding="utf-8")
    session = faulty.open()
    grant_consent(session)
    session.close()
    arguments = [
        "import-calls", faulty.path, log, "--member", "ana", "--keep-unknown", "--secrets-stdin",
    ]  # fmt: skip
    with running(faulty.computer, *arguments, given=faulty.given()) as importing:
        importing.wait_for_progress(share)
        importing.process.send_signal(signal.SIGKILL)
        assert importing.process.wait() == -signal.SIGKILL

    session = faulty.open()
    (unfinished,) = session.warnings
    assert unfinished.code == "import_was_unfinished"
    assert 0 <= int(str(unfinished.facts["calls"])) < rows
    (left,) = session.database.connection().execute("SELECT count(*) FROM call").fetchone()
    assert left == 0
    assert_whole(session)
    session.close()

    again = faulty.computer.document(*arguments, given=faulty.given())
    assert (again["created"], again["already_there"]) == (rows, 0)
    twice = faulty.computer.document(*arguments, given=faulty.given())
    assert (twice["created"], twice["already_there"]) == (0, rows)
    session = faulty.open()
    assert session.warnings == ()
    assert_whole(session)
    session.close()


def test_fault_24_the_next_command_says_that_an_import_was_removed(faulty: FaultyOffice, log: Path) -> None:
    session = faulty.open()
    grant_consent(session)
    session.close()
    arguments = [
        "import-calls", faulty.path, log, "--member", "ana", "--keep-unknown", "--secrets-stdin",
    ]  # fmt: skip
    with running(faulty.computer, *arguments, given=faulty.given()) as importing:
        importing.wait_for_progress(0.3)
        importing.process.send_signal(signal.SIGKILL)
        importing.process.wait()
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    (calls,) = re.findall(r"removed \((\d+) calls\)", said.stderr)
    unfinished = OrganizationFileError("import_was_unfinished", calls=int(calls))
    assert said.stderr == f"{sentence(unfinished)}\n"
