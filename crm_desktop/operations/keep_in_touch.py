"""How often one wants to be in touch with somebody, and who has been quiet for longer.

Only a real call starts the time anew. To whoever may not see calls it is said how often, and nothing of when.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.follow_ups import KeepInTouch
from crm_desktop.domain.repeats import Interval, RepeatUnit, added, interval_problem, latest_due_since
from crm_desktop.operations.follow_ups import office_time
from crm_desktop.operations.row_conflicts import RowConflict, bring_together
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import keep_in_touch as stored
from crm_desktop.storage import tags
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.keep_in_touch import LastTouch

__all__ = ["LastTouch", "OwnRhythm", "QuietContact", "Rhythm", "Turn", "own_rhythm", "quiet", "rhythm_of",
           "set_rhythm", "set_tag_rhythm", "tag_rhythm", "tag_rhythms", "turn_of"]  # fmt: skip

CONTACTS, TAGS = "rhythms", "tag_rhythms"
"""What a conflict is about: the rhythm of a contact's own, or that of a tag."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, and by which tag (None: the contact's own)."""

    interval: Interval
    tag: str | None


@dataclass(frozen=True, slots=True)
class OwnRhythm:
    """The rhythm of a contact's own or of a tag, as it was read, and the id of its row; None: no rhythm."""

    interval: Interval | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """From what a rhythm counts, and the day it comes round (ISO 8601): what calls say."""

    touch: LastTouch
    due_on: str


@dataclass(frozen=True, slots=True)
class QuietContact:
    """Somebody one wanted to be in touch with, for ``days_over`` days, and why."""

    contact_id: int
    name: str
    is_customer: bool
    owner_id: int | None
    rhythm: Rhythm
    turn: Turn
    days_over: int


def set_rhythm(
    session: Session, contact_id: int, interval: Interval | None, *, base: OwnRhythm
) -> RowConflict[OwnRhythm] | None:
    """Set how often one wants to be in touch with a contact, instead of ``base``; None: as his tags say.

    Another rhythm somebody set meanwhile is returned to be decided, and nothing is written. Raises
    InvalidValueError ``interval_invalid``, RefusedError ``record_not_found``, ``record_in_trash``.
    """
    _check(session, interval)
    with session.change("set_rhythm") as changes:
        writable(changes.connection, contact_id)
        old = stored.of_contact(changes.connection, contact_id)
        found = _together(changes.connection, CONTACTS, old, base=base, mine=interval)
        if isinstance(found, RowConflict):
            return found
        _write(changes, old, found, {"contact_id": contact_id, "tag_id": None})
    return None


def set_tag_rhythm(
    session: Session, tag_id: int, interval: Interval | None, *, base: OwnRhythm
) -> RowConflict[OwnRhythm] | None:
    """Set how often one wants to be in touch with everybody who carries a tag; None: not by this tag.

    Returns and raises as :func:`set_rhythm`.
    """
    _check(session, interval)
    with session.change("set_rhythm") as changes:
        if tags.get_tag(changes.connection, tag_id) is None:
            raise RefusedError("record_not_found")
        old = stored.of_tag(changes.connection, tag_id)
        found = _together(changes.connection, TAGS, old, base=base, mine=interval)
        if isinstance(found, RowConflict):
            return found
        _write(changes, old, found, {"contact_id": None, "tag_id": tag_id})
    return None


def _together(
    connection: Connection, group: str, old: KeepInTouch | None, *, base: OwnRhythm, mine: Interval | None
) -> Interval | RowConflict[OwnRhythm] | None:
    """Return the rhythm that is saved: count and unit are one fact, and none at all is one too."""
    theirs = _own(old)
    # One that was removed meanwhile is still known by the row that was read.
    place = (group, stored.TABLE, theirs.id or base.id or 0)
    version = 0 if old is None else old.version
    found = bring_together(connection, place, base, theirs, OwnRhythm(mine), version=version)
    return found if isinstance(found, RowConflict) else found.interval


def _own(found: KeepInTouch | None) -> OwnRhythm:
    return OwnRhythm() if found is None else OwnRhythm(found.interval, found.id)


