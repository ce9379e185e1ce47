"""SMS Backup & Restore (SyncTech), file ``calls-YYYYMMDDhhmmss.xml``.

Source of the fields: synctech.com.au/sms-backup-restore/fields-in-xml-backup-files. ``count`` is unreliable,
``readable_date`` follows the phone's language, and backups overlap: neither is looked at, equal
milliseconds are one call. "Field values are read as-is": vendors' own type codes are reported.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from crm_desktop.domain.calls import (
    CallRecord,
    Direction,
    LogRow,
    Outcome,
    RejectedRow,
    RowReason,
    SkippedRow,
    TimePrecision,
)  # fmt: skip
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.importers.call_logs.durations import DurationStyle, seconds_of
from crm_desktop.importers.call_logs.header_words import NO_NAME
from crm_desktop.importers.call_logs.reading import MAX_LINE, FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, epoch_to_1900, row_key
from crm_desktop.importers.call_logs.xml_elements import Element, ElementReader

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<calls[\s/>]")
_ELEMENT = re.compile(r"<call\s")
_ANY_ELEMENT = re.compile(r"<[A-Za-z]")
_SECONDS = DurationStyle()
_POST_DIAL = re.compile(r"[,;]+(\d{1,7})#?")

# android.provider.CallLog.Calls.TYPE
_TYPES = {
    "1": (Direction.INCOMING, Outcome.ANSWERED),
    "2": (Direction.OUTGOING, Outcome.ANSWERED),
    "3": (Direction.INCOMING, Outcome.MISSED),
    "4": (Direction.INCOMING, Outcome.VOICEMAIL),
    "5": (Direction.INCOMING, Outcome.REJECTED),
    "6": (Direction.INCOMING, Outcome.BLOCKED),
    "7": (Direction.INCOMING, Outcome.ANSWERED_ELSEWHERE),
}
_EARLIEST_MS = 0
_LATEST_MS = 253_402_300_799_999  # the last millisecond of the year 9999


class SmsBackupRestore:
    """Call backups of an Android phone."""

    name = "smsbackuprestore_calls_xml"
    title = "SMS Backup & Restore, calls (Android, XML)"
    recognized_by = "an XML file whose root is <calls> with elements <call … />"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for the root and an element of this format."""
        text = _COMMENT.sub("", head.text)
        root = _ROOT.search(text)
        if root is None:
            return 0.0
        before = text[: root.start()]
        if _ANY_ELEMENT.search(before) and "<!DOCTYPE" not in before:
            return 0.0
        return 1.0 if _ELEMENT.search(text, root.end() - 1) else 0.9

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the rows. Raises ForeignFileError ``log_has_doctype``."""
        calls = _Calls(options)
        for element in ElementReader(root="calls", tag="call").read(source.text()):
            yield element if isinstance(element, RejectedRow) else calls.read(element)


class _Calls:
    """Elements of one file to calls."""

    def __init__(self, options: ReadingOptions) -> None:
        self._normalize = normalizer(options.number_rules())
        self._keys = Ordinals()

    def read(self, element: Element) -> LogRow:
        """Return the call of an element, or why it is none."""
        line, given = element
        date, kind = given.get("date", ""), given.get("type", "").strip()
        number, duration = given.get("number", ""), given.get("duration", "")
        milliseconds = _milliseconds(date)
        if milliseconds is None:
            return _rejected(line, RowReason.BAD_DATE, given)
        meaning = _TYPES.get(kind)
        if meaning is None:
            return _rejected(line, RowReason.UNKNOWN_TYPE, given)
        seconds = 0 if duration == "null" else _whole_seconds(duration)
        if seconds is None:
            return _rejected(line, RowReason.BAD_DURATION, given)
        name = given.get("contact_name", "").strip()
        if len(number) + len(name) > MAX_LINE:
            return _rejected(line, RowReason.ROW_TOO_LONG, given)
        epoch = milliseconds // 1000
        key = row_key(epoch_to_1900(epoch), date.strip(), number, duration, kind)
        if not self._keys.is_new(key):
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE)
        direction, outcome = meaning
        if seconds == 0 and kind == "2":
            outcome = Outcome.NO_ANSWER
        read = self._normalize(number)
        return CallRecord(
            line=line, started_at=datetime.fromtimestamp(epoch, UTC), direction=direction, outcome=outcome,
            duration_s=seconds, raw_number=number, number=read.e164,
            name=None if name.casefold() in _NO_NAME else name, row_key=key,
            precision=TimePrecision.MILLISECOND,
            extension=read.extension or _extension(given.get("post_dial_digits")),
            number_note=read.note,
        )  # fmt: skip


_NO_NAME = NO_NAME | {""}


def _milliseconds(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        return None
    value = int(text)
    return value if _EARLIEST_MS < value <= _LATEST_MS else None


def _whole_seconds(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    return seconds_of(text, _SECONDS) if ":" not in text else None


def _extension(post_dial: str | None) -> str | None:
    """Return digits dialled after a pause; other tones are no extension."""
    match = _POST_DIAL.fullmatch(post_dial.strip()) if post_dial else None
    return match[1] if match else None


def _rejected(line: int, reason: RowReason, given: dict[str, str]) -> RejectedRow:
    return RejectedRow(line, reason, " ".join(f'{name}="{value}"' for name, value in given.items())[:500])
