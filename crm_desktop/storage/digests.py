"""Canonical bytes of a row and the salted digests the log keeps of it.

A row's canonical form leaves out its id, its salt and every empty column, so that a later migration may
add nullable columns without changing the digest of older rows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring

BLOCK = 64


_LEFT_OUT = frozenset({"id", "salt"})
_OTHER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: object) -> object:
    return {"$b": value.hex()} if isinstance(value, bytes) else value


@lru_cache(maxsize=256)
def _in_order(names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return place and JSON key of the columns that count, in the order of their names."""
    kept = sorted((name, place) for place, name in enumerate(names) if name not in _LEFT_OUT)
    return tuple((place, f"{json.dumps(name)}:") for name, place in kept)


def _canonical(table: str, names: tuple[str, ...], values: Sequence[object]) -> bytes:
    """Return the bytes of JSON without blanks, keys sorted, nothing escaped that need not be."""
    kept: list[str] = []
    for place, key in _in_order(names):
        value = values[place]
        if value is None:
            continue
        # An import writes a digest per row: the usual types go first, and without a further function.
        if isinstance(value, str):
            kept.append(key + encode_basestring(value))
        elif isinstance(value, bytes):
            kept.append(f'{key}{{"$b":"{value.hex()}"}}')
        elif value.__class__ is int:  # not a truth value, which JSON has words for
            kept.append(f"{key}{value}")
        else:
            kept.append(key + _OTHER.encode(value))
    return f'["{table}",{{{",".join(kept)}}}]'.encode()


def canonical(table: str, row: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of ``row`` of ``table``."""
    return _canonical(table, tuple(row), tuple(row.values()))


def row_digest(table: str, row: Mapping[str, object]) -> bytes:
    """Return SHA-256(salt ‖ canonical row); the row carries its ``salt``."""
    salt = row["salt"]
    assert isinstance(salt, bytes)  # noqa: S101 - every table has the column
    return hashlib.sha256(salt + canonical(table, row)).digest()


def row_digests(table: str, names: tuple[str, ...], rows: Iterable[Sequence[object]]) -> list[bytes]:
    """Return the digests of rows whose values stand in the order of ``names``."""
    salt = names.index("salt")
    return [
        hashlib.sha256(row[salt] + _canonical(table, names, row)).digest()  # type: ignore[operator]  # bytes
        for row in rows
    ]


def block_digest(digests: Iterable[bytes]) -> bytes:
    """Return the digest of a block of row digests in id order."""
    return hashlib.sha256(b"".join(digests)).digest()


def block_start(row_id: int) -> int:
    """Return the first id of the block of 64 that ``row_id`` falls into."""
    return row_id - row_id % BLOCK


def image(values: Mapping[str, object]) -> str:
    """Return a before- or after-image as JSON text; bytes are written as hex."""
    return json.dumps({name: _plain(value) for name, value in values.items()}, ensure_ascii=False)


def read_image(text: str) -> dict[str, object]:
    """Return the values of an image."""
    loaded: dict[str, object] = json.loads(text)
    return {
        name: bytes.fromhex(value["$b"]) if isinstance(value, dict) else value
        for name, value in loaded.items()
    }
