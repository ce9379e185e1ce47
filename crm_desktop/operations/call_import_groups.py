"""The rows behind the counts of a preview: the first of each group, for the screen of who may see them.

Of calls nobody consented to there is no row, only their number. Nothing here is stored or logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from crm_desktop.domain.calls import CallRecord, Direction, LogRow, Outcome, RejectedRow, SkippedRow
from crm_desktop.domain.number_decisions import UnknownNumber
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_logs import LineCounts
from crm_desktop.storage import contacts, organization
from crm_desktop.storage import unknown_numbers as stored_unknown
from crm_desktop.storage.imported_calls import NewCall

SHOWN_ROWS = 500
SHOWN_NUMBERS = 10_000


class Group(StrEnum):
    """What becomes of rows; the names of ``ImportCounts`` where there is a count."""

    CREATED = "created"
    MATCHED = "matched"
    SAME = "possible_duplicates"
    ALREADY = "already_there"
    UNKNOWN = "unknown_numbers"
    AMBIGUOUS = "ambiguous"
    OWN = "own_numbers"
    NO_CONSENT = "no_consent"
    INTERNAL = "internal"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of a log as shown; ``reason`` as in RowReason or NumberNote, ``raw`` what the file says."""

    file: str
    line: str
    started_at: int | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    duration_s: int | None = None
    number: str = ""
    name: str = ""
    customer_id: int | None = None
    reason: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class CustomerCalls:
    """A customer the log has calls with, the first and the last of them in epoch seconds."""

    name: str
    calls: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """What is behind the counts: the first rows of each group, customers and members with most calls.

    ``nobodys`` and ``without_consent`` are the calls
    of a shared log that are not read: of lines that are nobody's, and of members who did not consent.
    ``unknown``: the numbers nobody has, those with most calls first.
    """

    rows: dict[Group, tuple[GroupRow, ...]]
    customers: tuple[CustomerCalls, ...]
    names: dict[int, str]
    members: tuple[tuple[str, int], ...]
    nobodys: int
    without_consent: int
    unknown: tuple[UnknownNumber, ...] = ()


@dataclass(slots=True)
class GroupKeeper:
    """Fills the groups while logs are read; a person without ``calls.view`` gets counts alone."""

    session: Session
    path: Path = field(default_factory=Path)
    lines: LineCounts = field(default_factory=LineCounts)
    strangers: bool = False
    _rows: dict[Group, list[GroupRow]] = field(default_factory=dict)
    _customers: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _unknown: dict[str, UnknownNumber] = field(default_factory=dict)

    def begin(self, path: Path, member_id: int) -> None:
        """Go on with the log of a member; the numbers of strangers are for himself or by right."""
        session = self.session
        self.path = path
        self.strangers = member_id == session.member.id or session.may("calls.unknown_numbers")

    def note_record(self, kind: str, record: CallRecord, customer: int | None) -> None:
        """Take a record by the count it belongs to."""
        if customer is not None:
            at = record.epoch
            count, first, last = self._customers.get(customer, (0, at, at))
            self._customers[customer] = (count + 1, min(first, at), max(last, at))
        elif kind != "unknown_numbers" or self.strangers:
            self._keep(Group(kind), record)
            if kind == "unknown_numbers" and record.number is not None:
                self._count_unknown(record.number, record)

    def _count_unknown(self, number: str, record: CallRecord) -> None:
        known = self._unknown.get(number) or UnknownNumber(number, 0, record.epoch)
        if known.calls or len(self._unknown) < SHOWN_NUMBERS:
            last, name = max(known.last_at, record.epoch), known.name or record.name or ""
            self._unknown[number] = UnknownNumber(number, known.calls + 1, last, name)

    def note_kept(self, group: Group, calls: Sequence[NewCall], records: Mapping[bytes, CallRecord]) -> None:
        """Take calls that are new, there already, or perhaps there from another source.

        ``records``: what they were read from, by the row's key.
        """
        for call in calls:
            if call.customer_id is not None or self.strangers:
                self._keep(group, records[call.row_key], call.customer_id)

    def note_problems(self, rows: Sequence[LogRow], *, shared: bool) -> None:
        """Take rows that are no calls."""
        for row in rows:
            line = _line(row)
            if isinstance(row, RejectedRow):
                raw = "" if shared or not self.strangers else row.raw
                self._put(Group.REJECTED, GroupRow(self.path.name, line, reason=row.reason, raw=raw))
            elif isinstance(row, SkippedRow) and row.reason == "internal_call":
                self._put(Group.INTERNAL, GroupRow(self.path.name, line, reason=row.reason))

    def _keep(self, group: Group, record: CallRecord, customer: int | None = None) -> None:
        if len(self._rows.setdefault(group, [])) < SHOWN_ROWS:
            shown = GroupRow(
                self.path.name, _line(record), record.epoch, record.direction,
                record.outcome, record.duration_s, record.number or record.raw_number, record.name or "",
                customer, record.number_note or "", record.raw_number,
            )  # fmt: skip
            self._put(group, shown)

    def _put(self, group: Group, row: GroupRow) -> None:
        kept = self._rows.setdefault(group, [])
        if len(kept) < SHOWN_ROWS:
            kept.append(row)

    def grouped(self) -> Grouped:
        """Return what was kept, with the names of customers and members."""
        if not self.session.may("calls.view"):
            return Grouped({}, (), {}, (), self.lines.nobodys, self.lines.without_consent)
        most = sorted(self._customers.items(), key=lambda item: -item[1][0])[:SHOWN_ROWS]
        shown = {row.customer_id for rows in self._rows.values() for row in rows if row.customer_id}
        with self.session.database.read() as connection:
            found = {
                customer: contact.display_name
                for customer in shown | {customer for customer, _ in most}
                if (contact := contacts.get_contact(connection, customer)) is not None
            }
            people = {member.id: member.name for member in organization.list_members(connection)}
        return Grouped(
            {group: tuple(rows) for group, rows in self._rows.items()},
            tuple(CustomerCalls(found[customer], *facts) for customer, facts in most if customer in found),
            found,
            tuple((people[member], calls) for member, calls in self.lines.by_member.most_common()),
            self.lines.nobodys, self.lines.without_consent, self._most_unknown(),
        )  # fmt: skip

    def _most_unknown(self) -> tuple[UnknownNumber, ...]:
        """Return the unknown numbers without those that are left alone."""
        with self.session.database.read() as connection:
            ignored = {one.e164 for one in stored_unknown.ignored(connection)}
        found = [one for one in self._unknown.values() if one.e164 not in ignored]
        return tuple(sorted(found, key=lambda one: (-one.calls, -one.last_at, one.e164)))


def _line(row: LogRow) -> str:
    return row.place or str(row.line)
