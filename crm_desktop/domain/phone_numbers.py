"""From the spelling of a number in a foreign file to E.164, or to the reason why there is none.

A wrong number is worse than none: a call would appear in a stranger's history. Hence the length test
"exactly possible" instead of the two ready-made ones: ``is_valid_number`` refuses ranges newer than its
tables and all numbers reserved for drama, ``is_possible_number`` lets local numbers without area code pass.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from crm_desktop.domain.calls import NumberNote
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_words import WITHHELD_WORDS

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

    _Reading = tuple[PhoneNumber | None, str | None, NumberNote | None]  # number, extension, why none

# Variable-length countries make possible numbers of extensions and service numbers (1001, 11833, 116117).
SHORT_DIGITS = 6
_MAX_SPELLING = 250
_CACHED_SPELLINGS = 1 << 15

_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0]
)
_DAMAGED = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d{1,3}", re.IGNORECASE)
_MASKED = re.compile(r"[+\d(][\d\s().\-/]*(?:\*{2,}|x{2,}|•+|…)[\d\s*x•]*", re.IGNORECASE)
_SCHEME = re.compile(r"(sips?|tel|callto|phone):(?://)?\s*", re.IGNORECASE)
_SERVICE_PREFIX = re.compile(r"(?:(?:[*#]\d{2,3}#|\*(?:67|82))\s*)+(?=[+\d(])")
_INTERNAL_CODE = re.compile(r"\*\*\d{1,6}")
_SERVICE_CODE = re.compile(r"[*#\d\s]*[*#][*#\d\s]*")
_EXTENSION = re.compile(
    r"(?P<body>.*?\d\)?)\s*(?:;ext=|[,;]{1,3}\s*|,?\s*(?:extension|extensión|extn?|ext|durchwahl|dw|poste|anexo|"
    r"int|доб|x|#)[.:\s]*)(?P<extension>\d{1,7})#?",
    re.IGNORECASE | re.DOTALL,
)
# Tones dialled after the number (a conference code); a list has a blank or a plus after its comma.
_TONES = re.compile(r"(?<=\d)[,;pw][\d*#,;pw]*\Z", re.IGNORECASE)
_LIST = re.compile(r"[~|]|[,;](?=\s*\+|\s+[\d(])")
_VANITY = re.compile(r"\+?[\d(][\d\s().\-/]{2,}[A-Z]{3,}[A-Z\d\s-]*")
# What phones write most: none of the cases below can be in it.
_INTERNATIONAL = re.compile(r"\+[1-9][0-9 ()/-]{6,24}[0-9]")
_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)
_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class NumberRules:
    """What is known about the place a log comes from.

    ``region``: ISO 3166 code national spellings belong to. ``area_code``: put before local numbers.
    ``outside_prefix``: dialled for an outside line (9, 0). ``internal_digits``: an extension's most digits.
    ``international_without_plus``: the source writes ``447700900123`` for +44 7700 900123.
    """

    region: str | None = None
    area_code: str | None = None
    outside_prefix: str | None = None
    internal_digits: int | None = None
    international_without_plus: bool = False


@dataclass(frozen=True, slots=True)
class NormalizedNumber:
    """A spelling read: either ``e164`` or a ``note`` saying why there is none."""

    raw: str
    e164: str | None = None
    extension: str | None = None
    note: NumberNote | None = None


def normalizer(rules: NumberRules) -> Callable[[str], NormalizedNumber]:
    """Return ``normalize`` for one set of rules, remembering the spellings it has met (9 times faster)."""
    return lru_cache(maxsize=_CACHED_SPELLINGS)(partial(normalize, rules=rules))


def normalize(raw: str, rules: NumberRules) -> NormalizedNumber:
    """Read one spelling. Never raises: what is no number gets a note."""
    if len(raw) > _MAX_SPELLING:
        return NormalizedNumber(raw, note=NumberNote.NOT_A_NUMBER)
    if _INTERNATIONAL.fullmatch(raw):
        international = _possible(raw, None)
        if international is not None:
            return NormalizedNumber(raw, e164=_e164(international))
    text = _plain(raw)
    note = _note_of_spelling(text)
    if note is not None:
        return NormalizedNumber(raw, note=note)
    number, extension, note = _read_dialled(text, rules)
    if number is None:
        return NormalizedNumber(raw, note=note or NumberNote.NOT_A_NUMBER)
    return NormalizedNumber(raw, e164=_e164(number), extension=extension or number.extension or None)


def is_region(code: str) -> bool:
    """Say whether numbers can be read for this ISO 3166 code."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=256)
