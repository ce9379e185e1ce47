"""Two changes of one contact, made from the same reading, brought together: a three-way merge. Pure.

What only one side changed is taken; what both changed to different values is a clash the user decides.
Rows of a part (a phone, an address) are known by their id; the sentence of the rule is in the product
design: shown field by field, never overwritten silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from crm_desktop.domain.contact_drafts import OWN_FIELDS, ContactDraft
from crm_desktop.domain.folding import fold

Row = Any
"""A row of a part: its drafts share no base, only an ``id``."""
_ROW_PARTS = ("phones", "emails", "addresses", "product_uses", "foreign_ids")
# They follow the value they speak of: kept knowingly is what was typed, and nothing typed over it.
_FOLLOWS = {"raw": "unchecked", "address": "unchecked", "vat_id": "vat_unchecked"}
_FOLLOWERS = frozenset(_FOLLOWS.values())
PRIMARY = "is_primary"


class Side(StrEnum):
    """Whose value a clash is decided for."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a field of the contact, or a ``column`` of a ``row`` of a part.

    ``row`` is the id of the row, of an own field the id of the field; a whole row has no column.
    """

    group: str
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A value both sides changed; None of a whole row: it was removed. ``label`` names the row."""

    place: Place
    before: object
    theirs: object
    mine: object
    label: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A value only the other side changed."""

    place: Place
    before: object
    after: object
    label: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one draft; where a clash is not decided yet it holds mine."""

    draft: ContactDraft
    clashes: tuple[Clash, ...]
    taken: tuple[Taken, ...]


def merge(
    base: ContactDraft,
    *,
    theirs: ContactDraft,
    mine: ContactDraft,
    choices: Mapping[Place, Side] | None = None,
) -> Merged:
    """Bring together two changes of ``base``; ``choices`` decide clashes."""
    merging = _Merging(choices or {})
    own: dict[str, Any] = {}
    for name in OWN_FIELDS:
        if name not in _FOLLOWERS:
            own |= merging.value(Place(name), name, (base, theirs, mine), "")
    parts: dict[str, Any] = {
        name: merging.rows(name, getattr(base, name), getattr(theirs, name), getattr(mine, name))
        for name in _ROW_PARTS
    }
    tags = _tags(base.tags, theirs.tags, mine.tags)
    merging.note_tags(base.tags, theirs.tags, mine.tags)
    custom = merging.custom(dict(base.custom), dict(theirs.custom), dict(mine.custom))
    draft = replace(mine, **own, **parts, tags=tags, custom=custom)
    return Merged(draft, tuple(merging.clashes), tuple(merging.taken))


Single = TypeVar("Single")


def merge_row(
    place: Place,
    items: tuple[Single, Single, Single],
    *,
    label: str = "",
    choices: Mapping[Place, Side] | None = None,
) -> tuple[Single, tuple[Clash, ...]]:
    """Bring together two changes of one row at ``place``; ``items``: before, theirs, mine.

    Returns the row and what clashes; where that is not decided by ``choices`` it holds mine.
    """
    merging = _Merging(choices or {})
    row: Single = merging.columns(place.group, place.row, items, label)
    return row, tuple(merging.clashes)


