"""The call-log formats this program reads: one line per format."""

from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.call_log_format import CallLogFormat
from crm_desktop.importers.call_logs.imazing import IMazing
from crm_desktop.importers.call_logs.mapped_csv import MappedCsv
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.sms_backup_restore import SmsBackupRestore

GENERIC = MappedCsv()
FORMATS: tuple[CallLogFormat, ...] = (
    SmsBackupRestore(),
    IMazing(),
    GENERIC,
)
# From here on a format is read without asking.
AUTOMATIC = 0.9


@dataclass(frozen=True, slots=True)
class Detection:
    """A format a file may be in, and how surely (0 to 1)."""

    format: CallLogFormat
    confidence: float


def formats() -> tuple[CallLogFormat, ...]:
    """Return every format."""
    return FORMATS


def format_named(name: str) -> CallLogFormat:
    """Return a format by its name. Raises ForeignFileError ``log_format_unknown``."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise ForeignFileError("log_format_unknown", format=name, known=", ".join(item.name for item in FORMATS))


def detect(path: Path, options: ReadingOptions) -> list[Detection]:
    """Return the formats a file may be in, best first. Raises ForeignFileError if it cannot be read."""
    return detect_head(LogSource(path, encoding=options.encoding).head(), options)


def detect_head(head: FileHead, options: ReadingOptions) -> list[Detection]:
    """Return the formats the beginning of a file shows, best first; a mapping given decides."""
    if options.mapping is not None:
        return [Detection(GENERIC, 1.0)]
    found = [Detection(known, known.sniff(head)) for known in FORMATS]
    return sorted((item for item in found if item.confidence > 0), key=lambda item: -item.confidence)
