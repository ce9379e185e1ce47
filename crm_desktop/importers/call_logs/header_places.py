"""Which columns a header names: its words compared with those of four languages."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_desktop.domain.folding import fold, tokens
from crm_desktop.importers.call_logs.column_guess import looks_like_number
from crm_desktop.importers.call_logs.header_words import HEADER_WORDS
from crm_desktop.importers.call_logs.mapping import COLUMN_FIELDS, Column, Mapping

# The order in which fields choose their column: what a call cannot do without comes first.
_FIELDS = (
    "date",
    "time",
    "number",
    "caller",
    "callee",
    "direction",
    "outcome",
    "duration",
    "name",
    "own_line",
)


def is_header(cells: Sequence[str]) -> bool:
    """Say whether cells are known words for a date and for something else."""
    if sum(bool(cell) for cell in cells) < 2 or any(looks_like_number(cell) for cell in cells):
        return False
    places = places_of(cells)
    return len(places) >= 2 and bool(places.keys() & {"date", "time"})


def places_of(header: Sequence[str]) -> dict[str, int]:
    """Return the column of each field by its header: the whole words first, then words among others."""
    places: dict[str, int] = {}
    folded = [fold(cell) for cell in header]
    parts = [set(tokens(cell)) for cell in header]
    for name in _FIELDS:
        place = _exact(folded, name, taken=places.values())
        if place is not None:
            places[name] = place
    for name in _FIELDS:
        if name not in places:
            place = _partial(parts, name, taken=places.values())
            if place is not None:
                places[name] = place
    if "number" in places:
        places.pop("caller", None)
        places.pop("callee", None)
    return places


def _exact(folded: Sequence[str], name: str, *, taken: Iterable[int]) -> int | None:
    used = set(taken)
    for word in HEADER_WORDS[name]:
        for place, cell in enumerate(folded):
            if cell == word and place not in used:
                return place
    return None


def _partial(parts: Sequence[set[str]], name: str, *, taken: Iterable[int]) -> int | None:
    used = set(taken)
    for word in HEADER_WORDS[name]:
        wanted = set(tokens(word))
        for place, cell in enumerate(parts):
            if wanted and len(word) > 2 and wanted <= cell and place not in used:
                return place
    return None


def column_at(header: Sequence[str], place: int) -> Column:
    """Return the header's words, or the place where they are missing or not unique."""
    words = [fold(cell) for cell in header]
    word = header[place]
    return word if word and words.index(fold(word)) == place else place + 1


def meant_by_words(mapping: Mapping, header: Sequence[str]) -> Mapping:
    """Return a mapping that finds its columns by their headers where it can, in whatever order they come."""
    chosen = {field: getattr(mapping, field) for field in COLUMN_FIELDS}
    words: dict[str, Column] = {
        field: column_at(header, place - 1)
        for field, place in chosen.items()
        if isinstance(place, int) and place <= len(header)
    }
    return replace(mapping, **words)  # type: ignore[arg-type]  # the dataclass's own fields
