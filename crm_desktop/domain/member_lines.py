"""Whose line is whose: the log of a telephone system holds the whole office, not one member's calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.phone_numbers import NormalizedNumber

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class MemberLine:
    """An extension or own number of a member, from ``since`` to before ``until`` (ISO 8601, None: open)."""

    member_id: int
    line: str
    since: str | None = None
    until: str | None = None

    def holds_on(self, day: str) -> bool:
        """Return whether the line was the member's on a day (ISO 8601)."""
        return (self.since or "") <= day and (self.until is None or day < self.until)

    def overlaps(self, other: "MemberLine") -> bool:
        """Return whether both hold on some day."""
        return (self.until is None or (other.since or "") < self.until) and (
            other.until is None or (self.since or "") < other.until
        )


class LineOwners:
    """Finds the member of a line; spellings of a number are one line."""

    def __init__(self, lines: Sequence[MemberLine], normalize: Callable[[str], NormalizedNumber]) -> None:
        self._normalize = normalize
        self._by_line: dict[str, list[MemberLine]] = {}
        for line in lines:
            self._by_line.setdefault(self._key(line.line), []).append(line)

    def owner(self, own_line: str | None, day: str) -> int | None:
        """Return the member a line belonged to on a day, None for nobody."""
        if not own_line:
            return None
        found = self._by_line.get(self._key(own_line), ())
        return next((line.member_id for line in found if line.holds_on(day)), None)

    def clashing(self, line: MemberLine) -> MemberLine | None:
        """Return a line that is the same on some day, whoever has it."""
        found = self._by_line.get(self._key(line.line), ())
        return next((known for known in found if known.overlaps(line)), None)

    def _key(self, written: str) -> str:
        return self._normalize(written).e164 or "".join(written.split()).casefold()


def dates_problem(line: MemberLine) -> KnownError | None:
    """Return why the days of a line are none."""
    return days_problem(line.since, line.until)


def days_problem(since: str | None, until: str | None) -> KnownError | None:
    """Return why two days, the first of a time and the first after it, are none."""
    for field, day in (("since", since), ("until", until)):
        if day is not None and not _is_day(day):
            return InvalidValueError("date_invalid", field=field, value=day)
    if since is not None and until is not None and until <= since:
        return InvalidValueError("line_dates", field="until")
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def line_problem(line: str) -> KnownError | None:
    """Return why a text is no extension and no number."""
    if not line.strip() or len(line) > _LONGEST or not any(ch.isdigit() for ch in line):
        return InvalidValueError("line_invalid", field="line", value=line)
    return None
