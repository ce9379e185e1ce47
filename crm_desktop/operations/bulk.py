"""Changing many records at once: what would become of them, and the change itself as one change set.

A preview counts and keeps which record it saw in which version, some bytes each. The change writes those
and nothing else: a record somebody changed in between is left as it is and told.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from crm_desktop.domain.bulk import (
    BULK_FIELDS,
    EXAMPLES,
    RESTORE,
    TRASH,
    BulkChange,
    BulkField,
    BulkKind,
    change_problem,
    own_bulk_field,
    tidy_change,
)
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations import contacts
from crm_desktop.operations.bulk_plans import CHUNK, Plan, Wish, plans
from crm_desktop.operations.bulk_writing import write_plans
from crm_desktop.operations.contact_writing import today
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.large_changes import change_many
from crm_desktop.operations.session import Session
from crm_desktop.storage import custom_fields, organization
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "BulkChange",
    "BulkExample",
    "BulkField",
    "BulkPreview",
    "BulkRefusal",
    "BulkResult",
    "bulk_fields",
    "bulk_problem",
    "change_in_bulk",
    "preview_bulk",
]

VERB = "change_in_bulk"
AT_ONCE = 100
"""So many are one transaction; more are written in batches with progress and *Cancel*."""
_NAMED = 3
_VERBS = {TRASH: "trash", RESTORE: "restore_from_trash"}


@dataclass(frozen=True, slots=True)
class BulkExample:
    """A record that will change; ``before`` and ``after`` are stored values, tags one a line."""

    contact_id: int
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BulkRefusal:
    """Why so many records stay as they are; ``names`` are the first of them."""

    error: KnownError
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What a change would do.

    ``targets``: id and version of each record that will change, packed into 8 bytes, in the order of the
    file, in which neighbours share the pages that each transaction has to write.
    """

    change: BulkChange
    will_change: int
    unchanged: int
    refusals: tuple[BulkRefusal, ...]
    examples: tuple[BulkExample, ...]
    targets: "array[int]" = field(repr=False)

    @property
    def refused(self) -> int:
        """How many cannot have what is wished."""
        return sum(refusal.count for refusal in self.refusals)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many were changed, and how many were left because somebody changed them since the preview."""

    changed: int
    left: int
    left_names: tuple[str, ...]


def bulk_fields(session: Session, category: Category, *, trashed: bool = False) -> list[BulkField]:
    """Return what records of a list can be given at once; of those in the trash, that they come back."""
    if trashed:
        return [known for known in BULK_FIELDS if known.key == RESTORE]
    with session.reading("records.view") as connection:
        own = [own_bulk_field(known) for known in custom_fields.list_fields(connection)]
    return [known for known in (*BULK_FIELDS, *own) if known.is_for(category) and known.key != RESTORE]


def bulk_problem(session: Session, change: BulkChange) -> KnownError | None:
    """Return why a change cannot be asked for, as it is typed."""
    try:
        with session.reading("records.view") as connection:
            _wish(session, connection, change)
    except InvalidValueError as problem:
        return problem
    return None


def preview_bulk(
    session: Session,
    records: ContactQuery | Sequence[int],
    change: BulkChange,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> BulkPreview:
    """Return what ``change`` would do to a list, or to the records with these ids; writes nothing.

    Raises InvalidValueError for a value its field refuses, RefusedError("right_missing"), Cancelled.
    """
    _require(session, change)
    ids = contacts.contact_ids(session, records) if isinstance(records, ContactQuery) else records
    found = _Found()
    with session.reading("records.view") as connection:
        wish = _wish(session, connection, change)
        for start in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            for plan in plans(connection, wish, ids[start : start + CHUNK]):
                found.take(plan)
            if progress is not None:
                progress(Progress(min(start + CHUNK, len(ids)), len(ids)))
    return found.preview(wish.change)


class _Found:
    """Counts what plans say."""

    def __init__(self) -> None:
        self._unchanged = 0
        self._refusals: dict[str, BulkRefusal] = {}
        self._examples: list[BulkExample] = []
        self._targets = array("Q")

    def take(self, plan: Plan) -> None:
        """Count one record."""
        if plan.refusal is not None:
            known = self._refusals.get(plan.refusal.code, BulkRefusal(plan.refusal, 0, ()))
            names = (*known.names, plan.name)[:_NAMED] if plan.name else known.names
            self._refusals[plan.refusal.code] = BulkRefusal(known.error, known.count + 1, names)
        elif not plan.will_change:
            self._unchanged += 1
        else:
            self._targets.append(plan.contact_id << 32 | plan.version)
            if len(self._examples) < EXAMPLES:
                self._examples.append(BulkExample(plan.contact_id, plan.name, plan.before, plan.after))

    def preview(self, change: BulkChange) -> BulkPreview:
        """Return the counts; a record named twice counts once."""
        targets = array("Q", sorted(set(self._targets)))
        return BulkPreview(
            change,
            len(targets),
            self._unchanged,
            tuple(self._refusals.values()),
            tuple(self._examples),
            targets,
        )


def change_in_bulk(
    session: Session,
    preview: BulkPreview,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> BulkResult:
    """Change the records a preview showed, as one change set that one *Undo* takes back.

    A record that is another by now is left alone and counted. Raises as :func:`preview_bulk`, and Cancelled,
    after which nothing is changed.
    """
    _require(session, preview.change)
    if preview.change.field in _VERBS:
        return _move(session, preview, progress, cancel)
    writing = _Writing(session, preview.change)
    targets = preview.targets
    if len(targets) > AT_ONCE:
        change_many(
            session, VERB, targets, writing.write, require=partial(session.require, "records.bulk"),
            progress=progress, cancel=cancel,
        )  # fmt: skip
    else:
        with session.change(VERB) as changes:
            writing.write(changes, targets)
    return writing.result()


class _Writing:
    """Writes the records of a preview, some at a time, and counts."""

    def __init__(self, session: Session, change: BulkChange) -> None:
        self._session = session
        self._change = change
        self._changed = 0
        self._left: list[str] = []

    def write(self, changes: ChangeSet, targets: Sequence[int]) -> None:
        """Write those of ``targets`` that are still the ones the preview saw."""
        wish = replace(_wish(self._session, changes.connection, self._change), checked=True)
        versions = {target >> 32: target & 0xFFFFFFFF for target in targets}
        fit: list[Plan] = []
        for plan in plans(changes.connection, wish, list(versions)):
            if plan.will_change and plan.version == versions[plan.contact_id]:
                fit.append(plan)
            else:
                self._left.append(plan.name)
        write_plans(changes, self._session, wish, fit)
        self._changed += len(fit)

    def result(self) -> BulkResult:
        """Return the counts."""
        names = tuple(name for name in self._left if name)[:_NAMED]
        return BulkResult(self._changed, len(self._left), names)


def _move(
    session: Session,
    preview: BulkPreview,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> BulkResult:
    """Trash or restore with the verbs of the list: what is there already is passed over by them."""
    move: Callable[..., int] = (
        contacts.trash if preview.change.field == TRASH else contacts.restore_from_trash
    )
    ids = [target >> 32 for target in preview.targets]
    moved = move(session, ids, progress=progress, cancel=cancel)
    return BulkResult(moved, len(ids) - moved, ())


def _require(session: Session, change: BulkChange) -> None:
    session.require("records.bulk")
    session.require_for(_VERBS.get(change.field, VERB))


def _wish(session: Session, connection: Connection, change: BulkChange) -> Wish:
    """Return the change as it can be planned; raises InvalidValueError for what it cannot be."""
    known = _field(connection, change.field)
    tidied = tidy_change(change, known)
    problem = change_problem(tidied, known)
    if problem is None and known.kind is BulkKind.OWNER and tidied.value:
        members = {str(member.id) for member in organization.list_members(connection)}
        if tidied.value not in members:
            problem = InvalidValueError("value_not_in_list", field=known.key, value=tidied.value)
    if problem is not None:
        raise problem
    if known.has_day and not tidied.day:
        day = today(session.now(), session.organization.time_zone)
        tidied = BulkChange(tidied.field, tidied.value, tidied.names, day)
    return Wish(tidied, known, session.organization.region)


def _field(connection: Connection, key: str) -> BulkField:
    known = next((known for known in BULK_FIELDS if known.key == key), None)
    if known is None:
        own = (own_bulk_field(known) for known in custom_fields.list_fields(connection))
        known = next((known for known in own if known.key == key), None)
    if known is None:
        raise RefusedError("bulk_field_gone")
    return known
