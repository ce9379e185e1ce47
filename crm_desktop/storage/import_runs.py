"""Import runs: their state, counts and problems, and the removal of one that was interrupted."""

from collections.abc import Sequence

from crm_desktop.domain.imports import ImportProblem, ImportRun, ImportState
from crm_desktop.storage import call_legs, call_rollups, call_traces, calls, log, rows
from crm_desktop.storage.database import Connection
from crm_desktop.storage.digests import row_digest
from crm_desktop.storage.identifiers import new_salt, new_uuid
from crm_desktop.storage.log import Author, LoggedRow

CALLS, CONTACTS = "calls", "contacts"


def insert_run(connection: Connection, values: dict[str, object]) -> int:
    """Insert a run in state ``running``; return its id."""
    zero = dict.fromkeys(("created", "already_there", "unknown_numbers", "rejected", "skipped"), 0)
    fixed = {"uuid": new_uuid(), "version": 1, "salt": new_salt(), "state": ImportState.RUNNING.value}
    return rows.insert_row(connection, "import_run", {**fixed, **zero, **values})


def finish_run(
    connection: Connection,
    run_id: int,
    counts: dict[str, int],
    problems: Sequence[tuple[int, str]],
    *,
    now: int,
    rolled_up: bool = True,
    in_legs: bool = False,
) -> LoggedRow:
    """Set a run to ``done`` with its counts and problems; return its line for the log.

    Not ``rolled_up``: the caller makes the roll-ups of calls anew at the end. ``in_legs``: among its calls
    are rows that may be legs of calls that are there.
    """
    values: dict[str, object] = {**counts, "state": ImportState.DONE.value, "seat": None, "finished_at": now}
    rows.update_row(connection, "import_run", run_id, {**values, "version": 2, "salt": new_salt()})
    if rolled_up:
        # Calls count from now on: until here the run could be cancelled, or its program killed.
        call_rollups.entering(connection, "k.import_run_id = ?", (run_id,))
    if in_legs:
        call_legs.join_run(connection, run_id)
    connection.executemany(
        "INSERT INTO import_problem (import_run_id, line, reason) VALUES (?,?,?)",
        [(run_id, line, reason) for line, reason in problems],
    )
    row = rows.full_row(connection, "import_run", run_id)
    assert row is not None  # noqa: S101 - updated above
    run_uuid = row["uuid"]
    assert isinstance(run_uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    return LoggedRow("import_run", run_uuid, 2, row_digest("import_run", row))


def get_run(connection: Connection, run_id: int) -> ImportRun | None:
    """Return one run."""
    return rows.fetch_one(connection, ImportRun, "WHERE id = ?", (run_id,))


def runs_of_member(connection: Connection, member_id: int) -> list[ImportRun]:
    """Return the imports of a member's phone and those he made, the newest first."""
    return rows.fetch(
        connection,
        ImportRun,
        "WHERE member_id = ? OR started_by = ? ORDER BY id DESC",
        (member_id, member_id),
    )


def insert_contacts_run(
    connection: Connection, values: dict[str, object], problems: Sequence[tuple[int, str]]
) -> tuple[int, LoggedRow]:
    """Insert a finished run of contacts with its problems; return its id and its line for the log."""
    zero = dict.fromkeys(("created", "already_there", "unknown_numbers", "rejected", "skipped"), 0)
    fixed = {"uuid": new_uuid(), "version": 1, "salt": new_salt(), "kind": CONTACTS}
    fixed["state"] = ImportState.DONE.value
    run_id = rows.insert_row(connection, "import_run", {**fixed, **zero, **values})
    connection.executemany(
        "INSERT INTO import_problem (import_run_id, line, reason) VALUES (?,?,?)",
        [(run_id, line, reason) for line, reason in problems],
    )
    row = rows.full_row(connection, "import_run", run_id)
    assert row is not None  # noqa: S101 - inserted above
    run_uuid = row["uuid"]
    assert isinstance(run_uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    return run_id, LoggedRow("import_run", run_uuid, 1, row_digest("import_run", row))


def list_runs(connection: Connection, kind: str = CALLS) -> list[ImportRun]:
    """Return all finished runs of calls or of contacts, newest first."""
    return rows.fetch(connection, ImportRun, "WHERE state = 'done' AND kind = ? ORDER BY id DESC", (kind,))


def has_other_source(connection: Connection, member_id: int, log_format: str) -> bool:
    """Return whether a member has calls by hand, or of logs of other formats."""
    row = connection.execute(
        "SELECT 1 FROM import_run WHERE member_id = ? AND kind = ? AND format <> ?"
        " UNION ALL SELECT 1 FROM call WHERE member_id = ? AND import_run_id IS NULL LIMIT 1",
        (member_id, CALLS, log_format, member_id),
    ).fetchone()
    return row is not None


def problems_of(connection: Connection, run_id: int) -> list[ImportProblem]:
    """Return the lines of a run that were not read, with their reasons."""
    return rows.fetch(connection, ImportProblem, "WHERE import_run_id = ? ORDER BY line, id", (run_id,))


def running(connection: Connection) -> list[ImportRun]:
    """Return the runs that are being written, or were when their program was killed."""
    return rows.fetch(connection, ImportRun, "WHERE state = 'running' ORDER BY id")


def give_up_seat(connection: Connection, run_id: int) -> None:
    """Note that no program writes a running import any more: its seat may be taken by another meanwhile."""
    connection.execute(
        "UPDATE import_run SET seat = NULL WHERE id = ? AND state = 'running' AND seat IS NOT NULL", (run_id,)
    )


def remove_run(connection: Connection, author: Author, run_id: int, verb: str) -> int:
    """Delete a run and every call it created, with one entry in the log; return how many calls."""
    row = rows.full_row(connection, "import_run", run_id)
    if row is None:
        return 0
    removed = calls.delete_run(connection, run_id)
    rows.delete_row(connection, "import_run", run_id)
    run_uuid = row["uuid"]
    assert isinstance(run_uuid, bytes)  # noqa: S101 - NOT NULL in the schema
    gone = LoggedRow("import_run", run_uuid, int(str(row["version"])) + 1, None)
    log.append(connection, author, verb, rows=[gone], blocks=calls.touched_blocks(connection, removed))
    return len(removed)


def remove_runs_of_member(connection: Connection, author: Author, member_id: int, verb: str) -> int:
    """Delete a member's runs, unfinished ones too, and every call they created; return how many calls.

    Names of files and lines that were not read go with them, and what says whose the calls were; calls
    entered by hand stay.
    """
    condition = "WHERE member_id = ? AND kind = 'calls' ORDER BY id"
    runs = rows.fetch(connection, ImportRun, condition, (member_id,))
    return remove_runs(connection, author, runs, verb, member_id=member_id)


def remove_runs(
    connection: Connection, author: Author, runs: Sequence[ImportRun], verb: str, *, member_id: int
) -> int:
    """Delete a member's runs with every call they created and every trace of calls that are gone.

    Returns how many calls. An import that was undone before left such traces: they go even without a run,
    and so do the numbers of strangers the member said to leave alone. Notes and follow-ups forget which call
    they came from, unless the author may not change what others typed.
    """
    removed = [call_id for run in runs for call_id in calls.delete_run(connection, run.id)]
    for run in runs:
        rows.delete_row(connection, "import_run", run.id)
    gone = [LoggedRow("import_run", run.uuid, run.version + 1, None) for run in runs]
    gone += call_traces.forget_removed_calls(connection)
    if author.edits:
        gone += call_traces.forget_links(connection)
    gone += call_traces.forget_ignored_numbers(connection, member_id)
    if gone:
        log.append(connection, author, verb, rows=gone, blocks=calls.touched_blocks(connection, removed))
    return len(removed)


def set_digest(connection: Connection, run_id: int, sha256: bytes) -> None:
    """Record the SHA-256 of the file's bytes, known once it was read to its end."""
    connection.execute("UPDATE import_run SET sha256 = ? WHERE id = ?", (sha256, run_id))
