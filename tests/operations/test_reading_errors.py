"""What interrupts a reading is a known error with a sentence wherever it strikes, never a bug report."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations import call_imports, consents, members, organizations, settings
from crm_desktop.operations.session import Session
from crm_desktop.storage.database import Connection
from tests.operations.samples import call_log, customer_with

LOG = "log.xml"


def preview(session: Session) -> object:
    return call_imports.preview_import(
        session,
        [session.path.with_name(LOG)],
        member_id=session.member.id,
        options=call_imports.reading_options(session),
    )


READINGS: tuple[Callable[[Session], object], ...] = (
    preview,
    members.members,
    organizations.organization_info,
    consents.consents,
    consents.unseen_paper_consent,
    lambda session: consents.active_consent(session, session.member.id),
    lambda session: settings.get_setting(session, "width"),
)


@pytest.fixture
def busy_session(session: Session, tmp_path: Path) -> Session:
    customer_with(session, "Dana", "(212) 555-0123")
    consents.grant_consent(session)
    call_log(tmp_path / LOG, ("(212) 555-0123", 0), ("(212) 555-0999", 60))
    return session


class Interruption:
    """SQLite asks after each few steps of a statement whether to go on, and is told no at one of them."""

    def __init__(self, connection: Connection) -> None:
        self.asked = 0
        self.stop_at = 0
        self._statement = ""
        connection.set_trace_callback(self._begins)
        connection.set_progress_handler(self._stop, 2)

    def _begins(self, statement: str) -> None:
        self._statement = statement

    def _stop(self) -> bool:
        if self._statement in {"BEGIN", "ROLLBACK"}:
            return False
        self.asked += 1
        return self.asked == self.stop_at


@pytest.mark.parametrize("reading", READINGS)
def test_an_interruption_at_any_step_is_said_as_closed(
    busy_session: Session, reading: Callable[[Session], object]
) -> None:
    connection = busy_session.database.connection()
    interruption = Interruption(connection)
    reading(busy_session)
    total = interruption.asked
    assert total > 0
    said: set[str] = set()
    for step in range(1, total + 1, max(1, total // 60)):
        interruption.asked, interruption.stop_at = 0, step
        try:
            reading(busy_session)
        except OrganizationFileError as error:
            said.add(error.code)
        assert not connection.in_transaction
    assert said == {"file_closed"}
    interruption.asked, interruption.stop_at = 0, 0
    reading(busy_session)
