"""What every call-log format offers; the registry lists them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from crm_desktop.domain.calls import LogRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions


class CallLogFormat(Protocol):
    """One format: how to recognize it and how to read it.

    ``name`` is stored with imports and never changes. ``recognized_by`` completes "is recognized by …".
    """

    @property
    def name(self) -> str:
        """Return the identifier, as on the command line."""

    @property
    def shared(self) -> bool:
        """Whether a file holds the calls of a whole office: only lines of members are taken from it."""

    @property
    def title(self) -> str:
        """Return the name people know."""

    @property
    def recognized_by(self) -> str:
        """Return what the format is recognized by, for people."""

    def sniff(self, head: FileHead) -> float:
        """Return from 0 to 1 how surely this is the format; 0.9 and more is read without asking."""

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield every row; one bad row never ends the reading. Raises ForeignFileError."""


class _Recognized(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def recognized_by(self) -> str: ...


def differing(path: Path, log_format: _Recognized) -> ForeignFileError:
    """Return the error of a file that is not what its format must be: it names what was expected."""
    return ForeignFileError(
        "log_format_differs", name=path.name, format=log_format.title, expected=log_format.recognized_by
    )
