"""Importing contacts: every row ends as created, updated, skipped or failed, with the reason.

A whole import is one change set: undone as one, values it updated included. The same row again is passed
over, so that an import can be repeated. Many rows are written in batches; cancelled or killed in between,
none of them stays.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.attachments import AttachmentRole
from crm_desktop.domain.contact_imports import ContactImportResult, ContactPlan, Fate, RowFate
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.imported_contacts import ContactRow, ImportedContact
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.attached.pictures import photo_of
from crm_desktop.importers.attached.reading import ReadFile
from crm_desktop.importers.contacts import registry
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.operations.attached_contents import store
from crm_desktop.operations.attachments import columns
from crm_desktop.operations.contact_decisions import Decision, Rules, decide
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.known_contacts import PlannedContacts, StoredContacts
from crm_desktop.operations.large_changes import change_many
from crm_desktop.operations.photos import PHOTO_NAME
from crm_desktop.operations.session import Session
from crm_desktop.storage import (
    attachments,
    contacts,
    custom_fields,
    import_runs,
    imported_rows,
    log,
    organization,
)
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "ContactImportResult",
    "ContactOptions",
    "ContactPlan",
    "ContactReading",
    "Fate",
    "RowFate",
    "import_contacts",
    "import_readings",
    "import_rows",
    "preview_contacts",
    "preview_readings",
    "preview_rows",
    "read_rows",
]

VERB = "import_contacts"
_ROWS_PER_STEP = 100


def read_rows(
    path: Path,
    options: ContactOptions,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> tuple[registry.ContactFile, list[ContactRow]]:
    """Return a file with all its rows. Raises ForeignFileError, InvalidValueError, Cancelled."""
    found = registry.open_contacts(path, options)
    rows: list[ContactRow] = []
    for number, row in enumerate(found):
        if number % _ROWS_PER_STEP == 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(Progress(found.progress(), found.size))
        rows.append(row)
    return found, rows


def preview_contacts(
    session: Session,
    path: Path,
    plan: ContactPlan,
    options: ContactOptions,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ContactImportResult:
    """Return what an import would do, and write nothing. Raises what :func:`read_rows` raises."""
    session.require("contacts.import")
    _file, rows = read_rows(path, _with_region(session, options), progress=progress, cancel=cancel)
    return preview_rows(session, rows, plan, progress=progress, cancel=cancel)


def preview_rows(
    session: Session,
    rows: Sequence[ContactRow],
    plan: ContactPlan,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ContactImportResult:
    """Return what an import of rows would do, and write nothing. Raises Cancelled."""
    with session.reading("contacts.import") as connection:
        known, rules = PlannedContacts(connection), rules_of(session, connection, plan)
        fates: list[RowFate] = []
        for number, row in enumerate(rows):
            if number % _ROWS_PER_STEP == 0:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if progress is not None:
                    progress(Progress(number, len(rows)))
            decision = decide(known, row, rules)
            if decision.draft is not None and isinstance(row, ImportedContact):
                known.plan(row, decision.fingerprint, decision.fate.contact_id, decision.draft)
            fates.append(decision.fate)
    # Contacts that would only be made by rows before have no id yet.
    shown = (replace(fate, contact_id=None) if (fate.contact_id or 0) < 0 else fate for fate in fates)
    return ContactImportResult(None, tuple(shown))


def import_contacts(
    session: Session,
    path: Path,
    plan: ContactPlan,
    options: ContactOptions,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ContactImportResult:
    """Import a file of contacts. Raises what :func:`read_rows` and :func:`import_rows` raise."""
    session.require_for(VERB)
    file, rows = read_rows(path, _with_region(session, options), progress=progress, cancel=cancel)
    return import_rows(session, file, rows, plan, progress=progress, cancel=cancel)


def import_rows(
    session: Session,
    file: registry.ContactFile,
    rows: Sequence[ContactRow],
    plan: ContactPlan,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ContactImportResult:
    """Write the rows of a file: all of them, or none in the end. Raises OrganizationFileError, Cancelled."""
    part = ContactReading(file, rows)
    return import_readings(session, [part], plan, progress=progress, cancel=cancel)[0]


@dataclass(frozen=True, slots=True)
class ContactReading:
    """A file with the rows that are wanted of it."""

    file: registry.ContactFile
    rows: Sequence[ContactRow]


def preview_readings(
    session: Session,
    readings: Sequence[ContactReading],
    plan: ContactPlan,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[ContactImportResult]:
    """Return what an import of several files would do, file by file; what one holds the next meets."""
    rows = [row for reading in readings for row in reading.rows]
    whole = preview_rows(session, rows, plan, progress=progress, cancel=cancel)
    return _by_file(readings, [None] * len(readings), whole.fates)


def import_readings(
    session: Session,
    readings: Sequence[ContactReading],
    plan: ContactPlan,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[ContactImportResult]:
    """Write the rows of several files as one change: all of them, or none in the end.

    Raises OrganizationFileError, Cancelled.
    """
    session.require_for(VERB)
    writer = _Writer(session, plan)
    items = [_Item(reading.file, row) for reading in readings for row in reading.rows]
    writer.photos = _store_photos(session, items, cancel)
    change_many(session, VERB, items, writer.write, progress=progress, cancel=cancel)
    found = _by_file(readings, [None] * len(readings), writer.fates)
    runs = [writer.record_run(part.file, one.fates) for part, one in zip(readings, found, strict=True)]
    return _by_file(readings, runs, writer.fates)


def _by_file(
    readings: Sequence[ContactReading], runs: Sequence[int | None], fates: Sequence[RowFate]
) -> list[ContactImportResult]:
    found: list[ContactImportResult] = []
    begin = 0
    for run, reading in zip(runs, readings, strict=True):
        end = begin + len(reading.rows)
        found.append(ContactImportResult(run, tuple(fates[begin:end])))
        begin = end
    return found


def _with_region(session: Session, options: ContactOptions) -> ContactOptions:
    return replace(options, region=options.region or session.organization.region)


def rules_of(session: Session, connection: Connection, plan: ContactPlan) -> Rules:
    """Return how rows are decided in this organization."""
    own = {fold(field.name): field.id for field in custom_fields.list_fields(connection)}
    members = {fold(member.name): member.id for member in organization.list_members(connection)}
    return Rules(plan, session.organization.region, own, members)


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    """A row and the file it comes from."""

    file: registry.ContactFile
    row: ContactRow


def _store_photos(
    session: Session, items: Sequence[_Item], cancel: CancelToken | None
) -> dict[_Item, ReadFile]:
    """Return the photos of the rows, small and stored; what no row needs in the end is swept later.

    A picture that cannot be read is left out: the card's other values are worth more.
    """
    found: dict[_Item, ReadFile] = {}
    for item in items:
        if not isinstance(item.row, ImportedContact) or item.row.photo is None:
            continue
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            small = photo_of(item.row.photo, name=PHOTO_NAME)
        except ForeignFileError:
            continue
        found[item] = ReadFile(small, hashlib.sha256(small).digest())
        store(session, found[item])
    return found


class _Writer:
    """Writes the rows of one import, batch by batch, and remembers their fates."""

    def __init__(self, session: Session, plan: ContactPlan) -> None:
        self._session = session
        self._plan = plan
        self._set_uuid: bytes | None = None
        self.photos: dict[_Item, ReadFile] = {}
        self.fates: list[RowFate] = []

    def write(self, changes: ChangeSet, items: Sequence[_Item]) -> None:
        """Decide and write some rows in the transaction of ``changes``."""
        known = StoredContacts(changes.connection)
        rules = rules_of(self._session, changes.connection, self._plan)
        self._set_uuid = changes.uuid
        written: list[int] = []
        for item in items:
            decision = decide(known, item.row, rules)
            fate = decision.fate
            if decision.draft is not None and isinstance(item.row, ImportedContact):
                written.append(self._write(changes, item, item.row, decision))
                fate = replace(fate, contact_id=written[-1])
            self.fates.append(fate)
        # Together: one by one they are read again one by one, which took a quarter of the import.
        contacts.reindex_many(changes.connection, written)

    def _write(self, changes: ChangeSet, item: _Item, row: ImportedContact, decision: Decision) -> int:
        draft = decision.draft
        assert draft is not None  # noqa: S101 - asked by the caller
        contact_id = write_contact(
            changes, self._session, decision.fate.contact_id, draft, source=item.file.name, found_later=True
        )
        imported_rows.remember(changes, contact_id, decision.fingerprint, row.uid)
        imported_rows.add_properties(changes, contact_id, row.other)
        photo = self.photos.get(item)
        if photo is not None and attachments.photo_of(changes.connection, contact_id) is None:
            values = columns(
                self._session, contact_id, AttachmentRole.PHOTO, PHOTO_NAME, len(photo.content), photo.sha256
            )
            changes.insert(attachments.TABLE, values, contact_id=contact_id)
        return contact_id

    def record_run(self, file: registry.ContactFile, fates: Sequence[RowFate]) -> int | None:
        """Keep which file was imported, by whom and with which counts; None where nothing was written."""
        counts = {fate: sum(item.fate is fate for item in fates) for fate in Fate}
        if self._set_uuid is None or not counts[Fate.CREATED] + counts[Fate.UPDATED]:
            return None
        mapping = file.options.mapping
        with self._session.database.write() as connection:
            self._session.require_for(VERB)
            run_id, logged = import_runs.insert_contacts_run(
                connection,
                {
                    "file_name": file.name, "sha256": file.sha256, "format": file.format,
                    "region": file.options.region, "started_by": self._session.member.id,
                    "started_at": self._session.now(), "finished_at": self._session.now(),
                    "created": counts[Fate.CREATED], "updated": counts[Fate.UPDATED],
                    "skipped": counts[Fate.SKIPPED], "rejected": counts[Fate.FAILED],
                    "change_set_uuid": self._set_uuid,
                    "mapping": None if mapping is None else mapping.to_json(),
                },
                [(fate.line, fate.reason or "") for fate in fates if fate.fate is Fate.FAILED],
            )  # fmt: skip
            log.append(connection, self._session.author, VERB, rows=[logged], change_set_uuid=self._set_uuid)
        self._session.remember_head()
        return run_id
