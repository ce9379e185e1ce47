"""Talk times as logs write them, to whole seconds."""

import re
from dataclasses import dataclass

# A year: beyond it a value is damage, not a call.
MAX_SECONDS = 366 * 86_400
_CLOCK = re.compile(r"(\d{1,6}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?", re.ASCII)
_PLAIN = re.compile(r"(\d{1,12})(?:[.,](\d{1,6}))?", re.ASCII)
_ISO = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d+)?S)?", re.ASCII | re.IGNORECASE)
_WORDS = re.compile(
    r"(?:(\d{1,6})\s*(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?)[\s,:]*)?"
    r"(?:(\d{1,6})\s*(?:m|mn|min|mins|minutes?|minuten?|minutos?)\.?[\s,:]*)?"
    r"(?:(\d{1,9})\s*(?:s|secs?|seconds?|sek\.?|sekunden?|secondes?|segundos?)\.?)?",
    re.ASCII | re.IGNORECASE,
)
_UNITS = {"s": 1, "min": 60, "h": 3600}
_STYLE_WORDS = {
    "s": ("unit", "s"), "ss": ("unit", "s"), "sec": ("unit", "s"), "seconds": ("unit", "s"),
    "m": ("unit", "min"), "min": ("unit", "min"), "minutes": ("unit", "min"),
    "h": ("unit", "h"), "hours": ("unit", "h"), "ms": ("unit", "ms"), "milliseconds": ("unit", "ms"),
    "m:ss": ("pair", "m:ss"), "mm:ss": ("pair", "m:ss"),
    "h:mm": ("pair", "h:mm"), "hh:mm": ("pair", "h:mm"),
    "h:mm:ss": ("", ""), "hh:mm:ss": ("", ""), "text": ("", ""), "iso": ("", ""), "auto": ("", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DurationStyle:
    """What ``3:28`` means (``m:ss`` or ``h:mm``) and the unit of a bare number (s, min, h, ms)."""

    pair: str = "m:ss"
    unit: str = "s"


def duration_style(text: str) -> DurationStyle | None:
    """Read a style as a mapping writes it, ``mm:ss or h:mm:ss``; None if a word in it is unknown."""
    found = {"pair": "m:ss", "unit": "s"}
    for word in re.split(r"\s*(?:\bor\b|[,|])\s*", text.strip().casefold()):
        known = _STYLE_WORDS.get(word)
        if known is None:
            return None
        if known[0]:
            found[known[0]] = known[1]
    return DurationStyle(**found)


def seconds_of(text: str, style: DurationStyle) -> int | None:
    """Return whole seconds, 0 for an empty cell; None for what is no duration (negative ones too)."""
    text = text.strip()
    if not text:
        return 0
    seconds = _seconds(text, style)
    return seconds if seconds is not None and seconds <= MAX_SECONDS else None


def _seconds(text: str, style: DurationStyle) -> int | None:
    if clock := _CLOCK.fullmatch(text):
        return _clock_seconds(clock, style)
    if plain := _PLAIN.fullmatch(text):
        number = float(f"{plain[1]}.{plain[2] or 0}")
        return int(number / 1000 if style.unit == "ms" else number * _UNITS[style.unit])
    worded = _ISO.fullmatch(text) or _WORDS.fullmatch(text)
    if worded and any(worded.groups()):
        hours, minutes, seconds = (int(part or 0) for part in worded.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None


def _clock_seconds(clock: re.Match[str], style: DurationStyle) -> int | None:
    first, second = int(clock[1]), int(clock[2])
    third = int(clock[3]) if clock[3] else None
    if second > 59 or (third or 0) > 59:
        return None
    if third is not None:
        return first * 3600 + second * 60 + third
    return first * 60 + second if style.pair == "m:ss" else first * 3600 + second * 60
