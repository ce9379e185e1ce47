"""Verify a file: pages, references, search index, schema, attached files, the log's chain, rows against it.

The log is verified from its beginning, or from the entry this computer verified last.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.environment import keep_private
from crm_desktop.operations.log_judging import LogJudge
from crm_desktop.operations.log_problems import sentence
from crm_desktop.operations.session import Session
from crm_desktop.storage import checks, log
from crm_desktop.storage.checks import SHOWN, Finding
from crm_desktop.storage.log import LogHead
from crm_desktop.storage.problems import Problem

__all__ = ["Check", "Problem", "last_verified", "verify", "verify_log", "verify_new"]


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check, in words; ``problems`` are the facts of a check of the log.

    ``more``: there are more problems than are named.
    """

    name: str
    ok: bool
    detail: str
    problems: tuple[Problem, ...] = ()
    more: bool = False


_GOOD = {
    "pages": "Every page is intact.",
    "foreign_keys": "Nothing refers to a record that is gone.",
    "schema_version": "The file has this program's schema.",
    "search_index": "The search index holds exactly the records and their words.",
    "call_figures": "The figures of calls are what counting the calls gives.",
    "attachments": "Every file and photo is what was added.",
    "log_chain": "The log is complete and every entry is signed by its user.",
    "rows_against_log": "Every customer, entry, product, consent and call is as the log has it.",
}
_BAD = {
    "pages": "Damaged pages: {}",
    "foreign_keys": "References to records that are gone: {}",
    "schema_version": "The schema is not the one this program makes: {}",
    "search_index": "The search index differs from the records: {}",
    "call_figures": "The figures of calls differ from the calls: {}",
    "attachments": "Files are not what was added: {}",
    "log_chain": "The log was changed outside the program: {}",
    "rows_against_log": "Records were changed outside the program: {}",
}
# What a check says that met a page it needs and could not read.
_UNREADABLE = {
    "file_damaged": "This could not be checked: pages it needs are damaged.",
    "disk_error": "This could not be checked: the disk reported an error.",
}


MORE = "There are more."
_Step = Callable[[], Finding]


def verify(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> list[Check]:
    """Run all checks on the whole file; every role may. Raises Cancelled.

    A failed check is a line in the answer, not an error: the others still run.
    """
    database = session.database
    steps: tuple[_Step, ...] = (
        lambda: checks.page_check(database),
        lambda: checks.foreign_key_check(database),
        lambda: checks.version_check(database),
        lambda: checks.search_check(database),
        lambda: checks.rollup_check(database),
        lambda: checks.attachment_check(database, pause=_pause(cancel)),
    )
    found = _run(session, (*steps, *_log_steps(session, None, cancel)), progress, cancel)
    return [
        replace(check, detail=" ".join([check.detail, *_rescues(session)]))
        if check.ok and check.name == "log_chain"
        else check
        for check in found
    ]


def _rescues(session: Session) -> list[str]:
    """Return what rescues of this file said they lost: since then everything is whole, but not all there."""
    with session.database.read() as connection:
        rescues = log.rescues(connection)
    return [_rescue_words(at, counts) for at, counts in rescues]


def _rescue_words(at: int, counts: dict[str, object]) -> str:
    day = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    lost = counts.get("lost")
    if not isinstance(lost, dict):
        return f"The file was rescued from a damaged one on {day}."
    return (
        f"The file was rescued from a damaged one on {day}: {sum(map(int, lost.values())):,} rows and "
        f"{counts.get('entries_lost', 0)} entries of the log were lost then."
    )


def verify_log(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> list[Check]:
    """Verify the whole log and every row against it. Raises Cancelled."""
    return _run(session, _log_steps(session, None, cancel), progress, cancel)


def verify_new(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> list[Check]:
    """Verify the log behind the entry this computer verified last, and the rows it names. Raises Cancelled.

    Where this computer has verified nothing yet, or the file went back to an older state by a signed
    restore, it is the whole log.
    """
    return _run(session, _log_steps(session, last_verified(session), cancel), progress, cancel)


def _log_steps(session: Session, since: LogHead | None, cancel: CancelToken | None) -> tuple[_Step, ...]:
    database, judge, pause = session.database, LogJudge(session), _pause(cancel)
    return (
        lambda: checks.log_chain_check(database, judge.problems, since=since, pause=pause),
        lambda: checks.row_check(database, since=since, pause=pause),
    )


def _pause(cancel: CancelToken | None) -> Callable[[], None]:
    def pause() -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        time.sleep(0)  # hand the interpreter to the window

    return pause


def _run(
    session: Session,
    steps: tuple[_Step, ...],
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> list[Check]:
    # What is written meanwhile is verified the next time.
    with session.database.read() as connection:
        head = log.head(connection)
    found: list[Check] = []
    for number, step in enumerate(steps):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(Progress(number, len(steps)))
        found.append(_check(step()))
    if progress is not None:
        progress(Progress(len(steps), len(steps)))
    if all(check.ok for check in found):
        _remember(session, head)
    return found


def _check(finding: Finding) -> Check:
    if finding.ok:
        return Check(finding.name, ok=True, detail=_GOOD[finding.name])
    if finding.detail in _UNREADABLE and not finding.problems:
        return Check(finding.name, ok=False, detail=_UNREADABLE[finding.detail])
    shown, more = finding.problems[:SHOWN], len(finding.problems) > SHOWN
    sentences = [sentence(problem) for problem in shown] + [MORE] * more
    text = " ".join([finding.detail, *sentences] if finding.detail else sentences)
    return Check(finding.name, False, _BAD[finding.name].format(text), shown, more)  # noqa: FBT003


def _verified_note(session: Session) -> Path:
    return session.environment.data_folder / "verified" / f"{session.ring.file_id.hex()}.json"


def last_verified(session: Session) -> LogHead | None:
    """Return the newest entry this computer verified with nothing wrong, None where it must begin anew.

    A note that cannot be read costs time and nothing else. Of an earlier epoch nothing counts: a restore
    may have gone back behind it.
    """
    try:
        note = json.loads(_verified_note(session).read_text(encoding="ascii"))
        found = LogHead(int(note["epoch"]), int(note["sequence"]), bytes.fromhex(note["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    with session.database.read() as connection:
        return found if log.head(connection).epoch == found.epoch else None


def _remember(session: Session, head: LogHead) -> None:
    note = {"epoch": head.epoch, "sequence": head.sequence, "hash": head.hash.hex()}
    try:
        keep_private(_verified_note(session), json.dumps(note).encode("ascii"))
    except OSError:
        # What was found counts; the next time begins where this one did.
        return
