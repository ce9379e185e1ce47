"""Whose call is it: sorting records of a log by the customer that has the number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crm_desktop.domain.calls import CallRecord, LogRow, NumberNote, RejectedRow, SkippedRow
from crm_desktop.domain.number_decisions import Match, NumberOwners
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.storage.database import Database
from crm_desktop.storage.imported_calls import NewCall
from crm_desktop.storage.number_owners import owners_of

REPORT_LIMIT = 10_000
KNOWN_NUMBERS = 50_000
# A withheld number is no failure, and neither is an extension or a short code.
NOT_UNDERSTOOD = {NumberNote.NOT_A_NUMBER, NumberNote.DAMAGED, NumberNote.NO_AREA_CODE, NumberNote.MASKED}


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows of a log.

    ``matched`` records have exactly one customer; ``ambiguous`` numbers belong to several customers and
    are stored and given to none of them: the list of calls asks. ``not_stored`` counts the records that
    were read and not kept; ``already_there`` those an earlier import had stored. ``possible_duplicates``
    may be calls that a log of another format gave before.
    """

    created: int
    already_there: int
    matched: int
    unknown_numbers: int
    ambiguous: int
    own_numbers: int
    no_consent: int
    internal: int
    rejected: int
    not_stored: int
    possible_duplicates: int


class CallMatcher:
    """Finds the customer of a number once per distinct number."""

    def __init__(self, database: Database, options: ReadingOptions, *, keep_unknown: bool) -> None:
        self.keep_unknown = keep_unknown
        self._database = database
        self._normalize = normalizer(options.number_rules())
        self._own = {self._normalize(number).e164 for number in options.own_numbers} - {None}
        self._owners: dict[str, NumberOwners] = {}

    def learn(self, records: Sequence[CallRecord]) -> None:
        """Find the customers of the numbers that are new, all at once."""
        if len(self._owners) > KNOWN_NUMBERS:
            self._owners.clear()
        new = {record.number for record in records if record.number} - self._owners.keys()
        if new:
            # A short reading each: one as long as the import would keep the write-ahead log full.
            with self._database.read() as connection:
                self._owners |= owners_of(connection, sorted(new))

    def of(self, record: CallRecord) -> tuple[str, int | None]:
        """Return what a record that was learned counts as, and its customer if it has exactly one."""
        number = record.number
        if number is None:
            return "unknown_numbers", None
        known = self._owners[number]
        listed = number in self._own and not known.is_own_at_other_times(record.epoch)
        if listed or (record.own_line and number == self._normalize(record.own_line).e164):
            return "own_numbers", None
        match, customer = known.match(record.epoch)
        return match.value, customer

    def keeps(self, kind: str, record: CallRecord) -> bool:
        """Return whether a record of that kind is stored: by default only what is a customer's call.

        One of several customers is; whose, is asked. Of the others those of unknown numbers are by choice.
        """
        if kind == Match.UNKNOWN:
            ignored = record.number is not None and self._owners[record.number].is_ignored
            return self.keep_unknown and not ignored
        return kind in {Match.MATCHED, Match.AMBIGUOUS}


class Groups(Protocol):
    """Who keeps the rows behind the counts."""

    def note_record(self, kind: str, record: CallRecord, customer: int | None) -> None:
        """Take a record by the count it belongs to."""


@dataclass(slots=True)
class Tally:
    """Counts while a log is read; problems are kept up to a limit, counted without one."""

    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[tuple[int, str, str]] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    def sort_out(
        self, matcher: CallMatcher, rows: Sequence[LogRow], groups: "Groups | None" = None
    ) -> list[NewCall]:
        """Return the calls to store with their customer (None: kept although unknown)."""
        records = [row for row in rows if isinstance(row, CallRecord)]
        matcher.learn(records)
        kept: list[NewCall] = []
        kinds: list[str] = []
        for record in records:
            kind, customer = matcher.of(record)
            kinds.append(kind)
            if matcher.keeps(kind, record):
                kept.append(
                    NewCall(
                        record.epoch, str(record.direction), str(record.outcome), record.duration_s,
                        record.raw_number, record.number, customer, record.row_key,
                    )
                )  # fmt: skip
            if record.number is None and record.number_note in NOT_UNDERSTOOD:
                self._warn(record)
            if groups is not None:
                groups.note_record(kind, record, customer)
        self.numbers.update(kinds)
        self.numbers["not_stored"] += len(kinds) - len(kept)
        return kept

    def _warn(self, record: CallRecord) -> None:
        if len(self.warnings) < REPORT_LIMIT:
            self.warnings.append((record.line, str(record.number_note), record.raw_number))

    def note_twins(self, count: int, *, left_out: bool) -> None:
        """Count records that may be calls of another source, and whether they are stored all the same."""
        self.numbers["possible_duplicates"] += count
        if left_out:
            self.numbers["left_out"] += count
            self.numbers["not_stored"] += count

    def note_problems(self, rows: Sequence[LogRow], *, shared: bool = False) -> None:
        """Count and keep rejected and skipped rows; a ``shared`` log's without what they say.

        Nobody knows whose call a row would have been that cannot be read: perhaps one without consent.
        """
        for row in rows:
            if isinstance(row, RejectedRow):
                self.numbers["rejected"] += 1
                if len(self.rejected) < REPORT_LIMIT:
                    said = " ".join(filter(None, (row.place, row.raw)))
                    self.rejected.append((row.line, row.reason, "" if shared else said))
            elif isinstance(row, SkippedRow):
                self.numbers["skipped"] += 1
                self.numbers["internal"] += row.reason == "internal_call"
                if len(self.skipped) < REPORT_LIMIT:
                    self.skipped.append((row.line, row.reason))

    def note_new(self, created: int, already_there: int) -> None:
        """Count records that were (or would be) stored, and those stored before."""
        self.numbers["created"] += created
        self.numbers["already_there"] += already_there

    def problems(self) -> list[tuple[int, str]]:
        """Return the lines that are no calls or have no number, with the reason and without what they say."""
        told = [(line, reason) for line, reason, _ in (*self.rejected, *self.warnings)]
        return told + self.skipped

    def kept_counts(self) -> dict[str, int]:
        """Return what the file keeps of an import, by the columns of its run."""
        same = (
            "created", "already_there", "unknown_numbers", "rejected", "skipped", "not_stored", "ambiguous",
            "own_numbers", "internal", "no_consent", "left_out",
        )  # fmt: skip
        return {name: self.numbers[name] for name in same} | {"updated": self.numbers["corrected"]}

    def add(self, other: "Tally") -> None:
        """Add another file's tally."""
        self.numbers += other.numbers
        self.rejected += other.rejected
        self.skipped += other.skipped
        self.warnings += other.warnings

    def counts(self) -> ImportCounts:
        """Return the counts so far."""
        return ImportCounts(**{name: self.numbers[name] for name in ImportCounts.__dataclass_fields__})
