"""A change of many records killed from outside: undone at the next opening, which says so."""

import os
import signal
from multiprocessing.connection import Connection

import pytest

from crm_desktop.domain.bulk import BulkChange
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.progress import Progress
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import contacts, custom_fields, tags, undo
from crm_desktop.operations.bulk import change_in_bulk, preview_bulk
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft, FieldKind
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


def tag_all(door: Door, steps: int, parent: Connection) -> None:
    """Give every contact a new tag; stand still after ``steps`` transactions."""
    session = door.open()
    preview = preview_bulk(session, ContactQuery(Category.CUSTOMER), BulkChange("add_tags", names=("New",)))
    parent.send(("ready", os.getpid()))
    left = [steps]

    def tell(progress: Progress) -> None:
        parent.send(("done", progress.done))
        left[0] -= 1
        if not left[0]:
            parent.poll(PATIENCE_S)

    change_in_bulk(session, preview, progress=tell)
    parent.send(("end", preview.will_change))


@pytest.mark.parametrize("steps", [1, 3])
def test_a_change_of_many_fields_killed_midway_leaves_no_half(faulty: FaultyOffice, steps: int) -> None:
    session = faulty.open()
    with session.change("add_customer") as changes:
        for number in range(MANY):
            write_contact(changes, session, None, person(f"Given{number}"))
    before = {table: table_rows(session, table) for table in ("contact", "contact_tag", "tag")}
    session.close()
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(tag_all, door, steps) as tagging:
        assert tagging.told()[0] == "ready"
        assert [tagging.told()[0] for _ in range(steps)] == ["done"] * steps
        tagging.process.kill()
        assert ("end", MANY) not in tagging.rest()
    session = faulty.open()
    assert [warning.code for warning in session.warnings] == ["change_was_unfinished"]
    after = {table: table_rows(session, table) for table in before}
    for table, rows in before.items():
        assert _facts(after[table]) == _facts(rows), table
    assert contacts.contact_count(session, ContactQuery(Category.CUSTOMER, text="new")) == 0
    again = preview_bulk(session, ContactQuery(Category.CUSTOMER), BulkChange("add_tags", names=("New",)))
    assert (again.will_change, again.refused) == (MANY, 0)
    assert_whole(session)
    session.close()


def rename_or_remove(
    door: Door,
    removes: bool,  # noqa: FBT001 - given by place to a process
    steps: int,
    parent: Connection,
) -> None:
    """Rename the tag, or remove the own field, everybody has; stand still after ``steps`` transactions."""
    session = door.open()
    parent.send(("ready", os.getpid()))
    left = [steps]

    def tell(progress: Progress) -> None:
        parent.send(("done", progress.done))
        left[0] -= 1
        if not left[0]:
            parent.poll(PATIENCE_S)

    if removes:
        custom_fields.remove_field(session, 1, progress=tell)
    else:
        (tag,) = tags.all_tags(session)
        renamed = tags.TagDraft("Renamed", tags.TagTone.BLUE)
        tags.change_tag(session, tag.id, renamed, base=tags.draft_of_tag(tag), progress=tell)
    parent.send(("end", MANY))


@pytest.mark.parametrize("removes", [False, True], ids=["rename a tag", "remove a field"])
def test_a_name_of_many_killed_midway_is_the_former_one_everywhere(
    faulty: FaultyOffice, *, removes: bool
) -> None:
    session = faulty.open()
    field = custom_fields.define_field(session, FieldDraft("Size", FieldKind.TEXT, ()))
    with session.change("add_customer") as changes:
        for number in range(MANY):
            draft = person(f"Given{number}", tags=("Gold",), custom=((field, "Seventeen"),))
            write_contact(changes, session, None, draft)
    session.close()
    door = Door(faulty.path, faulty.computer.data_folder, faulty.office.set_up_code)
    with child(rename_or_remove, door, removes, 2) as working:
        assert working.told()[0] == "ready"
        assert [working.told()[0] for _ in range(2)] == ["done"] * 2
        working.process.kill()
        assert ("end", MANY) not in working.rest()
    session = faulty.open()
    assert [warning.code for warning in session.warnings] == ["change_was_unfinished"]
    assert [tag.name for tag in tags.all_tags(session)] == ["Gold"]
    assert [known.name for known in custom_fields.fields(session)] == ["Size"]
    for word, count in (("gold", MANY), ("renamed", 0), ("seventeen", MANY)):
        query = ContactQuery(Category.CUSTOMER, text=word)
        assert contacts.contact_count(session, query) == count, word
    assert_whole(session)
    session.close()


def _facts(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{key: row[key] for key in row.keys() - STAMPS} for row in rows]
