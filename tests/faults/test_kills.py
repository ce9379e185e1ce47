"""Programs killed while they write: what was acknowledged is there, what was not is whole or absent."""

import os
import pty
import random
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.consents import grant_consent
from crm_desktop.operations.contacts import ContactQuery, contact_count, contact_rows
from tests.e2e.computers import Computer, command_line
from tests.faults.children import Door, add_contacts, child
from tests.faults.offices import FaultyOffice, assert_whole

KILLS = 30
ROWS = 12_000
_ROW = '  <call number="+1212555{:04d}" duration="{}" date="{}" type="1" contact_name="(Unknown)" />\n'


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
    """Give a phone's log of many calls, each another one."""
    rows = (_ROW.format(row % 10_000, row % 600, 1_767_362_400_000 + row * 61_000) for row in range(ROWS))
    path = tmp_path / "calls-20260105090000.xml"
    text = "".join(
        ["<?xml version='1.0' encoding='UTF-8'?>\n", f'<calls count="{ROWS}">\n', *rows, "</calls>\n"]
    )
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def importing_in_a_terminal(
    computer: Computer, arguments: list[object], given: str
) -> "Iterator[tuple[subprocess.Popen[str], int]]":
    """Start the command line with a terminal for its progress; give the process and the terminal."""
    terminal, theirs = pty.openpty()
    process = computer.start(command_line(*arguments), {"stderr": theirs})
    os.close(theirs)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(given)
        process.stdin.close()
        try:
            yield process, terminal
        finally:
            process.kill()
            process.wait()
            os.close(terminal)


def wait_for_progress(terminal: int, share: float) -> None:
    """Read the progress line until at least ``share`` of the work is done."""
    seen = ""
    while True:
        seen += os.read(terminal, 4096).decode("utf-8", "replace")
        shown = re.findall(r"([\d,]+) of ([\d,]+)\x1b", seen)
        if shown:
            done, total = (int(number.replace(",", "")) for number in shown[-1])
            if done >= share * total:
                return


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_fault_24_an_import_killed_from_outside_is_all_or_nothing(
    share: float, faulty: FaultyOffice, log: Path
) -> None:
    session = faulty.open()
    grant_consent(session)
    session.close()
    arguments = [
        "import-calls", faulty.path, log, "--member", "ana", "--keep-unknown", "--secrets-stdin", "--json",
    ]  # fmt: skip
    with importing_in_a_terminal(faulty.computer, arguments, faulty.given()) as (process, terminal):
        wait_for_progress(terminal, share)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL

    session = faulty.open()
    (unfinished,) = session.warnings
    assert unfinished.code == "import_was_unfinished"
    assert 0 <= int(str(unfinished.facts["calls"])) < ROWS
    (left,) = session.database.connection().execute("SELECT count(*) FROM call").fetchone()
    assert left == 0
    assert_whole(session)
    session.close()

    again = faulty.computer.document(*arguments[:-1], given=faulty.given())
    assert (again["created"], again["already_there"]) == (ROWS, 0)
    twice = faulty.computer.document(*arguments[:-1], given=faulty.given())
    assert (twice["created"], twice["already_there"]) == (0, ROWS)
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
    with importing_in_a_terminal(faulty.computer, arguments, faulty.given()) as (process, terminal):
        wait_for_progress(terminal, 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    said = faulty.computer.run("info", faulty.path, "--secrets-stdin", given=faulty.given())
    (calls,) = re.findall(r"removed \((\d+) calls\)", said.stderr)
    unfinished = OrganizationFileError("import_was_unfinished", calls=int(calls))
    assert said.stderr == f"{sentence(unfinished)}\n"
