"""Tables whose columns one program always names alike: a built-in mapping, as CSV or as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.mapped_csv import read_mapped
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_layout
from crm_desktop.importers.xlsx_rows import looks_like_workbook, sheets

_TITLE_LINES = 20


@dataclass(frozen=True, slots=True)
class FixedTable:
    """``required``: folded headers that make it this format. ``time_zone``: that of its times, if fixed.

    ``international``: numbers are written without their plus sign. ``workbook``: it may be an XLSX too.
    """

    name: str
    title: str
    recognized_by: str
    required: frozenset[str]
    mapping: Mapping
    time_zone: str | None = None
    international: bool = False
    workbook: bool = False
    shared: bool = True

    def sniff(self, head: FileHead) -> float:
        """Return 1 where the headers stand in a CSV or on a sheet of a workbook."""
        if looks_like_workbook(head.data):
            return 1.0 if self.workbook and head.path is not None and self._on_sheet(head.path) else 0.0
        return 1.0 if self._layout(head) is not None else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError for a table without the columns."""
        options = replace(
            options,
            time_zone=self.time_zone or options.time_zone,
            international_numbers=options.international_numbers or self.international,
        )
        head = source.head()
        if self.workbook and looks_like_workbook(head.data):
            place = self._place_on_sheet(source.path)
            if place is not None:
                return read_mapped(
                    source, replace(self.mapping, sheet=place[0], header_line=place[1]), options
                )
        layout = self._layout(head)
        if layout is None:
            raise differing(source.path, self)
        mapping = replace(self.mapping, delimiter=layout.delimiter, header_line=layout.header_line)
        return read_mapped(source, mapping, options)

    def _place_on_sheet(self, path: Path) -> tuple[str, int] | None:
        """Return the sheet with the headers and their line."""
        for name, rows in sheets(path):
            for line, cells in enumerate(islice(rows, _TITLE_LINES), 1):
                if self._is_header(cells):
                    return name, line
        return None

    def _on_sheet(self, path: Path) -> bool:
        try:
            return self._place_on_sheet(path) is not None
        except ForeignFileError:
            return False

    def _is_header(self, cells: Sequence[str]) -> bool:
        return {fold(cell.strip()) for cell in cells} >= self.required

    def _layout(self, head: FileHead) -> TableLayout | None:
        return find_layout(head.lines, is_header=self._is_header)


_TEAMS_TYPES = {
    **dict.fromkeys(("user_in", "conf_in", "ucap_in", "dr_in", "byot_in"), "incoming"),
    **dict.fromkeys(
        (
            "user_out", "user_out_conf", "user_out_transfer", "user_out_forwarding", "conf_out",
            "conf_out_transfer", "conf_out_forwarding", "ucap_out", "dr_out", "dr_out_user_conf",
            "dr_out_user_forwarding", "dr_out_user_transfer", "dr_emergency_out", "byot_out",
        ),
        "outgoing",
    ),
}  # fmt: skip

TEAMS_PSTN = FixedTable(
    name="teams_pstn_csv",
    title="Microsoft Teams, PSTN usage (CSV)",
    recognized_by="a CSV file with the columns UsageId, Caller ID, Call Type, Destination Number, Start Time",
    required=frozenset({
        "usageid", "call id", "caller id", "call type", "destination number", "start time",
        "duration seconds",
    }),
    mapping=Mapping(
        date="Start Time", date_format="iso", direction="Call Type", direction_values=_TEAMS_TYPES,
        caller="Caller ID", callee="Destination Number", duration="Duration Seconds", duration_format="s",
    ),
    time_zone="UTC",
)  # fmt: skip

AIRCALL = FixedTable(
    name="aircall_csv_xlsx",
    title="Aircall, calls (CSV, XLSX)",
    recognized_by="a table with the columns line, datetime (UTC), direction, from, to, duration (in call)",
    required=frozenset({"line", "datetime (utc)", "direction", "from", "to", "duration (in call)"}),
    mapping=Mapping(
        date="datetime (UTC)", date_format="iso", direction="direction",
        direction_values={"inbound": "incoming", "outbound": "outgoing", "internal": "internal"},
        caller="from", callee="to", duration="duration (in call)", duration_format="s",
    ),
    time_zone="UTC",
    international=True,
    workbook=True,
)  # fmt: skip
