"""Whose line is whose in logs of the telephone system.

A line that is given to somebody else ends for the one who had it: calls from before stay his.
"""

from collections.abc import Sequence
from dataclasses import replace

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.member_lines import LineOwners, MemberLine, dates_problem, line_problem
from crm_desktop.domain.organization_settings import settings_of
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.operations.contact_writing import today
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, organization
from crm_desktop.storage import member_lines as stored
from crm_desktop.storage.database import Connection

__all__ = ["MemberLine", "change_line", "lines", "set_lines"]

VERB = "set_lines"


def lines(session: Session) -> list[MemberLine]:
    """Return every line that is or was a member's."""
    with session.reading("calls.import_shared") as connection:
        return stored.list_lines(connection)


def set_lines(session: Session, member_id: int, wanted: Sequence[str]) -> list[MemberLine]:
    """Give a member exactly these lines from today on; return them. Logged, without the lines.

    The first lines ever given to a number count for all days before, too. Raises InvalidValueError for
    what is no extension or number, RefusedError ``record_not_found``.
    """
    session.require_for(VERB)
    plain = list(dict.fromkeys(line.strip() for line in wanted))
    for line in plain:
        if problem := line_problem(line):
            raise problem
    day = today(session.now(), session.organization.time_zone)
    with session.database.write() as connection:
        session.require_for(VERB)
        if organization.get_member(connection, member_id) is None:
            raise RefusedError("record_not_found")
        known = [_ended(line, member_id, plain, day) for line in stored.list_lines(connection)]
        open_lines = {line.line for line in known if line.member_id == member_id and line.until is None}
        used = {line.line for line in known}
        new = [
            MemberLine(member_id, line, day if line in used else None)
            for line in plain
            if line not in open_lines
        ]
        stored.put_lines(connection, [*known, *new])
        log.append(connection, session.author, VERB, payload={"lines": len(plain)})
    session.remember_head()
    return [line for line in (*known, *new) if line.member_id == member_id and line.until is None]


def change_line(session: Session, before: MemberLine | None, after: MemberLine | None) -> None:
    """Give a line (no ``before``), correct or end one, or take one back that never was (no ``after``).

    Logged, without the line.
    Raises InvalidValueError for what is no line or no days, RefusedError ``line_taken`` where it is
    somebody's on some of the days, ``line_gone`` where it was changed meanwhile, ``record_not_found``.
    """
    session.require_for(VERB)
    wanted = None if after is None else replace(after, line=after.line.strip())
    if wanted is not None and (problem := line_problem(wanted.line) or dates_problem(wanted)):
        raise problem
    with session.database.write() as connection:
        session.require_for(VERB)
        known = stored.list_lines(connection)
        if before is not None and before not in known:
            raise RefusedError("line_gone")
        others = [line for line in known if line != before]
        if wanted is not None:
            _require_free(session, connection, wanted, others)
        stored.put_lines(connection, others if wanted is None else [*others, wanted])
        log.append(connection, session.author, VERB, payload={"lines": 1})
    session.remember_head()


def _require_free(
    session: Session, connection: Connection, wanted: MemberLine, others: Sequence[MemberLine]
) -> None:
    """Refuse a line that is somebody's on one of its days, or nobody's at all."""
    if organization.get_member(connection, wanted.member_id) is None:
        raise RefusedError("record_not_found")
    rules = settings_of(session.organization).number_rules()
    clash = LineOwners(others, normalizer(rules)).clashing(wanted)
    if clash is not None:
        owner = organization.get_member(connection, clash.member_id)
        raise RefusedError("line_taken", line=clash.line, name=owner.name if owner else "?", field="line")


def _ended(line: MemberLine, member_id: int, wanted: Sequence[str], day: str) -> MemberLine:
    """Return a line as it is from today on: it ends where it goes to another, or is the member's no more."""
    goes = line.line in wanted if line.member_id != member_id else line.line not in wanted
    return replace(line, until=day) if goes and line.until is None else line
