"""JSON that somebody else may have written: every field is checked before it is used.

A key file is read before anything in it can be authenticated, so reading it must end fast, in a value
of exactly the expected shape or in the one error of its place.
"""

import json
from collections.abc import Callable
from typing import TypeVar

from crm_desktop.domain.errors import OrganizationFileError

_Item = TypeVar("_Item")
_HEX = frozenset("0123456789abcdef")


def load(data: bytes, *, limit: int, code: str) -> object:
    """Parse at most ``limit`` bytes of JSON: no duplicate names, no fractions, no bottomless nesting.

    Raises OrganizationFileError with ``code``.
    """
    if len(data) > limit:
        raise OrganizationFileError(code)
    try:
        value: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse,
            parse_float=_refuse,
        )
    except (ValueError, RecursionError):
        # A JSONDecodeError holds the whole text, which may be a decrypted one: it is not chained.
        raise OrganizationFileError(code) from None
    return value


def dump(value: object) -> bytes:
    """Return the canonical bytes of ``value``: sorted names, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


class Fields:
    """The fields of one JSON object; any that is missing, extra or of another type raises ``code``."""

    def __init__(self, value: object, *, names: frozenset[str], code: str) -> None:
        if not isinstance(value, dict) or set(value) != names:
            raise OrganizationFileError(code)
        self._values: dict[str, object] = value
        self._code = code

    def raw(self, name: str) -> object:
        """Return a field as it was parsed."""
        return self._values[name]

    def hex(self, name: str, *, length: int | None = None, at_most: int = 0) -> bytes:
        """Return the bytes of a lower-case hex field, of one ``length`` or of 1 to ``at_most``."""
        return self._bytes(self._values[name], length=length, at_most=at_most)

    def hex_list(self, name: str, *, length: int, at_most: int) -> tuple[bytes, ...]:
        """Return a list of byte strings of one length without repetition."""
        values = tuple(self._bytes(item, length=length, at_most=0) for item in self._list(name, at_most))
        if len(set(values)) != len(values):
            raise self.refusal()
        return values

    def integer(self, name: str, *, low: int, high: int) -> int:
        """Return a whole number between ``low`` and ``high``; true and false are none."""
        value = self._values[name]
        if type(value) is not int or not low <= value <= high:
            raise self.refusal()
        return value

    def optional_integer(self, name: str, *, low: int, high: int) -> int | None:
        """Return a whole number or None for null."""
        return None if self._values[name] is None else self.integer(name, low=low, high=high)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._values[name]
        if not isinstance(value, bool):
            raise self.refusal()
        return value

    def text(self, name: str, *, at_most: int) -> str:
        """Return printable ASCII text of 1 to ``at_most`` characters."""
        return self._text(self._values[name], at_most)

    def text_list(self, name: str, *, at_most: int, longest: int) -> tuple[str, ...]:
        """Return a list of printable ASCII texts."""
        return tuple(self._text(item, longest) for item in self._list(name, at_most))

    def items(self, name: str, read: Callable[[object], _Item], *, at_most: int) -> tuple[_Item, ...]:
        """Return a list with each item read by ``read``."""
        return tuple(read(item) for item in self._list(name, at_most))

    def refusal(self) -> OrganizationFileError:
        """Return the error of this place."""
        return OrganizationFileError(self._code)

    def _list(self, name: str, at_most: int) -> list[object]:
        value = self._values[name]
        if not isinstance(value, list) or len(value) > at_most:
            raise self.refusal()
        return value

    def _text(self, value: object, at_most: int) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= at_most:
            raise self.refusal()
        if not (value.isascii() and value.isprintable()):
            raise self.refusal()
        return value

    def _bytes(self, value: object, *, length: int | None, at_most: int) -> bytes:
        if not isinstance(value, str) or len(value) % 2 or not _HEX.issuperset(value):
            raise self.refusal()
        count = len(value) // 2
        if count != length if length is not None else not 1 <= count <= at_most:
            raise self.refusal()
        return bytes.fromhex(value)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name appears twice")
    return result


def _refuse(constant: str) -> object:
    raise ValueError(constant)
