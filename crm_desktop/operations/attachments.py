"""Files of a contact and its photo, as verbs of a user: add, list, read, rename, note, remove, copy out.

The content is written first, in pieces and short transactions; the rows follow all together in one, which
is what can be undone. Whatever fails before leaves contents no row names: they are removed at once, or
swept a day later.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from crm_desktop.domain.attachments import (
    NOTE_LIMIT,
    SIZE_LIMIT,
    Attachment,
    AttachmentRole,
    clean_name,
    free_name,
)
from crm_desktop.domain.contact_drafts import text_problem
from crm_desktop.domain.errors import (
    ConflictError,
    ForeignFileError,
    InvalidValueError,
    OrganizationFileError,
    RefusedError,
)
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.attached.reading import read_whole, size_of
from crm_desktop.operations.attached_contents import discard, store, verified
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import attachments as stored
from crm_desktop.storage.attachments import AttachmentLine
from crm_desktop.storage.database import Connection

__all__ = [
    "AddedFiles",
    "AttachmentLine",
    "FileText",
    "add_files",
    "attachments_of",
    "note",
    "read_attachment",
    "remove",
    "rename",
]

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class FileText:
    """What of a file can be changed: its name and what is said about it."""

    name: str
    note: str | None


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """The ids of what came in, and why others did not, each with its ``name``."""

    ids: tuple[int, ...]
    refused: tuple[ForeignFileError, ...] = ()


@dataclass(slots=True)
class _Intake:
    """Several files on their way in: what was stored, what was refused, and how far it is."""

    session: Session
    total: int
    progress: ProgressCallback | None
    cancel: CancelToken
    stored: list[tuple[str, int, bytes]] = field(default_factory=list)
    refused: list[ForeignFileError] = field(default_factory=list)
    done: int = 0
    name: str = ""

    def advance(self, size: int) -> None:
        self.done += size
        if self.progress is not None:
            # Read and stored: each byte is met twice. Shown in MB, so that the figures are readable.
            done, total = self.done // (2 * _MB), max(1, self.total // _MB)
            self.progress(Progress(min(done, total), total, self.name))

    def take(self, path: Path) -> None:
        self.name = clean_name(path.name)
        try:
            found = read_whole(path, limit=SIZE_LIMIT, cancel=self.cancel, on_read=self.advance)
        except ForeignFileError as error:
            error.facts["name"] = self.name
            self.refused.append(error)
            return
        self.stored.append((self.name, len(found.content), found.sha256))
        store(self.session, found, cancel=self.cancel, on_stored=self.advance)


def attachments_of(session: Session, contact_id: int) -> list[AttachmentLine]:
    """Return the files of a contact, the newest first; the photo is none of them."""
    with session.reading("records.view") as connection:
        return stored.lines_of(connection, contact_id)


def add_files(
    session: Session,
    contact_id: int,
    paths: Sequence[Path],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> AddedFiles:
    """Add files of the disk to a contact; those that cannot be read are named and the others come in.

    One change, undone as one. Names are made safe, and equal ones told apart by a number. Raises
    RefusedError ``record_not_found``, ``record_in_trash``; OrganizationFileError; Cancelled: nothing is
    added then.
    """
    session.require_for("add_files")
    session.database.refuse_read_only()
    with session.database.read() as connection:
        writable(connection, contact_id)
    sizes = [size for size in map(size_of, paths) if size <= SIZE_LIMIT]
    _refuse_full_disk(session, sum(sizes))
    intake = _Intake(session, sum(sizes), progress, cancel or CancelToken())
    try:
        for path in paths:
            intake.take(path)
        intake.cancel.raise_if_cancelled()
        return AddedFiles(_insert(session, contact_id, intake), tuple(intake.refused))
    except BaseException:
        # A full disk may refuse even that: what is left then is swept another day.
        with suppress(OrganizationFileError):
            discard(session, [sha256 for _, _, sha256 in intake.stored])
        raise


def _refuse_full_disk(session: Session, size: int) -> None:
    """Look for the space first: on a full disk not even what was begun can be removed again."""
    try:
        free = shutil.disk_usage(session.path.parent).free
    except OSError:
        return  # the system does not say; the write will tell
    # Each byte stands in the write-ahead log before it stands in the file.
    if free < 2 * size:
        raise OrganizationFileError("disk_full", path=str(session.path))


def _insert(session: Session, contact_id: int, intake: _Intake) -> tuple[int, ...]:
    if not intake.stored:
        return ()
    with session.change("add_files") as changes:
        writable(changes.connection, contact_id)
        taken = stored.names_of(changes.connection, contact_id)
        ids = []
        for wished, size, sha256 in intake.stored:
            if not stored.is_whole(changes.connection, sha256, size):
                raise OrganizationFileError("attachment_damaged", name=wished)
            name = free_name(wished, taken)
            taken.add(name.casefold())
            values = columns(session, contact_id, AttachmentRole.FILE, name, size, sha256)
            ids.append(changes.insert(stored.TABLE, values, contact_id=contact_id))
    return tuple(ids)


def columns(  # noqa: PLR0917 - the columns of the table in their order
    session: Session, contact_id: int, role: AttachmentRole, name: str, size: int, sha256: bytes
) -> dict[str, object]:
    """Return the columns of a new row, added now by the person signed in."""
    return {
        "contact_id": contact_id, "role": role.value, "name": name, "size": size, "sha256": sha256,
        "added_at": session.now(), "member_id": session.member.id, "note": None,
    }  # fmt: skip


def read_attachment(session: Session, attachment_id: int) -> tuple[Attachment, bytes]:
    """Return a file with its content, held against its SHA-256.

    Raises RefusedError("record_not_found"), OrganizationFileError("attachment_damaged").
    """
    with session.reading("records.view") as connection:
        found = stored.get(connection, attachment_id)
        if found is None:
            raise RefusedError("record_not_found")
        return found, verified(connection, found)


def rename(
    session: Session, attachment_id: int, name: str, *, version: int, base: FileText | None = None
) -> RowConflict[FileText] | None:
    """Give a file another name, made safe; one that another file of the contact has gets a number.

    With ``base``, what was read, somebody else's change since of the other fact stays, and one of the same
    comes back to be decided: nothing is written then. Raises InvalidValueError ``value_required``,
    ConflictError("record_changed") without ``base`` when it is no longer at ``version``, RefusedError
    ``record_not_found``, ``record_in_trash``.
    """
    session.require_for("rename_file")
    if not name.strip():
        raise InvalidValueError("value_required", field="name")
    wished = clean_name(name)
    return _update(
        session, "rename_file", (attachment_id, version), base, lambda read: replace(read, name=wished)
    )


def note(
    session: Session, attachment_id: int, text: str, *, version: int, base: FileText | None = None
) -> RowConflict[FileText] | None:
    """Say something about a file; an empty text removes what was said. As :func:`rename` else."""
    session.require_for("note_file")
    kept = text.strip()
    if kept and (problem := text_problem("note", kept, NOTE_LIMIT)):
        raise problem
    said = kept or None
    return _update(
        session, "note_file", (attachment_id, version), base, lambda read: replace(read, note=said)
    )


def _update(
    session: Session,
    verb: str,
    read: tuple[int, int],
    base: FileText | None,
    change: Callable[[FileText], FileText],
) -> RowConflict[FileText] | None:
    """Write ``change`` of a file that was ``read`` (id, version), with what somebody else changed since."""
    with session.change(verb) as changes:
        found = _file(changes.connection, read[0])
        theirs = FileText(found.name, found.note)
        if base is None:
            if found.version != read[1]:
                raise ConflictError("record_changed")
            base = theirs
        place = ("files", stored.TABLE, found.id)
        both = bring_together(
            changes.connection, place, base, theirs, change(base), version=found.version, label=base.name
        )
        if isinstance(both, RowConflict):
            return both
        values: dict[str, object] = {"note": both.note}
        if both.name != found.name:
            others = stored.names_of(changes.connection, found.contact_id) - {found.name.casefold()}
            values["name"] = free_name(both.name, others)
        changes.update(stored.TABLE, found.id, values, contact_id=found.contact_id)
    return None


def remove(session: Session, ids: Sequence[int]) -> int:
    """Remove files; return how many were there. Undo brings them back while the old values are kept.

    Raises RefusedError ``record_in_trash``.
    """
    removed = 0
    with session.change("remove_files") as changes:
        for attachment_id in ids:
            found = stored.get(changes.connection, attachment_id)
            if found is None or found.role is not AttachmentRole.FILE:
                continue
            writable(changes.connection, found.contact_id)
            changes.delete(stored.TABLE, found.id, contact_id=found.contact_id)
            removed += 1
    return removed


def _file(connection: Connection, attachment_id: int) -> Attachment:
    found = stored.get(connection, attachment_id)
    if found is None or found.role is not AttachmentRole.FILE:
        raise RefusedError("record_not_found")
    writable(connection, found.contact_id)
    return found
