"""Files of a contact: what one is, which names are safe to write to a disk, and what must not be started."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

SIZE_LIMIT = 25 * 2**20
"""Bytes one file may have."""
PHOTO_SIDE = 512
"""Pixels a photo's longer side has at most."""
NOTE_LIMIT = 1000
_NAME_LIMIT = 120
_BYTES_LIMIT = 200
"""Of 255 most file systems take: a temporary name beside it is longer than the name itself."""


class AttachmentRole(StrEnum):
    """A file in the list, or the photo of a contact; there is one photo at most."""

    FILE = "file"
    PHOTO = "photo"


class FileKind(StrEnum):
    """What a file is by the end of its name."""

    PICTURE = "picture"
    TEXT = "text"
    PDF = "pdf"
    DOCUMENT = "document"
    TABLE = "table"
    SLIDES = "slides"
    ARCHIVE = "archive"
    SOUND = "sound"
    FILM = "film"
    MAIL = "mail"
    PROGRAM = "program"
    OTHER = "other"


SHOWN_INSIDE = frozenset({FileKind.PICTURE, FileKind.TEXT, FileKind.PDF})


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file; ``size`` in bytes, ``sha256`` names its content, ``added_at`` is UTC epoch seconds."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    role: AttachmentRole
    name: str
    size: int
    sha256: bytes
    added_at: int
    member_id: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Raster:
    """A decoded picture: ``pixels`` are rows of RGBA, 4 bytes a pixel; ``whole`` is its size in the file.

    ``pages`` is how many pictures or pages the file holds.
    """

    width: int
    height: int
    pixels: bytes
    whole: tuple[int, int]
    pages: int = 1


_SUFFIXES: dict[FileKind, str] = {
    FileKind.PICTURE: "jpg jpeg jpe jfif png webp gif bmp tif tiff avif",
    FileKind.TEXT: "txt text md csv tsv log ini conf cfg json xml yaml yml vcf ics srt sql tex rst",
    FileKind.PDF: "pdf",
    FileKind.DOCUMENT: "doc docx docm dot dotx dotm odt ott rtf pages html htm xhtml mht epub",
    FileKind.TABLE: "xls xlsx xlsm xlsb xlt xltx ods ots numbers",
    FileKind.SLIDES: "ppt pptx pptm pps ppsx pot potx odp otp key",
    FileKind.ARCHIVE: "zip 7z rar tar gz tgz bz2 xz zst lz4 cab",
    FileKind.SOUND: "mp3 wav ogg oga opus m4a aac flac wma amr aiff mid",
    FileKind.FILM: "mp4 m4v mov avi mkv webm wmv mpg mpeg 3gp flv",
    FileKind.MAIL: "eml msg mbox",
    # What Windows, macOS and Linux desktops start, mount or install on a double click.
    FileKind.PROGRAM: (
        "exe com bat cmd scr pif msi msp msix appx msc cpl hta js jse mjs vbs vbe vb wsf wsh wsc ps1 psm1"
        " psc1 reg inf lnk url scf sct chm jar jnlp gadget application ade adp dll sys ocx drv library-ms"
        " search-ms settingcontent-ms iso img vhd vhdx xll xlam ppam sh bash zsh csh ksh fish command tool"
        " run bin elf out desktop appimage flatpakref snap deb rpm apk pkg mpkg dmg app workflow action scpt"
        " applescript terminal webloc py pyw pyc pyz rb pl php swf"
    ),
}  # fmt: skip
_KINDS = {suffix: kind for kind, words in _SUFFIXES.items() for suffix in words.split()}
_PROGRAM_BEGINNINGS = (
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00", b"[Desktop Entry]",
)  # fmt: skip


def kind_of(name: str) -> FileKind:
    """Return what a file is by the end of its name."""
    return _KINDS.get(PurePath(name.casefold()).suffix.lstrip("."), FileKind.OTHER)


def is_program(name: str, content: bytes) -> bool:
    """Return whether opening a file might start it: by the end of its name, or by how it begins."""
    return kind_of(name) is FileKind.PROGRAM or content.startswith(_PROGRAM_BEGINNINGS)


# Names Windows keeps for devices, whatever suffix follows (learn.microsoft.com, "Naming Files").
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_JOINERS = frozenset("\u200c\u200d")
_SHY = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """Return ``name`` as it can be shown and written anywhere: no path, no signs that hide what it is.

    Signs that turn the direction of writing ("exe.fdp" for "pdf.exe"), control characters and what no
    system takes are left out or replaced; a name Windows keeps for a device gets a line before it. Never
    empty.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(ch for ch in last if ch in _JOINERS or unicodedata.category(ch) not in _SHY)
    plain = " ".join(_FORBIDDEN.sub("_", visible).split()).strip(". ") if visible else ""
    if last.lstrip().startswith(".") and plain:
        plain = f"_{plain}"  # a hidden file would not be found again
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain or "file")


def _shortened(name: str) -> str:
    """Cut the stem, never the suffix, to what every file system takes."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 12:
        stem, dot, suffix = name, "", ""
    while len(stem) > 1 and (
        len(stem) + len(suffix) >= _NAME_LIMIT or len(f"{stem}.{suffix}".encode()) > _BYTES_LIMIT
    ):
        stem = stem[:-1]
    return f"{stem.rstrip('. ') or '_'}{dot}{suffix}"


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, or with a number behind its stem where one of ``taken`` (casefolded) is equal."""
    if name.casefold() not in taken:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    number = 2
    while (found := _numbered(stem, dot + suffix, number)).casefold() in taken:
        number += 1
    return found


def _numbered(stem: str, end: str, number: int) -> str:
    """Put a number behind the stem, which gives way where the name would become too long."""
    mark = f" ({number})"
    while len(stem) > 1 and (
        len(stem + mark + end) > _NAME_LIMIT or len((stem + mark + end).encode()) > _BYTES_LIMIT
    ):
        stem = stem[:-1]
    return f"{stem.rstrip('. ')}{mark}{end}"
