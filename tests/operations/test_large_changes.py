"""Changes of many records: short transactions, all or nothing after cancel, refusal, conflict and kill."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations import contacts, custom_fields, large_changes, tags, undo
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.custom_fields import FieldDraft, FieldKind
from crm_desktop.operations.large_changes import LARGE, Abandoned, Pace, take_back
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts as stored_contacts
from crm_desktop.storage import running_sets
from crm_desktop.storage.database import Connection
from tests.environments import Office, add_member
from tests.operations.samples import broken, person, table_rows

MANY = LARGE + 50
STAMPS = {"version", "changed_at", "changed_by", "salt"}


def add_many(session: Session, count: int = MANY) -> list[int]:
    with session.change("add_customer") as changes:
        return [
            write_contact(changes, session, None, person(f"Given{number}", f"Family{number % 90}"))
            for number in range(count)
        ]


def records(session: Session) -> list[dict[str, object]]:
    return [
        {name: value for name, value in row.items() if name not in STAMPS}
        for row in table_rows(session, "contact")
    ]


def listed(session: Session) -> int:
    return contacts.contact_count(session, ContactQuery(Category.CUSTOMER, text="given"))


def journal(session: Session) -> list[tuple[object, ...]]:
    with session.database.read() as connection:
        return connection.execute("SELECT id, state, undoes, undone_by FROM change_set").fetchall()


def entries_of(session: Session, verb: str) -> list[bytes]:
    with session.database.read() as connection:
        found = connection.execute("SELECT change_set_uuid FROM log_entry WHERE verb = ?", (verb,))
        return [uuid for (uuid,) in found]


class CancelAfter:
    """Takes progress and cancels once ``count`` are done."""

    def __init__(self, count: int) -> None:
        self.token = CancelToken()
        self.seen: list[Progress] = []
        self._count = count

    def __call__(self, progress: Progress) -> None:
        self.seen.append(progress)
        if progress.done >= self._count:
            self.token.cancel()


class KilledError(BaseException):
    """Stands for the end of the process: what would clear up does not run."""


def killed_after(session: Session, ids: list[int], batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trash ``ids`` and stop for good after some transactions."""
    left = [batches]

    def stop(_progress: Progress) -> None:
        left[0] -= 1
        if not left[0]:
            raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(large_changes, "take_back", lambda *_, **__: None)
        with pytest.raises(KilledError):
            contacts.trash(session, ids, progress=stop)


@pytest.fixture
def many(session: Session) -> list[int]:
    return add_many(session)


def test_many_are_trashed_restored_undone_and_done_again_in_batches_of_one_change_set(
    session: Session, many: list[int]
) -> None:
    before = records(session)
    seen: list[Progress] = []
    assert contacts.trash(session, many, progress=seen.append) == MANY
    assert listed(session) == 0
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert len(seen) > 3
    assert seen[-1] == Progress(MANY, MANY)
    uuids = entries_of(session, "trash")
    assert len(uuids) == len(seen)
    assert len(set(uuids)) == 1
    assert undo.undo(session).contact_ids == tuple(many)
    assert (records(session), listed(session)) == (before, MANY)
    assert undo.can_redo(session) == "trash"
    assert len(undo.redo(session).contact_ids) == MANY
    assert listed(session) == 0
    assert contacts.restore_from_trash(session, many[::-1]) == MANY
    assert records(session) == before
    assert broken(session) == {}
    undo.undo(session)
    assert listed(session) == 0


@pytest.mark.parametrize("verb", ["trash", "restore", "undo", "redo"])
def test_cancel_leaves_the_file_as_it_was(session: Session, many: list[int], verb: str) -> None:
    if verb != "trash":
        contacts.trash(session, many)
    if verb == "redo":
        undo.undo(session)
    before, shown, sets = records(session), listed(session), journal(session)
    cancel = CancelAfter(200)
    work: dict[str, Callable[..., object]] = {
        "trash": partial(contacts.trash, session, many),
        "restore": partial(contacts.restore_from_trash, session, many),
        "undo": partial(undo.undo, session),
        "redo": partial(undo.redo, session),
    }
    with pytest.raises(Cancelled):
        work[verb](progress=cancel, cancel=cancel.token)
    assert (records(session), listed(session), journal(session)) == (before, shown, sets)
    assert cancel.seen[-1].done == 0
    assert entries_of(session, "cancel_change")
    assert broken(session) == {}
    assert (undo.redo if verb == "redo" else undo.undo)(session).contact_ids


