"""The rules by which a log read agrees with its expectation."""

from copy import deepcopy

from tests.importers.sample_rules import Document, differences

RECORD = {
    "line": 2,
    "started_at": "2026-01-01T00:00:00Z",
    "direction": "incoming",
    "outcome": "answered",
    "duration_s": 1,
    "number": "+12125550111",
    "name": None,
}
EXPECTED: Document = {
    "format": "x",
    "records": [RECORD],
    "rejected": [{"line": 3, "reason": "bad_date"}],
    "skipped": [{"line": 4, "reason": "totals_row"}],
}


def changed(**record: object) -> Document:
    document = deepcopy(EXPECTED)
    document["records"][0] |= record
    return document


def test_equal_documents_agree() -> None:
    assert differences(deepcopy(EXPECTED), EXPECTED) == []


def test_each_difference_is_named() -> None:
    assert differences(changed(number=None), EXPECTED) == ["line 2: number is None instead of '+12125550111'"]
    assert differences(changed(line=9), EXPECTED) == [
        "line 2: no record",
        "line 9: a record, none is expected",
    ]
    other = deepcopy(EXPECTED) | {
        "format": "y",
        "rejected": [],
        "skipped": [{"line": 4, "reason": "blank_row"}],
    }
    assert differences(other, EXPECTED) == [
        "format: 'y' instead of 'x'",
        "line 3: rejected None instead of 'bad_date'",
        "line 4: skipped 'blank_row' instead of 'totals_row'",
    ]


def test_allowed_alternatives_agree() -> None:
    assert differences(changed(number=None), changed(number_may_also_be=[None])) == []
    assert differences(changed(name="Ada"), changed(name_may_be_any=True)) == []
    without = deepcopy(EXPECTED) | {"records": []}
    without["rejected"].append({"line": 2, "reason": "bad_date"})
    assert differences(without, changed(reject_is_ok=True)) == []


def test_a_rejected_line_may_be_the_record_it_names() -> None:
    expected = deepcopy(EXPECTED)
    expected["rejected"][0]["or_record"] = {"duration_s": 7}
    got = deepcopy(EXPECTED) | {"rejected": []}
    got["records"].append(RECORD | {"line": 3, "duration_s": 7})
    assert differences(got, expected) == []
    got["records"][1]["duration_s"] = 8
    assert differences(got, expected) == ["line 3: duration_s is 8 instead of 7"]
