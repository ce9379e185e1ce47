"""Exporting a list: who may, what is in it, where it lies, and that it is what it should be (claim 12).

Bank details are never in it. What comes from calls is in it for those only who may see calls.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError
from crm_desktop.domain.list_export import DELIMITERS, ExportChoice, ExportFormat
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.bulk_plans import CHUNK
from crm_desktop.operations.export_columns import REPEATED, WholeColumns, most_parts, whole_records
from crm_desktop.operations.export_files import Line, save_table
from crm_desktop.operations.export_shown import ShownColumns
from crm_desktop.operations.export_words import ExportWords
from crm_desktop.operations.session import Session
from crm_desktop.storage import custom_fields, log, organization, products
from crm_desktop.storage.database import Connection

__all__ = ["ExportChoice", "ExportFormat", "ExportReport", "ExportWords", "export_list"]

ENGLISH = ExportWords()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many records stand in the file, and where it is."""

    count: int
    path: Path


def export_list(
    session: Session,
    ids: Sequence[int],
    target: Path,
    choice: ExportChoice,
    *,
    words: ExportWords = ENGLISH,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the records with these ids to ``target``, which only its owner can read.

    The file appears when it was read again and is the same; until then, and after Cancelled, what was there
    stays. The log says how many and in which format, never what. Raises RefusedError("right_missing"),
    InvalidValueError for what the format cannot hold, OrganizationFileError("export_not_written").
    """
    session.require("lists.export")
    if choice.delimiter not in DELIMITERS:
        raise InvalidValueError("value_not_in_list", field="delimiter", value=choice.delimiter)
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("export_not_written", path=target.name)
    lines = _lines(session, ids, choice, words, progress, cancel)
    count = save_table(target, lines, choice, before=partial(_note, session, choice))
    return ExportReport(count, target)


def _note(session: Session, choice: ExportChoice, count: int) -> None:
    """Say in the log that a list left, before it does."""
    columns = "list" if choice.columns else "all"
    payload: dict[str, object] = {"count": count, "format": choice.format.value, "columns": columns}
    with session.database.write() as connection:
        session.require_for("export_list")
        log.append(connection, session.author, "export_list", payload=payload)
    session.remember_head()


_Columns = tuple[list[str], Callable[[list[int]], Iterable[Line]]]
"""The titles, and what makes the lines of some records."""


def _lines(  # noqa: PLR0917 - what export_list was given
    session: Session,
    ids: Sequence[int],
    choice: ExportChoice,
    words: ExportWords,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Iterator[Line]:
    """Yield the titles, then the records some hundred at a time."""
    with session.reading("records.view") as connection:
        titles, lines_of = (
            _shown(connection, session, choice, words)
            if choice.columns
            else _whole(connection, session, ids, words, cancel)
        )
        yield titles
        for start in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            yield from lines_of(list(ids[start : start + CHUNK]))
            if progress is not None:
                progress(Progress(min(start + CHUNK, len(ids)), len(ids)))


def _shown(connection: Connection, session: Session, choice: ExportChoice, words: ExportWords) -> _Columns:
    may_see_calls = session.may("calls.view")
    columns = ShownColumns(
        [key for key in choice.columns if may_see_calls or key != "last_contact"],
        {own.id: own.name for own in custom_fields.list_fields(connection)},
        {member.id: member.name for member in organization.list_members(connection)},
        words,
        session.organization.time_zone,
        choice.gaps,
    )
    return columns.titles(), lambda part: map(columns.line, columns.records(session, connection, part))


def _whole(
    connection: Connection,
    session: Session,
    ids: Sequence[int],
    words: ExportWords,
    cancel: CancelToken | None,
) -> _Columns:
    most = dict.fromkeys(REPEATED, 0)
    for start in range(0, len(ids), CHUNK):
        if cancel is not None:
            cancel.raise_if_cancelled()
        for group, count in most_parts(connection, list(ids[start : start + CHUNK])).items():
            most[group] = max(most[group], count)
    columns = WholeColumns(
        most,
        {own.id: own.name for own in custom_fields.list_fields(connection)},
        {member.id: member.name for member in organization.list_members(connection)},
        {product.id: product.name for product in products.list_products(connection)},
        words,
        session.organization.time_zone,
    )
    return columns.titles(), lambda part: map(columns.line, whole_records(connection, part))
