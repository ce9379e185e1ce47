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
            sheet = workbook.get_sheet_by_name(name)
        except (python_calamine.CalamineError, ValueError) as error:
            raise ForeignFileError("workbook_unreadable", name=path.name) from error
        # The library leaves empty columns before the first cell out, empty lines it does not.
        before = [""] * (sheet.start[1] if sheet.start else 0)
        yield name, ([*before, *map(cell_text, row)] for row in sheet.iter_rows())


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise ForeignFileError("workbook_unreadable", name=path.name) from error
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise ForeignFileError("workbook_unreadable", name=path.name)


def cell_text(cell: object) -> str:
    """Return what a cell says: whole numbers without a point, days and times as ISO 8601 to the second."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (date, time, timedelta)):
        return _moment_text(cell)
    return "" if cell is None else str(cell)


def _moment_text(cell: date | time | timedelta) -> str:
    if isinstance(cell, datetime):
        moment = _whole_second(cell)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")
    if isinstance(cell, time):
        return _clock(timedelta(hours=cell.hour, minutes=cell.minute, seconds=_seconds(cell)))
    return _clock(cell) if isinstance(cell, timedelta) else cell.isoformat()


def _whole_second(moment: datetime) -> datetime:
    """Round: a workbook keeps times as parts of a day, which seldom come out even."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _seconds(clock: time) -> float:
    return clock.second + clock.microsecond / 1_000_000


def _clock(length: timedelta) -> str:
    """Return hours, minutes and whole seconds; a length may have more than 24 hours."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
