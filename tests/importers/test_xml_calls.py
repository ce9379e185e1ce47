"""SMS Backup & Restore: repair of what is not XML, damage, cut files, refused document types."""

import time
import tracemalloc
from pathlib import Path

import pytest

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log
from crm_desktop.importers.call_logs.xml_repair import repaired
from tests.importers.call_log_reading import records, rejected, rows_of, skipped, written

US = ReadingOptions(region="US", time_zone="America/New_York")
TOP = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<calls count=\"1\">\n"
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE calls [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 50}">' for n in range(9))
    + ']>\n<calls><call number="&j;" date="1" type="1" duration="1" /></calls>'
)
EXTERNAL = '<!DOCTYPE calls SYSTEM "file:///etc/hostname"><calls><call number="1" /></calls>'


def call(second: int, extra: str = "") -> str:
    number, date = f"(212) 555-01{second:02d}", f"17673624{second:02d}000"
    return f'  <call number="{number}" duration="5" date="{date}" type="1" {extra}/>\n'


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xDE00;", "😀"),
        ("a&#55357;b", "a\ufffdb"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55357;&#55357;&#56832;", "\ufffd😀"),
        ("&#55357;&#38;", "\ufffd&#38;"),
        ("x&#x11;&#0;y\x00\x0bz", "xyz"),
        ("&#10;&#x1F600;", "&#10;&#x1F600;"),
        ("&#99999999;\uffff", "\ufffd\ufffd"),
        ("a & b &#; &#x;", "a & b &#; &#x;"),
    ],
)
def test_repair(text: str, data: str) -> None:
    assert repaired(text) == data.encode()


@pytest.mark.parametrize("text", [BOMB, EXTERNAL], ids=["billion laughs", "external entity"])
def test_document_types_are_refused_at_once(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "calls.xml", text)
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(ForeignFileError, match="log_has_doctype"):
        rows_of(path, US)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - began < 1
    assert peak < 50_000_000


def test_a_cut_file_gives_what_is_complete(tmp_path: Path) -> None:
    whole = TOP + call(1) + call(2) + call(3) + "</calls>\n"
    for cut in range(len(TOP + call(1)), len(whole) - 2, 7):
        rows = rows_of(written(tmp_path / "calls.xml", whole[:cut]), US)
        complete = whole[:cut].count("/>")
        assert [record.line for record in records(rows)] == list(range(3, 3 + complete))
        assert [reason for _line, reason in rejected(rows)] == ["truncated"]


@pytest.mark.parametrize(
    "damage",
    [
        '  <call number="(212) 555-0150" duration="5" contact_name="A & B" />\n',
        '  <call number="(212) 555-0150 duration="5" date="1" />\n',
        '  <call number="(212) 555-0150" contact_name="open />\n',
        '  <call number="1" number="2" />\n',
        '  <call number="&nbsp;" />\n',
        "  </other>\n",
        "  <<<>>>\n",
    ],
    ids=["ampersand", "open quote", "open at the end", "twice", "entity", "other end", "signs"],
)
def test_damage_costs_one_row(tmp_path: Path, damage: str) -> None:
    rows = rows_of(
        written(tmp_path / "calls.xml", TOP + call(1) + damage + call(2) + call(3) + "</calls>"), US
    )
    assert [record.line for record in records(rows)] == [3, 5, 6]
    assert [reason for _line, reason in rejected(rows)] == ["malformed"]
    assert rejected(rows)[0][0] in {4, 5}


def test_an_endless_element_is_passed_over(tmp_path: Path) -> None:
    endless = '  <call number="' + "1\n" * 1_000_000
    rows = rows_of(
        written(tmp_path / "calls.xml", TOP + call(1) + endless + '" />\n' + call(2) + "</calls>"), US
    )
    assert [record.line for record in records(rows)] == [3, 1_000_005]
    assert rejected(rows) == [(4, "row_too_long")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = TOP + call(1, 'contact_name="Jürgen" ') + call(2) + "</calls>\n"
    rows = rows_of(written(tmp_path / "calls.xml", text.encode(encoding)), US)
    assert [record.name for record in records(rows)] == ["Jürgen", None]


def test_repaired_references_survive_the_cuts_between_pieces(tmp_path: Path) -> None:
    text = TOP + "".join(
        f'  <call number="+12125550111" duration="1" date="{1767362400000 + n}" type="1" '
        f'contact_name="{"x" * (n % 50)}&#55357;&#56832;" />\n'
        for n in range(8000)
    )
    found = records(rows_of(written(tmp_path / "calls.xml", text + "</calls>"), US))
    assert len(found) == 8000
    assert {record.name and record.name[-1] for record in found} == {"😀"}


def test_nul_bytes_at_the_end_and_a_second_root(tmp_path: Path) -> None:
    whole = TOP + call(1) + "</calls>\n"
    rows = rows_of(written(tmp_path / "a.xml", whole + "\0" * 5000), US)
    assert [record.line for record in records(rows)] == [3]
    rows = rows_of(written(tmp_path / "b.xml", whole + TOP + call(2) + "</calls>\n"), US)
    assert len(records(rows)) == 2


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('date="0" type="1" duration="1"', "bad_date"),
        ('date="-5" type="1" duration="1"', "bad_date"),
        ('date="99999999999999999999" type="1" duration="1"', "bad_date"),
        ('date="1767362400.5" type="1" duration="1"', "bad_date"),
        ('date="1767362400000" duration="1"', "unknown_type"),
        ('date="1767362400000" type="1" duration="1:00"', "bad_duration"),
        ('date="1767362400000" type="1" duration="-1"', "bad_duration"),
    ],
)
def test_bad_values(tmp_path: Path, attributes: str, reason: str) -> None:
    text = f'{TOP}<call number="+12125550111" {attributes} />\n</calls>'
    assert rejected(rows_of(written(tmp_path / "calls.xml", text), US)) == [(3, reason)]


def test_dates_far_away_are_read(tmp_path: Path) -> None:
    text = f'{TOP}<call number="+12125550111" date="4102444800000" type="1" /></calls>'
    (record,) = records(rows_of(written(tmp_path / "calls.xml", text), US))
    assert record.started_at.year == 2100
    assert record.duration_s == 0


def test_equal_milliseconds_are_one_call(tmp_path: Path) -> None:
    rows = rows_of(
        written(tmp_path / "calls.xml", TOP + call(1) + call(2) + call(1, 'contact_name="x" ') + "</calls>"),
        US,
    )
    assert skipped(rows) == [(5, "duplicate_in_file")]


def test_an_empty_backup_is_recognized(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "calls.xml", '<calls count="0" />'), US) == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    text = TOP + "".join(
        f'<call number="+12125550111" duration="1" date="{1767362400000 + n}" type="1" '
        f'contact_name="{"n" * 400}" />\n'
        for n in range(20_000)
    )
    path = written(tmp_path / "calls.xml", text + "</calls>")
    tracemalloc.start()
    count = sum(1 for _row in open_call_log(path, options=US))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 9_000_000
    assert count == 20_000
    assert peak < 7_000_000
