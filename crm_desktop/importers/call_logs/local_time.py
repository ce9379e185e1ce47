"""Times without a zone to UTC (PEP 495).

A repeated hour counts as its first pass (fold=0), a skipped hour is shifted forward; both are flagged.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.importers.call_logs.row_keys import epoch_to_1900, wall_clock_seconds, whole_seconds

_NO_TIME = timedelta(0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799  # the last second of the year 9999


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

    def read(self, local: datetime) -> tuple[int, int, bool]:
        """Return the seconds from 1900 as written, UTC epoch seconds, and whether it is repeated or skipped.

        What is written with an offset counts from 1900 in UTC. Fractions are cut off. Raises OverflowError.
        """
        if local.tzinfo is not None:
            epoch = _checked(whole_seconds(local - _EPOCH))
            return epoch_to_1900(epoch), epoch, False
        written = wall_clock_seconds(local)
        offset = self._offset_of_day(local.date())
        if offset is not None:
            return written, _checked(written - epoch_to_1900(offset)), False
        aware = local.replace(tzinfo=self._zone)
        ambiguous = aware.utcoffset() != aware.replace(fold=1).utcoffset()
        return written, _checked(whole_seconds(aware.astimezone(UTC) - _EPOCH)), ambiguous

    def _single_offset(self, day: date) -> int | None:
        """Return the day's offset in seconds; None for a day on which it changes."""
        start = datetime.combine(day, time.min, self._zone)
        end = datetime.combine(day, time.max, self._zone)
        offsets = {moment.replace(fold=fold).utcoffset() for moment in (start, end) for fold in (0, 1)}
        if len(offsets) != 1:
            return None
        return whole_seconds(offsets.pop() or _NO_TIME)


def _checked(epoch: int) -> int:
    if epoch > _LATEST:
        raise OverflowError
    return epoch
