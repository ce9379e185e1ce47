"""Two records of one person or company: what is kept of having told them apart, or of having merged them."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NotDuplicate:
    """Two contacts somebody told apart; ``contact_id`` is the smaller id of both."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class MovedCalls:
    """Calls of the merged contact ``former_id`` that are ``contact_id``'s while this row is there."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    former_id: int
    call_ids: bytes = field(repr=False)


def packed(ids: Iterable[int]) -> bytes:
    """Return ids as bytes, 4 of each, the lowest first."""
    return b"".join(number.to_bytes(4, "little") for number in sorted(ids))


def unpacked(data: bytes) -> list[int]:
    """Return what :func:`packed` packed."""
    return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
