"""What a rescue tells: the counts of each table, and the plain text that lies beside the new file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.storage.rescue import TableRescue
from crm_desktop.storage.rollup_recount import TABLES as ROLLUPS

_SHOWN = 200
# The log's own tables grow with each import, too.
TABLES_OF_CALLS = frozenset({
    "call", *ROLLUPS, "linked_calls", "moved_calls", "number_decision", "import_run", "import_problem",
    "log_block", "log_entry", "log_row", "change_set", "change_row",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table: rows in the new file, rows known to be lost (``dropped`` of them with a lost one they
    belonged to), the ids of the lost ones; ``exact`` False: more may be lost than is known.
    """

    table: str
    kept: int
    lost: int
    dropped: int
    lost_ids: tuple[int, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class RescueReport:
    """What a rescue did: ``unmatched_calls`` lost their customer, ``stand_ins`` stand for lost rows.

    Whoever may not see calls is told of no table that counts them.
    """

    source: Path
    target: Path
    report: Path
    tables: tuple[TableReport, ...]
    unmatched_calls: int | None
    entries_lost: int
    stand_ins: Mapping[str, int]
    epoch: int
    sequence: int

    @property
    def kept(self) -> int:
        """How many rows are in the new file."""
        return sum(table.kept for table in self.tables)

    @property
    def lost(self) -> int:
        """How many rows are known to be lost."""
        return sum(table.lost for table in self.tables)


def table_report(table: TableRescue) -> TableReport:
    """Return what is told of a table."""
    lost = len(table.lost) + table.dropped
    return TableReport(table.table, table.kept, lost, table.dropped, tuple(table.lost), table.exact)


def report_text(report: RescueReport, *, now: int) -> str:
    """Return the report as plain text: counts and ids, nothing of any person."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"Rescue of {report.source.name} into {report.target.name}, {moment}",
        f"Rows in the new file: {report.kept:,}. Rows known to be lost: {report.lost:,}.",
        "",
        f"{'table':<22}{'kept':>12}{'lost':>10}",
    ]
    for table in report.tables:
        more = "" if table.exact else "  or more: the indexes could not be read whole either"
        lines.append(f"{table.table:<22}{table.kept:>12,}{table.lost:>10,}{more}")
    lines += ["", *_consequences(report), "", "Ids of lost rows:"]
    lines += [f"{table.table}: {_ids(table)}" for table in report.tables if table.lost_ids] or ["none"]
    return "\n".join(lines) + "\n"


def _consequences(report: RescueReport) -> list[str]:
    dropped = sum(table.dropped for table in report.tables)
    stand_ins = ", ".join(f"{count} {table}" for table, count in sorted(report.stand_ins.items()))
    found = [
        f"{dropped:,} rows could be read but belonged to a lost one and went with it." if dropped else "",
        f"{report.unmatched_calls:,} calls lost their customer and are kept as calls of nobody; imported ones"
        " for 30 days from now." if report.unmatched_calls else "",
        f"Rows put in the place of lost ones, so that others keep what they hang on: {stand_ins}."
        if stand_ins else "",
        f"{report.entries_lost:,} entries of the log are lost; this rescue's own entry says where it goes on."
        if report.entries_lost else "",
    ]  # fmt: skip
    kept = (
        "Older backups may hold what is lost here: they stay until a backup made by hand confirms this one."
    )
    return [line for line in found if line] + [kept]


def _ids(table: TableReport) -> str:
    more = len(table.lost_ids) - _SHOWN
    return ", ".join(map(str, table.lost_ids[:_SHOWN])) + (f" and {more:,} more" if more > 0 else "")
