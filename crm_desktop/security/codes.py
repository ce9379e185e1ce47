"""Codes a person types: recovery code and set-up code, in Crockford base32 with a check per group.

Each group is four data characters and one check character. The check is a linear code over GF(32), so
every single wrong character and every swap of two neighbours in a group is caught, and the group's
number goes into it, so two groups in the wrong order are caught too. The alphabet and the forgiveness
(O is 0, I and L are 1, case and separators do not matter) are Crockford's.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from crm_desktop.domain.errors import InvalidValueError

RECOVERY_CODE_BYTES = 20
SECRET_BYTES = 16
FINGERPRINT_BYTES = 16

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_VALUES |= {"O": 0, "I": 1, "L": 1}
_DATA_CHARACTERS = 4
_GROUP_CHARACTERS = _DATA_CHARACTERS + 1
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
# Far above the longest code (65 characters with separators): a pasted book is refused before any work.
_LONGEST_INPUT = 400


def new_recovery_code() -> bytes:
    """Return 20 random bytes (160 bits)."""
    return secrets.token_bytes(RECOVERY_CODE_BYTES)


def format_recovery_code(code: bytes) -> str:
    """Return the eight groups of a recovery code, separated by hyphens."""
    if len(code) != RECOVERY_CODE_BYTES:
        raise ValueError("a recovery code has 20 bytes")
    return _format(code)


def parse_recovery_code(text: str) -> bytes:
    """Return the 20 bytes of a typed recovery code.

    Raises InvalidValueError: ``code_group_wrong`` (facts group, groups), ``code_length_wrong``.
    """
    return _parse(text, length=RECOVERY_CODE_BYTES, field="recovery_code")


@dataclass(frozen=True, slots=True)
class SetUpCode:
    """What a computer must know of an organization: its secret and the fingerprint of its root."""

    secret: bytes = field(repr=False)
    root_fingerprint: bytes

    def __post_init__(self) -> None:
        """Refuse other lengths: they would give a code nobody can read back."""
        if len(self.secret) != SECRET_BYTES or len(self.root_fingerprint) != FINGERPRINT_BYTES:
            raise ValueError("a set-up code has a 16-byte secret and a 16-byte fingerprint")

    def text(self) -> str:
        """Return the thirteen groups, separated by hyphens."""
        return _format(self.secret + self.root_fingerprint)


def parse_set_up_code(text: str) -> SetUpCode:
    """Return the set-up code in ``text``; errors as for :func:`parse_recovery_code`."""
    data = _parse(text, length=SECRET_BYTES + FINGERPRINT_BYTES, field="set_up_code")
    return SetUpCode(secret=data[:SECRET_BYTES], root_fingerprint=data[SECRET_BYTES:])


def group_matches(code_text: str, *, group: int, typed: str) -> bool:
    """Tell whether ``typed`` is group ``group`` (from 1) of a printed code, with the usual forgiveness."""
    wanted = code_text.split("-")[group - 1]
    return len(typed) <= _LONGEST_INPUT and _values(_characters(typed)) == _values(wanted)


@dataclass(frozen=True, slots=True)
class TypedGroups:
    """How far a code is typed: right whole groups from the start, and the first wrong one (from 1), if any.

    ``complete``: every group is there and right, and nothing more.
    """

    groups: int
    right: int
    wrong: int | None
    complete: bool


def typed_recovery_code(text: str) -> TypedGroups:
    """Judge the whole groups of a recovery code that is still being typed."""
    return _typed(text, length=RECOVERY_CODE_BYTES)


def typed_set_up_code(text: str) -> TypedGroups:
    """Judge the whole groups of a set-up code that is still being typed."""
    return _typed(text, length=SECRET_BYTES + FINGERPRINT_BYTES)


def _format(data: bytes) -> str:
    characters = _data_characters(len(data))
    number = int.from_bytes(data) << (characters * 5 - len(data) * 8)
    values = [(number >> 5 * place) & 31 for place in reversed(range(characters))]
    groups = []
    for start in range(0, characters, _DATA_CHARACTERS):
        group = values[start : start + _DATA_CHARACTERS]
        group.append(_check(group, number=start // _DATA_CHARACTERS + 1))
        groups.append("".join(_ALPHABET[value] for value in group))
    return "-".join(groups)


def _parse(text: str, *, length: int, field: str) -> bytes:
    groups = _groups(text, expected=_data_characters(length) // _DATA_CHARACTERS, field=field)
    number = 0
    for place, group in enumerate(groups, start=1):
        values = _values(group)
        if None in values or len(values) != _GROUP_CHARACTERS:
            raise _wrong_group(place, groups=len(groups), field=field)
        known = [value for value in values if value is not None]
        if _check(known[:_DATA_CHARACTERS], number=place) != known[_DATA_CHARACTERS]:
            raise _wrong_group(place, groups=len(groups), field=field)
        for value in known[:_DATA_CHARACTERS]:
            number = number << 5 | value
    padding = _data_characters(length) * 5 - length * 8
    if number & ((1 << padding) - 1):
        raise _wrong_group(len(groups), groups=len(groups), field=field)
    return (number >> padding).to_bytes(length)


def _groups(text: str, *, expected: int, field: str) -> list[str]:
    """Cut ``text`` into groups: by length where it fits, else by the separators that were typed."""
    wanted = expected * _GROUP_CHARACTERS
    if len(text) > _LONGEST_INPUT:
        raise InvalidValueError("code_length_wrong", field=field, length=len(text), expected=wanted)
    joined = _characters(text)
    if len(joined) == wanted:
        return [joined[start : start + _GROUP_CHARACTERS] for start in range(0, wanted, _GROUP_CHARACTERS)]
    typed = [_characters(part) for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)) if part]
    if len(typed) == expected:
        return typed
    raise InvalidValueError("code_length_wrong", field=field, length=len(joined), expected=wanted)


def _characters(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _values(characters: str) -> list[int | None]:
    return [_VALUES.get(character) for character in characters]


def _check(values: list[int], *, number: int) -> int:
    """Sum of a^(i+1)·v_i and a^number in GF(32), a a primitive element; numbers stay below 31."""
    total = _power(number)
    for place, value in enumerate(values, start=1):
        total ^= _product(_power(place), value)
    return total


def _power(exponent: int) -> int:
    result = 1
    for _ in range(exponent):
        result = _product(result, 2)
    return result


def _product(left: int, right: int) -> int:
    """Multiply in GF(32) with the primitive polynomial x^5 + x^2 + 1."""
    result = 0
    while right:
        if right & 1:
            result ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return result


def _data_characters(length: int) -> int:
    """Count the base32 characters of ``length`` bytes, rounded up to whole groups."""
    groups = -(-length * 8 // (5 * _DATA_CHARACTERS))
    return groups * _DATA_CHARACTERS


def _wrong_group(group: int, *, groups: int, field: str) -> InvalidValueError:
    return InvalidValueError("code_group_wrong", field=field, group=group, groups=groups)


def _typed(text: str, *, length: int) -> TypedGroups:
    groups = _data_characters(length) // _DATA_CHARACTERS
    joined = _characters(text[:_LONGEST_INPUT])
    whole = len(joined) // _GROUP_CHARACTERS
    for place in range(1, min(whole, groups) + 1):
        if not _is_group(joined[(place - 1) * _GROUP_CHARACTERS : place * _GROUP_CHARACTERS], number=place):
            return TypedGroups(groups, place - 1, place, complete=False)
    surplus = len(joined) > groups * _GROUP_CHARACTERS
    right = min(whole, groups)
    return TypedGroups(groups, right, None, complete=right == groups and not surplus)


def _is_group(characters: str, *, number: int) -> bool:
    known = [value for value in _values(characters) if value is not None]
    return (
        len(known) == _GROUP_CHARACTERS
        and _check(known[:_DATA_CHARACTERS], number=number) == known[_DATA_CHARACTERS]
    )
