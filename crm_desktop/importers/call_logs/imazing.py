"""iMazing's call history CSV of an iPhone: a table with fixed columns, so a built-in mapping.

Times are those of the exporting computer, and the date follows its language: the style is decided for the
whole file, never per row. ``Service`` names the own line (``Phone: +44 …``) or another service.
"""

from collections.abc import Iterator
from dataclasses import replace

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.mapped_csv import read_mapped
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.suggestion import date_format_of_column
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_layout

_MAPPING = Mapping(
    date="Date",
    direction="Call type",
    direction_values={"Incoming": "incoming/answered", "Outgoing": "outgoing", "Missed": "incoming/missed"},
    number="Number",
    name="Contact",
    duration="Duration",
    duration_format="mm:ss or h:mm:ss",
    own_line="Service",
)
_COLUMNS = frozenset({"call type", "date", "duration", "number", "contact", "location", "service"})
_REQUIRED = frozenset({"call type", "date", "duration", "number", "contact", "service"})


class IMazing:
    """Call history of an iPhone exported by iMazing."""

    name = "imazing_call_history_csv"
    shared = False
    title = "iMazing call history (iPhone, CSV)"
    recognized_by = (
        "a CSV file with the columns Call type, Date, Duration, Number, Contact, Location, Service"
    )

    def sniff(self, head: FileHead) -> float:
        """Return 1 for all seven columns, 0.9 without Location."""
        layout = _layout(head)
        if layout is None:
            return 0.0
        return 1.0 if {fold(cell) for cell in layout.header} >= _COLUMNS else 0.9

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError for a table without the columns."""
        layout = _layout(source.head())
        if layout is None:
            return read_mapped(source, _MAPPING, options)
        mapping = replace(_MAPPING, delimiter=layout.delimiter, header_line=layout.header_line)
        return read_mapped(
            source, replace(mapping, date_format=_style(source, options, mapping, layout)), options
        )


def _style(source: LogSource, options: ReadingOptions, mapping: Mapping, layout: TableLayout) -> str:
    """Return the year-first style if the first rows have it: none is like it; else look at all rows."""
    place = [fold(cell) for cell in layout.header].index("date")
    usual = date_reader(mapping.date_format)
    rows = [cells for line, cells in layout.records if line > layout.header_line and len(cells) > place]
    if usual is not None and 2 * sum(usual(cells[place].strip()) is not None for cells in rows) > len(rows):
        return mapping.date_format
    return date_format_of_column(source.path, options, mapping).style or mapping.date_format


def _layout(head: FileHead) -> TableLayout | None:
    return find_layout(head.lines, is_header=lambda cells: {fold(cell) for cell in cells} >= _REQUIRED)
