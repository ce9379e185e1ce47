"""Which calls of a telephone system's log are whose: nobody's calls are read under another's consent.

A personal log is one member's phone. A shared one holds the office: a call belongs to the member whose line
it was on that day, and calls of lines without a member, or of one who gave no consent, are only counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from crm_desktop.domain.calls import CallRecord, LogRow
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.member_lines import LineOwners, MemberLine
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.importers.call_logs.call_log import CallLog
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.operations.consents import active_consent
from crm_desktop.operations.session import Session
from crm_desktop.storage import member_lines as stored


@dataclass(slots=True)
class LineCounts:
    """Whose calls a shared log holds: by member where he consented, else only how many."""

    by_member: Counter[int] = field(default_factory=Counter)
    nobodys: int = 0
    without_consent: int = 0


class LogOwners:
    """Whose calls a log holds; ``given``: lines named for this import only, before those on record."""

    def __init__(self, session: Session, options: ReadingOptions, given: Sequence[MemberLine]) -> None:
        with session.database.read() as connection:
            known = [*given, *stored.list_lines(connection)]
        self._session = session
        self._any = bool(known)
        self._owners = LineOwners(known, normalizer(options.number_rules()))
        self._zone = ZoneInfo(session.organization.time_zone)
        self._consenting = {line.member_id for line in known if active_consent(session, line.member_id)}

    def members(self, call_log: CallLog, name: str, member_id: int | None) -> list[int]:
        """Return whose calls are read from a log.

        Raises RefusedError ``right_missing`` for a shared log without ``calls.import_shared``,
        ``log_shared_without_lines`` while no line is anybody's, ``consent_missing`` where nobody with a line
        consented, ``member_needed`` for a personal log of nobody.
        """
        if not call_log.shared:
            if member_id is None:
                raise RefusedError("member_needed", name=name)
            return [member_id]
        self._session.require("calls.import_shared")
        if not self._any:
            raise RefusedError("log_shared_without_lines", name=name)
        if member_id is not None:
            return [member_id]
        if not self._consenting:
            raise RefusedError("consent_missing")
        return sorted(self._consenting)

    def of_member(self, rows: Sequence[LogRow], member_id: int) -> tuple[list[LogRow], int]:
        """Return the rows without the calls of others, and how many of those nobody consented to."""
        kept: list[LogRow] = []
        nobodys = 0
        for row in rows:
            owner = self._owner(row) if isinstance(row, CallRecord) else member_id
            if owner == member_id:
                kept.append(row)
            elif owner not in self._consenting:
                nobodys += 1
        return kept, nobodys

    def count(self, rows: Sequence[LogRow], counts: LineCounts) -> None:
        """Count the calls of rows by whose line they are of."""
        for row in rows:
            if isinstance(row, CallRecord):
                owner = self._owner(row)
                if owner in self._consenting:
                    counts.by_member[owner] += 1
                else:
                    counts.nobodys += owner is None
                    counts.without_consent += owner is not None

    def _owner(self, record: CallRecord) -> int | None:
        day = record.started_at.astimezone(self._zone).date()
        return self._owners.owner(record.own_line, day.isoformat())
