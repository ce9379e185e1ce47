"""Reverting what anybody did to a contact, whenever it was; and an undo that others came between.

What is still as the change left it goes back; what was changed since is shown value by value and goes
back only where the person says so. Nothing is ever overwritten unasked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import filterfalse

from crm_desktop.domain.errors import ConflictError, RefusedError
from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.bank_boxes import prepared_for_undo
from crm_desktop.operations.bank_reverting import with_masked_lines
from crm_desktop.operations.large_changes import LARGE, change_many
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import change_sets, contacts, journal_rows, reverting
from crm_desktop.storage.calls import HANDED_OVER
from crm_desktop.storage.change_sets import NOT_UNDONE, RECORD_TABLES, UNDO
from crm_desktop.storage.database import Connection, integrity_as
from crm_desktop.storage.history import CALL_VERBS, OF_CALLS, HistoryChange
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.reverting import BANK, Item, State

__all__ = [
    "BANK",
    "HANDED_OVER",
    "HistoryChange",
    "Item",
    "RevertOutcome",
    "RevertPlan",
    "State",
    "plan_revert",
    "plan_undo",
    "revert",
    "revert_all",
]

VERB = "revert"


@dataclass(frozen=True, slots=True)
class RevertPlan:
    """What would go back of one change set; ``others``: how many more contacts it touched.

    ``contact_id`` is None where the whole change set is meant: a merge, or with ``is_undo`` an undo that met
    later changes. ``names`` are those of the contacts with clashes, by id, where it touched several.
    ``along`` goes back with others and is not told: former statuses with the status, and with all the rest
    whose calls became whose, to whoever may not see calls.
    """

    set_id: int
    verb: str
    contact_id: int | None
    items: tuple[Item, ...]
    others: int
    along: tuple[Item, ...] = field(default=(), repr=False)
    names: Mapping[int, str] = field(default_factory=dict, repr=False)
    is_undo: bool = False

    def split(self) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """Return the items told one by one, and those of contacts nobody changed since, which are summed up.

        Of one contact, and where nothing was changed since, all are told. What belongs to no contact is
        summed up only while it is as the change left it.
        """
        found = self.open_items
        if not self.clashes or len(_contacts_of(self.items)) < 2:
            return found, ()
        return tuple(filter(self._is_told, found)), tuple(filterfalse(self._is_told, found))

    def _is_told(self, item: Item) -> bool:
        return item.state is State.CLASH or item.change.contact_id in self.names

    @property
    def open_items(self) -> tuple[Item, ...]:
        """The items there is something to do about."""
        return tuple(item for item in self.items if item.state is not State.SETTLED)

    @property
    def clashes(self) -> tuple[Item, ...]:
        """The items that were changed since."""
        return tuple(item for item in self.items if item.state is State.CLASH)


@dataclass(frozen=True, slots=True)
class RevertOutcome:
    """How many contacts a whole change set was taken back on, and how many were changed since and kept."""

    reverted: int
    kept: int


def plan_revert(session: Session, set_id: int, contact_id: int) -> RevertPlan:
    """Return what of a change set can go back on one contact.

    Raises RefusedError ``record_not_found``, ``undo_expired`` where its old values are no longer kept,
    ``not_revertible`` for what is no change of a record, ``revert_added_record`` for the change that
    added the contact: the trash is for that; ConflictError ``nothing_left_to_revert``.
    """
    with session.reading("records.edit") as connection:
        # Half a merge would leave a record in two places: it goes back as a whole.
        whole = change_sets.get(connection, set_id) is not None and (
            change_sets.verb_of(connection, set_id) == "merge_contacts"
        )
        return _plan(session, connection, set_id, None if whole else contact_id)


def plan_undo(session: Session) -> RevertPlan:
    """Return what could still go back of my last change, after an undo met what was changed since.

    Raises RefusedError ``nothing_to_undo`` and what :func:`plan_revert` raises.
    """
    with session.reading("records.edit") as connection:
        found = change_sets.undoable(connection, session.session_uuid)
        if found is None:
            raise RefusedError("nothing_to_undo")
        return _plan(session, connection, found.id, None, is_undo=True)


def _plan(
    session: Session, connection: Connection, set_id: int, contact_id: int | None, *, is_undo: bool = False
) -> RevertPlan:
    found = change_sets.get(connection, set_id)
    if found is None:
        raise RefusedError("record_not_found")
    if found.verb in NOT_UNDONE:
        raise RefusedError("not_revertible")
    if contact_id is None:
        done = journal_rows.rows_of(connection, set_id)
    else:
        done = reverting.rows_for(connection, set_id, contact_id)
    root = change_sets.verb_of(connection, set_id)
    hidden = () if session.may("calls.view") else OF_CALLS
    silent = (*hidden, reverting.PAST_STATUS)
    told = [change for change in done if change.table not in silent]
    if hidden and (root in CALL_VERBS or (done and not told)):
        raise RefusedError("record_not_found")
    if not done or any(change.table not in RECORD_TABLES for change in done):
        raise RefusedError("not_revertible")
    if any(change.table == reverting.CONTACT and change.before is None for change in done):
        raise RefusedError("revert_added_record")
    items = with_masked_lines(session, connection, reverting.items_of(connection, told, contact_id))
    untold = [change for change in done if change.table in silent]
    along = tuple(reverting.items_of(connection, untold, contact_id))
    if all(item.state is State.SETTLED for item in items):
        raise ConflictError("nothing_left_to_revert")
    others = 0 if contact_id is None else reverting.others_touched(connection, set_id, contact_id, hidden)
    names = _names_of(connection, items) if contact_id is None else {}
    return RevertPlan(set_id, root, contact_id, items, others, along, names, is_undo)


def _contacts_of(items: Sequence[Item]) -> set[int]:
    return {item.change.contact_id for item in items if item.change.contact_id is not None}


def _names_of(connection: Connection, items: Sequence[Item]) -> dict[int, str]:
    """Return the names of the contacts whose values were changed since, where several were touched."""
    if len(_contacts_of(items)) < 2:
        return {}
    clashing = dict.fromkeys(item.change.contact_id for item in items if item.state is State.CLASH)
    found = [contacts.get_contact(connection, one) for one in clashing if one is not None]
    return {contact.id: contact.display_name for contact in found if contact is not None}


def revert(
    session: Session,
    plan: RevertPlan,
    chosen: Sequence[Item],
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Put the chosen values of a plan back, as one change that can be undone; very many in batches.

    Raises ConflictError ``record_changed`` when something was saved since the plan, ``undo_conflict``
    where the values cannot stand beside what is there; RefusedError ``record_in_trash``, ``record_merged``
    unless that is what goes back; Cancelled. Nothing is changed then.
    """
    verb = UNDO if plan.is_undo else VERB
    session.require_for(verb)
    if len(chosen) > LARGE:
        _revert_many(session, verb, plan, chosen, progress=progress, cancel=cancel)
        return
    with session.change(verb) as changes:
        session.require_for(plan.verb)
        connection = changes.connection
        along = _checked_along(session, connection, plan, chosen)
        _put_back(session, changes, [*chosen, *along])
        if plan.contact_id is None:
            changes.count_as_undo_of(plan.set_id)
        _reindex(connection, plan.set_id, chosen)


