"""Saved filters: a list's conditions, words and order under a name; private, or shared by right.

Somebody without a right that a shared filter's conditions need does not have that filter: shown without its
conditions it would be another list under the same name.
"""

from dataclasses import dataclass

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import own_field_of
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.filter_checks import check_definition, from_text
from crm_desktop.domain.filters import (
    Condition,
    Definition,
    Operator,
    OwnFields,
    SavedFilter,
    rights_of_conditions,
    tidy_name,
    to_text,
)
from crm_desktop.domain.folding import fold
from crm_desktop.operations.list_queries import allowed, filter_fields
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list, saved_filters
from crm_desktop.storage.contact_list import SORTS, ContactQuery
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

__all__ = [
    "Condition",
    "Definition",
    "NamedFilter",
    "Operator",
    "add_filter",
    "change_filter",
    "filter_counts",
    "move_filter",
    "query_of",
    "remove_filter",
    "rename_filter",
    "saved",
    "share_filter",
]


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A saved filter as its user sees it; ``may_change``: it is his own, or shared and he may share."""

    id: int
    version: int
    category: Category
    name: str
    shared: bool
    may_change: bool
    definition: Definition


def saved(session: Session, category: Category) -> list[NamedFilter]:
    """Return the filters of a list: own ones first, then shared ones; what nobody understands is left out.

    A definition a newer version wrote stays in the file and is there again for that version.
    """
    with session.reading("records.view") as connection:
        found = saved_filters.of_member(connection, session.member.id, category)
    own = filter_fields(session, category)
    named = (_named(session, known, own) for known in found)
    return [known for known in named if known is not None]


def _named(session: Session, known: SavedFilter, own: OwnFields) -> NamedFilter | None:
    try:
        definition = from_text(known.definition, known.category, own)
    except InvalidValueError:
        return None
    if not all(map(session.may, rights_of_conditions(definition.conditions))):
        return None
    right = "filters.share" if known.shared else "filters.own"
    return NamedFilter(
        known.id, known.version, known.category, known.name, known.shared, session.may(right), definition
    )


def query_of(category: Category, definition: Definition) -> ContactQuery:
    """Return the list a definition asks for; an order this version does not know is the one by name.

    So is the order by an own field that was removed.
    """
    known = definition.sort in SORTS or own_field_of(definition.sort) is not None
    return ContactQuery(
        category,
        text=definition.text,
        conditions=definition.conditions,
        sort=definition.sort if known else "name",
        ascending=definition.ascending if known else True,
    )


def filter_counts(session: Session, category: Category) -> dict[int, int]:
    """Return how many contacts each filter of :func:`saved` holds now, by its id."""
    named = saved(session, category)
    with session.reading("records.view") as connection:
        return {
            known.id: contact_list.count(connection, allowed(session, query_of(category, known.definition)))
            for known in named
        }


def add_filter(
    session: Session, category: Category, name: str, definition: Definition, *, shared: bool = False
) -> int:
    """Keep a view under a name and return its id.

    Raises InvalidValueError ``value_required``, ``value_too_long``, ``filter_there`` (a name there already)
    and what ``check_definition`` raises; RefusedError("right_missing").
    """
    kept = tidy_name(name)
    _check(session, category, definition)
    with session.change("share_filter" if shared else "add_filter") as changes:
        return changes.insert(
            saved_filters.TABLE,
            {
                "member_id": session.member.id,
                "category": category.value,
                "name": kept,
                "shared": shared,
                "position": _free_place(changes, session, category, kept),
                "definition": to_text(definition),
            },
        )


def _check(session: Session, category: Category, definition: Definition) -> None:
    check_definition(definition, category, filter_fields(session, category))
    for right in sorted(rights_of_conditions(definition.conditions)):
        session.require(right)


def _free_place(changes: ChangeSet, session: Session, category: Category, name: str, *, but: int = 0) -> int:
    """Return the place behind the last one; raises InvalidValueError("filter_there") for a used name."""
    others = saved_filters.of_member(changes.connection, session.member.id, category)
    if any(fold(known.name) == fold(name) and known.id != but for known in others):
        raise InvalidValueError("filter_there", field="name", value=name)
    return max((known.position for known in others), default=-1) + 1


def rename_filter(session: Session, filter_id: int, name: str, *, version: int) -> None:
    """Give a filter read at ``version`` another name.

    Raises as :func:`add_filter`, RefusedError("record_not_found"), ConflictError("record_changed").
    """
    kept = tidy_name(name)
    known = _own(session, filter_id)
    with session.change(_verb(known, "edit_filter", "edit_shared_filter")) as changes:
        _still(changes.connection, known)
        _free_place(changes, session, known.category, kept, but=filter_id)
        changes.update(saved_filters.TABLE, filter_id, {"name": kept}, expected_version=version)


def change_filter(session: Session, filter_id: int, definition: Definition, *, version: int) -> None:
    """Let a filter read at ``version`` keep another view; errors as :func:`rename_filter`."""
    known = _own(session, filter_id)
    _check(session, known.category, definition)
    with session.change(_verb(known, "edit_filter", "edit_shared_filter")) as changes:
        _still(changes.connection, known)
        values: dict[str, object] = {"definition": to_text(definition)}
        changes.update(saved_filters.TABLE, filter_id, values, expected_version=version)


def share_filter(session: Session, filter_id: int, *, shared: bool, version: int) -> None:
    """Share an own filter with everybody, or make a shared one private to who made it; errors as above.

    A colleague may have shared one of the same name since: then nobody could tell the two apart.
    """
    known = _own(session, filter_id)
    with session.change("share_filter") as changes:
        _still(changes.connection, known)
        if shared:
            _free_place(changes, session, known.category, known.name, but=filter_id)
        changes.update(saved_filters.TABLE, filter_id, {"shared": shared}, expected_version=version)


def remove_filter(session: Session, filter_id: int) -> None:
    """Remove a filter; undo brings it back. Errors as :func:`rename_filter`."""
    known = _own(session, filter_id)
    with session.change(_verb(known, "remove_filter", "remove_shared_filter")) as changes:
        _still(changes.connection, known)
        changes.delete(saved_filters.TABLE, filter_id)


def move_filter(session: Session, filter_id: int, *, by: int) -> None:
    """Move a filter ``by`` places among the own ones, or a shared one among the shared; stops at the ends."""
    known = _own(session, filter_id)
    with session.change(_verb(known, "order_filters", "edit_shared_filter")) as changes:
        _still(changes.connection, known)
        found = saved_filters.of_member(changes.connection, session.member.id, known.category)
        group = [other for other in found if other.shared == known.shared]
        place = next(place for place, other in enumerate(group) if other.id == filter_id)
        moved = group.pop(place)
        group.insert(max(0, min(len(group), place + by)), moved)
        for position, other in enumerate(group):
            changes.update(saved_filters.TABLE, other.id, {"position": position})


def _own(session: Session, filter_id: int) -> SavedFilter:
    """Return a filter the person may know of; another's private one is not there for him."""
    with session.reading("records.view") as connection:
        known = saved_filters.get(connection, filter_id)
    if known is None or not (known.shared or known.member_id == session.member.id):
        raise RefusedError("record_not_found")
    return known


def _still(connection: Connection, known: SavedFilter) -> None:
    """Ask in the transaction whether the filter is shared as it was: the right asked for depends on it."""
    now = saved_filters.get(connection, known.id)
    if now is None:
        raise RefusedError("record_not_found")
    if now.shared != known.shared or now.member_id != known.member_id:
        raise ConflictError("record_changed")


def _verb(known: SavedFilter, private: str, shared: str) -> str:
    return shared if known.shared else private
