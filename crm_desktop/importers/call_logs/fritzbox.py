"""The call list of an AVM FRITZ!Box as CSV, in German or English, of old and new firmware.

Times are local and to the minute, durations rounded up. Type 3 was an outgoing call before FRITZ!OS 5.50
and is a blocked one since: a file with a 4 in it is new, one whose 3s have a duration is old.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.mapped_csv import read_mapped
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_layout import TableLayout, find_layout

# Each column in the words of the firmware's languages.
_WORDS = {
    "direction": ("typ", "type"), "date": ("datum", "date"), "number": ("rufnummer", "number"),
    "duration": ("dauer", "duration"), "name": ("name",),
    "own_line": ("eigene rufnummer", "outgoing caller id"), "extension": ("nebenstelle", "extension"),
}  # fmt: skip
_REQUIRED = ("direction", "date", "number", "duration", "own_line", "extension")
_NEW = {"1": "incoming/answered", "2": "incoming/missed", "3": "incoming/blocked", "4": "outgoing"}
_OLD = {**_NEW, "3": "outgoing"}


class FritzBox:
    """The calls of a FRITZ!Box."""

    name = "fritzbox_csv"
    shared = True
    title = "FRITZ!Box, call list (CSV)"
    recognized_by = "a table with the columns Typ, Datum, Rufnummer, Nebenstelle, Eigene Rufnummer, Dauer"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the columns in one of the languages."""
        return 1.0 if _layout(head) is not None else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError for a table without the columns."""
        layout = _layout(source.head())
        if layout is None:
            raise differing(source.path, self)
        places = _places(layout.header)
        old = _is_old(source, options, layout, places)
        mapping = Mapping(
            date=places["date"] + 1, date_format="%d.%m.%y %H:%M", delimiter=layout.delimiter,
            header_line=layout.header_line, direction=places["direction"] + 1,
            direction_values=_OLD if old else _NEW, number=places["number"] + 1,
            name=places["name"] + 1 if "name" in places else None, duration=places["duration"] + 1,
            duration_format="h:mm", own_line=places["own_line"] + 1,
        )  # fmt: skip
        yield from read_mapped(source, mapping, replace(options, mapping=None))


def _layout(head: FileHead) -> TableLayout | None:
    return find_layout(head.lines, is_header=lambda cells: _places(cells).keys() >= set(_REQUIRED))


def _places(header: Sequence[str]) -> dict[str, int]:
    words = [fold(cell.strip()) for cell in header]
    found = {
        field: next((words.index(word) for word in known if word in words), None)
        for field, known in _WORDS.items()
    }
    return {field: place for field, place in found.items() if place is not None}


def _is_old(source: LogSource, options: ReadingOptions, layout: TableLayout, places: dict[str, int]) -> bool:
    """Return whether the 3s of a file are outgoing calls, looked up in all of it."""
    talked = False
    for line in LogSource(source.path, encoding=options.text_encoding).lines():
        cells = line.rstrip("\n").split(layout.delimiter)
        if len(cells) != layout.columns:
            continue
        kind = cells[places["direction"]].strip()
        if kind == "4":
            return False
        talked = talked or (kind == "3" and any(digit in "123456789" for digit in cells[places["duration"]]))
    return talked