def national_example(region: str) -> str:
    """Return a number of a country as it is written there, empty where none is known."""
    import phonenumbers

    example = phonenumbers.example_number(region)
    if example is None:
        return ""
    return phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)


@lru_cache(maxsize=4096)
def national_display(e164: str) -> str:
    """Return the number as written inside its own country; what is no E.164 number comes back as it is."""
    import phonenumbers

    number = _parsed(e164, None)
    if number is None:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@lru_cache(maxsize=4096)
def international_display(e164: str) -> str:
    """Return the number with its country code and blanks; what is no E.164 number comes back as it is."""
    import phonenumbers

    number = _parsed(e164, None)
    if number is None:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def search_keys(e164: str) -> tuple[str, ...]:
    """Return digit strings to find this number by, each once.

    The E.164 digits, the national digits with and without the trunk prefix, and the groups of both ways of
    writing it, so that ``+49 30 231``, ``030 231`` and ``030231`` are all prefixes of what is indexed.
    """
    import phonenumbers

    number = _parsed(e164, None)
    if number is None:
        return tuple(dict.fromkeys(filter(None, (_digits(e164), *_NOT_DIGIT.split(e164)))))
    style = phonenumbers.PhoneNumberFormat
    national = phonenumbers.format_number(number, style.NATIONAL)
    international = phonenumbers.format_number(number, style.INTERNATIONAL)
    significant = phonenumbers.national_significant_number(number)
    groups = [*_NOT_DIGIT.split(national), *_NOT_DIGIT.split(international)]
    keys = [_digits(e164), _digits(national), significant, *groups]
    return tuple(dict.fromkeys(key for key in keys if key))


def _plain(raw: str) -> str:
    """Drop what cannot be seen (bidi marks), Excel's text marks, and unusual digits and blanks."""
    text = raw.translate(_INVISIBLE)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(str(unicodedata.decimal(ch)) if ch.isdecimal() else ch for ch in text)
    text = text.strip().removeprefix("=").strip('"').lstrip("'’‘`").strip()
    return re.sub(r"(?<=\d{6})[.,]0\Z", "", text)


def _note_of_spelling(text: str) -> NumberNote | None:
    if not text or fold(text) in WITHHELD_WORDS:
        return NumberNote.WITHHELD
    if _DAMAGED.fullmatch(text):
        return NumberNote.DAMAGED
    if _MASKED.fullmatch(text):
        return NumberNote.MASKED
    if _UUID.fullmatch(text):
        return NumberNote.NOT_A_NUMBER
    return None


def _read_dialled(text: str, rules: NumberRules) -> "_Reading":
    """Take away schemes and service prefixes, part lists, and read what is left."""
    address = _user_part(text)
    if address is None:
        return None, None, NumberNote.NOT_A_NUMBER
    if _INTERNAL_CODE.fullmatch(address):
        return None, None, NumberNote.EXTENSION
    dialled = _SERVICE_PREFIX.sub("", address, count=1) if address[:1] in "*#" else address
    if _SERVICE_CODE.fullmatch(dialled) and dialled[:1] in "*#":
        return None, None, NumberNote.SHORT_CODE
    parts = [part for part in _LIST.split(dialled) if len(_digits(part)) > SHORT_DIGITS]
    if len(parts) > 1:
        return _read_list(parts, rules)
    return _read_one(dialled, rules)


