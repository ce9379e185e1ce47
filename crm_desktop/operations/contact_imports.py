"""Importing contacts: every row ends as created, updated, skipped or failed, with the reason.

A whole import is one change set: undone as one, values it updated included. The same row again is passed
over, so that an import can be repeated. Many rows are written in batches; cancelled or killed in between,
none of them stays.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
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
from crm_desktop.storage import attachments, custom_fields, import_runs, imported_rows, log
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "ContactImportResult",
    "ContactOptions",
    "ContactPlan",
    "Fate",
    "RowFate",
    "import_contacts",
    "import_rows",
    "preview_contacts",
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
        known, rules = PlannedContacts(connection), _rules(session, connection, plan)
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
    session.require_for(VERB)
    photos = _store_photos(session, rows, cancel)
    writer = _Writer(session, file, plan, photos)
    change_many(session, VERB, rows, writer.write, progress=progress, cancel=cancel)
    fates = tuple(writer.fates)
    return ContactImportResult(writer.record_run(fates), fates)


def _with_region(session: Session, options: ContactOptions) -> ContactOptions:
    return replace(options, region=options.region or session.organization.region)


def _rules(session: Session, connection: Connection, plan: ContactPlan) -> Rules:
    own = {fold(field.name): field.id for field in custom_fields.list_fields(connection)}
    return Rules(plan, session.organization.region, own)


def _store_photos(
    session: Session, rows: Sequence[ContactRow], cancel: CancelToken | None
) -> dict[int, ReadFile]:
    """Return the photos of the rows by line, small and stored; what no row needs in the end is swept later.

    A picture that cannot be read is left out: the card's other values are worth more.
    """
    found: dict[int, ReadFile] = {}
    for row in rows:
        if not isinstance(row, ImportedContact) or row.photo is None:
            continue
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            small = photo_of(row.photo, name=PHOTO_NAME)
        except ForeignFileError:
            continue
        found[row.line] = ReadFile(small, hashlib.sha256(small).digest())
        store(session, found[row.line])
    return found


class _Writer:
    """Writes the rows of one import, batch by batch, and remembers their fates."""

    def __init__(
        self, session: Session, file: registry.ContactFile, plan: ContactPlan, photos: dict[int, ReadFile]
    ) -> None:
        self._session = session
        self._file = file
        self._plan = plan
        self._photos = photos
        self._set_uuid: bytes | None = None
        self.fates: list[RowFate] = []

    def write(self, changes: ChangeSet, rows: Sequence[ContactRow]) -> None:
        """Decide and write some rows in the transaction of ``changes``."""
        known = StoredContacts(changes.connection)
        rules = _rules(self._session, changes.connection, self._plan)
        self._set_uuid = changes.uuid
        for row in rows:
            decision = decide(known, row, rules)
            fate = decision.fate
            if decision.draft is not None and isinstance(row, ImportedContact):
                fate = replace(fate, contact_id=self._write(changes, row, decision))
            self.fates.append(fate)

    def _write(self, changes: ChangeSet, row: ImportedContact, decision: Decision) -> int:
        draft = decision.draft
        assert draft is not None  # noqa: S101 - asked by the caller
        contact_id = write_contact(
            changes, self._session, decision.fate.contact_id, draft, source=self._file.name
        )
        imported_rows.remember(changes, contact_id, decision.fingerprint, row.uid)
        imported_rows.add_properties(changes, contact_id, row.other)
        photo = self._photos.get(row.line)
        if photo is not None and attachments.photo_of(changes.connection, contact_id) is None:
            values = columns(
                self._session, contact_id, AttachmentRole.PHOTO, PHOTO_NAME, len(photo.content), photo.sha256
            )
            changes.insert(attachments.TABLE, values, contact_id=contact_id)
        return contact_id

    def record_run(self, fates: Sequence[RowFate]) -> int | None:
        """Keep which file was imported, by whom and with which counts; None where nothing was written."""
        counts = {fate: sum(item.fate is fate for item in fates) for fate in Fate}
        if self._set_uuid is None or not counts[Fate.CREATED] + counts[Fate.UPDATED]:
            return None
        with self._session.database.write() as connection:
            self._session.require_for(VERB)
            run_id, logged = import_runs.insert_contacts_run(
                connection,
                {
                    "file_name": self._file.name, "sha256": self._file.sha256, "format": self._file.format,
                    "region": self._file.options.region, "started_by": self._session.member.id,
                    "started_at": self._session.now(), "finished_at": self._session.now(),
                    "created": counts[Fate.CREATED], "updated": counts[Fate.UPDATED],
                    "skipped": counts[Fate.SKIPPED], "rejected": counts[Fate.FAILED],
                    "change_set_uuid": self._set_uuid,
                },
                [(fate.line, fate.reason or "") for fate in fates if fate.fate is Fate.FAILED],
            )  # fmt: skip
            log.append(connection, self._session.author, VERB, rows=[logged], change_set_uuid=self._set_uuid)
        self._session.remember_head()
        return run_id
