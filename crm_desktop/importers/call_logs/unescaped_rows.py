"""Lines of cells that are all quoted while quotes inside them are not escaped: ``"Zoë "Z" B","101"``.

The csv module would take such a quote for the end of a cell; here only ``","`` parts two cells.
"""

from collections.abc import Iterable, Iterator

from crm_desktop.domain.calls import RejectedRow, RowReason
from crm_desktop.importers.call_logs.reading import MAX_LINE

_SHOWN = 500


def cells_of(line: str) -> list[str] | None:
    """Return the cells of a line; None if it does not begin and end with a quote."""
    text = line.rstrip("\n").rstrip()
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return None
    return text[1:-1].split('","')


def unescaped_rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]] | RejectedRow]:
    """Yield line number and cells of every line that is not blank, or why it is no row."""
    for place, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff") if place == 1 else line
        if not text.strip():
            continue
        cells = cells_of(text) if len(text) <= MAX_LINE else None
        if cells is not None:
            yield place, cells
        elif len(text) > MAX_LINE:
            yield RejectedRow(place, RowReason.ROW_TOO_LONG, text[:_SHOWN])
        else:
            cut = text.startswith('"') and not text.endswith("\n")
            reason = RowReason.TRUNCATED if cut else RowReason.MALFORMED
            yield RejectedRow(place, reason, text[:_SHOWN])
