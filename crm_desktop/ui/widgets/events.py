"""What happened, in words for the timeline and the history: calls and changes as two lines each."""

from collections import Counter
from collections.abc import Iterable

from crm_desktop.domain.calls import Outcome
from crm_desktop.domain.phone_numbers import international_display
from crm_desktop.operations.calls import CallRow
from crm_desktop.operations.follow_up_lists import FollowUpRow
from crm_desktop.operations.notes import NoteKind, NoteRow
from crm_desktop.operations.timeline import TimelineEntry
from crm_desktop.operations.undo import HistoryChange, HistoryEntry
from crm_desktop.ui.messages import DASH, day_title, duration, tr
from crm_desktop.ui.widgets.moments import Clock, date_words
from crm_desktop.ui.widgets.timeline import Entry
from crm_desktop.ui.widgets.words import (
    call_icon,
    call_words,
    field_word,
    note_kind_word,
    value_word,
    verb_phrase,
)

_BAD = {Outcome.MISSED, Outcome.REJECTED, Outcome.BLOCKED, Outcome.FAILED}
# Columns of a changed row that tell a person nothing.
_SILENT = frozenset({
    "uuid", "position", "name_key", "company_key", "contact_id", "product_id", "e164", "invalid",
    "is_primary",
    "category", "created_at", "created_by", "trashed_at", "trashed_by", "import_run_id", "confirmed_at",
    "display_name", "kind", "source", "former", "owner_id",
    "field_id", "tag_id", "tone", "at", "member_id", "edited_at",
})  # fmt: skip
_NOTE_SHOWN = 1000
"""As much of a note as a tip may show."""
_NOTE_GLYPHS = {NoteKind.MEETING: "users", NoteKind.EMAIL: "envelope-simple", NoteKind.CALL: "phone"}
_GLYPHS = {
    "add_note": "note",
    "edit_note": "note",
    "remove_note": "note",
    "add_call": "phone",
    "edit_call": "phone",
    "remove_call": "phone-x",
    "add_files": "paperclip",
    "import_contacts": "download-simple",
    "rename_file": "paperclip",
    "note_file": "paperclip",
    "remove_files": "paperclip",
    "set_photo": "user-circle",
    "remove_photo": "user-circle",
    "add_follow_up": "calendar-plus",
    "edit_follow_up": "calendar-blank",
    "postpone_follow_up": "calendar-blank",
    "finish_follow_up": "check-circle",
    "reopen_follow_up": "calendar-blank",
    "remove_follow_up": "calendar-x",
    "set_rhythm": "arrows-clockwise",
    "define_field": "text-t",
    "add_customer": "user-plus",
    "add_address_book": "user-plus",
    "trash": "trash",
    "restore_from_trash": "arrow-counter-clockwise",
    "move_to_customer": "arrows-left-right",
    "move_to_address_book": "arrows-left-right",
    "undo": "arrow-u-up-left",
    "revert": "arrow-u-up-left",
    "merge_contacts": "git-merge",
    "tell_apart": "users",
    "redo": "arrow-u-up-right",
    "add_relation": "link-simple",
    "edit_relation": "link-simple",
    "end_relation": "link-break",
    "remove_relation": "link-break",
    "merge_products": "package",
    "add_product_use": "package",
    "edit_product_use": "package",
    "end_product_use": "package",
    "renew_product_use": "arrows-clockwise",
    "remove_product_use": "package",
}


def call_entry(call: CallRow, clock: Clock, *, recent: bool = False) -> Entry:
    """Return a call as an entry; a missed one is red, and says so in words."""
    talk = f" · {duration(call.duration_s)}" if call.duration_s else ""
    said = f" · {' '.join(call.note[:_NOTE_SHOWN].split())}" if call.note else ""
    when = clock.relative(call.started_at) if recent else clock.time(call.started_at)
    return Entry(
        key=("call", call.id),
        glyph=call_icon(call.direction, call.outcome),
        title=f"{call_words(call.direction, call.outcome)}{talk}{said}",
        detail=" · ".join(
            part
            for part in (
                when,
                international_display(call.e164) if call.e164 else call.raw_number,
                call.member_name,
                tr("by hand", "a call that was typed") if call.by_hand else "",
            )
            if part
        ),
        day="" if recent else day_title(call.started_at, now=clock.now(), tz=clock.zone),
        tone="danger" if call.outcome in _BAD else "accent",
        tip="\n".join(filter(None, (clock.exact(call.started_at), call.note[:_NOTE_SHOWN]))),
    )


def change_entry(change: HistoryEntry, clock: Clock, *, recent: bool = False) -> Entry:
    """Return a change as an entry: what was done and which values, then when and by whom."""
    words = verb_phrase(change.verb)
    details = change_words(change.changes)
    title = f"{words[:1].upper()}{words[1:]}"
    when = clock.relative(change.at) if recent else clock.time(change.at)
    # What a record was first typed with is the record itself; a relation is told with whom it is.
    told = change.verb.startswith("add_") and change.verb != "add_relation"
    return Entry(
        key=("change", change.change_set_id),
        glyph=_GLYPHS.get(change.verb, "pencil-simple"),
        title=f"{title}: {details}" if details and not told else title,
        detail=" · ".join(part for part in (when, change.member_name) if part),
        day="" if recent else day_title(change.at, now=clock.now(), tz=clock.zone),
        tip="\n".join(change_lines(change.changes)) or clock.exact(change.at),
    )


