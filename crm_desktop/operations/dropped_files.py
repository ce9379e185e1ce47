"""What files and folders dropped on the window are: call logs, contacts, or neither, by what is in them.

A folder is searched for call logs to a depth and a number of files that no slip of the mouse makes endless;
links are not followed. Only the beginning of a file is looked at, and nothing of it is kept.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, KnownError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.call_logs.foreign_zip import SIGN
from crm_desktop.importers.call_logs.reading import LogSource, ReadingOptions
from crm_desktop.importers.call_logs.registry import detect_head, logs_in, open_call_log
from crm_desktop.importers.call_logs.suggestion import examine_table
from crm_desktop.importers.call_logs.zipped_log import files_in_zip, place_in_zip
from crm_desktop.importers.contacts.contact_table import is_header
from crm_desktop.importers.contacts.examining import examine
from crm_desktop.operations.call_imports import reading_options
from crm_desktop.operations.session import Session

DEEPEST = 4
MOST_FILES = 500
# Columns have to be named, or the file be read otherwise: it may well be a log.
TABLE_CODES = {"mapping_needed", "mapping_uncertain", "mapping_invalid", "mapping_column_missing"}
_CARDS = {".vcf", ".vcard"}
_PDF = b"%PDF-"
_HOPELESS = {"no_log", "zip_in_zip", "file_unreadable"}


class FileKind(StrEnum):
    """What a file is; ``TABLE``: perhaps a log, its columns have to be named first."""

    LOG = "log"
    TABLE = "table"
    CONTACTS = "contacts"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and what it is; ``name`` is shown, with its place in the folder that was dropped.

    ``formats``: what its beginning shows, best first, each from 0 to 1; ``encoding`` is None for what is
    no text. ``shared``: a whole office's log. ``problem``: why it is no log, or not one yet.
    """

    path: Path
    name: str
    kind: FileKind
    formats: tuple[tuple[str, float], ...] = ()
    encoding: str | None = None
    shared: bool = False
    problem: KnownError | None = None


@dataclass(frozen=True, slots=True)
class DroppedFiles:
    """What was found; ``passed_over``: how many files of folders were too many or too deep."""

    files: tuple[FoundFile, ...]
    passed_over: int = 0

    @property
    def hopeless(self) -> bool:
        """Whether there is nothing a person could have read, by naming columns either."""
        return all(one.problem is not None and one.problem.code in _HOPELESS for one in self.files)

    def of(self, *kinds: FileKind) -> list[Path]:
        """Return the paths of some kinds."""
        return [one.path for one in self.files if one.kind in kinds]


def look_into(
    session: Session,
    paths: Sequence[Path],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> DroppedFiles:
    """Return what files are, those in folders too. Raises Cancelled only: what cannot be read is NEITHER."""
    options = reading_options(session)
    named: list[tuple[Path, str, bool]] = []
    passed_over = 0
    for path in paths:
        if path.is_dir():
            inside, more = _files_in(path)
            passed_over += more
            named += [(one, str(one.relative_to(path.parent)), True) for one in inside]
        else:
            named.append((path, path.name, False))
    files: list[FoundFile] = []
    for number, (one, name, in_folder) in enumerate(named):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(Progress(number, len(named)))
        for log in _all_in(one, options, cancel):
            if cancel is not None:
                cancel.raise_if_cancelled()
            shown = name if log == one else os.path.join(name, log.relative_to(one))  # noqa: PTH118
            files.append(_found(log, shown, options, in_folder=in_folder))
    return DroppedFiles(tuple(files), passed_over)


def _all_in(path: Path, options: ReadingOptions, cancel: CancelToken | None) -> list[Path]:
    """Return every file of a zip that holds several logs, as of a folder; else the path as it is."""
    logs = logs_in(path, options, cancel)
    return logs if logs == [path] else files_in_zip(path)


def _files_in(folder: Path) -> tuple[list[Path], int]:
    """Return the files of a folder by name, and how many were passed over."""
    found: list[Path] = []
    passed_over = 0
    for path in _walk(folder, 0):
        if path.is_dir() or len(found) >= MOST_FILES:
            passed_over += 1
        else:
            found.append(path)
        if passed_over > MOST_FILES:
            break
    return found, passed_over


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the files of a folder and of those in it; a folder too deep is yielded itself."""
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in inside:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if not entry.is_dir() or depth >= DEEPEST:
            yield Path(entry.path)
        else:
            yield from _walk(Path(entry.path), depth + 1)


def _found(path: Path, name: str, options: ReadingOptions, *, in_folder: bool) -> FoundFile:
    if path.suffix.lower() in _CARDS:
        return FoundFile(path, name, FileKind.CONTACTS)
    packed = binary = False
    try:
        head = LogSource(path, encoding=options.text_encoding).head()
        packed = head.data.startswith(SIGN) and place_in_zip(path)[1] is not None
        binary = head.data.startswith(_PDF) or (b"\0" in head.data and "16" not in head.encoding)
        shown = tuple((one.format.name, one.confidence) for one in detect_head(head, options))
        encoding = None if b"\0" in head.data[:64] and "16" not in head.encoding else head.encoding
        log = open_call_log(path, options=options)
        return FoundFile(path, name, FileKind.LOG, shown, encoding, log.shared)
    except ForeignFileError as error:
        if packed or (binary and error.code == "log_not_recognized"):
            # What is packed in a zip is not unpacked; of a picture it need not be said what logs look like.
            problem = ForeignFileError("zip_in_zip" if packed else "no_log", name=path.name)
            return FoundFile(path, name, FileKind.NEITHER, problem=problem)
        calls = _seems_calls(path, options, error)
        if not calls and _holds_contacts(path):
            return FoundFile(path, name, FileKind.CONTACTS, shown, encoding)
        # In a folder lies much that is a table; one that was chosen by hand is meant to be a log.
        if error.code in TABLE_CODES and (calls or not in_folder):
            return FoundFile(path, name, FileKind.TABLE, shown, encoding, problem=error)
        return FoundFile(path, name, FileKind.NEITHER, problem=error)


def _seems_calls(path: Path, options: ReadingOptions, error: ForeignFileError) -> bool:
    """Tell whether a table has a moment, a number and how long or which way: no list of people has."""
    if error.code != "mapping_uncertain":  # then moment or number are missing
        return False
    found = examine_table(path, options).found
    return "duration" in found or "direction" in found


def _holds_contacts(path: Path) -> bool:
    try:
        found = examine(path)
    except KnownError:
        return False
    return found.table is None or is_header(found.table.header)
