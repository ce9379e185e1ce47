"""A contact's file to be looked at inside the program: a picture, a page of a PDF, or a text."""

from dataclasses import dataclass, field

from crm_desktop.domain.attachments import FileKind, Raster, kind_of
from crm_desktop.domain.errors import RefusedError
from crm_desktop.importers.attached import documents, pictures
from crm_desktop.operations.attachments import read_attachment
from crm_desktop.operations.session import Session

PICTURE_SIDE = 4096
"""Pixels of the longer side a picture is shown with at most, however near."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What there is to see: a ``raster`` or a ``text``; ``cut``: the text goes on, ``page`` counts from 0."""

    attachment_id: int
    name: str
    size: int
    kind: FileKind
    raster: Raster | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    cut: bool = False
    page: int = 0


def preview(session: Session, attachment_id: int, *, page: int = 0, side: int = PICTURE_SIDE) -> Preview:
    """Return a file to be shown; ``side`` is the length of the longer side in pixels.

    Raises RefusedError ``record_not_found``, ``not_shown_inside``; OrganizationFileError
    ``attachment_damaged``; ForeignFileError ``picture_unreadable``, ``picture_too_large``,
    ``pdf_unreadable``.
    """
    found, content = read_attachment(session, attachment_id)
    kind, side = kind_of(found.name), min(side, PICTURE_SIDE)
    if kind is FileKind.TEXT:
        text, cut = documents.text_of(content)
        return Preview(found.id, found.name, found.size, kind, text=text, cut=cut)
    if kind is FileKind.PICTURE:
        raster = pictures.decoded(content, side=side, name=found.name, page=page)
    elif kind is FileKind.PDF:
        raster = documents.page_of(content, page=page, side=side, name=found.name)
    else:
        raise RefusedError("not_shown_inside", name=found.name)
    return Preview(found.id, found.name, found.size, kind, raster=raster, page=page)
