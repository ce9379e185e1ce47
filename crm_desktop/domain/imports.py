"""An import run: which file was read, by whom, and what became of its rows."""

from dataclasses import dataclass
from enum import StrEnum


class ImportState(StrEnum):
    """A run left in ``running`` was interrupted and is removed at the next open."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One imported file; times are UTC epoch seconds, ``sha256`` of the file's bytes.

    ``seat`` is the byte of the lock file that the program writing it holds, None once it is done.
    ``change_set_uuid``: the change set of an import of contacts, which is undone as one. From ``not_stored``
    on: calls that were read and not kept, in all and by reason; ``left_out`` are possible duplicates.
    """

    id: int
    uuid: bytes
    version: int
    kind: str
    state: ImportState
    seat: int | None
    file_name: str
    sha256: bytes
    format: str
    time_zone: str | None
    region: str | None
    member_id: int | None
    started_by: int
    started_at: int
    finished_at: int | None
    created: int
    already_there: int
    unknown_numbers: int
    rejected: int
    skipped: int
    updated: int | None = None
    change_set_uuid: bytes | None = None
    mapping: str | None = None
    not_stored: int | None = None
    ambiguous: int | None = None
    own_numbers: int | None = None
    internal: int | None = None
    no_consent: int | None = None
    left_out: int | None = None


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row that is no call, or whose number was not understood; by line and reason, never the row itself."""

    id: int
    import_run_id: int
    line: int
    reason: str
