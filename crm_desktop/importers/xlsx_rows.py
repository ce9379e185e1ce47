"""The rows of a workbook (XLSX) as texts, whichever sheet and line the table begins in."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError

_SIGN = b"PK\x03\x04"
# A sheet of a million rows unpacks to some hundred megabytes; a bomb to as many gigabytes.
_UNPACKED = 1 << 30
_PARTS = 10_000


def looks_like_workbook(data: bytes) -> bool:
    """Return whether the beginning of a file is that of a zip holding a workbook."""
    return data.startswith(_SIGN) and (b"[Content_Types].xml" in data[:4096] or b"xl/" in data[: 1 << 16])


def sheets(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Yield the name and the rows of every visible sheet in order; ``rows`` begin with the first line.

    Raises ForeignFileError ``workbook_unreadable`` for what is no workbook, is protected by a password or
    would unpack to more than a gigabyte.
    """
    import python_calamine

    _refuse_bomb(path)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
            and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ForeignFileError("workbook_unreadable", name=path.name) from error
    for name in names:
        try:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (python_calamine.CalamineError, ValueError) as error:
            raise ForeignFileError("workbook_unreadable", name=path.name) from error
        yield name, ([cell_text(cell) for cell in row] for row in rows)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise ForeignFileError("workbook_unreadable", name=path.name) from error
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise ForeignFileError("workbook_unreadable", name=path.name)


def cell_text(cell: object) -> str:
    """Return what a cell says: whole numbers without a point, days and times as ISO 8601."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
