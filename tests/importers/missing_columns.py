"""Takes half the columns out of the log of any format."""

import csv
import io
import re
import sqlite3
from contextlib import closing

_ELEMENT = re.compile(r"(<(?:call|log)\b)([^>]*?)/>")
_ATTRIBUTE = re.compile(r"""\s\w+=(?:"[^"]*"|'[^']*')""")
_TABLES = {"android_calllog_sqlite": "calls", "ios_callhistory_sqlite": "ZCALLRECORD"}
# Every other one, and either half.
HALVES = ("even", "odd", "first", "last")


def kept(cells: list[str], half: str) -> list[str]:
    """Return the half of the cells that is named."""
    middle = (len(cells) + 1) // 2
    return {"even": cells[::2], "odd": cells[1::2], "first": cells[:middle], "last": cells[middle:]}[half]


def without_half(name: str, data: bytes, half: str) -> bytes:
    """Return the log of a format with the ``half`` of its columns only."""
    if name in _TABLES:
        return _database(data, _TABLES[name], half)
    text = data.decode()
    if name.endswith("_xml"):
        return _ELEMENT.sub(lambda found: _element(found, half), text).encode()
    if name == "adb_content_query_text":
        return "".join(_adb_row(line, half) for line in text.splitlines()).encode()
    return _table(name, text, half).encode()


def _element(found: re.Match[str], half: str) -> str:
    return f"{found[1]}{''.join(kept(_ATTRIBUTE.findall(found[2]), half))} />"


def _adb_row(line: str, half: str) -> str:
    _row, number, cells = line.split(" ", 2)
    return f"Row: {number} {', '.join(kept(cells.split(', '), half))}\n"


def _table(name: str, text: str, half: str) -> str:
    mark = ";" if name == "fritzbox_csv" else ","
    lines = text.splitlines()
    above = [lines.pop(0)] if lines[0].startswith("sep=") else []
    out = io.StringIO()
    quoted = name in {"fusionpbx_cdr_csv", "freeswitch_cdr_csv"}
    dialect = csv.unix_dialect if quoted else csv.excel
    rows = csv.writer(out, dialect, delimiter=mark, lineterminator="\n")
    rows.writerows(kept(cells, half) for cells in csv.reader(lines, delimiter=mark))
    return "".join(f"{line}\n" for line in above) + out.getvalue()


def _database(data: bytes, table: str, half: str) -> bytes:
    """Return the database with a table that never had the other columns: a dropped one leaves its name."""
    with closing(sqlite3.connect(":memory:")) as whole, closing(sqlite3.connect(":memory:")) as left:
        whole.deserialize(data)
        names = kept([row[1] for row in whole.execute(f"PRAGMA table_info({table})")], half)
        left.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        rows = whole.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608 - fixed names
        left.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(names))})", rows)  # noqa: S608
        left.commit()
        return left.serialize()