def _user_part(text: str) -> str | None:
    """Return ``+49…`` of ``sip:+49…@host``; None for an e-mail address."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :].replace("%2B", "+") if scheme else text
    user, at, _host = rest.partition("@")
    if at and not scheme and not user.startswith("+"):
        return None
    return (user.split(";")[0] if at else user).strip()


def _read_list(parts: list[str], rules: NumberRules) -> "_Reading":
    """Read a list of numbers (``a~b`` of conference calls): only one number spelled twice is certain."""
    readings = [_read_one(part, rules) for part in parts]
    first = readings[0]
    if all(r[0] is not None and r[0] == first[0] for r in readings):
        return first
    return None, None, NumberNote.NOT_A_NUMBER


def _read_one(text: str, rules: NumberRules) -> "_Reading":
    split = _EXTENSION.fullmatch(text)
    body, extension = (split["body"], split["extension"]) if split else (_TONES.sub("", text), None)
    if any(ch.isalpha() for ch in body) and not _VANITY.fullmatch(body):
        return None, None, NumberNote.NOT_A_NUMBER
    digits = _digits(body)
    if digits and not digits.strip("0"):
        return None, None, NumberNote.WITHHELD
    if "+" not in body and not any(ch.isalpha() for ch in body) and len(digits) <= SHORT_DIGITS:
        return None, None, _note_of_short(digits, rules)
    number, note = _read_outside(body, rules)
    return number, extension, note


def _note_of_short(digits: str, rules: NumberRules) -> NumberNote:
    import phonenumbers

    if not digits:
        return NumberNote.NOT_A_NUMBER
    emergency = rules.region is not None and phonenumbers.is_emergency_number(digits, rules.region)
    if len(digits) <= (rules.internal_digits or 0) and not emergency:
        return NumberNote.EXTENSION
    return NumberNote.SHORT_CODE


def _read_outside(body: str, rules: NumberRules) -> "tuple[PhoneNumber | None, NumberNote | None]":
    """Read with and without the outside-line prefix; a number that really begins so is kept whole."""
    import phonenumbers

    number, note = _read_national(body, rules)
    digits = _digits(body)
    prefix = rules.outside_prefix
    if not prefix or "+" in body or not digits.startswith(prefix):
        return number, note
    without, _note = _read_national(digits[len(prefix) :], rules)
    if without is None:
        return number, note
    # A trunk prefix inside a number is none: 9 030 123456 is no local number of 10 figures.
    trunk_follows = not digits.startswith("0") and digits[len(prefix) :].startswith("0")
    if trunk_follows and _trunk(rules.region) == "0":
        return without, None
    if number is None or (phonenumbers.is_valid_number(without) and not phonenumbers.is_valid_number(number)):
        return without, None
    return number, note


def _read_national(body: str, rules: NumberRules) -> "tuple[PhoneNumber | None, NumberNote | None]":
    """Read a spelling that may lack its plus sign or its area code."""

    digits = _digits(body)
    region = rules.region
    if "+" in body or region is None:
        return _possible(body, None), None
    if rules.international_without_plus:
        return _possible("+" + digits.removeprefix("00"), None), None
    trunk = _trunk(region)
    if trunk == "0" and not digits.startswith("0") and not any(ch.isalpha() for ch in body):
        return _with_area_code(digits, trunk, rules)
    number = _possible(body, region)
    if number is None and _is_local_only(body, region):
        return _with_area_code(digits, trunk, rules)
    return number, None


def _trunk(region: str | None) -> str:
    """Return what is dialled before an area code in a country, mostly 0; empty for nothing."""
    import phonenumbers

    return phonenumbers.ndd_prefix_for_region(region or "", strip_non_digits=True) or ""


def _is_local_only(body: str, region: str) -> bool:
    """Say whether this could be dialled inside one town only (555-0123)."""
    import phonenumbers

    number = _parsed(body, region)
    if number is None:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY


def _with_area_code(
    digits: str, trunk: str, rules: NumberRules
) -> "tuple[PhoneNumber | None, NumberNote | None]":
    """Read a local number; without a known area code it stays null: it would be another town's number."""
    if not rules.area_code:
        return None, NumberNote.NO_AREA_CODE
    area = _digits(rules.area_code)
    return _possible(trunk + area.removeprefix(trunk) + digits, rules.region), None


def _possible(text: str, region: str | None) -> "PhoneNumber | None":
    """Parse, and keep only a number whose length is exactly one its country uses."""
    import phonenumbers

    number = _parsed(text, region)
    if number is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _parsed(text: str, region: str | None) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(text: str) -> str:
    return _NOT_DIGIT.sub("", text)