def test_a_killed_change_is_taken_back_at_the_next_opening_and_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    many = add_many(session)
    before = records(session)
    killed_after(session, many, 3, monkeypatch)
    assert listed(session) < MANY
    assert "running" in {row[1] for row in journal(session)}
    assert broken(session) == {}
    session.close()
    session = office.open()
    (warning,) = session.warnings
    assert warning.code == "change_was_unfinished"
    assert 100 < int(str(warning.facts["records"])) < MANY
    assert (records(session), listed(session)) == (before, MANY)
    assert {row[1] for row in journal(session)} == {"done"}
    assert broken(session) == {}
    session.close()
    session = office.open()
    assert session.warnings == ()
    session.close()


def test_a_killed_change_is_left_by_who_may_not_and_taken_back_by_the_next_who_may(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    add_member(session, "vic", Role.VIEWER)
    many = add_many(session)
    before = records(session)
    killed_after(session, many, 3, monkeypatch)
    session.close()
    for _ in range(2):
        session = office.open("vic")
        (warning,) = session.warnings
        assert warning.code == "change_is_unfinished"
        assert "as soon as somebody opens the file who may change records" in sentence(warning)
        assert 0 < listed(session) < MANY
        with session.database.read() as connection:
            (running,) = running_sets.running_sets(connection)
        assert running.seat is None, "the seat may be this program's own by now"
        assert broken(session) == {}
        session.close()
    session = office.open()
    assert [warning.code for warning in session.warnings] == ["change_was_unfinished"]
    assert (records(session), listed(session)) == (before, MANY)
    assert broken(session) == {}
    session.close()


def test_who_lost_every_right_meanwhile_leaves_what_was_written_to_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    many = add_many(session)
    before = records(session)

    def taken(progress: Progress) -> None:
        monkeypatch.setattr(Session, "may", lambda _self, right: not right.startswith("records."))

    with pytest.raises(RefusedError, match="right_missing"):
        contacts.trash(session, many, progress=taken)
    monkeypatch.undo()
    assert entries_of(session, "cancel_change") == []
    session.close()
    session = office.open()
    assert [warning.code for warning in session.warnings] == ["change_was_unfinished"]
    assert records(session) == before
    assert broken(session) == {}
    session.close()


def test_taking_back_that_is_killed_itself_is_gone_on_with(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    many = add_many(session)
    before = records(session)
    killed_after(session, many, 4, monkeypatch)
    with session.database.read() as connection:
        (running,) = running_sets.running_sets(connection)

    def stop(progress: Progress) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        take_back(session, running, "undo_unfinished", progress=stop)
    assert records(session) != before
    session.close()
    session = office.open()
    assert records(session) == before
    assert broken(session) == {}
    session.close()


def test_what_somebody_changed_meanwhile_is_kept_when_it_is_taken_back(
    session: Session, many: list[int]
) -> None:
    cancel = CancelAfter(200)

    def edit_between(progress: Progress) -> None:
        if not cancel.token.cancelled and progress.done >= 200:
            contacts.restore_from_trash(session, many[:1])
            version = contacts.card(session, many[0]).contact.version
            contacts.set_field(session, many[0], "title", "Chef", version=version)
        cancel(progress)

    with pytest.raises(Cancelled):
        contacts.trash(session, many, progress=edit_between, cancel=cancel.token)
    assert contacts.card(session, many[0]).contact.title == "Chef"
    assert listed(session) == MANY
    assert broken(session) == {}


def test_a_conflict_in_a_late_batch_of_an_undo_changes_nothing(session: Session, many: list[int]) -> None:
    contacts.trash(session, many)
    own, session.session_uuid = session.session_uuid, bytes(16)
    contacts.restore_from_trash(session, many[:1])
    session.session_uuid = own
    before = records(session)
    with pytest.raises(ConflictError, match="undo_conflict"):
        undo.undo(session)
    assert records(session) == before
    assert undo.can_undo(session) == "trash"
    assert broken(session) == {}


def test_a_right_that_is_taken_away_meanwhile_stops_it_and_nothing_stays(
    session: Session, many: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = records(session)

    def taken(progress: Progress) -> None:
        monkeypatch.setattr(Session, "may", lambda _self, right: right != "records.trash")

    with pytest.raises(RefusedError, match="right_missing"):
        contacts.trash(session, many, progress=taken)
    assert records(session) == before


def test_other_programs_write_between_two_transactions(session: Session, many: list[int]) -> None:
    """A second connection takes the write lock between the batches and is never kept waiting long."""
    other = session.database.separate_connection()
    other.execute("PRAGMA busy_timeout = 0")
    waits: list[float] = []

    def write(_progress: Progress) -> None:
        begin = time.perf_counter()
        other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
        waits.append(time.perf_counter() - begin)

    contacts.trash(session, many, progress=write)
    other.close()
    assert len(waits) > 3


# --- what many are found by ---------------------------------------------------------------------------


@pytest.fixture
def named(session: Session) -> int:
    """Give very many a tag and something in an own field; return the field."""
    field = custom_fields.define_field(session, FieldDraft("Size", FieldKind.TEXT, ()))
    with session.change("add_customer") as changes:
        for number in range(MANY):
            draft = person(f"Given{number}", tags=("Gold",), custom=((field, "Seventeen"),))
            write_contact(changes, session, None, draft)
    return field


def counts(session: Session, *words: str) -> list[int]:
    return [contacts.contact_count(session, ContactQuery(Category.CUSTOMER, text=word)) for word in words]


def rename(session: Session, _field: int, **control: object) -> None:
    (tag,) = tags.all_tags(session)
    silver = tags.TagDraft("Silver", tags.TagTone.BLUE)
    tags.change_tag(session, tag.id, silver, base=tags.draft_of_tag(tag), **control)  # type: ignore[arg-type]


def remove(session: Session, field: int, **control: object) -> None:
    custom_fields.remove_field(session, field, **control)  # type: ignore[arg-type]


NAMES: dict[str, tuple[Callable[..., None], list[int]]] = {
    "rename": (rename, [0, MANY, MANY]),
    "remove": (remove, [MANY, 0, 0]),
}
WORDS = ("gold", "silver", "seventeen")


@pytest.mark.parametrize("verb", NAMES)
def test_a_name_of_many_changes_in_batches_and_goes_back_with_one_undo(
    session: Session, named: int, verb: str
) -> None:
    change, after = NAMES[verb]
    seen: list[Progress] = []
    before = counts(session, *WORDS)
    assert before == [MANY, 0, MANY]
    change(session, named, progress=seen.append)
    assert seen[-1].done == seen[-1].total == MANY + 1
    assert len(seen) > 2
    assert counts(session, *WORDS) == after
    undo.undo(session)
    assert counts(session, *WORDS) == before
    undo.redo(session)
    assert counts(session, *WORDS) == after
    assert broken(session) == {}


@pytest.mark.parametrize("verb", NAMES)
def test_a_name_of_many_that_is_cancelled_is_the_former_one_everywhere(
    session: Session, named: int, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_changes, "MOST_AT_ONCE", 200)
    token, sets = CancelToken(), journal(session)
    reindexed: list[int] = []
    real = stored_contacts.reindex_many

    def counted(connection: Connection, ids: Sequence[int]) -> None:
        reindexed.append(len(ids))
        real(connection, ids)

    monkeypatch.setattr(stored_contacts, "reindex_many", counted)
    with pytest.raises(Cancelled):
        NAMES[verb][0](
            session, named, progress=lambda seen: token.cancel() if seen.done > 400 else None, cancel=token
        )
    assert counts(session, *WORDS) == [MANY, 0, MANY]
    assert max(reindexed) <= 200, "each transaction stays short when it is taken back too"
    assert journal(session) == sets
    assert broken(session) == {}


def test_a_taking_back_of_a_name_that_is_killed_is_gone_on_with(
    session: Session, named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = CancelToken()

    def killed(_session: Session, _running: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(large_changes, "_find_by_former_names", killed)
        with pytest.raises(KeyboardInterrupt):
            rename(
                session,
                named,
                progress=lambda seen: token.cancel() if seen.done > 400 else None,
                cancel=token,
            )
    assert [tag.name for tag in tags.all_tags(session)] == ["Gold"]
    assert counts(session, "gold") != [MANY]
    with session.database.write() as connection:
        for running in running_sets.running_sets(connection):
            running_sets.give_up_seat(connection, running)
    large_changes.take_back_abandoned(session)
    assert counts(session, *WORDS) == [MANY, 0, MANY]
    assert broken(session) == {}


def test_the_batches_follow_the_time_they_take() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    first = pace.size
    with pace.batch():
        now[0] += 0.001
    assert pace.size == 2 * first
    with pace.batch():
        now[0] += 1.0
    assert pace.size < first
    for _ in range(10):
        with pace.batch():
            now[0] += 100.0
    assert pace.size == 1


def test_nothing_to_do_leaves_nothing_to_undo(session: Session, many: list[int]) -> None:
    contacts.trash(session, many)
    assert contacts.trash(session, many) == 0
    assert undo.undo(session).contact_ids == tuple(many)


def test_a_change_another_program_is_writing_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.open()
    many = add_many(session)
    killed_after(session, many, 2, monkeypatch)
    monkeypatch.setattr(type(session.held_lock), "is_held_elsewhere", lambda _self, _seat: True)
    assert large_changes.take_back_abandoned(session) == Abandoned(0, 0)
    monkeypatch.undo()
    assert large_changes.take_back_abandoned(session).taken_back > 0
    session.close()
