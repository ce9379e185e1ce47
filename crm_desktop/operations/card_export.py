"""Exporting contacts as vCards: every value a card can hold, read again before the file appears."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, OrganizationFileError
from crm_desktop.domain.exported_contacts import Names, contact_of_card
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.registry import open_contacts
from crm_desktop.importers.contacts.vcard_writer import Version, card
from crm_desktop.operations.attached_contents import verified
from crm_desktop.operations.bulk_plans import CHUNK
from crm_desktop.operations.list_export import ExportReport
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import move_over
from crm_desktop.storage import attachments, bulk, custom_fields, imported_rows, log, organization, products
from crm_desktop.storage.database import Connection

__all__ = ["ExportReport", "Version", "export_cards"]


def export_cards(
    session: Session,
    ids: Sequence[int],
    target: Path,
    version: Version,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the contacts with these ids to ``target``, which only its owner can read.

    Bank details, calls, relations and files are never in it. The log says how many, never who. Raises
    RefusedError("right_missing"), OrganizationFileError("export_not_written"),
    ForeignFileError("export_differs") where the file does not read as what was meant, Cancelled.
    """
    session.require("lists.export")
    if target.resolve() == session.path.resolve() or target.is_dir():
        raise OrganizationFileError("export_not_written", path=target.name)
    try:
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    try:
        part = folder / "contacts.vcf"
        count = _write(part, _contacts(session, ids, progress, cancel), version)
        _compare(part, count, version)
        part.chmod(0o600)
        _note(session, count, version)
        move_over(part, target)
    except OSError as error:
        raise OrganizationFileError("export_not_written", path=target.name) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ExportReport(count, target)


def _write(part: Path, contacts: Iterator[ImportedContact], version: Version) -> int:
    count = 0
    with part.open("xb") as stream:
        for contact in contacts:
            stream.write(card(contact, version))
            count += 1
        stream.flush()
        os.fsync(stream.fileno())
    return count


def _compare(part: Path, count: int, version: Version) -> None:
    """Read the cards again: what is read must be written as the same bytes, card by card."""
    if not count:
        return
    left = count
    with part.open("rb") as stream:
        for row in open_contacts(part, ContactOptions()):
            if not isinstance(row, ImportedContact):
                raise ForeignFileError("export_differs")
            again = card(replace(row, line=0), version)
            if stream.read(len(again)) != again:
                raise ForeignFileError("export_differs")
            left -= 1
        if left or stream.read(1):
            raise ForeignFileError("export_differs")


def _contacts(
    session: Session, ids: Sequence[int], progress: ProgressCallback | None, cancel: CancelToken | None
) -> Iterator[ImportedContact]:
    with session.reading("records.view") as connection:
        names = Names(
            {member.id: member.name for member in organization.list_members(connection)},
            {product.id: product.name for product in products.list_products(connection)},
            {own.id: own.name for own in custom_fields.list_fields(connection)},
        )
        for start in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            part = list(ids[start : start + CHUNK])
            tags = bulk.tag_names(connection, part)
            for one in bulk.cards(connection, part):
                contact_id = one.contact.id
                yield contact_of_card(
                    one, names, tags=[name for _, name in sorted(tags[contact_id].items())],
                    properties=imported_rows.properties_of(connection, contact_id),
                    photo=_photo(connection, contact_id),
                )  # fmt: skip
            if progress is not None:
                progress(Progress(min(start + CHUNK, len(ids)), len(ids)))


def _photo(connection: Connection, contact_id: int) -> bytes | None:
    found = attachments.photo_of(connection, contact_id)
    return None if found is None else verified(connection, found)


def _note(session: Session, count: int, version: Version) -> None:
    """Say in the log that cards left, before they do."""
    payload: dict[str, object] = {"count": count, "format": f"vcard {version.value}", "columns": "all"}
    with session.database.write() as connection:
        session.require_for("export_list")
        log.append(connection, session.author, "export_list", payload=payload)
    session.remember_head()