def _checked_along(
    session: Session, connection: Connection, plan: RevertPlan, chosen: Sequence[Item]
) -> list[Item]:
    """Return what goes back along with the chosen values; refuse what can no longer go back so."""
    if plan.contact_id is not None and not any("trashed_at" in item.columns for item in chosen):
        writable(connection, plan.contact_id)
    current = _plan(session, connection, plan.set_id, plan.contact_id, is_undo=plan.is_undo)
    now = {item.key: item.now for item in current.items}
    if any(now.get(item.key) != item.now for item in chosen):
        raise ConflictError("record_changed")
    return _along(current, chosen)


def _put_back(session: Session, changes: ChangeSet, items: Sequence[Item]) -> None:
    with integrity_as(ConflictError("undo_conflict")):
        prepared = partial(prepared_for_undo, session, changes.connection)
        reverting.put_back(changes, items, prepared=prepared)


@dataclass(frozen=True, slots=True)
class _Step:
    """What goes back in one transaction, or a contact found by a name that went back before."""

    items: tuple[Item, ...] = ()
    naming: int | None = None


def _revert_many(
    session: Session,
    verb: str,
    plan: RevertPlan,
    chosen: Sequence[Item],
    *,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> None:
    with session.database.read() as connection:
        along = _checked_along(session, connection, plan, chosen)
        naming = _naming(connection, plan.set_id, chosen)

    def write(changes: ChangeSet, steps: Sequence[_Step]) -> None:
        items = [item for step in steps for item in step.items]
        if not all(reverting.stands(changes.connection, item) for item in items):
            raise ConflictError("record_changed")
        _put_back(session, changes, items[::-1])
        found = [*_touched(items), *(step.naming for step in steps)]
        contacts.reindex_many(changes.connection, [one for one in found if one is not None])

    steps = [*_steps([*chosen, *along]), *(_Step(naming=contact_id) for contact_id in naming)]
    undoes = plan.set_id if plan.contact_id is None else None
    require = partial(session.require_for, plan.verb)
    change_many(session, verb, steps, write, undoes=undoes, require=require, progress=progress, cancel=cancel)


def _steps(items: Sequence[Item]) -> list[_Step]:
    """Return what is put back when: newest rows first, then each contact's own values together."""
    own: dict[int, list[Item]] = {}
    found: list[_Step] = []
    for item in reversed(items):
        if item.change.table == reverting.CONTACT and item.columns:
            own.setdefault(item.change.row_id, []).append(item)
        else:
            found.append(_Step((item,)))
    return [*found, *(_Step(tuple(values)) for values in own.values())]


def _along(plan: RevertPlan, chosen: Sequence[Item]) -> list[Item]:
    """Return what follows from the chosen values, where nobody changed it since."""
    whole = {item.key for item in plan.open_items} <= {item.key for item in chosen}
    with_status, back = (
        {item.change.contact_id for item in items if "status" in item.columns}
        for items in (plan.items, chosen)
    )
    return [
        item
        for item in plan.along
        if item.state is State.FREE
        and (
            item.change.contact_id in back
            if item.change.table == reverting.PAST_STATUS and item.change.contact_id in with_status
            else whole
        )
    ]


def _reindex(connection: Connection, set_id: int, chosen: Sequence[Item]) -> None:
    found = (*_touched(chosen), *_naming(connection, set_id, chosen))
    contacts.reindex_many(connection, [one for one in found if one is not None])


def _touched(items: Sequence[Item]) -> list[int | None]:
    return [one for item in items for one in (item.change.contact_id, item.change.other_contact_id)]


def _naming(connection: Connection, set_id: int, chosen: Sequence[Item]) -> Sequence[int]:
    """Return whom a change set names anew; only where a tag, product or own field goes back: it reads all."""
    naming = any(item.change.table in change_sets.NAMING for item in chosen)
    return change_sets.contacts_naming(connection, set_id) if naming else ()


def revert_all(
    session: Session,
    set_uuid: bytes,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> RevertOutcome:
    """Take a whole change set back, an import or a change of many, whenever it was done.

    A contact that was changed since keeps everything and is counted; the others are as they were before.
    Raises RefusedError ``record_not_found``, ``undo_expired``, ``already_undone``; Cancelled.
    """
    session.require_for(VERB)
    with session.database.read() as connection:
        found = change_sets.by_uuid(connection, set_uuid)
        if found is None:
            raise RefusedError("record_not_found")
        if change_sets.is_undone(connection, found.id):
            raise RefusedError("already_undone")
        root = change_sets.verb_of(connection, found.id)
        parts = _by_contact(connection, found.id)
        kept = reverting.changed_since(connection, found.id, [owner for owner, _ids in parts if owner])
    free = [ids for owner, ids in parts if owner not in kept]
    done = partial(_take_back, session, found.id)
    require = partial(session.require_for, root)
    if sum(map(len, free)) > LARGE:
        undoes = None if kept else found.id
        change_many(
            session, VERB, free, done, undoes=undoes, require=require, progress=progress, cancel=cancel
        )
    elif free:
        with session.change(VERB) as changes:
            require()
            done(changes, free)
            if not kept:
                changes.count_as_undo_of(found.id)
    return RevertOutcome(sum(owner is not None and owner not in kept for owner, _ids in parts), len(kept))


def _by_contact(connection: Connection, set_id: int) -> list[tuple[int | None, list[int]]]:
    """Return the rows of a change set by contact, what belongs to none (new tags, products) last."""
    found: dict[int | None, list[int]] = {}
    for row_id, contact_id in change_sets.row_owners(connection, set_id):
        found.setdefault(contact_id, []).append(row_id)
    shared = found.pop(None, [])
    return [*found.items(), *([(None, shared)] if shared else [])]


def _take_back(session: Session, set_id: int, changes: ChangeSet, parts: Sequence[list[int]]) -> None:
    connection = changes.connection
    for ids in parts:
        done = journal_rows.rows_by_id(connection, ids)
        items = reverting.items_of(connection, done, None)
        free = [item for item in items if item.state is State.FREE]
        _put_back(session, changes, free)
        _reindex(connection, set_id, free)
