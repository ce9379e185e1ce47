"""How a file of a contact is named on the page: its sign, its size, and what a line says of it."""

from crm_desktop.domain.attachments import FileKind, kind_of
from crm_desktop.operations.attachments import AttachmentLine
from crm_desktop.ui.messages import language_locale, tr
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.party_list import PartyLine

_GLYPHS = {
    FileKind.PICTURE: "image",
    FileKind.TEXT: "file-text",
    FileKind.PDF: "file-pdf",
    FileKind.DOCUMENT: "article",
    FileKind.TABLE: "table",
    FileKind.SLIDES: "presentation",
    FileKind.ARCHIVE: "archive",
    FileKind.SOUND: "speaker-high",
    FileKind.FILM: "film-strip",
    FileKind.MAIL: "envelope-simple",
    FileKind.PROGRAM: "warning",
    FileKind.OTHER: "file",
}


def size_words(size: int) -> str:
    """Return a number of bytes as people read it."""
    locale = language_locale()
    if size < 1000:
        return tr("{size} bytes").format(size=locale.toString(size))
    if size < 1_000_000:
        return tr("{size} kB").format(size=locale.toString(size / 1000, "f", 0))
    return tr("{size} MB").format(size=locale.toString(size / 1_000_000, "f", 1))


def kind_word(kind: FileKind) -> str:
    """Return what a file is, for those who do not see its sign."""
    return {
        FileKind.PICTURE: tr("Picture"),
        FileKind.TEXT: tr("Text"),
        FileKind.PDF: tr("PDF"),
        FileKind.DOCUMENT: tr("Document"),
        FileKind.TABLE: tr("Table"),
        FileKind.SLIDES: tr("Slides"),
        FileKind.ARCHIVE: tr("Archive"),
        FileKind.SOUND: tr("Sound"),
        FileKind.FILM: tr("Film"),
        FileKind.MAIL: tr("E-mail"),
        FileKind.PROGRAM: tr("Program"),
        FileKind.OTHER: tr("File"),
    }[kind]


def file_line(line: AttachmentLine, clock: Clock) -> PartyLine:
    """Return a file as a line of the list: its name, then size, when, by whom, and what was noted."""
    kind = kind_of(line.name)
    added = tr("{when} by {name}").format(when=clock.relative(line.added_at), name=line.member_name)
    details = (size_words(line.size), added, " ".join((line.note or "").split()))
    tip = (
        line.name,
        f"{kind_word(kind)} · {size_words(line.size)}",
        clock.exact(line.added_at),
        line.note or "",
    )
    return PartyLine(
        line.id,
        line.name,
        " · ".join(part for part in details if part),
        pill=tr("program") if kind is FileKind.PROGRAM else "",
        glyph=_GLYPHS[kind],
        plain=True,
        tip="\n".join(part for part in tip if part),
    )
