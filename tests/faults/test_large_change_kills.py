"""A change of many records killed from outside: undone at the next opening, which says so."""

import os
import signal
from multiprocessing.connection import Connection

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.progress import Progress
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import contacts, undo
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.large_changes import LARGE
from tests.faults.children import PATIENCE_S, Door, child
from tests.faults.offices import FaultyOffice, assert_whole
from tests.operations.samples import person, table_rows

MANY = LARGE + 400
STAMPS = {"version", "changed_at", "changed_by", "salt"}


def trash_all(
    door: Door,
    undone: bool,  # noqa: FBT001 - given by place to a process
    steps: int,
    parent: Connection,
) -> None:
    """Trash every contact, or do that and undo it; stand still after ``steps`` transactions of the last."""
    session = door.open()
    ids = list(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER)))
    parent.send(("ready", os.getpid()))

    left = [steps]

    def tell(progress: Progress) -> None:
        parent.send(("done", progress.done))
        left[0] -= 1
        if not left[0]:
            parent.poll(PATIENCE_S)

    if undone:
        contacts.trash(session, ids)
        undo.undo(session, progress=tell)
    else:
        contacts.trash(session, ids, progress=tell)
    parent.send(("end", len(ids)))


@pytest.mark.parametrize("undone", [False, True], ids=["trash", "undo"])
@pytest.mark.parametrize("steps", [1, 4])
def test_a_large_change_killed_from_outside_is_taken_back(
    faulty: FaultyOffice, steps: int, *, undone: bool
) -> None:
    session = faulty.open()
    with session.change("add_customer") as changes:
        for number in range(MANY):
            write_contact(changes, session, None, person(f"Given{number}"))
    before = table_rows(session, "contact")
    session.close()
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(trash_all, door, undone, steps) as trashing:
        assert trashing.told()[0] == "ready"
        heard = [trashing.told() for _ in range(steps)]
        assert {word for word, _ in heard} == {"done"}
        trashing.process.kill()
        assert ("end", MANY) not in trashing.rest()
        assert trashing.process.exitcode == -signal.SIGKILL

    session = faulty.open()
    (warning,) = session.warnings
    assert warning.code == "change_was_unfinished"
    assert int(str(heard[-1][1])) <= int(str(warning.facts["records"])) < MANY
    assert "has been taken back" in sentence(warning)
    if undone:
        assert contacts.contact_count(session, ContactQuery(Category.CUSTOMER, trashed=True)) == MANY
    else:
        after = table_rows(session, "contact")
        kept = [{key: row[key] for key in row.keys() - STAMPS} for row in (*before, *after)]
        assert kept[:MANY] == kept[MANY:]
    assert_whole(session)
    session.close()
