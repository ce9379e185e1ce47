"""Relations between contacts, as verbs of a user: both sides, dates, who introduced whom.

A relation is stated from one side ("employee of") and read from both. Its changes stand in the history of
both and raise neither record's own version: somebody who edits one of them meanwhile is not disturbed.
"""

from collections.abc import Callable
from dataclasses import replace

from crm_desktop.domain.contact_drafts import ContactDraft, problems, split_name, tidy
from crm_desktop.domain.contacts import Category, Contact, ContactKind
from crm_desktop.domain.errors import ConflictError, InvalidValueError, KnownError, RefusedError
from crm_desktop.domain.relations import (
    QuickEntry,
    Relation,
    RelationDraft,
    RelationKind,
    RelationRole,
    ends,
    is_allowed,
    overlap,
    rule_of,
    tidied,
)
from crm_desktop.domain.relations import problems as draft_problems
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import contact_list, relations
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.relations import Party, RelationLine

__all__ = [
    "Party",
    "QuickEntry",
    "RelationDraft",
    "RelationLine",
    "add_relation",
    "candidates",
    "edit_relation",
    "end_relation",
    "introduced_by",
    "relation_draft",
    "relation_problems",
    "relations_of",
    "remove_relation",
]

LONGEST_CHAIN = 50
_ROLE_ORDER = {role: place for place, role in enumerate(RelationRole)}


def relations_of(session: Session, contact_id: int) -> list[RelationLine]:
    """Return a contact's relations as he sees them: those that last first, by kind, then by name."""
    with session.reading("records.view") as connection:
        found = relations.of_contact(connection, contact_id)
    return sorted(found, key=lambda line: (line.ended_on is not None, _ROLE_ORDER[line.role]))


def introduced_by(session: Session, contact_id: int) -> tuple[Party, ...]:
    """Return who introduced a contact, who introduced that one, and so on to the root.

    Of several the earliest counts. A circle, which an undo may close, is gone round once; a chain ends
    at somebody in the trash.
    """
    seen, chain = {contact_id}, list[Party]()
    with session.reading("records.view") as connection:
        while len(chain) < LONGEST_CHAIN:
            last = chain[-1].id if chain else contact_id
            found = relations.first_other(connection, RelationKind.REFERRAL, last)
            if found is None or found.id in seen:
                break
            seen.add(found.id)
            chain.append(found)
    return tuple(chain)


def candidates(
    session: Session,
    text: str,
    *,
    without: int | None = None,
    kind: ContactKind | None = None,
    limit: int = 30,
) -> list[Party]:
    """Return at most ``limit`` contacts of both lists that a search finds, customers first.

    Without a text the first by name. ``without`` is left out, as is everybody not of ``kind``.
    """
    with session.reading("records.view") as connection:
        ids: list[int] = []
        for category in Category:
            ids += contact_list.first_page(connection, ContactQuery(category, text=text), 3 * limit)
        found = relations.parties(connection, ids)
    fitting = [found[i] for i in ids if i in found and i != without and kind in {None, found[i].kind}]
    return fitting[:limit]


def relation_problems(draft: RelationDraft) -> dict[str, KnownError]:
    """Return what is wrong with a draft, by field."""
    return draft_problems(tidied(draft))


def _checked(draft: RelationDraft) -> RelationDraft:
    kept = tidied(draft)
    for problem in draft_problems(kept).values():
        raise problem
    return kept


def add_relation(session: Session, contact_id: int, other: int | QuickEntry, draft: RelationDraft) -> int:
    """Relate a contact to another, or to somebody new, who is put into the address book with it.

    Returns the relation's id; one undo takes both back. Raises InvalidValueError for what cannot be
    kept, ``relation_to_itself``, ``relation_sides``, ``relation_already_there``, ``relation_circle``;
    RefusedError ``record_not_found``, ``record_in_trash``.
    """
    session.require("records.edit")
    checked = _checked(draft)
    with session.change("add_relation") as changes:
        own = writable(changes.connection, contact_id)
        other_id = _entered(changes, session, other) if isinstance(other, QuickEntry) else other
        partner = writable(changes.connection, other_id)
        return changes.insert(
            relations.TABLE, _values(changes.connection, own, partner, checked, relation_id=None)
        )


def _entered(changes: ChangeSet, session: Session, entry: QuickEntry) -> int:
    """Put somebody new into the address book, inside the same change."""
    checked = tidy(drafted(entry))
    for problem in problems(checked, session.organization.region).values():
        raise problem
    return write_contact(changes, session, None, checked)


def drafted(entry: QuickEntry) -> ContactDraft:
    """Return the draft of somebody new of whom only the name is known."""
    if entry.kind is ContactKind.COMPANY:
        return ContactDraft(category=entry.category, kind=entry.kind, company=entry.name)
    return replace(ContactDraft(category=entry.category), **split_name(entry.name))  # type: ignore[arg-type]  # names of its fields


def relation_draft(line: RelationLine) -> RelationDraft:
    """Return the draft that would save a relation unchanged."""
    return RelationDraft(line.role, line.position, line.started_on, line.ended_on, line.note)


