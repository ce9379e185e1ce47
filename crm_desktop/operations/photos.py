"""The photo of a contact: any picture, kept small and without what a camera wrote beside it."""

import hashlib
from contextlib import suppress
from pathlib import Path

from crm_desktop.domain.attachments import SIZE_LIMIT, AttachmentRole
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.importers.attached.pictures import photo_of
from crm_desktop.importers.attached.reading import ReadFile, read_whole
from crm_desktop.operations.attached_contents import discard, store, verified
from crm_desktop.operations.attachments import columns, read_attachment
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import attachments as stored

PHOTO_NAME = "photo.jpg"


def photo(session: Session, contact_id: int) -> bytes | None:
    """Return the photo of a contact as a JPEG of at most 512 × 512 pixels, or None.

    Raises OrganizationFileError("attachment_damaged").
    """
    with session.reading("records.view") as connection:
        found = stored.photo_of(connection, contact_id)
        return None if found is None else verified(connection, found)


def set_photo(session: Session, contact_id: int, source: Path | int) -> None:
    """Take a picture of the disk, or one of the contact's files by its id, as the photo, scaled down.

    Raises ForeignFileError ``picture_unreadable``, ``picture_too_large`` and those of ``read_whole``;
    RefusedError ``record_not_found``, ``record_in_trash``; OrganizationFileError.
    """
    session.require_for("set_photo")
    session.database.refuse_read_only()
    with session.database.read() as connection:
        writable(connection, contact_id)
    if isinstance(source, int):
        attachment, content = read_attachment(session, source)
        name = attachment.name
    else:
        content, name = read_whole(source, limit=SIZE_LIMIT).content, source.name
    small = photo_of(content, name=name)
    found = ReadFile(small, hashlib.sha256(small).digest())
    try:
        store(session, found)
        _write(session, contact_id, found)
    except BaseException:
        with suppress(OrganizationFileError):
            discard(session, [found.sha256])
        raise


def _write(session: Session, contact_id: int, found: ReadFile) -> None:
    with session.change("set_photo") as changes:
        writable(changes.connection, contact_id)
        before = stored.photo_of(changes.connection, contact_id)
        values = columns(
            session, contact_id, AttachmentRole.PHOTO, PHOTO_NAME, len(found.content), found.sha256
        )
        if before is None:
            changes.insert(stored.TABLE, values, contact_id=contact_id)
        elif before.sha256 != found.sha256:
            changes.update(stored.TABLE, before.id, values, contact_id=contact_id)


def remove_photo(session: Session, contact_id: int) -> None:
    """Take the photo away; nothing happens where there is none. Raises RefusedError ``record_in_trash``."""
    with session.change("remove_photo") as changes:
        writable(changes.connection, contact_id)
        found = stored.photo_of(changes.connection, contact_id)
        if found is not None:
            changes.delete(stored.TABLE, found.id, contact_id=contact_id)
