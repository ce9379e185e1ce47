"""The words an exported list is written in: English, or those the user sees in the window."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


def _as_it_is(text: str) -> str:
    return text


def plain_word(value: StrEnum) -> str:
    """Return a value of a fixed choice in English: "Address book"."""
    return value.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class ExportWords:
    """How titles and fixed choices are written; what people typed is never translated."""

    title: Callable[[str], str] = _as_it_is
    value: Callable[[StrEnum], str] = plain_word

    def cell(self, value: object) -> str:
        """Return a stored value as it stands in a cell; days stay ISO 8601, every program reads them."""
        if isinstance(value, bool):
            return self.title("yes") if value else ""
        if isinstance(value, StrEnum):
            return self.value(value)
        return "" if value is None else str(value)


def moment(at: int, time_zone: str) -> str:
    """Return a moment (UTC epoch seconds) as ISO 8601 in a time zone, to the minute."""
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(time_zone))
    return local.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