def edit_relation(
    session: Session,
    relation_id: int,
    contact_id: int,
    draft: RelationDraft,
    *,
    version: int,
    base: RelationDraft | None = None,
) -> RowConflict[RelationDraft] | None:
    """Change a relation that was read at ``version``, stated from the side of ``contact_id``.

    Both sides stay who they are. With ``base``, what was read then, somebody else's save in between is
    brought together with this one; what has to be decided first is returned, and nothing is written.
    Without, it raises ConflictError("record_changed"). Raises as :func:`add_relation` too.
    """
    session.require("records.edit")
    checked = _checked(draft)
    with session.change("edit_relation") as changes:
        return _save(changes, relation_id, contact_id, lambda _read: checked, version=version, base=base)


def end_relation(
    session: Session,
    relation_id: int,
    ended_on: str | None,
    *,
    version: int,
    base: RelationDraft | None = None,
    contact_id: int | None = None,
) -> RowConflict[RelationDraft] | None:
    """Say on which day a relation ended (ISO 8601), or with None that it lasts.

    ``base`` is what was read from the side of ``contact_id``. Returns and raises as :func:`edit_relation`.
    """
    session.require("records.edit")
    with session.change("end_relation") as changes:
        return _save(
            changes, relation_id, contact_id, lambda read: replace(read, ended_on=ended_on),
            version=version, base=base,
        )  # fmt: skip


def _save(
    changes: ChangeSet,
    relation_id: int,
    contact_id: int | None,
    change: Callable[[RelationDraft], RelationDraft],
    *,
    version: int,
    base: RelationDraft | None,
) -> RowConflict[RelationDraft] | None:
    """Write ``change`` of what was read from one side, the first unless said, with what changed since."""
    connection = changes.connection
    relation = _relation(connection, relation_id, None if base is not None else version)
    own_id = relation.from_id if contact_id is None else contact_id
    if own_id not in {relation.from_id, relation.to_id}:
        raise RefusedError("record_not_found")
    line = next(line for line in relations.of_contact(connection, own_id) if line.id == relation_id)
    theirs = relation_draft(line)
    read = theirs if base is None else base
    found = bring_together(
        connection, ("relations", relations.TABLE, relation_id), read, theirs, _checked(change(read)),
        version=relation.version, label=line.other.name,
    )  # fmt: skip
    if isinstance(found, RowConflict):
        return found
    own, other = (writable(connection, side) for side in (own_id, line.other.id))
    values = _values(connection, own, other, _checked(found), relation_id=relation_id)
    if values["kind"] == relation.kind and values["from_id"] != relation.from_id:
        # Turned round, it is another relation: the history of both says what each was and is.
        changes.delete(relations.TABLE, relation_id)
        changes.insert(relations.TABLE, values)
    else:
        changes.update(relations.TABLE, relation_id, values)
    return None


def remove_relation(session: Session, relation_id: int, *, version: int) -> None:
    """Remove a relation that was read at ``version``, as one that never was.

    Raises RefusedError ``record_not_found``, ``record_in_trash`` (of either side), ConflictError
    ``record_changed``.
    """
    with session.change("remove_relation") as changes:
        _relation(changes.connection, relation_id, version)
        changes.delete(relations.TABLE, relation_id)


def _relation(connection: Connection, relation_id: int, version: int | None) -> Relation:
    relation = relations.get(connection, relation_id)
    if relation is None:
        raise RefusedError("record_not_found")
    for side in (relation.from_id, relation.to_id):
        writable(connection, side)
    if version is not None and relation.version != version:
        raise ConflictError("record_changed")
    return relation


def _values(
    connection: Connection, own: Contact, other: Contact, draft: RelationDraft, *, relation_id: int | None
) -> dict[str, object]:
    """Return the columns of a relation, or refuse it."""
    if own.id == other.id:
        raise InvalidValueError("relation_to_itself", field="other")
    if not is_allowed(draft.role, own.kind, other.kind):
        raise InvalidValueError("relation_sides", field="role")
    rule = rule_of(draft.role)
    from_id, to_id = ends(draft.role, own.id, other.id)
    _refuse_double(connection, rule.kind, from_id, to_id, draft, relation_id)
    before = None if relation_id is None else relations.get(connection, relation_id)
    stays = before is not None and (before.kind, before.from_id) == (rule.kind, from_id)
    # A relation that is turned round does not stand in its own way; one that stays closes nothing.
    if (
        rule.no_circle
        and not stays
        and relations.leads_to(connection, rule.kind, to_id, from_id, without=relation_id)
    ):
        raise InvalidValueError("relation_circle", field="role")
    return {
        "from_id": from_id, "to_id": to_id, "kind": rule.kind.value, "position": draft.position,
        "started_on": draft.started_on, "ended_on": draft.ended_on, "note": draft.note,
    }  # fmt: skip


def _refuse_double(  # noqa: PLR0917 - a relation's identity
    connection: Connection,
    kind: RelationKind,
    from_id: int,
    to_id: int,
    draft: RelationDraft,
    relation_id: int | None,
) -> None:
    """Refuse the same relation of the same two for days it is there for already."""
    span = draft.started_on, draft.ended_on
    for known in relations.between(connection, kind, from_id, to_id):
        if known.id != relation_id and overlap(span, (known.started_on, known.ended_on)):
            raise InvalidValueError("relation_already_there", field="role")
