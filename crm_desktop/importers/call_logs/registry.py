"""The call-log formats this program reads, one line per format, and the door to them all."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.errors import ForeignFileError, InvalidValueError
from crm_desktop.domain.phone_numbers import is_region
from crm_desktop.domain.progress import CancelToken
from crm_desktop.importers.call_logs.adb_call_log import AdbCallLog
from crm_desktop.importers.call_logs.android_database import AndroidDatabase
from crm_desktop.importers.call_logs.asterisk_master import AsteriskMaster
from crm_desktop.importers.call_logs.avaya_smdr import AvayaSmdr
from crm_desktop.importers.call_logs.call_log import CallLog
from crm_desktop.importers.call_logs.call_log_format import CallLogFormat, differing
from crm_desktop.importers.call_logs.cucm_cdr import CucmCdr
from crm_desktop.importers.call_logs.date_guess import contradicts
from crm_desktop.importers.call_logs.fixed_table import AIRCALL, TEAMS_PSTN
from crm_desktop.importers.call_logs.freepbx import FreePbx
from crm_desktop.importers.call_logs.freeswitch_csv import FreeSwitch
from crm_desktop.importers.call_logs.fritzbox import FritzBox
from crm_desktop.importers.call_logs.fusionpbx_csv import FusionPbx
from crm_desktop.importers.call_logs.google_voice import GoogleVoice
from crm_desktop.importers.call_logs.imazing import IMazing
from crm_desktop.importers.call_logs.iphone_history import IPhoneHistory
from crm_desktop.importers.call_logs.known_search import known_mapping
from crm_desktop.importers.call_logs.local_time import time_zone
from crm_desktop.importers.call_logs.mapped_csv import MappedCsv
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.ringcentral import RingCentral, RingCentralDetailed
from crm_desktop.importers.call_logs.sms_backup_restore import SmsBackupRestore
from crm_desktop.importers.call_logs.suggestion import A_TABLE, date_format_of_column, examine_table
from crm_desktop.importers.call_logs.super_backup import SuperBackup
from crm_desktop.importers.call_logs.threecx_log import ThreeCxLog
from crm_desktop.importers.call_logs.threecx_report import ThreeCxReport
from crm_desktop.importers.call_logs.zipped_log import files_in_zip, log_in_zip

GENERIC = MappedCsv()
FORMATS: tuple[CallLogFormat, ...] = (
    SmsBackupRestore(),
    SuperBackup(),
    AdbCallLog(),
    AndroidDatabase(),
    IPhoneHistory(),
    TEAMS_PSTN,
    AIRCALL,
    GoogleVoice(),
    FritzBox(),
    FreePbx(),
    RingCentral(),
    RingCentralDetailed(),
    AsteriskMaster(),
    FreeSwitch(),
    FusionPbx(),
    ThreeCxReport(),
    ThreeCxLog(),
    CucmCdr(),
    AvayaSmdr(),
    IMazing(),
    GENERIC,
)
# From here on a format is read without asking.
AUTOMATIC = 0.9
AUTO = "auto"


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


def detect_head(head: FileHead, options: ReadingOptions) -> list[Detection]:
    """Return the formats the beginning of a file shows, best first; a mapping given decides."""
    if options.mapping is not None:
        return [Detection(GENERIC, 1.0)]
    found = [Detection(known, known.sniff(head)) for known in FORMATS]
    return sorted((item for item in found if item.confidence > 0), key=lambda item: -item.confidence)


def open_call_log(path: Path, *, format: str = AUTO, options: ReadingOptions) -> CallLog:  # noqa: A002 - the option's name
    """Return the log of a file, read no further than its beginning.

    Without a name the surest format is taken from a confidence of 0.9; another table is taken too if a
    mapping is found for certain. A mapping found is in the log's ``options``. Raises ForeignFileError
    (unreadable, empty, not recognized, mapping needed), InvalidValueError for an unknown region or time zone.
    """
    time_zone(options.time_zone)
    if options.region is not None and not is_region(options.region):
        raise InvalidValueError("region_invalid", field="region", value=options.region)
    source = LogSource(path, encoding=options.text_encoding)
    head = source.head()
    if format == AUTO:
        named, options = _recognized(source.path, head, options)
        return CallLog(source, named, options)
    named = format_named(format)
    if options.mapping is None and named.sniff(head) <= 0:
        raise differing(path, named)
    if named is GENERIC and options.mapping is None:
        mapping = known_mapping(path, options) or examine_table(path, options).mapping
        options = replace(options, mapping=mapping)
    return CallLog(source, named, options)


def logs_in(path: Path, options: ReadingOptions, cancel: CancelToken | None = None) -> list[Path]:
    """Return the logs of a zip that holds several, each with a path of its own; else the path as it is.

    Each file in it is opened for that. Raises Cancelled between two.
    """
    packed = files_in_zip(path)
    try:
        if len(packed) < 2 or log_in_zip(path) is not None:
            return [path]
    except ForeignFileError:  # whoever opens it says why
        return [path]
    return [inner for inner in packed if _opens(inner, options, cancel or CancelToken())] or [path]


def _opens(path: Path, options: ReadingOptions, cancel: CancelToken) -> bool:
    cancel.raise_if_cancelled()
    try:
        open_call_log(path, options=options)
    except ForeignFileError:
        return False
    return True


def what_is_expected() -> str:
    """Return what is read, each name once: how each is recognized is a list of its own."""
    names = (re.split(r" \(|, ", known.title)[0] for known in FORMATS if known is not GENERIC)
    return f"a log of {', '.join(dict.fromkeys(names))}; or {A_TABLE}"


def _recognized(path: Path, head: FileHead, options: ReadingOptions) -> tuple[CallLogFormat, ReadingOptions]:
    detections = detect_head(head, options)
    if detections and detections[0].confidence >= AUTOMATIC:
        return detections[0].format, options
    if not any(found.format is GENERIC for found in detections):
        raise ForeignFileError("log_not_recognized", name=path.name, expected=what_is_expected())
    known = known_mapping(path, options)
    if known is not None:
        by_it = replace(options, mapping=known)
        dates = date_format_of_column(path, by_it, known)
        if dates.certain and contradicts(known.date_format, dates.style):
            raise ForeignFileError("mapping_uncertain", field="date format", name=path.name)
        return GENERIC, by_it
    examined = examine_table(path, options)
    mapping = examined.mapping
    if examined.uncertain:
        words = ", ".join(name.replace("_", " ") for name in examined.uncertain)
        raise ForeignFileError("mapping_uncertain", field=words, name=path.name)
    return GENERIC, replace(options, mapping=mapping)
