"""What an import would do, found by the same steps as the import takes; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_desktop.domain.calls import CallRecord, LogRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.operations.call_import_groups import Group, GroupKeeper
from crm_desktop.operations.call_import_reading import ImportPlan, OpenedLog, Steps
from crm_desktop.operations.call_import_reports import FileReport, ImportPreview, Period
from crm_desktop.operations.call_import_writing import corrections, require_import
from crm_desktop.operations.call_matching import CallMatcher, Tally
from crm_desktop.operations.same_calls import PreviewedCalls, SameCalls, in_minutes
from crm_desktop.operations.seen_keys import SeenKeys
from crm_desktop.storage.imported_calls import NewCall, known_calls


def preview(plan: ImportPlan) -> ImportPreview:
    """Return what the import of a plan would do; the right was required before."""
    reading = _Preview(plan, GroupKeeper(plan.session))
    files: list[FileReport] = []
    steps = Steps(plan)
    for path in plan.paths:
        opened = plan.open(path)
        report = None if opened is None else reading.read(steps, opened)
        files += [] if report is None else [report]
        steps.file_done(path)
    return ImportPreview(
        tuple(files), reading.total.counts(), reading.corrected.count, reading.groups.grouped(),
        tuple(plan.refused),
    )  # fmt: skip


@dataclass(slots=True)
class _Preview:
    """The reading of all files; ``seen``: a call in two of them is stored once, for a member each."""

    plan: ImportPlan
    groups: GroupKeeper
    total: Tally = field(default_factory=Tally)
    seen: SeenKeys = field(default_factory=SeenKeys)
    corrected: SeenKeys = field(default_factory=SeenKeys)
    previewed: PreviewedCalls = field(default_factory=PreviewedCalls)

    def read(self, steps: Steps, opened: OpenedLog) -> FileReport | None:
        """Read one log for each of its members; None where it is refused."""
        tally, period = Tally(), Period()
        try:
            for member in opened.members:
                require_import(self.plan.session, member)
                self._read_for(steps, opened, member, tally, period)
        except ForeignFileError as error:
            self.plan.refuse(opened.path, error)
            return None
        self.total.add(tally)
        return FileReport.of(opened, tally, period)

    def _read_for(self, steps: Steps, opened: OpenedLog, member: int, tally: Tally, period: Period) -> None:
        database = self.plan.session.database
        matcher = CallMatcher(database, opened.options, keep_unknown=self.plan.keep_unknown)
        same = SameCalls(database, member, opened.log.format, self.previewed)
        self.groups.begin(opened.path, member)
        for rows in steps.rows(opened, member):
            new = tally.sort_out(matcher, opened.own_rows(rows, member, tally), self.groups)
            records = {row.row_key: row for row in rows if isinstance(row, CallRecord)}
            single, twins = same.split(new, rough=in_minutes(rows))
            tally.note_twins(len(twins), left_out=self.plan.skip_duplicates)
            self.groups.note_kept(Group.SAME, twins, records)
            self._note_new(opened, member, single if self.plan.skip_duplicates else new, records, tally)
            if opened.is_first(member):
                self._note_rows(rows, tally, period, opened)

    def _note_rows(self, rows: Sequence[LogRow], tally: Tally, period: Period, opened: OpenedLog) -> None:
        """Take what is counted once for a file, however many members it is read for."""
        shared = opened.log.shared
        tally.note_problems(rows, shared=shared)
        period.note(rows)
        self.groups.note_problems(rows, shared=shared)
        if shared:
            opened.owners.count(rows, self.groups.lines)

    def _note_new(
        self,
        opened: OpenedLog,
        member: int,
        read: Sequence[NewCall],
        records: Mapping[bytes, CallRecord],
        tally: Tally,
    ) -> None:
        """Count what would be created, and what is there already and may be corrected."""
        with self.plan.session.database.read() as connection:
            known = known_calls(connection, member, [call.row_key for call in read])
        fresh: list[NewCall] = []
        there: list[NewCall] = []
        for call in read:
            new = self.seen.add((member, call.row_key)) and call.row_key not in known
            (fresh if new else there).append(call)
        tally.note_new(len(fresh), len(there))
        for call_id in corrections(read, known):
            self.corrected.add((call_id,))
        self.groups.note_kept(Group.CREATED, fresh, records)
        self.groups.note_kept(Group.ALREADY, there, records)
        if len(self.plan.paths) > 1:
            self.previewed.add(member, opened.log.format, fresh, rough=in_minutes(tuple(records.values())))
