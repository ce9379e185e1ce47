"""Importing call logs: consent first, then reading, matching and storing only what may be stored.

Calls of a run are written in short transactions while the run's state is ``running``, so that a save
elsewhere never waits long. Cancelling removes the run; after a crash the next open does: all or nothing.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from crm_desktop.domain.calls import CallRecord, LogRow
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.imports import ImportProblem, ImportRun, ImportState
from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.domain.organization_settings import own_numbers_of
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.importers.call_logs.call_log import CallLog
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log
from crm_desktop.operations.automatic_backups import back_up_before_import
from crm_desktop.operations.call_import_writing import RunWriter, corrections, require_import
from crm_desktop.operations.call_matching import CallMatcher, ImportCounts, Tally
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_logs import LogOwners
from crm_desktop.operations.unfinished_imports import refuse_second_import, remove_or_leave
from crm_desktop.storage import import_runs, log
from crm_desktop.storage.imported_calls import known_calls

CHUNK = 500


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What one file holds; times are UTC epoch seconds. ``rejected`` rows are for the screen only."""

    path: Path
    format: str
    encoding: str | None
    first_at: int | None
    last_at: int | None
    records: int
    rejected: tuple[tuple[int, str, str], ...]
    skipped: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: nothing was written.

    ``corrected``: how many of the calls already there would get other values.
    """

    files: tuple[FilePreview, ...]
    counts: ImportCounts
    top_customers: tuple[tuple[str, int], ...]
    corrected: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: a run per file, in the order given; ``corrected`` as in the preview."""

    runs: tuple[int, ...]
    counts: ImportCounts
    corrected: int


def reading_options(session: Session, **overrides: object) -> ReadingOptions:
    """Return how this organization reads logs, with ``overrides`` by name of ``ReadingOptions``."""
    organization = session.organization
    values: dict[str, object] = {
        "region": organization.region, "time_zone": organization.time_zone,
        "own_numbers": own_numbers_of(organization),
        "area_code": organization.area_code, "outside_prefix": organization.outside_prefix,
        "internal_digits": organization.internal_digits,
    } | {name: value for name, value in overrides.items() if value is not None}  # fmt: skip
    return ReadingOptions(**values)  # type: ignore[arg-type]  # the dataclass's own fields


