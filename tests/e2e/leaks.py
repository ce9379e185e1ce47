"""Looks for what must not be readable in what a program wrote: text in every form, hex, bytes."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

SQLITE = b"SQLite format 3"


def forms(text: str) -> set[bytes]:
    """Return the ways ``text`` could stand in a file: composed or not, UTF-8 or UTF-16, as hex."""
    composed = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    spelled = composed | {each.casefold() for each in composed} | {each.upper() for each in composed}
    found = {each.encode(code) for each in spelled for code in ("utf-8", "utf-16-le", "utf-16-be")}
    return found | {form for each in found for form in hex_forms(each)}


def hex_forms(data: bytes) -> set[bytes]:
    """Return ``data`` and its hex in both cases."""
    return {data, data.hex().encode("ascii"), data.hex().upper().encode("ascii")}


def leaks(folders: Iterable[Path], wanted: dict[str, set[bytes]]) -> list[str]:
    """Return a line for each file below ``folders`` that holds, or is named by, one of the ``wanted``."""
    found = []
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        data = path.read_bytes() if path.is_file() else b""
        data += b"\0" + str(path).encode("utf-8", "surrogateescape")
        found += [f"{name} in {path}" for name, shapes in wanted.items() if any(s in data for s in shapes)]
    return found
