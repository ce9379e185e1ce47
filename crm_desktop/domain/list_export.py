"""Lists as files: the formats, and cells that no spreadsheet takes for a formula."""

import re
from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.filters import Condition

DELIMITERS = (",", ";", "\t")
SHEET_ROWS, SHEET_COLUMNS, SHEET_CELL = 1_048_576, 16_384, 32_767
"""What one sheet of a workbook holds (ECMA-376 leaves it open; these are the limits of spreadsheets)."""

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection), full-width forms too.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_QUOTED = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
# A phone number calls nothing: digits and what stands between them. So does a negative number.
_HARMLESS = re.compile(r"\+[\d ()./-]*\d|-\d+(?:[.,]\d+)?", re.ASCII)


class ExportFormat(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """How a list is written.

    ``columns``: those of the list on screen, by their keys; none is every value of the records. ``gaps`` is
    the condition of a list that shows what records lack. CSV is UTF-8, with a byte-order mark where ``mark``
    (some spreadsheets read it as another encoding without).
    """

    format: ExportFormat = ExportFormat.CSV
    columns: tuple[str, ...] = ()
    delimiter: str = ","
    mark: bool = True
    gaps: Condition | None = None


def safe_cell(text: str) -> str:
    """Return ``text`` as a CSV cell: an apostrophe before what would be a formula, none before a number.

    :func:`read_cell` takes exactly that apostrophe away again.
    """
    if _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def read_cell(cell: str) -> str:
    """Return the text that :func:`safe_cell` made ``cell`` of."""
    return cell[1:] if _QUOTED.match(cell) else cell


def one_line_end(text: str) -> str:
    """Return ``text`` with one kind of line end: workbooks know no other."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
