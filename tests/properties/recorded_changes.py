"""What the rules of undo share: the file, what is remembered of it, and the end, where all is undone.

Of a row may differ afterwards: its version and salt, and who changed it when.
"""

from collections.abc import Callable
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from crm_desktop.domain.errors import KnownError
from crm_desktop.operations import undo
from crm_desktop.operations.session import Session
from crm_desktop.storage.change_sets import RECORD_TABLES
from tests.environments import Clock
from tests.operations.samples import table_rows

DIFFERS = {"version", "salt", "changed_at", "changed_by"}


def everything(session: Session) -> dict[str, list[dict[str, object]]]:
    """Return every row of a record with what an undo must bring back, and whose calls are."""
    return {
        table: [
            {name: value for name, value in row.items() if name not in DIFFERS}
            for row in table_rows(session, table)
        ]
        for table in (*RECORD_TABLES, "call")
    }


class Recorded(RuleBasedStateMachine):
    """On one open file; each run ends where it began, so the next goes on from there."""

    session: Session
    folder: Path
    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.before = everything(self.session)
        self.done: list[str] = []

    def attempt(self, name: str, work: Callable[[], object]) -> None:
        """Do it, or have it refused as a whole; the clock goes on either way."""
        self.clock.advance(7)
        rows = everything(self.session)
        try:
            work()
        except KnownError:
            assert everything(self.session) == rows, f"{name} was refused and left something"
            return
        self.done.append(name)

    def contact(self, place: int) -> int:
        ids = [int(str(row["id"])) for row in table_rows(self.session, "contact")]
        return ids[place % len(ids)]

    def one_of(self, table: str, place: int) -> dict[str, object] | None:
        found = table_rows(self.session, table)
        return found[place % len(found)] if found else None

    def with_row(self, name: str, table: str, place: int, work: Callable[[int, int], object]) -> None:
        row = self.one_of(table, place)
        if row is not None:
            self.attempt(name, lambda: work(int(str(row["id"])), int(str(row["version"]))))

    @precondition(lambda self: bool(self.done))
    @rule()
    def undo_and_redo(self) -> None:
        now = everything(self.session)
        if undo.can_undo(self.session) is not None:
            undo.undo(self.session)
            undo.redo(self.session)
            assert everything(self.session) == now, self.done

    def teardown(self) -> None:
        now = everything(self.session)
        undone = 0
        while undo.can_undo(self.session) is not None:
            undo.undo(self.session)
            undone += 1
        assert everything(self.session) == self.before, self.done
        for _ in range(undone):
            undo.redo(self.session)
        assert everything(self.session) == now, self.done
        while undo.can_undo(self.session) is not None:
            undo.undo(self.session)
        assert everything(self.session) == self.before, self.done
