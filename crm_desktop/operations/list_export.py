"""Exporting a list: who may, what is in it, where it lies, and that it is what it should be (claim 12).

Bank details are never in it. What comes from calls is in it for those only who may see calls.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError
from crm_desktop.domain.list_export import DELIMITERS, ExportChoice, ExportFormat
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.bulk_plans import CHUNK
from crm_desktop.operations.contacts import contact_rows
from crm_desktop.operations.export_columns import REPEATED, ListColumns, WholeColumns, Words
from crm_desktop.operations.export_files import Line, write_table
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import move_over
from crm_desktop.storage import bulk as stored
from crm_desktop.storage import custom_fields, log, organization, products
from crm_desktop.storage.database import Connection

__all__ = ["ExportChoice", "ExportFormat", "ExportReport", "export_list"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many records stand in the file, and where it is."""

    count: int
    path: Path


def _as_it_is(text: str) -> str:
    return text


def export_list(
    session: Session,
    ids: Sequence[int],
    target: Path,
    choice: ExportChoice,
    *,
    words: Words = _as_it_is,
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
    try:
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    try:
        part = folder / f"list.{choice.format.value}"
        count = write_table(part, _lines(session, ids, choice, words, progress, cancel), choice) - 1
        part.chmod(0o600)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        _note(session, count, choice)
        move_over(part, target)
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ExportReport(count, target)


def _note(session: Session, count: int, choice: ExportChoice) -> None:
    """Say in the log that a list left, before it does."""
    columns = "list" if choice.columns else "all"
    payload: dict[str, object] = {"count": count, "format": choice.format.value, "columns": columns}
    with session.database.write() as connection:
        session.require_for("export_list")
        log.append(connection, session.author, "export_list", payload=payload)
    session.remember_head()


def _lines(  # noqa: PLR0917 - what export_list was given
    session: Session,
    ids: Sequence[int],
    choice: ExportChoice,
    words: Words,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Iterator[Line]:
    """Yield the titles, then the records some hundred at a time."""
    with session.reading("records.view") as connection:
        whole = None if choice.columns else _whole(connection, session, ids, words)
        shown = ListColumns(_allowed(session, choice.columns), words, session.organization.time_zone)
        yield whole.titles() if whole is not None else shown.titles()
        for start in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            part = list(ids[start : start + CHUNK])
            if whole is not None:
                yield from _whole_lines(connection, whole, part)
            else:
                found = contact_rows(session, part)
                yield from (shown.line(found[one]) for one in part if one in found)
            if progress is not None:
                progress(Progress(min(start + CHUNK, len(ids)), len(ids)))


def _allowed(session: Session, columns: Sequence[str]) -> tuple[str, ...]:
    may_see_calls = session.may("calls.view")
    return tuple(key for key in columns if may_see_calls or key != "last_contact")


def _whole(connection: Connection, session: Session, ids: Sequence[int], words: Words) -> WholeColumns:
    most = dict.fromkeys(REPEATED, 0)
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        for table in most:
            most[table] = max(most[table], stored.most_parts(connection, table, part))
    return WholeColumns(
        most,
        {own.id: own.name for own in custom_fields.list_fields(connection)},
        {member.id: member.name for member in organization.list_members(connection)},
        {product.id: product.name for product in products.list_products(connection)},
        words,
        session.organization.time_zone,
    )


def _whole_lines(connection: Connection, whole: WholeColumns, ids: Sequence[int]) -> Iterator[Line]:
    tags, notes = stored.tag_names(connection, ids), stored.note_texts(connection, ids)
    for card in stored.cards(connection, ids):
        contact_id = card.contact.id
        names = [name for _, name in sorted(tags[contact_id].items())]
        yield whole.line(card, names, notes[contact_id])
