"""Who asks first to write is first; nobody waits for ever, and nobody for himself."""

import threading
from pathlib import Path

import pytest

from crm_desktop.domain.errors import BusyError
from crm_desktop.storage import database as module
from crm_desktop.storage.connecting import create_database
from crm_desktop.storage.database import Database
from crm_desktop.storage.turns import Turns


def started(work: object, *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
    thread.start()
    return thread


def until_waiting(turns: Turns, count: int) -> None:
    while len(turns._waiting) < count:
        pass


def test_the_turn_goes_to_who_asked_first() -> None:
    turns, order = Turns(), list[int]()

    def write(number: int) -> None:
        assert turns.take(20)
        order.append(number)
        turns.give_back()

    assert turns.take(0)
    threads = []
    for number in range(4):
        threads.append(started(write, number))
        until_waiting(turns, number + 1)
    turns.give_back()
    # Who has just written and asks again comes behind those who waited.
    assert turns.take(20)
    order.append(99)
    turns.give_back()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 99]


def test_who_waits_too_long_goes_without_and_is_not_called_later() -> None:
    turns = Turns()
    assert turns.take(0)
    answers: list[bool] = []
    started(lambda: answers.append(turns.take(0))).join()
    assert answers == [False]
    turns.give_back()
    started(lambda: answers.append(turns.take(0))).join()
    assert answers == [False, True]


def test_one_does_not_wait_for_oneself_nor_give_back_what_is_anothers() -> None:
    turns = Turns()
    assert turns.take(0)
    assert turns.take(0)
    started(turns.give_back).join()
    answers: list[bool] = []
    started(lambda: answers.append(turns.take(0))).join()
    assert answers == [False]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "turns.crm"
    create_database(path, bytes(48), lambda _connection: None)
    made = Database(path, bytes(48))
    made.use_write_ahead_log()
    return made


def test_a_save_comes_between_two_batches(database: Database) -> None:
    """Without turns the thread of the batches would mostly take the next one at once."""
    seen: list[str] = []

    def save() -> None:
        with database.write():
            seen.append("save")

    with database.write():
        saving = started(save)
        until_waiting(database._turns, 1)
        seen.append("batch")
    for _ in range(20):
        with database.write():
            seen.append("batch")
    saving.join()
    assert seen[:3] == ["batch", "save", "batch"]
    database.close()


def test_what_stops_a_write_passes_the_turn_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise KeyError

    database.before_write = refuse
    with pytest.raises(KeyError), database.write():
        pytest.fail("must not be reached")
    database.before_write = None
    other = database.separate_connection()
    other.execute("BEGIN IMMEDIATE")
    database.connection().execute("PRAGMA busy_timeout = 0")
    with pytest.raises(BusyError), database.write():
        pytest.fail("must not be reached")
    other.execute("ROLLBACK")
    other.close()
    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 0)
    written: list[bool] = []

    def write() -> None:
        with database.write():
            written.append(True)

    started(write).join()
    assert written == [True]
    database.close()
