"""Google Voice in a Takeout: one page per call in ``Takeout/Voice/Calls``, as a zip or a single page.

The pages are broken XHTML with entities of their own, so they are read as HTML. Conversations are no calls,
a recording belongs to a call that is listed, and copies (``… (1).html``) are the same call.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import PurePosixPath

from crm_desktop.domain.calls import (
    CallRecord,
    Direction,
    LogRow,
    Outcome,
    RejectedRow,
    RowReason,
    SkippedRow,
)
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.domain.phone_numbers import normalizer
from crm_desktop.importers.call_logs.durations import DurationStyle, seconds_of
from crm_desktop.importers.call_logs.foreign_zip import SIGN, files_in, names_in
from crm_desktop.importers.call_logs.header_words import NO_NAME
from crm_desktop.importers.call_logs.reading import FileHead, LogSource, ReadingOptions
from crm_desktop.importers.call_logs.row_keys import Ordinals, epoch_to_1900, row_key

_FOLDER = "Voice/Calls/"
_CALL = 'class="haudio"'
_IN_NAME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)_(\d\d)_(\d\d)Z")
_WORD_IN_NAME = re.compile(r"(?:^|- )(Placed|Received|Missed|Voicemail|Recorded) - \d{4}-")
_COPY = re.compile(r"\(\d+\)$")
_SECONDS = DurationStyle()
_TAGS = {
    "placed": (Direction.OUTGOING, Outcome.ANSWERED),
    "received": (Direction.INCOMING, Outcome.ANSWERED),
    "missed": (Direction.INCOMING, Outcome.MISSED),
    "voicemail": (Direction.INCOMING, Outcome.VOICEMAIL),
}
_RECORDED = "recorded"


class GoogleVoice:
    """The calls of a Google Voice account."""

    name = "google_voice_takeout"
    shared = False
    title = "Google Voice (Takeout, zip or HTML)"
    recognized_by = "a zip with pages in Takeout/Voice/Calls, or one such page"

    def sniff(self, head: FileHead) -> float:
        """Return 1 for a zip with the folder of calls, 0.95 for a page of a call."""
        if head.data.startswith(SIGN):
            try:
                return float(head.path is not None and any(_FOLDER in name for name in names_in(head.path)))
            except ForeignFileError:
                return 0.0
        return 0.95 if _CALL in head.text and "voice#" in head.text else 0.0

    def read(self, source: LogSource, options: ReadingOptions) -> Iterator[LogRow]:
        """Yield the pages; ``place`` is the page's name in the zip. Raises ForeignFileError."""
        calls = _Calls(options)
        data = bytearray()
        zipped = source.head().data.startswith(SIGN)
        for chunk in source.chunks():
            if not zipped:
                data += chunk
        if not zipped:
            yield calls.read(1, source.path.name, bytes(data))
            return
        names = names_in(source.path)
        lines = {name: line for line, name in enumerate(names, 1)}
        # A copy comes after what it is a copy of.
        ordered = sorted(names, key=lambda name: (_COPY.search(PurePosixPath(name).stem) is not None, name))
        for name, content in files_in(source.path, ordered):
            yield calls.read(lines[name], name, content)


class _Calls:
    """Pages of one account to calls."""

    def __init__(self, options: ReadingOptions) -> None:
        self._normalize = normalizer(options.number_rules())
        self._keys = Ordinals()

    def read(self, line: int, place: str, content: bytes | None) -> LogRow:
        """Return the call of a page, or why it is none."""
        if _FOLDER not in place and "/" in place:
            return SkippedRow(line, RowReason.NOT_A_CALL, place)
        if content is None:
            return RejectedRow(line, RowReason.MALFORMED, "", place)
        page = _Page()
        page.feed(content.decode("utf-8", "replace"))
        page.close()
        if not page.is_call:
            return SkippedRow(line, RowReason.NOT_A_CALL, place)
        word = _WORD_IN_NAME.search(PurePosixPath(place).name)
        tag = page.tag or (word[1].lower() if word else "")
        if tag == _RECORDED:
            return SkippedRow(line, RowReason.RECORDING_NOT_A_CALL, place)
        return self._call(line, place, page, tag)

    def _call(self, line: int, place: str, page: "_Page", tag: str) -> LogRow:
        started_at = _moment(page.published) or _moment_in_name(place)
        if started_at is None:
            return RejectedRow(line, RowReason.BAD_DATE, f'title="{page.published}"'[:500], place)
        if tag not in _TAGS:
            return RejectedRow(line, RowReason.UNKNOWN_TYPE, tag[:500], place)
        seconds = seconds_of(page.duration, _SECONDS)
        if seconds is None:
            return RejectedRow(line, RowReason.BAD_DURATION, page.duration[:500], place)
        epoch = int(started_at.timestamp())
        key = row_key(epoch_to_1900(epoch), page.published, page.number, tag, page.duration)
        if not self._keys.is_new(key):
            return SkippedRow(line, RowReason.DUPLICATE_IN_FILE, place)
        direction, outcome = _TAGS[tag]
        if direction is Direction.OUTGOING and seconds == 0:
            outcome = Outcome.NO_ANSWER
        read = self._normalize(page.number)
        name = " ".join(page.name.split())
        known = bool(name) and name.casefold() not in NO_NAME and name != page.number
        return CallRecord(
            line=line, epoch=epoch, direction=direction, outcome=outcome,
            duration_s=seconds, raw_number=page.number, number=read.e164, name=name if known else None,
            row_key=key, extension=read.extension, number_note=read.note, place=place,
        )  # fmt: skip


class _Page(HTMLParser):
    """What a page says of its call."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_call = False
        self.number = self.name = self.published = self.duration = self.tag = ""
        self._in_link = self._in_name = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        self.is_call = self.is_call or "haudio" in classes
        if tag == "a" and "tel" in classes and not self.number:
            self._in_link = True
            self.number = given.get("href", "").removeprefix("tel:").replace("%2B", "+").strip()
        elif tag == "span" and "fn" in classes and self._in_link:
            self._in_name = True
        elif tag == "abbr" and "published" in classes:
            self.published = given.get("title", "").strip()
        elif tag == "abbr" and "duration" in classes:
            self.duration = given.get("title", "").strip()
        elif tag == "a" and given.get("rel") == "tag":
            word = given.get("href", "").rpartition("#")[2].lower()
            # Labels such as inbox and spam stand beside the one that says what it was.
            if word in _TAGS or word == _RECORDED:
                self.tag = word

    def handle_endtag(self, tag: str) -> None:
        """End the name of the other party."""
        if tag == "span":
            self._in_name = False
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        """Take the name of the other party."""
        if self._in_name:
            self.name += data


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _moment_in_name(place: str) -> datetime | None:
    """Return the time in a page's name, where the page itself has none."""
    found = _IN_NAME.search(place)
    return _moment(f"{found[1]}T{found[2]}:{found[3]}:{found[4]}+00:00") if found else None
