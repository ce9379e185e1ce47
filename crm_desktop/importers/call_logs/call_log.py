"""A call log ready to be read: its rows once, its digest afterwards."""

from collections.abc import Iterator
from functools import cached_property

from crm_desktop.domain.calls import LogRow
from crm_desktop.importers.call_logs.call_log_format import CallLogFormat
from crm_desktop.importers.call_logs.mapped_csv import several_own_lines
from crm_desktop.importers.call_logs.reading import LogSource, ReadingOptions


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

    @cached_property
    def shared(self) -> bool:
        """Return whether the log holds a whole office: its format says so, or a table names several lines.

        Raises ForeignFileError for a table its mapping does not fit.
        """
        return self._format.shared or several_own_lines(self._source.path, self.options)

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
        self._source = LogSource(self._source.path, encoding=self.options.text_encoding)
        self.size = self._source.size
        yield from self._format.read(self._source, self.options)