def note_entry(note: NoteRow, clock: Clock, *, recent: bool = False) -> Entry:
    """Return a note as an entry: its first line, then when and by whom; the tip is the whole text."""
    when = clock.relative(note.at) if recent else clock.time(note.at)
    changed = tr("changed") if note.edited_at is not None else ""
    kind = "" if note.kind is NoteKind.NOTE else note_kind_word(note.kind)
    return Entry(
        key=("note", note.id),
        glyph=_NOTE_GLYPHS.get(note.kind, "note"),
        title=" ".join(note.text[:_NOTE_SHOWN].split()),
        detail=" · ".join(part for part in (kind, when, note.member_name, changed) if part),
        day="" if recent else day_title(note.at, now=clock.now(), tz=clock.zone),
        tip=note.text[:_NOTE_SHOWN],
    )


def follow_up_entry(follow_up: FollowUpRow, clock: Clock, *, recent: bool = False) -> Entry:
    """Return a follow-up as an entry: when it is due or that it is done, with what came of it."""
    at = follow_up.at
    due = date_words(follow_up.due_on) + (f" {follow_up.due_time}" if follow_up.due_time else "")
    done = follow_up.done_at is not None
    told = tr("Done: {what}") if done else tr("To do: {what}")
    state = follow_up.outcome or "" if done else tr("due {when}").format(when=due)
    when = clock.relative(at) if recent else clock.time(at)
    name = (follow_up.done_by if done else follow_up.assignee) or ""
    return Entry(
        key=("follow_up", follow_up.id),
        glyph="check-circle" if done else "calendar-blank",
        title=told.format(what=follow_up.what),
        detail=" · ".join(part for part in (when, name, " ".join(state.split())) if part),
        day="" if recent else day_title(at, now=clock.now(), tz=clock.zone),
        tip="\n".join(filter(None, (follow_up.what, state))),
    )


def timeline_entry(entry: TimelineEntry, clock: Clock, *, recent: bool = False) -> Entry:
    """Return an entry of a contact's timeline."""
    if entry.call is not None:
        return call_entry(entry.call, clock, recent=recent)
    if entry.note is not None:
        return note_entry(entry.note, clock, recent=recent)
    if entry.follow_up is not None:
        return follow_up_entry(entry.follow_up, clock, recent=recent)
    assert entry.change is not None  # noqa: S101 - an entry is one of them
    return change_entry(entry.change, clock, recent=recent)


def still_so(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Return ``entries`` (newest first) without undo, redo and what was undone and not done again.

    Each member undoes his own changes, the newest first; so an undo belongs to his change before it.
    """
    kept: list[TimelineEntry] = []
    undone: Counter[str] = Counter()
    redone: Counter[str] = Counter()
    for entry in entries:
        change = entry.change
        if change is None:
            kept.append(entry)
        elif change.verb == "redo":
            redone[change.member_name] += 1
        elif change.verb == "undo":
            # One that was done again is no undo any more.
            if redone[change.member_name]:
                redone[change.member_name] -= 1
            else:
                undone[change.member_name] += 1
        elif undone[change.member_name]:
            undone[change.member_name] -= 1
        else:
            kept.append(entry)
    return kept


_STANDS_THERE = frozenset({"add_note", "add_call", "add_follow_up", "finish_follow_up"})


def without_note_changes(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Return ``entries`` without changes that only say what stands there itself: a note, a follow-up."""
    return [entry for entry in entries if entry.change is None or entry.change.verb not in _STANDS_THERE]


def change_lines(changes: tuple[HistoryChange, ...]) -> list[str]:
    """Return "Field: old → new" for each value a person typed."""
    lines = []
    for change in changes:
        # The name of the other side stands before what changed; "position" of other rows is their place.
        if change.other is not None:
            lines += relation_line(change)
            continue
        if not is_told(change):
            continue
        old, new = (shown_value(change.field, value) for value in (change.old, change.new))
        lines.append(f"{field_word(change.table, change.field)}: {old} → {new}")
    return lines


def is_told(change: HistoryChange) -> bool:
    """Return whether a person typed the value: what follows from another one says nothing."""
    return not (
        change.field in _SILENT
        or change.table == "past_status"
        or (change.old in {None, ""} and change.new in {None, ""})
    )


def relation_line(change: HistoryChange) -> list[str]:
    """Return what changed of a relation: "Employee of: Acme" when it began or went, else "Acme, until: …"."""
    if change.old in {None, ""} and change.new in {None, ""}:
        return []
    if change.field == "role" and change.new is None:
        return [f"{shown_value('role', change.old)}: {change.other} → {DASH}"]
    if change.field == "role" and change.old is None:
        return [f"{shown_value('role', change.new)}: {change.other}"]
    old, new = (shown_value(change.field, value) for value in (change.old, change.new))
    return [f"{change.other}, {field_word(change.table, change.field)}: {old} → {new}"]


def change_words(changes: tuple[HistoryChange, ...]) -> str:
    """Return the change in one line: the values when there is one, else the names of the fields."""
    lines = change_lines(changes)
    if any(change.other is not None for change in changes):
        return lines[0] if lines else ""
    if len(lines) == 1:
        return lines[0]
    return ", ".join(dict.fromkeys(line.partition(":")[0] for line in lines))


def shown_value(field: str, value: object) -> str:
    """Return a value as people read it; an empty one is a dash."""
    if value is None or value == "":
        return DASH
    text = str(value)
    return (
        date_words(text)
        if field
        in {"since", "until", "started_on", "ended_on", "renewal_on", "status_since", "birthday", "due_on"}
        else value_word(field, text)
    )
