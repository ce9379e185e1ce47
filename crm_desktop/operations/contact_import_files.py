"""The files of an import before it: what they are, what their columns mean, and their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.contacts.contact_format import ContactOptions
from crm_desktop.importers.contacts.examining import ExaminedContacts, TableSample, examine
from crm_desktop.importers.contacts.table_mapping import ContactMapping
from crm_desktop.operations.contact_imports import ContactReading, read_rows
from crm_desktop.operations.session import Session

__all__ = [
    "ContactOptions",
    "ExaminedContacts",
    "TableSample",
    "examine_files",
    "read_files",
]


def examine_files(session: Session, paths: Sequence[Path]) -> list[ExaminedContacts]:
    """Return what each file is; needs ``contacts.import``.

    Raises ForeignFileError for one that is unreadable, empty, or no file of contacts.
    """
    session.require("contacts.import")
    return [examine(path) for path in paths]


def read_files(
    session: Session,
    files: Sequence[ExaminedContacts],
    options: ContactOptions,
    mappings: Mapping[Path, ContactMapping],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[ContactReading]:
    """Return the files with all their rows; progress counts the bytes of all of them.

    Raises ForeignFileError, InvalidValueError, Cancelled.
    """
    session.require("contacts.import")
    options = replace(options, region=options.region or session.organization.region)
    total, before = sum(file.size for file in files), 0
    found: list[ContactReading] = []
    for file in files:
        own = replace(options, mapping=mappings.get(file.path))
        moved = None if progress is None else _Moved(progress, before, total)
        found.append(ContactReading(*read_rows(file.path, own, progress=moved, cancel=cancel)))
        before += file.size
    return found


class _Moved:
    """Progress of one file as part of all of them."""

    def __init__(self, progress: ProgressCallback, before: int, total: int) -> None:
        self._progress, self._before, self._total = progress, before, total

    def __call__(self, progress: Progress, /) -> None:
        done = min(self._total, self._before + progress.done)
        self._progress(Progress(done, self._total))
