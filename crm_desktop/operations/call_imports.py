"""Importing call logs: consent first, then reading, matching and storing only what may be stored.

Calls of a run are written in short transactions while the run's state is ``running``, so that a save
elsewhere never waits long. Cancelling removes the run; after a crash the next open does: all or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, RefusedError
from crm_desktop.domain.imports import ImportProblem, ImportRun, ImportState
from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.domain.progress import Cancelled, CancelToken, ProgressCallback
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.operations.automatic_backups import back_up_before_import
from crm_desktop.operations.call_import_previews import preview
from crm_desktop.operations.call_import_reading import FileChoice, ImportPlan, OpenedLog, RefusedFile, Steps
from crm_desktop.operations.call_import_reports import FileReport, ImportPreview, ImportResult, Period
from crm_desktop.operations.call_import_writing import RunWriter, require_import
from crm_desktop.operations.call_mappings import known_tables
from crm_desktop.operations.call_matching import CallMatcher, Tally
from crm_desktop.operations.organization_settings import own_numbers_now
from crm_desktop.operations.same_calls import SameCalls, in_minutes
from crm_desktop.operations.session import Session
from crm_desktop.operations.unfinished_imports import refuse_second_import, remove_or_leave
from crm_desktop.storage import calls, import_runs, imported_calls, leg_answers, log

__all__ = ["FileChoice", "FileReport", "ImportPreview", "ImportResult", "ReadingOptions", "RefusedFile"]


def reading_options(session: Session, **overrides: object) -> ReadingOptions:
    """Return how this organization reads logs, with ``overrides`` by name of ``ReadingOptions``."""
    organization = session.organization
    values: dict[str, object] = {
        "known": known_tables(session), "own_numbers": own_numbers_now(session),
        "region": organization.region, "time_zone": organization.time_zone,
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
    skip_duplicates: bool = False,
    lines: Sequence[MemberLine] = (),
    choices: Mapping[Path, FileChoice] | None = None,
    keep_going: bool = False,
    by_lines: bool = False,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ImportPreview:
    """Read and match logs without writing anything; arguments as in :func:`run_import`.

    Raises RefusedError without right or consent and ForeignFileError for a file that is no call log.
    """
    plan = ImportPlan(
        session, tuple(paths), member_id, options, format, keep_unknown, skip_duplicates, lines,
        choices or {}, keep_going, by_lines, progress, cancel,
    )  # fmt: skip
    plan.require()
    return preview(plan.unpacked())


def run_import(
    session: Session,
    paths: Sequence[Path],
    *,
    member_id: int | None,
    options: ReadingOptions,
    format: str = "auto",  # noqa: A002 - the name of the option everywhere
    keep_unknown: bool = False,
    skip_duplicates: bool = False,
    lines: Sequence[MemberLine] = (),
    choices: Mapping[Path, FileChoice] | None = None,
    keep_going: bool = False,
    by_lines: bool = False,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ImportResult:
    """Import logs; a cancelled import leaves no call behind, a failed file none of its own.

    ``member_id``: whose phone it is; None for the log of a telephone system, from which the calls of every
    member are read who has a line and consented. ``lines``: whose lines are whose, for this import only.
    ``skip_duplicates`` leaves out what a log of another format seems to have given before. ``choices``
    overrule format, encoding and columns of single files; ``keep_going``: a file that cannot be read is
    named in the result, and the others are imported. ``by_lines``: the log of an office is read for all with
    a line also where a member is named for the logs of one phone.

    What was changed before is backed up first. Raises RefusedError without right or consent (also when it
    is withdrawn meanwhile), ForeignFileError for a file that is no call log, Cancelled, and what making
    a backup raises.
    """
    plan = ImportPlan(
        session, tuple(paths), member_id, options, format, keep_unknown, skip_duplicates, lines,
        choices or {}, keep_going, by_lines, progress, cancel,
    )  # fmt: skip
    return _import_files(plan, partial(back_up_before_import, session, cancel=cancel))


def import_without_backup(
    session: Session,
    paths: Sequence[Path],
    *,
    member_id: int,
    options: ReadingOptions,
    keep_unknown: bool = False,
) -> ImportResult:
    """Import logs into a file that is only measured, errors as ``run_import`` without those of backups."""
    plan = ImportPlan(session, tuple(paths), member_id, options, keep_unknown=keep_unknown)
    return _import_files(plan, _nothing)


def _nothing() -> None:
    """Make no backup."""


def _import_files(plan: ImportPlan, before: Callable[[], None]) -> ImportResult:
    plan.require()
    plan = plan.unpacked()
    runs: list[int] = []
    total, files = Tally(), list[FileReport]()
    steps = Steps(plan)
    try:
        for path in plan.paths:
            opened = plan.open(path)
            if opened is not None:
                if not runs:
                    before()
                report = _import_log(plan, steps, opened, runs, total)
                files += [report] if report is not None else []
            steps.file_done(path)
    except Cancelled:
        _remove(plan.session, runs)
        raise
    return ImportResult(
        tuple(runs), total.counts(), total.numbers["corrected"], tuple(files), tuple(plan.refused)
    )


def _import_log(
    plan: ImportPlan, steps: Steps, opened: OpenedLog, runs: list[int], total: Tally
) -> FileReport | None:
    """Import one log for each of its members; None where it is refused, and then nothing of it stays."""
    own_runs: list[int] = []
    tally, period = Tally(), Period()
    try:
        for member in opened.members:
            with plan.session.database.more_cache():
                run = _import_for(plan, steps, opened, member, tally, period)
            own_runs.append(run)
    except ForeignFileError as error:
        _remove(plan.session, own_runs)
        plan.refuse(opened.path, error)
        return None
    except BaseException:
        _remove(plan.session, own_runs)
        raise
    runs += own_runs
    total.add(tally)
    return FileReport.of(opened, tally, period)


def _import_for(  # noqa: PLR0917 - a step of the one above
    plan: ImportPlan, steps: Steps, opened: OpenedLog, member_id: int, total: Tally, period: Period
) -> int:
    """Import the calls of one member from a log, as one run; return it."""
    session = plan.session
    run_id, run_uuid, consent_id = _begin(session, opened, member_id)
    matcher = CallMatcher(session.database, opened.options, keep_unknown=plan.keep_unknown)
    same = SameCalls(session.database, member_id, opened.log.format)
    tally = Tally()
    writer = RunWriter(session, run_id, run_uuid, member_id, opened.options.time_zone, consent_id)
    try:
        for rows in steps.rows(opened, member_id):
            new = tally.sort_out(matcher, opened.own_rows(rows, member_id, tally))
            single, twins = same.split(new, rough=in_minutes(rows))
            tally.note_twins(len(twins), left_out=plan.skip_duplicates)
            tally.note_new(*writer.add(single if plan.skip_duplicates else new))
            if opened.is_first(member_id):
                tally.note_problems(rows, shared=opened.log.shared)
                period.note(rows)
        tally.note_new(*writer.flush())
        tally.numbers["corrected"] = writer.corrected
        _finish(session, opened, run_id, run_uuid, tally, writer)
    except BaseException:
        _remove(session, [run_id])
        raise
    total.add(tally)
    return run_id


def _begin(session: Session, opened: OpenedLog, member_id: int) -> tuple[int, bytes, int]:
    with session.database.write() as connection:
        consent = require_import(session, member_id)
        refuse_second_import(session, connection, member_id)
        run_id = import_runs.insert_run(
            connection,
            {
                "kind": "calls", "file_name": opened.path.name, "sha256": b"", "format": opened.log.format,
                "time_zone": opened.options.time_zone, "region": opened.options.region,
                "member_id": member_id, "started_by": session.member.id, "started_at": session.now(),
                "seat": session.held_lock.take_seat(),
            },
        )  # fmt: skip
        run = import_runs.get_run(connection, run_id)
    assert run is not None  # noqa: S101 - inserted above
    return run_id, run.uuid, consent.id


def _finish(  # noqa: PLR0917 - the parts of one run, passed on as they are
    session: Session, opened: OpenedLog, run_id: int, run_uuid: bytes, tally: Tally, writer: RunWriter
) -> None:
    with session.database.write() as connection:
        touched = writer.finish(connection)
        import_runs.set_digest(connection, run_id, opened.log.sha256)
        row = import_runs.finish_run(
            connection, run_id, tally.kept_counts(), tally.problems(), now=session.now(),
            in_legs=writer.in_legs,
        )  # fmt: skip
        legs, answers = leg_answers.pass_on(connection, run_id) if writer.in_legs else ([], [])
        log.append(
            connection, session.author, "import_calls", rows=[row], change_set_uuid=run_uuid,
            blocks=calls.touched_blocks(connection, [*touched, *legs]),
        )  # fmt: skip
        if answers:
            # Rows of other change sets: what they were before is not this run's to keep.
            log.append(connection, session.author, "import_calls", rows=answers)
    session.remember_head()


def _remove(session: Session, run_ids: Sequence[int]) -> None:
    """Take runs back that were cancelled or failed; without one nothing is written."""
    if not run_ids:
        return
    with session.database.write() as connection:
        for run_id in run_ids:
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


def changed_since(session: Session, run_id: int) -> int:
    """Return how many calls of an import were changed after it: an undo takes those changes along."""
    with session.reading("calls.view") as connection:
        return imported_calls.changed_since(connection, run_id)


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
