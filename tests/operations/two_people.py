"""Two people on one real file: one reads, the other is faster, and the first saves what was typed."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.row_conflicts import RowConflict, decided_row
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member, new_organization
from tests.operations.samples import broken

T = TypeVar("T")


class TwoPeople:
    """Ana, whose work goes on, and Ben, who comes for one change each time."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ana = office.open()
        add_member(self.ana, "ben", Role.MANAGER)

    def ben(self, act: Callable[[Session], T]) -> T:
        """Ben is faster; a program holds one session of a file at a time."""
        self.ana.close()
        with closing(self.office.open("ben")) as session:
            done = act(session)
        self.ana = self.office.open()
        return done


@contextmanager
def two_people(folder: Path) -> Iterator[TwoPeople]:
    """Give both their file, and hold its log and rows against each other at the end."""
    people = TwoPeople(new_organization(folder))
    yield people
    assert broken(people.ana) == {}
    people.ana.close()


def asked(found: object) -> RowConflict[Any]:
    """Return the question a save came back with."""
    assert isinstance(found, RowConflict)
    assert found.who == "Ben"
    return found


def questions(found: object) -> list[tuple[str, object, object, object]]:
    """Return the lines of a question: the column, before, theirs, mine."""
    return [(one.place.column, one.before, one.theirs, one.mine) for one in asked(found).clashes]


def chosen(found: object, side: Side) -> Any:  # noqa: ANN401 - a row of any kind
    """Return the row that keeps one side throughout."""
    conflict = asked(found)
    return decided_row(conflict, {clash.place: side for clash in conflict.clashes})
