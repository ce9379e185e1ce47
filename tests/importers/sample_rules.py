"""When a log read agrees with its ``*.expected.json``: the same lines, and per record the same values.

A value may also be one of ``<field>_may_also_be`` or any with ``<field>_may_be_any``; a record with
``reject_is_ok`` may be rejected; a rejected line with ``or_record`` may be a record with those values.
"""

from typing import Any

COMPARED = ("started_at", "direction", "outcome", "duration_s", "number", "name")

Document = dict[str, Any]


def differences(got: Document, expected: Document) -> list[str]:
    """Return one sentence per difference between what ``parse-calls --json`` gives and what is expected."""
    found: list[str] = []
    if got["format"] != expected["format"]:
        found.append(f"format: {got['format']!r} instead of {expected['format']!r}")
    records = {record["line"]: record for record in got["records"]}
    rejected = {row["line"]: row["reason"] for row in got["rejected"]}
    alternatives = {row["line"]: row["or_record"] for row in expected["rejected"] if "or_record" in row}
    if len(records) != len(got["records"]):
        found.append("records: a line appears twice")
    for wanted in expected["records"]:
        found += _record(records.pop(wanted["line"], None), wanted, rejected)
    for line, record in records.items():
        if line in alternatives:
            found += _values(record, alternatives[line], line)
            rejected[line] = next(row["reason"] for row in expected["rejected"] if row["line"] == line)
        else:
            found.append(f"line {line}: a record, none is expected")
    found += _lines("rejected", rejected, {row["line"]: row["reason"] for row in expected["rejected"]})
    skipped = {row["line"]: row["reason"] for row in got["skipped"]}
    return found + _lines("skipped", skipped, {row["line"]: row["reason"] for row in expected["skipped"]})


def _record(record: Document | None, wanted: Document, rejected: dict[Any, str]) -> list[str]:
    line = wanted["line"]
    if record is None:
        if wanted.get("reject_is_ok") and rejected.pop(line, None) is not None:
            return []
        return [f"line {line}: no record"]
    return _values(record, wanted, line)


def _values(record: Document, wanted: Document, line: object) -> list[str]:
    return [
        f"line {line}: {field} is {record.get(field)!r} instead of {wanted[field]!r}"
        for field in COMPARED
        if field in wanted
        and not wanted.get(f"{field}_may_be_any")
        and record.get(field) not in [wanted[field], *wanted.get(f"{field}_may_also_be", [])]
    ]


def _lines(kind: str, got: dict[Any, str], wanted: dict[Any, str]) -> list[str]:
    lines = sorted(got.keys() | wanted.keys(), key=str)
    return [
        f"line {line}: {kind} {got.get(line)!r} instead of {wanted.get(line)!r}"
        for line in lines
        if got.get(line) != wanted.get(line)
    ]
