"""Open a call log: recognize its format, read its rows once, know its digest afterwards."""

from collections.abc import Iterator
from pathlib import Path

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.errors import ForeignFileError, InvalidValueError
from crm_desktop.domain.phone_numbers import is_region
from crm_desktop.importers.call_logs.call_log_format import CallLogFormat
from crm_desktop.importers.call_logs.local_time import time_zone
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.registry import AUTOMATIC, FORMATS, GENERIC, detect_head, format_named
from crm_desktop.importers.call_logs.suggestion import examine_table

AUTO = "auto"


class CallLog:
    """A log ready to be read; iterating yields its rows, each time from the beginning."""

    def __init__(self, source: LogSource, log_format: CallLogFormat, options: ReadingOptions) -> None:
        self._source = source
        self._format = log_format
        self.options = options
        self.size = source.size

    @property
    def format(self) -> str:
        """Return the name of the format."""
        return self._format.name

    @property
    def encoding(self) -> str:
        """Return the text encoding, final after reading."""
        return self._source.encoding

    @property
    def sha256(self) -> bytes:
        """Return the digest of the file; complete after reading."""
        return self._source.sha256

    def progress(self) -> int:
        """Return how many of ``size`` bytes are read."""
        return self._source.bytes_read

    def __iter__(self) -> Iterator[LogRow]:
        """Yield every row. Raises ForeignFileError."""
        self._source = LogSource(self._source.path, encoding=self.options.encoding)
        self.size = self._source.size
        yield from self._format.read(self._source, self.options)


def open_call_log(path: Path, *, format: str = AUTO, options: ReadingOptions) -> CallLog:  # noqa: A002 - the option's name
    """Return the log of a file, read no further than its beginning.

    Without a name the surest format is taken from a confidence of 0.9; another table with a mapping found
    for certain is taken too. Raises ForeignFileError (unreadable, empty, not recognized, mapping needed),
    InvalidValueError for a region or time zone that does not exist.
    """
    time_zone(options.time_zone)
    if options.region is not None and not is_region(options.region):
        raise InvalidValueError("region_invalid", field="region", value=options.region)
    source = LogSource(path, encoding=options.encoding)
    head = source.head()
    if format == AUTO:
        return CallLog(source, _recognized(source.path, head, options), options)
    named = format_named(format)
    if options.mapping is None and named.sniff(head) <= 0:
        raise ForeignFileError(
            "log_format_differs", name=path.name, format=named.title, expected=named.recognized_by
        )
    return CallLog(source, named, options)


def _recognized(path: Path, head: FileHead, options: ReadingOptions) -> CallLogFormat:
    detections = detect_head(head, options)
    if detections and detections[0].confidence >= AUTOMATIC:
        return detections[0].format
    if not any(found.format is GENERIC for found in detections):
        expected = "; ".join(f"{known.title}: {known.recognized_by}" for known in FORMATS)
        raise ForeignFileError("log_not_recognized", name=path.name, expected=expected)
    examined = examine_table(path, options)
    if examined.uncertain:
        raise ForeignFileError("mapping_uncertain", field=", ".join(examined.uncertain))
    return GENERIC
