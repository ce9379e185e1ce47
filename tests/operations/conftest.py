"""What the tests of operations share: an office of its own per test, and small helpers in its terms."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crm_desktop.operations.session import Session
from crm_desktop.operations.verb_scopes import scope_of
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.storage import log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.log import Author, LoggedBlock, LoggedRow
from crm_desktop.storage.log_scopes import scope_problems
from tests.environments import Office, new_organization


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return new_organization(tmp_path)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    opened = office.open()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def every_entry_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold every entry that any test of operations writes against the table of what its verb may list."""
    append = log.append

    def checked(
        connection: Connection,
        author: Author,
        verb: str,
        *,
        rows: Sequence[LoggedRow] = (),
        blocks: Sequence[LoggedBlock] = (),
        change_set_uuid: bytes | None = None,
        payload: dict[str, object] | None = None,
        after: int = 0,
    ) -> int:
        sequence = append(
            connection, author, verb, rows=rows, blocks=blocks, change_set_uuid=change_set_uuid,
            payload=payload, after=after,
        )  # fmt: skip
        assert verb in RIGHTS_FOR
        (entry,) = log.entries(connection, after=sequence - 1)
        assert list(scope_problems(connection, entry, scope_of(verb))) == []
        return sequence

    monkeypatch.setattr(log, "append", checked)
