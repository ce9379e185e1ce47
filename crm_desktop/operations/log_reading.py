"""Reading the log: who did what, when, to how many records; for administrators (right ``log``)."""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.session import Session
from crm_desktop.operations.verbs import RIGHTS_FOR
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.storage import log_list, organization
from crm_desktop.storage.history import CALL_VERBS, OF_CALLS
from crm_desktop.storage.log_list import LoggedLine, LogQuery, TouchedRow

__all__ = [
    "GROUPS",
    "LogDetails",
    "LogLine",
    "LogQuery",
    "TouchedRow",
    "group_of",
    "log_details",
    "log_entries",
    "log_first_page",
    "log_ids",
    "log_lines",
    "log_users",
]

OTHER = "other"
_GROUP_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sign_in", ("login", "rewrap", "change_password")),
    (
        "records",
        (
            "customer",
            "address_book",
            "relation",
            "trash",
            "undo",
            "revert",
            "redo",
            "cancel_change",
            "merge",
            "tell_apart",
            "filter",
            "product",
            "note",
            "follow_up",
            "rhythm",
            "tag",
            "field",
            "confirm_value",
            "in_bulk",
            "export_list",
            "print_records",
            "file",
            "photo",
            "import_contacts",
        ),
    ),
    (
        "calls",
        (
            "import",
            "add_call",
            "edit_call",
            "remove_call",
            "whose_calls",
            "unknown_calls",
            "lines",
            "call_mappings",
            "team_figures",
            "number_kind",
            "ignore_numbers",
            "heed_numbers",
        ),
    ),
    ("bank", ("bank",)),
    ("consents", ("consent", "redact", "erase")),
    ("users", ("user", "member", "role", "exception", "reset_password", "take_over_keys", "accounts")),
    ("keys", ("key", "kit", "recover")),
    ("file", ("create", "settings", "restored", "rescued", "migrate", "backup", "tidy", "export", "ledger")),
)


def group_of(verb: str) -> str:
    """Return the kind of action a verb belongs to; the first whose word it holds, else ``other``."""
    for group, words in _GROUP_WORDS:
        if any(word in verb for word in words):
            return group
    return OTHER


GROUPS = (*(group for group, _ in _GROUP_WORDS), OTHER)
FIRST_PAGE = 200
TOUCHED = 200


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log; ``at`` is UTC epoch seconds, ``user_name`` stays when an account has ended.

    ``said`` is what the entry says beside its verb, by key; ``removed``: it was removed after its time.
    """

    sequence: int
    at: int
    user_id: bytes
    user_name: str
    verb: str
    records: int
    said: dict[str, object]
    removed: bool


@dataclass(frozen=True, slots=True)
class LogDetails:
    """An entry with the first records it touched; ``more`` is how many others there are."""

    line: LogLine
    touched: tuple[TouchedRow, ...]
    more: int


def verbs_of(group: str) -> tuple[str, ...]:
    """Return the verbs of one kind of action."""
    return tuple(verb for verb in RIGHTS_FOR if group_of(verb) == group)


def log_first_page(session: Session, query: LogQuery, limit: int = FIRST_PAGE) -> list[int]:
    """Return the newest entries at once; none where looking for them may take longer than a frame."""
    with session.reading("log") as connection:
        if query.text or query.verbs is not None or query.user_id is not None:
            return []
        return log_list.first_page(connection, query, limit)


def log_ids(session: Session, query: LogQuery) -> "array[int]":
    """Return the sequences of all entries of a query, newest first, 4 bytes each."""
    with session.reading("log") as connection:
        return log_list.all_ids(connection, query)


def log_lines(session: Session, sequences: Sequence[int]) -> dict[int, LogLine]:
    """Return the lines of a page by sequence."""
    with session.reading("log") as connection:
        found = log_list.read_lines(connection, sequences, hidden=_hidden(session))
    return {sequence: _line(line) for sequence, line in found.items()}


def log_entries(
    session: Session,
    *,
    since: int | None = None,
    until: int | None = None,
    user_id: bytes | None = None,
    group: str | None = None,
    text: str = "",
    before: int | None = None,
    limit: int = FIRST_PAGE,
) -> list[LogLine]:
    """Return the newest entries, of those before ``before``; moments in UTC epoch seconds."""
    verbs = None if group is None else verbs_of(group)
    query = LogQuery(since, until, user_id, verbs, text)
    with session.reading("log") as connection:
        sequences = log_list.first_page(connection, query, limit, before=before)
        found = log_list.read_lines(connection, sequences, hidden=_hidden(session))
    return [_line(found[sequence]) for sequence in sequences]


def log_details(session: Session, sequence: int) -> LogDetails:
    """Return one entry with what it touched; accounts in what it says are named.

    Raises RefusedError("record_not_found").
    """
    with session.reading("log") as connection:
        hidden = _hidden(session)
        found = log_list.read_lines(connection, [sequence], hidden=hidden).get(sequence)
        # The note written with a call by hand would say whose call it was.
        told = hidden == () or found is None or found.verb not in CALL_VERBS
        touched = tuple(log_list.touched(connection, sequence, TOUCHED, hidden=hidden)) if told else ()
    if found is None:
        raise RefusedError("record_not_found")
    line = _line(found, names=_names(session))
    return LogDetails(line, touched, max(0, line.records - len(touched)) if told else 0)


def _hidden(session: Session) -> tuple[str, ...]:
    """Return the tables whose rows tell of calls, for whoever may not see any (promise P10).

    That something was done stays in the log; to how many calls, and whose they were, is not told.
    """
    return () if session.may("calls.view") else OF_CALLS


def log_users(session: Session) -> list[tuple[bytes, str]]:
    """Return everybody who may stand in the log, by name; those whose account has ended too."""
    with session.reading("log") as connection:
        return [(member.uuid, member.name) for member in organization.list_members(connection)]


def _line(found: LoggedLine, *, names: dict[str, str] | None = None) -> LogLine:
    said = json.loads(found.payload) if found.payload else {}
    return LogLine(
        found.sequence, found.at, found.user_id, found.user_name or found.user_id.hex()[:8], found.verb,
        found.records, _named(said, names or {}), found.removed,
    )  # fmt: skip


def _named(said: object, names: dict[str, str]) -> dict[str, object]:
    """Put names for the ids of users and accounts."""
    if not isinstance(said, dict):
        return {}
    return {key: _with_names(value, names) for key, value in said.items()}


def _with_names(value: object, names: dict[str, str]) -> object:
    if isinstance(value, dict):
        return {names.get(str(key), str(key)): inner for key, inner in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _names(session: Session) -> dict[str, str]:
    """Return the names of users by their id and by the id of their slot in the key file."""
    by_user = dict(log_users(session))
    names = {user_id.hex(): name for user_id, name in by_user.items()}
    roster = session.ring.roster
    for slot in read_key_file(session.places).body.slots:
        user = roster.user_with_keys(sealing_public=slot.sealing_public, signing_public=slot.signing_public)
        if user is not None and user.user_id in by_user:
            names[slot.slot_id.hex()] = by_user[user.user_id]
    return names
