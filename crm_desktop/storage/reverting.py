"""What of a change set can go back now, value by value: what was written then, what stands there since.

A value goes back by itself while it is still what the change wrote. What was changed in between is a
clash, for a person to decide; what follows from another value (a name as lists show it, the E.164 of a
number) goes with that one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.contacts import ContactKind, display_name
from crm_desktop.domain.errors import ConflictError
from crm_desktop.domain.folding import fold
from crm_desktop.storage import journal, journal_rows, rows
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.history import HistoryChange, told
from crm_desktop.storage.journal import ChangeSet
from crm_desktop.storage.journal_rows import ChangedRow

BANK, CONTACT, PAST_STATUS = "bank_account", "contact", "past_status"
_DERIVED = frozenset({"display_name", "name_key", "company_key"})
# A value of a contact, and what is only true together with it.
_TOGETHER = (
    frozenset({"status", "status_since", "category"}),
    frozenset({"trashed_at", "trashed_by"}),
    frozenset({"vat_id", "vat_unchecked"}),
)
Prepared = Callable[[ChangedRow], ChangedRow]


class State(StrEnum):
    """Whether a value can go back."""

    FREE = "free"
    CLASH = "clash"
    # It is as it was before already, or its row is gone.
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Item:
    """What goes back together: ``columns`` of a changed row, or, where there are none, the row itself.

    ``lines`` say what stands there now (``old``) and what would again (``new``); ``now`` are the raw
    values, by which somebody else's save in between is noticed.
    """

    change: ChangedRow
    columns: tuple[str, ...]
    state: State
    lines: tuple[HistoryChange, ...]
    now: tuple[tuple[str, object], ...]

    @property
    def key(self) -> tuple[str, int, tuple[str, ...]]:
        """What the item is about."""
        return (self.change.table, self.change.row_id, self.columns)


def rows_for(connection: Connection, set_id: int, contact_id: int) -> list[ChangedRow]:
    """Return what a change set did to one contact, oldest first. Raises RefusedError ``undo_expired``."""
    found = connection.execute(
        "SELECT id FROM change_row WHERE change_set_id = ? AND ? IN (contact_id, other_contact_id)"
        " ORDER BY id",
        (set_id, contact_id),
    ).fetchall()
    return journal_rows.rows_by_id(connection, [row_id for (row_id,) in found])


def others_touched(connection: Connection, set_id: int, contact_id: int, hidden: Sequence[str] = ()) -> int:
    """Return how many other contacts a change set touched, in other tables than the ``hidden`` ones."""
    row = connection.execute(
        "SELECT count(DISTINCT contact_id) FROM change_row WHERE change_set_id = ? AND contact_id <> ?"  # noqa: S608
        f" AND table_name NOT IN ({placeholders(len(hidden))})",
        (set_id, contact_id, *hidden),
    ).fetchone()
    return int(row[0])


def items_of(connection: Connection, done: Iterable[ChangedRow], contact_id: int | None) -> list[Item]:
    """Return what would go back of some rows, told of one contact (None: of each row's own)."""
    found: list[Item] = []
    for change in done:
        current = rows.full_row(connection, change.table, change.row_id)
        found += [_item(connection, change, columns, current, contact_id) for columns in _parts(change)]
    return found


def _parts(change: ChangedRow) -> list[tuple[str, ...]]:
    """Return the columns that go back together; one empty part is the row itself."""
    if change.before is None or change.after is None:
        return [()]
    columns = [name for name in change.before if name not in _DERIVED]
    if change.table != CONTACT:
        return [tuple(columns)]
    parts = [tuple(name for name in columns if name in group) for group in _TOGETHER]
    parts += [(name,) for name in columns if not any(name in group for group in _TOGETHER)]
    return [part for part in parts if part]


def _item(
    connection: Connection,
    change: ChangedRow,
    columns: tuple[str, ...],
    current: dict[str, object] | None,
    contact_id: int | None,
) -> Item:
    before, now = change.before or {}, _now(change, columns, current)
    then = {name: before[name] for name in columns} if columns else before
    shown_now = {} if change.after is None else now
    owner = change.contact_id if contact_id is None else contact_id
    is_first = change.contact_id == owner
    sides = (change.contact_id, change.other_contact_id)
    lines = (
        ()
        if change.table == BANK
        else told(
            connection, change.table, change.row_id, shown_now, then,
            sides=sides if is_first else (sides[1], sides[0]), is_first=is_first,
        )
    )  # fmt: skip
    state = _state(connection, change, columns, current)
    return Item(change, columns, state, tuple(lines), _sorted(now))


def _now(
    change: ChangedRow, columns: tuple[str, ...], current: dict[str, object] | None
) -> dict[str, object]:
    names = columns or tuple(change.after or change.before or {})
    return {} if current is None else {name: current[name] for name in names if name in current}


def _sorted(values: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(values.items(), key=lambda pair: pair[0]))


def stands(connection: Connection, item: Item) -> bool:
    """Return whether the values of an item are still those it says stand there."""
    current = rows.full_row(connection, item.change.table, item.change.row_id)
    return _sorted(_now(item.change, item.columns, current)) == item.now


def _state(
    connection: Connection,
    change: ChangedRow,
    columns: tuple[str, ...],
    current: dict[str, object] | None,
) -> State:
    if change.after is None:
        return State.FREE if current is None else State.SETTLED
    if current is None or (change.before is None and journal.still_used(connection, change)):
        return State.SETTLED
    names = columns or tuple(name for name in change.after if name not in journal.BOOKKEEPING | _DERIVED)
    if columns and all(current[name] == (change.before or {})[name] for name in columns):
        return State.SETTLED
    return State.FREE if all(current[name] == change.after[name] for name in names) else State.CLASH


def put_back(changes: ChangeSet, chosen: Sequence[Item], *, prepared: Prepared) -> None:
    """Write what was chosen, newest row first. Raises ConflictError ``undo_conflict`` where it cannot be."""
    contact_columns: dict[int, dict[str, object]] = {}
    for item in reversed(chosen):
        change = item.change
        if change.table == CONTACT and item.columns:
            values = {name: (change.before or {})[name] for name in item.columns}
            contact_columns.setdefault(change.row_id, {}).update(values)
            continue
        _put_back_row(changes, item, prepared(change))
    for row_id, values in contact_columns.items():
        current = rows.full_row(changes.connection, CONTACT, row_id)
        if current is None:
            raise ConflictError("undo_conflict")
        changes.restore(CONTACT, row_id, values | derived({**current, **values}), contact_id=row_id)


def _put_back_row(changes: ChangeSet, item: Item, change: ChangedRow) -> None:
    if change.before is None:
        changes.delete(change.table, change.row_id, contact_id=change.contact_id)
    elif change.after is None:
        values = {**change.before, "version": change.before_version or 0}
        changes.reinsert(change.table, change.row_id, values, contact_id=change.contact_id)
    else:
        names = set(item.columns)
        values = {
            name: value for name, value in change.before.items() if name in names or change.table == BANK
        }
        changes.restore(change.table, change.row_id, values, contact_id=change.contact_id)


def derived(row: dict[str, object]) -> dict[str, object]:
    """Return the columns of a contact that follow from its others."""
    kind = ContactKind(str(row["kind"]))
    parts = {
        name: _text(row[name]) for name in ("prefix", "given", "additional", "family", "suffix", "company")
    }
    name = display_name(
        kind=kind, prefix=parts["prefix"], given=parts["given"], additional=parts["additional"],
        family=parts["family"], suffix=parts["suffix"], company=parts["company"],
    )  # fmt: skip
    company = parts["company"] if kind is ContactKind.PERSON else name
    return {"display_name": name, "name_key": fold(name), "company_key": fold(company or "")}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def changed_since(connection: Connection, set_id: int, contact_ids: Sequence[int]) -> set[int]:
    """Return those of some contacts that a later change set touched, and not one that was undone."""
    found: set[int] = set()
    for start in range(0, len(contact_ids), 500):
        part = list(contact_ids[start : start + 500])
        later = connection.execute(
            "SELECT DISTINCT r.contact_id FROM change_row r JOIN change_set s ON s.id = r.change_set_id"  # noqa: S608
            f" WHERE r.contact_id IN ({placeholders(len(part))}) AND s.id > ?"
            " AND s.undone_by IS NULL AND s.verb <> 'undo'",
            [*part, set_id],
        )
        found.update(contact_id for (contact_id,) in later)
    return found
