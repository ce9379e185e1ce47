"""Reading the logs of one import: as the person chose for each file, in steps, a refused one apart.

A file that cannot be read never stops the others where the caller asks for that: it is named with the
reason. Without right or consent nothing is read at all.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.errors import ForeignFileError, KnownError
from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.call_logs.call_log import CallLog
from crm_desktop.importers.call_logs.mapping import Mapping as ColumnMapping
from crm_desktop.importers.call_logs.reading import LogSource, ReadingOptions
from crm_desktop.importers.call_logs.registry import logs_in, open_call_log
from crm_desktop.operations.call_import_writing import require_import
from crm_desktop.operations.call_matching import Tally
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_logs import LogOwners

CHUNK = 500
# What makes one file unreadable for this import, and says nothing about the others.
_OF_THE_FILE = {
    "log_shared_without_lines", "member_needed", "right_missing",
    "consent_missing", "consent_withdrawn", "consent_expired",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What the person chose for one file."""

    format: str = "auto"
    encoding: str | None = None
    mapping: ColumnMapping | None = None


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file nothing was read from, and why."""

    path: Path
    error: KnownError


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything an import is told, as the verbs of ``call_imports`` describe it.

    ``choices`` overrule the rest for single files; ``keep_going``: a file that cannot be read is named in
    ``refused`` instead of ending the import. ``by_lines``: the log of an office is read for everybody with
    a line and a consent, although ``member_id`` is named for those of one phone.
    """

    session: Session
    paths: tuple[Path, ...]
    member_id: int | None
    options: ReadingOptions
    format: str = "auto"
    keep_unknown: bool = False
    skip_duplicates: bool = False
    lines: Sequence[MemberLine] = ()
    choices: Mapping[Path, FileChoice] = field(default_factory=dict)
    keep_going: bool = False
    by_lines: bool = False
    progress: ProgressCallback | None = None
    cancel: CancelToken | None = None
    refused: list[RefusedFile] = field(default_factory=list)

    def require(self) -> None:
        """Require the right, and of a member named the consent, before a file is looked at."""
        if self.keep_unknown:
            self.session.require("calls.unknown_numbers")
        if self.member_id is None or self.by_lines:
            self.session.require("calls.import_shared")
        else:
            require_import(self.session, self.member_id)

    def unpacked(self) -> "ImportPlan":
        """Return the plan with the logs of each zip that holds several; only after ``require``."""
        paths = tuple(log for path in self.paths for log in logs_in(path, self.options, self.cancel))
        return replace(self, paths=paths)

    def open(self, path: Path) -> "OpenedLog | None":
        """Return a log and whose calls are read from it; None when it is refused and others go on."""
        choice = self.choices.get(path, FileChoice(self.format))
        options = replace(
            self.options,
            encoding=choice.encoding or self.options.encoding,
            mapping=choice.mapping or self.options.mapping,
        )
        try:
            log = open_call_log(path, format=choice.format, options=options)
            owners = LogOwners(self.session, options, self.lines)
            members = owners.members(log, path.name, self._whose(log))
        except KnownError as error:
            self.refuse(path, error)
            return None
        strangers = members == [self.session.member.id] or self.session.may("calls.unknown_numbers")
        return OpenedLog(path, log, options, owners, members, strangers)

    def _whose(self, log: CallLog) -> int | None:
        """Return the member a log is read for, whose consent stands; None: by whose line it is."""
        if self.by_lines and log.shared:
            return None
        if self.member_id is not None:
            require_import(self.session, self.member_id)
        return self.member_id

    def refuse(self, path: Path, error: KnownError) -> None:
        """Note a file that cannot be read, or raise what concerns more than this file."""
        own = isinstance(error, ForeignFileError) or error.code in _OF_THE_FILE
        if not self.keep_going or not own:
            raise error
        self.refused.append(RefusedFile(path, error))


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """One log of an import and the members it is read for, one after the other.

    ``strangers``: whether the person may see the numbers of strangers in it, of his own phone or by right.
    """

    path: Path
    log: CallLog
    options: ReadingOptions
    owners: LogOwners
    members: Sequence[int]
    strangers: bool

    def own_rows(self, rows: Sequence[LogRow], member_id: int, tally: Tally) -> Sequence[LogRow]:
        """Return the rows of a member; of a shared log the others' are counted, once for all members."""
        if not self.log.shared:
            return rows
        kept, nobodys = self.owners.of_member(rows, member_id)
        if self.is_first(member_id):
            tally.numbers["no_consent"] += nobodys
            tally.numbers["not_stored"] += nobodys
        return kept

    def is_first(self, member_id: int) -> bool:
        """Return whether this is the first reading of the file."""
        return member_id == self.members[0]


class Steps:
    """The rows of all files in chunks, with the progress of the whole: its bytes, each file by its share."""

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan
        self._total = sum(map(_size, plan.paths))
        self._before = 0

    def rows(self, opened: OpenedLog, member_id: int) -> Iterator[list[LogRow]]:
        """Yield the rows of a file; raises Cancelled and ForeignFileError."""
        place, count = opened.members.index(member_id), len(opened.members)
        rows = iter(opened.log)
        while chunk := list(islice(rows, CHUNK)):
            if self._plan.cancel is not None:
                self._plan.cancel.raise_if_cancelled()
            yield chunk
            self._tell(opened, (place + opened.log.progress() / max(opened.log.size, 1)) / count)
            time.sleep(0)  # hand the interpreter to the window between two chunks
        self._tell(opened, (place + 1) / count)

    def file_done(self, path: Path) -> None:
        """Go on to the next file, whatever was read of this one."""
        self._before += _size(path)

    def _tell(self, opened: OpenedLog, share: float) -> None:
        if self._plan.progress is not None:
            done = self._before + round(_size(opened.path) * min(1.0, share))
            self._plan.progress(Progress(min(done, self._total), self._total))


def _size(path: Path) -> int:
    try:
        return LogSource(path).size
    except ForeignFileError:
        return 0
