"""What the columns of a table mean: the user's answer in the wizard, a preset, or a built-in format."""

import json
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, fields
from typing import Self

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.date_formats import date_reader
from crm_desktop.importers.call_logs.durations import duration_style

Column = str | int
"""A header's words, or the 1-based place of a column (tables without a header, equal headers)."""

INTERNAL = "internal"
COLUMN_FIELDS = (
    "date", "time", "direction", "outcome", "number", "caller", "callee", "name", "duration", "own_line",
)  # fmt: skip
_TEXT_FIELDS = (
    "delimiter",
    "date_format",
    "time_format",
    "duration_format",
    "direction_of_all",
    "sheet",
    "encoding",
)
_TABLE_FIELDS = ("direction_values", "outcome_values")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns, formats and words of a table of calls.

    Either ``number`` (the other party) or ``caller`` and ``callee``. ``direction_values``: the file's words
    to ``direction``, ``direction/outcome`` or ``internal``; None for the usual words of four languages.
    ``direction_of_all``: the one meaning of every call of a table without a column for it.
    ``header_line``: 1-based physical line, 0 for none. ``sheet``: of a workbook, None for the first with
    rows. ``encoding``: None to find out. Formats: ``date_formats.py``, ``durations.py``.
    """

    date: Column
    delimiter: str = ","
    header_line: int = 1
    time: Column | None = None
    date_format: str = "%Y-%m-%d %H:%M:%S"
    time_format: str | None = None
    direction: Column | None = None
    direction_values: MappingABC[str, str] | None = field(default=None, hash=False)
    outcome: Column | None = None
    outcome_values: MappingABC[str, str] | None = field(default=None, hash=False)
    number: Column | None = None
    caller: Column | None = None
    callee: Column | None = None
    name: Column | None = None
    duration: Column | None = None
    duration_format: str = "mm:ss or h:mm:ss"
    own_line: Column | None = None
    direction_of_all: str | None = None
    sheet: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        """Raise ForeignFileError ``mapping_invalid`` or ``mapping_needed`` for what cannot be read."""
        if self.number is None and (self.caller is None or self.callee is None):
            raise ForeignFileError("mapping_needed", field="number")
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise ForeignFileError("mapping_invalid", field="delimiter")
        if self.header_line < 0:
            raise ForeignFileError("mapping_invalid", field="header_line")
        if date_reader(self.moment_format) is None:
            raise ForeignFileError("mapping_invalid", field="date_format")
        if duration_style(self.duration_format) is None:
            raise ForeignFileError("mapping_invalid", field="duration_format")
        for meaning in (self.direction_values or {}).values():
            _check_meaning(meaning)
        if self.direction_of_all is not None:
            _check_meaning(self.direction_of_all)
        for outcome in (self.outcome_values or {}).values():
            if outcome not in set(Outcome):
                raise ForeignFileError("mapping_invalid", field="outcome_values")

    @property
    def moment_format(self) -> str:
        """Return the format of date and time together."""
        return self.date_format if self.time is None else f"{self.date_format} {self.time_format or '%H:%M'}"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a mapping document. Raises ForeignFileError ``mapping_invalid`` naming the field."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ForeignFileError("mapping_invalid", field="JSON") from error
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Read a mapping from parsed JSON. Raises ForeignFileError ``mapping_invalid``."""
        if not isinstance(document, dict):
            raise ForeignFileError("mapping_invalid", field="JSON")
        known = {item.name for item in fields(cls)}
        for key, value in document.items():
            if key not in known or not _fits(key, value):
                raise ForeignFileError("mapping_invalid", field=str(key))
        if document.get("date") is None:
            raise ForeignFileError("mapping_needed", field="date")
        given = {key: value for key, value in document.items() if value is not None}
        return cls(**given)

    def to_document(self) -> dict[str, object]:
        """Return the mapping as JSON values, leaving out what is not set."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        plain = {
            name: dict(value) if name in _TABLE_FIELDS and value else value for name, value in values.items()
        }
        return {name: value for name, value in plain.items() if value is not None}

    def to_json(self) -> str:
        """Return the mapping as a JSON document that ``from_json`` reads."""
        return json.dumps(self.to_document(), ensure_ascii=False, indent=1)


def split_meaning(meaning: str) -> tuple[Direction | None, Outcome | None]:
    """Read ``incoming/missed``; no direction means an internal call. Raises ValueError."""
    direction, _slash, outcome = meaning.partition("/")
    return (
        None if direction == INTERNAL else Direction(direction),
        Outcome(outcome) if outcome else None,
    )


def _check_meaning(meaning: str) -> None:
    try:
        split_meaning(meaning)
    except ValueError as error:
        raise ForeignFileError("mapping_invalid", field="direction_values") from error


def _fits(key: str, value: object) -> bool:
    """Say whether a JSON value has the type its field needs."""
    if value is None:
        return key not in {"delimiter", "header_line"}
    if key == "header_line":
        return isinstance(value, int) and not isinstance(value, bool)
    if key in COLUMN_FIELDS:
        return isinstance(value, str) or (
            isinstance(value, int) and not isinstance(value, bool) and value > 0
        )
    if key in _TABLE_FIELDS:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return key in _TEXT_FIELDS and isinstance(value, str)
