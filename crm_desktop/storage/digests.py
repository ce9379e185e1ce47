"""Canonical bytes of a row and the salted digests the log keeps of it.

A row's canonical form leaves out its id, its salt and every empty column, so that a later migration may
add nullable columns without changing the digest of older rows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

BLOCK = 64


# Made once: an import writes a digest per row.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_LEFT_OUT = frozenset({"id", "salt"})


def _plain(value: object) -> object:
    return {"$b": value.hex()} if isinstance(value, bytes) else value


def canonical(table: str, row: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of ``row`` of ``table``."""
    kept = {
        name: {"$b": value.hex()} if isinstance(value, bytes) else value
        for name, value in row.items()
        if value is not None and name not in _LEFT_OUT
    }
    return _CANONICAL.encode([table, kept]).encode()


def row_digest(table: str, row: Mapping[str, object]) -> bytes:
    """Return SHA-256(salt ‖ canonical row); the row carries its ``salt``."""
    salt = row["salt"]
    assert isinstance(salt, bytes)  # noqa: S101 - every table has the column
    return hashlib.sha256(salt + canonical(table, row)).digest()


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
