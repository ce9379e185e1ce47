"""What ``adb shell content query --uri content://call_log/calls`` prints: ``Row: 0 date=…, type=1, …``.

Values are not quoted, and a name may contain ``, type=``: a row is split only at the next key of the file's
own order of keys, which is the provider's and the same in every row.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice

from crm_desktop.domain.calls import LogRow, RejectedRow, RowReason
from crm_desktop.importers.call_logs.android_calls import AndroidCalls, AndroidRow
from crm_desktop.importers.call_logs.call_log_format import differing
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions

_ROW = re.compile(r"Row: \d+ ")
_KEY = re.compile(r"(?:^|, )([A-Za-z_][A-Za-z0-9_]*)=")
_NEEDED = frozenset({"date", "type", "number", "duration"})
_LOOKED_AT = 60
# A row of some kilobytes; names with line breaks make few of them.
_MOST_LINES = 20
_EMPTY = "No result found."


class AdbCallLog:
    """The call log of an Android phone, queried over USB."""

    name = "adb_content_query_text"
    shared = False
    title = "adb content query of the call log (Android, text)"
    recognized_by = "lines “Row: 0 date=…, type=…, number=…, duration=…”"

    def sniff(self, head: FileHead) -> float:
        """Return 1 where the first rows have the keys of a call."""
        lines = [line.lstrip("\ufeff") for line in head.lines] or [head.text.lstrip("\ufeff")]
        first = next((line for line in lines if line.strip()), "")
        if first.strip() == _EMPTY:
            return 0.9
        if not _ROW.match(first):
            return 0.0
        return 1.0 if set(_KEY.findall(_ROW.sub("", first, count=1))) >= _NEEDED else 0.3

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError for rows without the keys of a call."""
        calls = AndroidCalls(options)
        rows = _rows(source.lines())
        first = list(islice(rows, _LOOKED_AT))
        if first and not any(set(_keys(text)) >= _NEEDED for _line, text in first):
            raise differing(source.path, self)
        order = _order_of(text for _line, text in first)
        for line, text in chain(first, rows):
            values = _split(text, order) or _split(text, _keys(text))
            if values is None or not values.keys() >= _NEEDED:
                yield RejectedRow(line, RowReason.MALFORMED, text[:500])
            else:
                yield calls.read(line, _row(values), partial(str, text))


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (first line, text without its ``Row: N``); a line without one continues the row before."""
    start = 0
    pieces: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").rstrip("\n")
        head = _ROW.match(text)
        if head is not None:
            if pieces:
                yield start, "\n".join(pieces)
            start, pieces = number, [text[head.end() :]]
        elif pieces and text.strip() and len(pieces) < _MOST_LINES:
            pieces.append(text)
    if pieces:
        yield start, "\n".join(pieces)


def _order_of(rows: Iterable[str]) -> tuple[str, ...]:
    """Return the keys in the order most rows show; a key that stands twice counts where it stands first."""
    found = Counter(_keys(text) for text in rows)
    return found.most_common(1)[0][0] if found else ()


def _keys(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_KEY.findall(text)))


def _split(text: str, order: Sequence[str]) -> dict[str, str] | None:
    """Return the values of a row by key, None where the keys are not those of the file."""
    if not order or not text.startswith(f"{order[0]}="):
        return None
    values: dict[str, str] = {}
    place = len(order[0]) + 1
    for key, following in zip(order, (*order[1:], None), strict=True):
        if following is None:
            values[key] = text[place:]
            break
        mark = f", {following}="
        end = text.find(mark, place)
        if end < 0:
            return None
        values[key] = text[place:end]
        place = end + len(mark)
    return {key: "" if value == "NULL" else value for key, value in values.items()}


def _row(values: dict[str, str]) -> AndroidRow:
    return AndroidRow(
        date=values["date"], kind=values["type"], number=values["number"], duration=values["duration"],
        name=values.get("name", ""), country=values.get("countryiso"),
        normalized=values.get("normalized_number"), post_dial=values.get("post_dial_digits"),
    )  # fmt: skip