def preview_import(
    session: Session,
    paths: Sequence[Path],
    *,
    member_id: int | None,
    options: ReadingOptions,
    format: str = "auto",  # noqa: A002 - the name of the option everywhere
    keep_unknown: bool = False,
    lines: Sequence[MemberLine] = (),
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ImportPreview:
    """Read and match logs without writing anything; arguments as in :func:`run_import`.

    Raises RefusedError without right or consent and ForeignFileError for a file that is no call log.
    """
    _require_any_import(session, member_id)
    owners = LogOwners(session, options, lines)
    matcher = CallMatcher(session.database, options, keep_unknown=_keep(session, wanted=keep_unknown))
    tally = Tally()
    files: list[FilePreview] = []
    seen_keys: set[bytes] = set()  # a call in two of the files is stored once
    corrected: set[int] = set()
    for path in paths:
        seen = _Seen()
        call_log = open_call_log(path, format=format, options=options)
        for place, member in enumerate(owners.members(call_log, path.name, member_id)):
            require_import(session, member)
            for rows in _chunks(call_log, progress, cancel):
                read = tally.sort_out(matcher, _own_rows(owners, call_log, rows, member, place, tally))
                with session.database.read() as connection:
                    known = known_calls(connection, member, [call.row_key for call in read])
                fresh = {call.row_key for call in read} - seen_keys - known.keys()
                tally.note_new(len(fresh), len(read) - len(fresh))
                seen_keys |= fresh
                corrected |= corrections(read, known).keys()
                if place == 0:
                    tally.note_problems(rows)
                    seen.note(rows)
        files.append(seen.preview(path, call_log))
    return ImportPreview(tuple(files), tally.counts(), matcher.top_customers(10), len(corrected))


def _require_any_import(session: Session, member_id: int | None) -> None:
    """Require the right, and of a member named the consent, before a file is looked at."""
    if member_id is None:
        session.require("calls.import_shared")
    else:
        require_import(session, member_id)


def _own_rows(  # noqa: PLR0917 - a step of reading
    owners: LogOwners, call_log: CallLog, rows: Sequence[LogRow], member_id: int, place: int, tally: Tally
) -> Sequence[LogRow]:
    """Return the rows of a member; of a shared log the others' are counted, once for all members."""
    if not call_log.shared:
        return rows
    kept, nobodys = owners.of_member(rows, member_id)
    if place == 0:
        tally.numbers["no_consent"] += nobodys
        tally.numbers["not_stored"] += nobodys
    return kept


class _Seen:
    """What the preview shows of one file."""

    def __init__(self) -> None:
        self._times: tuple[int, int] | None = None
        self._records = 0
        self._tally = Tally()

    def note(self, rows: Sequence[LogRow]) -> None:
        times = [row.epoch for row in rows if isinstance(row, CallRecord)]
        self._records += len(times)
        if times:
            low, high = self._times or (times[0], times[0])
            self._times = (min(low, *times), max(high, *times))
        self._tally.note_problems(rows)

    def preview(self, path: Path, call_log: CallLog) -> FilePreview:
        first, last = self._times or (None, None)
        return FilePreview(
            path, call_log.format, call_log.encoding, first, last, self._records,
            tuple(self._tally.rejected), tuple(self._tally.skipped),
        )  # fmt: skip


def run_import(
    session: Session,
    paths: Sequence[Path],
    *,
    member_id: int | None,
    options: ReadingOptions,
    format: str = "auto",  # noqa: A002 - the name of the option everywhere
    keep_unknown: bool = False,
    lines: Sequence[MemberLine] = (),
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ImportResult:
    """Import logs; a cancelled or failed file leaves nothing behind, files before it stay.

    ``member_id``: whose phone it is; None for the log of a telephone system, from which the calls of every
    member are read who has a line and consented. ``lines``: whose lines are whose, for this import only.

    What was changed before is backed up first. Raises RefusedError without right or consent (also when it
    is withdrawn meanwhile), ForeignFileError for a file that is no call log, Cancelled, and what making
    a backup raises.
    """
    return _import_files(
        session, paths, member_id, options, format, lines, _keep(session, wanted=keep_unknown),
        partial(back_up_before_import, session, cancel=cancel), progress, cancel,
    )  # fmt: skip


def import_without_backup(
    session: Session, paths: Sequence[Path], *, member_id: int, options: ReadingOptions
) -> ImportResult:
    """Import logs into a file that is only measured, errors as ``run_import`` without those of backups."""
    return _import_files(session, paths, member_id, options, "auto", (), False, _nothing, None, None)  # noqa: FBT003


def _nothing() -> None:
    """Make no backup."""


def _import_files(  # noqa: PLR0917 - the parts of one import, passed on as they are
    session: Session,
    paths: Sequence[Path],
    member_id: int | None,
    options: ReadingOptions,
    log_format: str,
    lines: Sequence[MemberLine],
    keep: bool,  # noqa: FBT001 - see above
    before: Callable[[], None],
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> ImportResult:
    _require_any_import(session, member_id)
    runs: list[int] = []
    total = Tally()
    for number, path in enumerate(paths):
        call_log = open_call_log(path, format=log_format, options=options)
        owners = LogOwners(session, options, lines)
        for place, member in enumerate(owners.members(call_log, path.name, member_id)):
            if number == place == 0:
                before()
            with session.database.more_cache():
                run_id = _import_file(
                    session, call_log, path, member, options, owners, place, keep, total, progress, cancel
                )
            runs.append(run_id)
    return ImportResult(tuple(runs), total.counts(), total.numbers["corrected"])


def _keep(session: Session, *, wanted: bool) -> bool:
    if wanted:
        session.require("calls.unknown_numbers")
    return wanted


def _import_file(  # noqa: PLR0917 - the parts of one run, passed on as they are
    session: Session,
    call_log: CallLog,
    path: Path,
    member_id: int,
    options: ReadingOptions,
    owners: LogOwners,
    place: int,
    keep_unknown: bool,  # noqa: FBT001 - see above
    total: Tally,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> int:
    run_id, run_uuid, consent_id = _begin(session, call_log, path, member_id, options)
    matcher = CallMatcher(session.database, options, keep_unknown=keep_unknown)
    tally = Tally()
    writer = RunWriter(session, run_id, run_uuid, member_id, options.time_zone, consent_id)
    try:
        for rows in _chunks(call_log, progress, cancel):
            own = _own_rows(owners, call_log, rows, member_id, place, tally)
            tally.note_new(*writer.add(tally.sort_out(matcher, own)))
            if place == 0:
                tally.note_problems(rows)
        tally.note_new(*writer.flush())
        tally.numbers["corrected"] = writer.corrected
        _finish(session, call_log, run_id, run_uuid, tally, writer)
    except BaseException:
        _remove_cancelled(session, run_id)
        raise
    total.add(tally)
    return run_id


def _begin(
    session: Session, call_log: CallLog, path: Path, member_id: int, options: ReadingOptions
) -> tuple[int, bytes, int]:
    with session.database.write() as connection:
        consent = require_import(session, member_id)
        refuse_second_import(session, connection, member_id)
        run_id = import_runs.insert_run(
            connection,
            {
                "kind": "calls", "file_name": path.name, "sha256": b"", "format": call_log.format,
                "time_zone": options.time_zone, "region": options.region, "member_id": member_id,
                "started_by": session.member.id, "started_at": session.now(),
                "seat": session.held_lock.take_seat(),
            },
        )  # fmt: skip
        run = import_runs.get_run(connection, run_id)
    assert run is not None  # noqa: S101 - inserted above
    return run_id, run.uuid, consent.id


def _finish(  # noqa: PLR0917 - the parts of one run, passed on as they are
    session: Session, call_log: CallLog, run_id: int, run_uuid: bytes, tally: Tally, writer: RunWriter
) -> None:
    counts = tally.counts()
    kept = {
        "created": counts.created, "already_there": counts.already_there,
        "unknown_numbers": counts.unknown_numbers, "rejected": counts.rejected,
        "skipped": len(tally.skipped),
    }  # fmt: skip
    problems = [(line, reason) for line, reason, _ in tally.rejected]
    with session.database.write() as connection:
        blocks = writer.finish(connection)
        import_runs.set_digest(connection, run_id, call_log.sha256)
        row = import_runs.finish_run(connection, run_id, kept, problems, now=session.now())
        log.append(
            connection, session.author, "import_calls", rows=[row], blocks=blocks, change_set_uuid=run_uuid
        )
    session.remember_head()


def _chunks(
    call_log: CallLog, progress: ProgressCallback | None, cancel: CancelToken | None
) -> Iterator[list[LogRow]]:
    rows = iter(call_log)
    while chunk := list(islice(rows, CHUNK)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        yield chunk
        if progress is not None:
            progress(Progress(call_log.progress(), call_log.size))
        time.sleep(0)  # hand the interpreter to the window between two chunks
    if progress is not None:
        progress(Progress(call_log.size, call_log.size))


def _remove_cancelled(session: Session, run_id: int) -> None:
    with session.database.write() as connection:
        remove_or_leave(session, connection, run_id, "cancel_import")
    session.remember_head()


def runs(session: Session) -> list[ImportRun]:
    """Return the finished imports, newest first."""
    with session.reading("calls.view") as connection:
        return import_runs.list_runs(connection)


def run_problems(session: Session, run_id: int) -> list[ImportProblem]:
    """Return the lines of an import that were not read, with their reasons."""
    with session.reading("calls.view") as connection:
        return import_runs.problems_of(connection, run_id)


def undo_import(session: Session, run_id: int) -> int:
    """Remove an import with every call it created; return how many. It can be imported again.

    Raises RefusedError("record_not_found") when the run is gone.
    """
    verb = "undo_import"
    session.require_for(verb)
    with session.database.write() as connection:
        run = import_runs.get_run(connection, run_id)
        if run is None or run.state is not ImportState.DONE:
            raise RefusedError("record_not_found")
        own = run.member_id == session.member.id
        session.require("calls.import_own" if own else "calls.import_shared")
        removed = import_runs.remove_run(connection, session.author, run_id, verb)
    session.remember_head()
    return removed
