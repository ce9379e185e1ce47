"""Tables whose columns are known before anybody is asked: mappings saved from earlier, and presets.

A saved mapping is somebody's word and is read without asking. A preset is hearsay about another program's
columns, no file of which was seen: it is only ever proposed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.folding import fold
from crm_desktop.importers.call_logs.mapping import COLUMN_FIELDS, Mapping


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A mapping saved under a name with the headers of its table, blanks for one without.

    ``without_header``: somebody said that tables without headers, of as many columns and with the same kind
    of values, are of this kind too.
    """

    name: str
    header: tuple[str, ...]
    mapping: Mapping
    without_header: bool = False

    def fits(self, header: Sequence[str]) -> bool:
        """Return whether a table has the same headers: in any order where all columns are meant by them."""
        mine, theirs = _folded(self.header), _folded(header)
        if not any(mine):
            return False
        places = any(isinstance(getattr(self.mapping, field), int) for field in COLUMN_FIELDS)
        return mine == theirs if places else sorted(filter(None, mine)) == sorted(filter(None, theirs))


@dataclass(frozen=True, slots=True)
class Preset:
    """Which of a program's columns mean what; ``required``: folded headers that show the program."""

    title: str
    required: frozenset[str]
    columns: dict[str, str]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "Yeastar",
        frozenset({"call from", "call to", "talk duration(s)", "source trunk", "communication type"}),
        {
            "date": "time", "caller": "call from", "callee": "call to", "direction": "communication type",
            "outcome": "status", "duration": "talk duration(s)",
        },
    ),
    Preset(
        "Verizon, Wireless Usage Detail",
        frozenset({"ecpd profile id", "wireless number", "number"}),
        {"own_line": "wireless number", "number": "number"},
    ),
    Preset(
        "Carrier, raw data output",
        frozenset({"foundation account name", "wireless number", "number called to/from"}),
        {"own_line": "wireless number", "number": "number called to/from"},
    ),
)  # fmt: skip


def preset_for(header: Sequence[str]) -> Preset | None:
    """Return the preset whose headers a table has."""
    words = set(_folded(header))
    return next((preset for preset in PRESETS if preset.required <= words), None)


def preset_places(preset: Preset, header: Sequence[str]) -> dict[str, int]:
    """Return the column of each field the preset knows and the table has."""
    words = _folded(header)
    return {field: words.index(word) for field, word in preset.columns.items() if word in words}


def known_table(tables: Iterable[KnownTable], header: Sequence[str]) -> KnownTable | None:
    """Return the first table saved with these headers."""
    return next((table for table in tables if table.fits(header)), None)


def _folded(header: Sequence[str]) -> list[str]:
    return [fold(word.strip().strip("\ufeff")) for word in header]
