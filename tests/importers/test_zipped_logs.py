"""A call log in a zip: which file is meant, and zips that are damaged, locked or bombs."""

import hashlib
import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.registry import logs_in, open_call_log
from tests.importers.call_log_reading import BERLIN, HEADER, ROW, SIMPLE, records, rows_of

XML = (
    '<?xml version="1.0"?>\n<calls count="1">'
    '<call number="+12125550111" date="1767362400000" type="1" duration="1" /></calls>'
)


def zipped(**files: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return packed.getvalue()


def file_of(folder: Path, data: bytes) -> Path:
    path = folder / "log.zip"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "files",
    [
        {"calls-20260403180511.xml": XML},
        {"sms-20260403180511.xml": "<smses></smses>", "backup/calls-20260403180511.xml": XML},
        {"a/log.xml": XML, "__MACOSX/a/._log.xml": "x", ".DS_Store": "x"},
        {"../../etc/log.xml": XML},
    ],
)
def test_the_log_in_a_zip_is_read(tmp_path: Path, files: dict[str, str]) -> None:
    log = open_call_log(file_of(tmp_path, zipped(**files)), options=BERLIN)
    rows = list(log)
    assert log.format == "smsbackuprestore_calls_xml"
    assert [record.number for record in records(rows)] == ["+12125550111"]
    assert (log.size, log.progress()) == (len(XML), len(XML))
    assert log.sha256 == hashlib.sha256(XML.encode()).digest(), "packed anew it is the same log"
    assert [path.name for path in tmp_path.iterdir()] == ["log.zip"]


def test_a_table_in_a_zip_is_mapped_like_one_beside_it(tmp_path: Path) -> None:
    table = "\n".join([HEADER, *(ROW.format(place, place) for place in range(5))]) + "\n"
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    options = replace(BERLIN, mapping=SIMPLE)
    found = rows_of(file_of(tmp_path, zipped(**{"table.csv": table})), options)
    assert len(records(found)) == 5
    assert found == rows_of(tmp_path / "table.csv", options)


def test_a_zip_in_a_zip_and_one_with_several_files_are_no_log(tmp_path: Path) -> None:
    inner = zipped(**{"calls.xml": XML})
    for data in (zipped(**{"calls.zip": inner}), zipped(**{"a.xml": XML, "b.xml": XML}), zipped()):
        with pytest.raises(ForeignFileError, match="log_not_recognized"):
            open_call_log(file_of(tmp_path, data), options=BERLIN)
    many = {f"{place}.txt": "" for place in range(1001)}
    with pytest.raises(ForeignFileError, match="log_not_recognized"):
        open_call_log(file_of(tmp_path, zipped(**many, **{"calls.xml": XML})), options=BERLIN)


def test_each_of_several_logs_has_a_path_of_its_own(tmp_path: Path) -> None:
    other = XML.replace("0111", "0122")
    files: dict[str, str | bytes] = {
        "2025/calls-1.xml": XML, "calls-2.xml": other, "readme.txt": "no log\n", "../calls-3.xml": XML,
        "calls.db": b"SQLite format 3\0" + bytes(90),
    }  # fmt: skip
    path = file_of(tmp_path, zipped(**files))
    assert logs_in(path, BERLIN) == [path / "2025" / "calls-1.xml", path / "calls-2.xml"]
    log = open_call_log(path / "calls-2.xml", options=BERLIN)
    assert [record.number for record in records(list(log))] == ["+12125550122"]
    assert (log.size, log.sha256) == (len(other), hashlib.sha256(other.encode()).digest())
    for inner in ("calls-4.xml", "2025", "../calls-3.xml", "x" * 300, "a\0b"):
        with pytest.raises(ForeignFileError, match="file_unreadable"):
            open_call_log(path / inner, options=BERLIN)
    assert [one.name for one in tmp_path.iterdir()] == ["log.zip"]


def test_a_file_that_is_no_zip_of_logs_is_taken_as_it_is(tmp_path: Path) -> None:
    for data in (b"PK\3\4", b"", zipped(**{"a.txt": "no log", "b.txt": "nor this"}), XML.encode()):
        path = file_of(tmp_path, data)
        assert logs_in(path, BERLIN) == [path]
    assert logs_in(tmp_path / "gone.zip", BERLIN) == [tmp_path / "gone.zip"]


def test_uncompressed_logs_in_a_zip_are_not_read_as_its_text(tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("calls-1.xml", XML)
        file.writestr("calls-2.xml", XML)
    with pytest.raises(ForeignFileError, match="log_not_recognized"):
        open_call_log(path, options=BERLIN)
    assert logs_in(path, BERLIN) == [path / "calls-1.xml", path / "calls-2.xml"]


def test_bombs_and_locked_zips_are_refused_before_they_are_read(tmp_path: Path) -> None:
    bomb = zipped(**{"calls.xml": XML + " " * (40 << 20)})
    with pytest.raises(ForeignFileError, match="zip_damaged"):
        open_call_log(file_of(tmp_path, bomb), options=BERLIN)
    locked = bytearray(zipped(**{"calls.xml": XML}))
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", locked, locked.index(sign) + place, 1)
    with pytest.raises(ForeignFileError, match="zip_damaged"):
        open_call_log(file_of(tmp_path, bytes(locked)), options=BERLIN)


def test_a_size_that_lies_unpacks_no_further(tmp_path: Path) -> None:
    data = bytearray(zipped(**{"calls.xml": XML + " " * (40 << 20)}))
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, 100)
    with pytest.raises(ForeignFileError, match="zip_damaged"):
        list(open_call_log(file_of(tmp_path, bytes(data)), options=BERLIN))


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10_000), sign=st.integers(0, 255), cut=st.integers(0, 10_000))
def test_a_damaged_zip_is_read_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: int, sign: int, cut: int
) -> None:
    data = bytearray(zipped(**{"calls.xml": XML}))
    data[place % len(data)] = sign
    del data[max(4, len(data) - cut % 60) :]
    refused, rows = "", []
    try:
        rows = rows_of(file_of(tmp_path_factory.mktemp("zip"), bytes(data)))
    except ForeignFileError as error:
        refused = error.code
    assert refused in {"", "zip_damaged", "log_not_recognized", "file_empty", "mapping_uncertain"}
    assert len(rows) <= 1
