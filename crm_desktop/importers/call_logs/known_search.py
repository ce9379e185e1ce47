"""The table of a file, and the saved mapping it is known by: by its headers, or without any by its shape."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.header_places import is_header
from crm_desktop.importers.call_logs.known_tables import KnownTable, known_table
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.importers.call_logs.reading import LogSource, ReadingOptions
from crm_desktop.importers.call_logs.table_search import ANYWHERE, FoundTable, TablePlace, find_table

_NEARLY_ALL = 0.9
_LOOKED_AT = 20


def known_mapping(path: Path, options: ReadingOptions) -> Mapping | None:
    """Return the saved mapping a table is known by, fitted to this file; None for none."""
    table, known = found_table(path, options, ANYWHERE) if options.known else (None, None)
    if table is None or known is None:
        return None
    document = known.mapping.to_document() | where_is(table, known.mapping.encoding)
    return Mapping.from_document(document)


def found_table(
    path: Path, options: ReadingOptions, said: TablePlace
) -> tuple[FoundTable | None, KnownTable | None]:
    """Return the table of a file and the saved mapping it is known by.

    Headers in an encoding no one can see from the bytes are found by trying those that were saved.
    """
    stated = said.encoding or options.text_encoding
    saved = () if stated else (known.mapping.encoding for known in options.known)
    first: FoundTable | None = None
    for encoding in dict.fromkeys((stated, *saved)):
        try:
            table = find_table(
                LogSource(path, encoding=encoding), said, is_header=partial(_is_header_of, options)
            )
        except ForeignFileError:
            if encoding == stated:
                raise
            continue
        if table is not None and (known := _known(table, options)) is not None:
            return table, known
        first = first or table
    return first, None


def _is_header_of(options: ReadingOptions, cells: Sequence[str]) -> bool:
    return known_table(options.known, cells) is not None or is_header(cells)


def _known(table: FoundTable, options: ReadingOptions) -> KnownTable | None:
    """Return what a table is known as: by its headers, or without any by its width and its values."""
    header = table.layout.header
    if any(header):
        return known_table(options.known, header)
    rows = [cells for _line, cells in table.layout.records[:_LOOKED_AT]]
    return next(
        (
            known
            for known in options.known
            if known.without_header and len(known.header) == len(header) and _reads(known, rows)
        ),
        None,
    )


def _reads(known: KnownTable, rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the dates of nearly all rows are written as a mapping says."""
    mapping = known.mapping
    reader = date_reader(mapping.moment_format)
    places = [place - 1 for place in (mapping.date, mapping.time) if isinstance(place, int)]
    if reader is None or not places or not rows:
        return False
    written = (" ".join(cells[place].strip() for place in places if place < len(cells)) for cells in rows)
    return sum(reader(text) is not None for text in written) >= _NEARLY_ALL * len(rows)


def where_is(table: FoundTable, encoding: str | None) -> dict[str, object]:
    """Return the part of a mapping that says where the table stands."""
    where: dict[str, object] = {
        "delimiter": table.layout.delimiter, "header_line": table.layout.header_line, "sheet": table.sheet,
        "encoding": encoding,
    }  # fmt: skip
    return {name: value for name, value in where.items() if value is not None}
