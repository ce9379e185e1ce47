"""Handing follow-ups to a calendar: mine by the right to plan, others' by the right to export lists."""

from pathlib import Path

from crm_desktop.domain.calendar_text import CalendarEntry, calendar_text
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.storage import follow_ups as stored
from crm_desktop.storage import log
from crm_desktop.storage.follow_ups import FollowUpQuery, FollowUpRow

VERB = "export_follow_ups"
_CHUNK = 500


def export_calendar(session: Session, query: FollowUpQuery, target: Path) -> int:
    """Write the follow-ups of a list to an .ics file that only its owner can read; return how many they are.

    Whole or not at all; the log says how many, never what. Raises RefusedError("right_missing"),
    OrganizationFileError("calendar_not_written").
    """
    _check_right(session, query)
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("calendar_not_written", path=target.name)
    with session.reading("records.view") as connection:
        ids = list(stored.ids(connection, query))
        rows = [
            row
            for start in range(0, len(ids), _CHUNK)
            for row in stored.read_rows(
                connection, ids[start : start + _CHUNK], with_call=False
            ).values()
        ]  # fmt: skip
    text = calendar_text(
        map(_entry, rows), zone=session.organization.time_zone, now=session.now(),
        name=session.organization.name,
    )  # fmt: skip
    with session.database.write() as connection:
        session.require_for(VERB)
        _check_right(session, query)
        log.append(connection, session.author, VERB, payload={"count": len(rows)})
    session.remember_head()
    try:
        replace_file(target, text.encode())
        # Also over a file that a group could read: this one holds what was encrypted.
        target.chmod(0o600)
    except OSError as error:
        raise OrganizationFileError("calendar_not_written", path=target.name) from error
    return len(rows)


def _check_right(session: Session, query: FollowUpQuery) -> None:
    session.require("followups")
    session.require("records.view")
    if query.assignee_id != session.member.id:
        session.require("lists.export")


def _entry(row: FollowUpRow) -> CalendarEntry:
    summary = f"{row.what} – {row.contact}" if row.contact else row.what
    description = "\n".join(filter(None, (row.assignee, row.outcome)))
    return CalendarEntry(
        row.uuid, row.version, summary, description, row.due_on, row.due_time, row.repeat, row.repeat_from,
        row.series,
    )  # fmt: skip
