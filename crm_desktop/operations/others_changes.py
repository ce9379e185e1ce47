"""Noticing what other programs on the same file have saved, so that an open list shows it."""

from dataclasses import dataclass

from crm_desktop.operations.session import Session
from crm_desktop.storage import change_sets


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest change set seen, and whether one since the look before was another session's."""

    newest: int
    by_others: bool


def look_for_changes(session: Session, *, after: int | None) -> Seen:
    """Return what was saved since the change set ``after`` (None: the first look, which sees nothing new)."""
    with session.reading("records.view") as connection:
        newest = change_sets.newest(connection)
        others = after is not None and change_sets.any_of_others(connection, session.session_uuid, after)
    return Seen(newest, others)