def _check(session: Session, interval: Interval | None) -> None:
    session.require("followups")
    if problem := interval_problem(interval, "rhythm"):
        raise problem


def _write(
    changes: ChangeSet, old: KeepInTouch | None, interval: Interval | None, owner: dict[str, object]
) -> None:
    contact_id = owner["contact_id"]
    owned_by = contact_id if isinstance(contact_id, int) else None
    if interval is None:
        if old is not None:
            changes.delete(stored.TABLE, old.id, contact_id=owned_by)
        return
    values: dict[str, object] = {"every": interval.every, "unit": interval.unit}
    if old is None:
        changes.insert(stored.TABLE, {**owner, **values}, contact_id=owned_by)
    else:
        changes.update(stored.TABLE, old.id, values, contact_id=owned_by)


def tag_rhythms(session: Session) -> dict[int, Interval]:
    """Return the rhythms of tags, by the tag's id."""
    with session.reading("records.view") as connection:
        return {r.tag_id: r.interval for r in stored.of_tags(connection) if r.tag_id is not None}


def own_rhythm(session: Session, contact_id: int) -> OwnRhythm:
    """Return the rhythm of a contact's own, whatever his tags say."""
    with session.reading("records.view") as connection:
        return _own(stored.of_contact(connection, contact_id))


def tag_rhythm(session: Session, tag_id: int) -> OwnRhythm:
    """Return the rhythm of a tag."""
    with session.reading("records.view") as connection:
        return _own(stored.of_tag(connection, tag_id))


def rhythm_of(session: Session, contact_id: int) -> Rhythm | None:
    """Return the rhythm that counts for a contact, or None where there is none."""
    today = office_time(session).date()
    with session.reading("records.view") as connection:
        own = stored.of_contact(connection, contact_id)
        found = [own] if own else stored.of_tags(connection, contact_id)
        if not found:
            return None
        shortest = max(found, key=lambda rhythm: latest_due_since(rhythm.interval, today))
        return _rhythm(connection, shortest)


def turn_of(session: Session, contact_id: int) -> Turn | None:
    """Return when the rhythm of a contact comes round; None without one, and where calls are not seen."""
    rhythm = rhythm_of(session, contact_id)
    if rhythm is None or not session.may("calls.view"):
        return None
    with session.reading("records.view") as connection:
        touch = stored.last_touch(connection, contact_id)
    return None if touch is None else _turn(session, rhythm, touch)


def _rhythm(connection: Connection, counts: KeepInTouch) -> Rhythm:
    tag = None if counts.tag_id is None else tags.get_tag(connection, counts.tag_id)
    return Rhythm(counts.interval, None if tag is None else tag.name)


def _turn(session: Session, rhythm: Rhythm, touch: LastTouch) -> Turn:
    return Turn(touch, added(_day(session, touch.at), rhythm.interval).isoformat())


def _day(session: Session, at: int) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(session.organization.time_zone)).date()


def quiet(session: Session, limit: int = 200) -> tuple[list[QuietContact], int]:
    """Return who has been quiet for longer than one wanted, the longest first, and how many there are.

    On the day the rhythm comes round somebody is in the list for the first time. Needs the rights
    ``followups`` and ``calls.view``.
    """
    session.require("followups")
    session.require("calls.view")
    today = office_time(session).date()
    with session.reading("records.view") as connection:
        before = [
            (every, unit, _end_of(session, latest_due_since(Interval(every, RepeatUnit(unit)), today)))
            for every, unit in stored.intervals(connection)
        ]
        found, number = stored.quiet(connection, before, limit)
        known = stored.by_ids(connection, [row.rhythm_id for row in found])
        rhythms = {one.id: _rhythm(connection, one) for one in known}
    lines = []
    for row in found:
        rhythm = rhythms[row.rhythm_id]
        turn = _turn(session, rhythm, row.touch)
        over = (today - date.fromisoformat(turn.due_on)).days
        lines.append(
            QuietContact(row.contact_id, row.name, row.is_customer, row.owner_id, rhythm, turn, over)
        )
    return lines, number


def _end_of(session: Session, day: date) -> int:
    """Return when (UTC epoch seconds) a day ends by the organization's clock."""
    zone = ZoneInfo(session.organization.time_zone)
    return int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp())
