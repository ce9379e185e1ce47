"""Tables written line by line as CSV or XLSX, and read again before anybody is told that they are done.

Each is written in a private folder beside its place, so that no part of it ever lies anywhere else.
"""

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, InvalidValueError, OrganizationFileError
from crm_desktop.domain.list_export import (
    SHEET_CELL,
    SHEET_COLUMNS,
    SHEET_ROWS,
    ExportChoice,
    ExportFormat,
    read_cell,
    safe_cell,
)
from crm_desktop.security.atomic_files import move_over

Line = Sequence[str]


def save_table(
    target: Path, lines: Iterable[Line], choice: ExportChoice, *, before: Callable[[int], None] | None = None
) -> int:
    """Write a table to ``target``, which only its owner can read; return how many lines follow the titles.

    The file appears when it was read again and is the same; until then what was there stays. ``before`` is
    called with the count just before. Raises OrganizationFileError("export_not_written") and what
    ``write_table`` raises but OSError.
    """
    try:
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    try:
        part = folder / f"list.{choice.format.value}"
        count = write_table(part, lines, choice) - 1
        part.chmod(0o600)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        if before is not None:
            before(count)
        move_over(part, target)
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return count


def write_table(path: Path, lines: Iterable[Line], choice: ExportChoice) -> int:
    """Write ``lines`` (the titles first) to a new file and read them again; return how many they are.

    Raises OSError, InvalidValueError for what the format cannot hold, ForeignFileError("export_differs")
    where what was written does not read as what was meant.
    """
    digest = _Digest()
    writing = _write_csv if choice.format is ExportFormat.CSV else _write_xlsx
    writing(path, digest.following(lines), choice)
    read = _Digest()
    reading = _read_csv if choice.format is ExportFormat.CSV else _read_xlsx
    for _ in read.following(reading(path, choice)):
        pass
    if (read.count, read.digest()) != (digest.count, digest.digest()):
        raise ForeignFileError("export_differs")
    return digest.count


class _Digest:
    """Counts and hashes lines that pass."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256()

    def following(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            self.count += 1
            for cell in line:
                data = cell.encode()
                self._hash.update(len(data).to_bytes(8))
                self._hash.update(data)
            self._hash.update(b"\n")
            yield line

    def digest(self) -> bytes:
        return self._hash.digest()


def _encoding(choice: ExportChoice) -> str:
    return "utf-8-sig" if choice.mark else "utf-8"


def _write_csv(path: Path, lines: Iterable[Line], choice: ExportChoice) -> None:
    with path.open("x", encoding=_encoding(choice), newline="") as stream:
        writer = csv.writer(stream, delimiter=choice.delimiter, lineterminator="\r\n")
        for line in lines:
            writer.writerow([safe_cell(cell) for cell in line])


def _read_csv(path: Path, choice: ExportChoice) -> Iterator[Line]:
    with path.open(encoding=_encoding(choice), newline="") as stream:
        for line in csv.reader(stream, delimiter=choice.delimiter):
            yield [read_cell(cell) for cell in line]


def _write_xlsx(path: Path, lines: Iterable[Line], choice: ExportChoice) -> None:
    """Write every cell as a text: nothing is a formula, and a phone number keeps its plus and its noughts."""
    del choice
    from xlsxwriter import Workbook

    # Each line goes to a file at once; that file lies in the same private folder.
    book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    try:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for row, line in enumerate(lines):
            _check_sheet(row, line)
            for place, cell in enumerate(line):
                sheet.write_string(row, place, cell, bold if row == 0 else None)
    finally:
        book.close()


def _check_sheet(row: int, line: Line) -> None:
    if row >= SHEET_ROWS or len(line) > SHEET_COLUMNS:
        raise InvalidValueError("export_sheet_full", field="format", limit=SHEET_ROWS - 1)
    if any(len(cell) > SHEET_CELL for cell in line):
        raise InvalidValueError("export_cell_too_long", field="format", limit=SHEET_CELL)


def _read_xlsx(path: Path, choice: ExportChoice) -> Iterator[Line]:
    del choice
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    try:
        for line in book.get_sheet_by_index(0).to_python(skip_empty_area=False):
            yield [str(cell) for cell in line]
    finally:
        book.close()