class _Merging:
    """Collects clashes and what was taken while values are picked."""

    def __init__(self, choices: Mapping[Place, Side]) -> None:
        self._choices = choices
        self.clashes: list[Clash] = []
        self.taken: list[Taken] = []

    def side(
        self, place: Place, values: tuple[object, object, object], label: str, *, shown: Sequence[object] = ()
    ) -> Side:
        """Return whose value holds of (before, theirs, mine); ``shown``: what the user sees of them."""
        before, theirs, mine = values
        seen = tuple(shown) or values
        if theirs in (before, mine):
            return Side.MINE
        if mine == before:
            self.taken.append(Taken(place, seen[0], seen[1], label))
            return Side.THEIRS
        self.clashes.append(Clash(place, seen[0], seen[1], seen[2], label))
        return self._choices.get(place, Side.MINE)

    def value(self, place: Place, name: str, items: tuple[Any, Any, Any], label: str) -> dict[str, Any]:
        """Return the value that holds for a column, with the one that follows it."""
        values = tuple(getattr(item, name) for item in items)
        side = self.side(place, (values[0], values[1], values[2]), label)
        chosen = items[1] if side is Side.THEIRS else items[2]
        names = [name]
        if hasattr(chosen, _FOLLOWS.get(name, "")):
            names.append(_FOLLOWS[name])
        return {one: getattr(chosen, one) for one in names}

    def rows(
        self, group: str, base: Sequence[Any], theirs: Sequence[Any], mine: Sequence[Any]
    ) -> tuple[Any, ...]:
        """Return the rows of a part: by id, those added by both in the same words once."""
        before = {str(row.id): row for row in base}
        other = {str(row.id): row for row in theirs}
        own = _keyed(mine, [(key, row) for key, row in other.items() if key not in before])
        found = {key: self._row(group, key, before, other, own) for key in _order(before, other, own)}
        kept = {key: row for key, row in found.items() if row is not None}
        primaries = tuple(_primaries(rows) for rows in (before, other, own))
        if any(primaries):
            shown = [_labels(keys, rows) for keys, rows in zip(primaries, (before, other, own), strict=True)]
            place = Place(group, "", PRIMARY)
            side = self.side(place, (primaries[0], primaries[1], primaries[2]), "", shown=shown)
            chosen = primaries[1] if side is Side.THEIRS else primaries[2]
            kept = {key: replace(row, is_primary=key in chosen) for key, row in kept.items()}
        return tuple(kept.values())

    def _row(
        self, group: str, key: str, before: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]
    ) -> Row:
        items = before.get(key), theirs.get(key), mine.get(key)
        if all(item is not None for item in items):
            return self.columns(group, key, (items[0], items[1], items[2]), row_label(items[0]))
        plain = tuple(None if item is None else _plain(item) for item in items)
        if plain[0] is None and plain[1] is not None and plain[1] == plain[2]:
            return items[1]
        label = row_label(next(item for item in items if item is not None))
        side = self.side(Place(group, key), (plain[0], plain[1], plain[2]), label, shown=items)
        return items[1] if side is Side.THEIRS else items[2]

    def columns(self, group: str, key: str, items: tuple[Any, Any, Any], label: str) -> Row:
        """Return a row with both changes of its columns."""
        values: dict[str, Any] = {}
        for column in fields(items[0]):
            if column.name not in {"id", PRIMARY} | _FOLLOWERS:
                place = Place(group, key, column.name)
                values |= self.value(place, column.name, items, label)
        return replace(items[2], **values)

    def custom(
        self, base: dict[int, str], theirs: dict[int, str], mine: dict[int, str]
    ) -> tuple[tuple[int, str], ...]:
        """Return the values of the own fields; a missing one is empty."""
        found: list[tuple[int, str]] = []
        for key in _order(base, theirs, mine):
            values = base.get(key), theirs.get(key), mine.get(key)
            side = self.side(Place("custom", str(key)), values, "")
            value = values[1] if side is Side.THEIRS else values[2]
            if value is not None:
                found.append((key, value))
        return tuple(found)

    def note_tags(self, base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> None:
        """Tell which tags the other side added or removed; tags never clash."""
        before, own = {fold(tag) for tag in base}, {fold(tag) for tag in mine}
        there = {fold(tag) for tag in theirs}
        added = [Taken(Place("tags"), None, tag) for tag in theirs if fold(tag) not in before | own]
        gone = [Taken(Place("tags"), tag, None) for tag in base if fold(tag) in own - there]
        self.taken += added + gone


def _tags(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> tuple[str, ...]:
    before, other, own = ({fold(tag): tag for tag in tags} for tags in (base, theirs, mine))
    kept = [key for key in _order(before, other, own) if key not in before or (key in other and key in own)]
    return tuple(own.get(key) or other[key] for key in kept)


def _order(before: dict[Any, Any], theirs: dict[Any, Any], mine: dict[Any, Any]) -> list[Any]:
    """Return all keys in the order of the side that changed it, mine where both did."""
    first, second = (theirs, mine) if list(mine) == list(before) else (mine, theirs)
    return list(dict.fromkeys([*first, *second, *before]))


def _keyed(rows: Sequence[Any], added: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return my rows by id; a new one by its place, or by the other's that says the same."""
    free = list(added)
    found: dict[str, Any] = {}
    for place, row in enumerate(rows):
        key = str(row.id) if row.id is not None else f"new:{place}"
        same = next((item for item in free if row.id is None and _plain(item[1]) == _plain(row)), None)
        if same is not None:
            free.remove(same)
            key = same[0]
        found[key] = row
    return found


def _plain(row: Row) -> Row:
    """Return a row as its values alone: whether it is the primary one is decided for the whole part."""
    names = {field.name for field in fields(row)}
    return replace(row, id=None, **dict.fromkeys(names & {PRIMARY, "unchecked"}, False))


def _primaries(rows: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key, row in rows.items() if getattr(row, PRIMARY, False))


def _labels(keys: frozenset[str], rows: Mapping[str, Any]) -> str:
    return ", ".join(row_label(row) for key, row in rows.items() if key in keys)


def row_label(row: Row) -> str:
    """Return what a person knows a row by: the number, the address, the product, the system."""
    names = [field.name for field in fields(row)]
    if "street" in names:
        return ", ".join(text for text in (row.street, row.city) if text)
    return str(getattr(row, names[0]))
