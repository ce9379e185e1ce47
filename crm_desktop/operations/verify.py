"""Verify a file: pages, references, search index, schema, the log's chain and the rows against it."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.session import Session
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.storage import checks
from crm_desktop.storage.checks import Finding
from crm_desktop.storage.log import LogEntry


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check, in words."""

    name: str
    ok: bool
    detail: str


_GOOD = {
    "pages": "Every page is intact.",
    "foreign_keys": "Nothing refers to a record that is gone.",
    "schema_version": "The file has this program's schema.",
    "search_index": "The search index holds exactly the records and their words.",
    "log_chain": "The log is complete and every entry is signed by its user.",
    "rows_against_log": "Every customer, entry, product, consent and call is as the log has it.",
}
_BAD = {
    "pages": "Damaged pages: {}",
    "foreign_keys": "References to records that are gone: {}",
    "schema_version": "The schema is another program version's: {}",
    "search_index": "The search index differs from the records: {}",
    "log_chain": "The log was changed outside the program: {}",
    "rows_against_log": "Records were changed outside the program: {}",
}


def verify(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> list[Check]:
    """Run all checks; every role may. Raises Cancelled.

    A failed check is a line in the answer, not an error: the others still run.
    """
    database = session.database
    steps: tuple[Callable[[], Finding], ...] = (
        lambda: checks.page_check(database),
        lambda: checks.foreign_key_check(database),
        lambda: checks.version_check(database),
        lambda: checks.search_check(database),
        lambda: checks.log_chain_check(database, _judge(session)),
        lambda: checks.row_check(database),
    )
    found: list[Check] = []
    for number, step in enumerate(steps):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(Progress(number, len(steps)))
        finding = step()
        text = _GOOD[finding.name] if finding.ok else _BAD[finding.name].format(finding.detail)
        found.append(Check(finding.name, finding.ok, text))
    return found


def _judge(session: Session) -> Callable[[LogEntry], str | None]:
    """Return what says whether an entry's signer signed it, and had its verb's right in the roster then."""
    roster = session.ring.roster

    def problem(entry: LogEntry) -> str | None:
        user = roster.user_at(entry.user_uuid, entry.sequence)
        if user is None or not user.has_signed(entry.hash, entry.signature):
            return "signature"
        if entry.verb not in RIGHTS_FOR:
            return "verb"
        rights = RIGHTS_FOR[entry.verb]
        return "right" if rights and user.rights.isdisjoint(rights) else None

    return problem
