"""Recognizing and opening call logs."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.calls import RowReason
from crm_desktop.domain.errors import ForeignFileError, InvalidValueError
from crm_desktop.domain.row_reasons import ROW_REASONS
from crm_desktop.domain.sentences import sentence
from crm_desktop.importers.call_logs.reading import LogSource, ReadingOptions
from crm_desktop.importers.call_logs.registry import FORMATS, detect_head, formats, open_call_log
from tests.importers.call_log_reading import BERLIN, SIMPLE, records, rows_of, written

IMAZING = "Call type,Date,Duration,Number,Contact,Location,Service\n"
XML = (
    '<?xml version="1.0"?>\n<calls count="1">'
    '<call number="+12125550111" date="1767362400000" type="1" duration="1" /></calls>'
)


def test_formats_are_listed_with_what_recognizes_them() -> None:
    assert isinstance(FORMATS, tuple)
    names = [known.name for known in formats()]
    assert len(set(names)) == len(names)
    assert names[0] == "smsbackuprestore_calls_xml"
    assert names[-1] == "generic_csv", "whatever else a table is, it is asked about last"
    assert all(known.title and known.recognized_by for known in formats())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (XML, "smsbackuprestore_calls_xml"),
        ("<calls></calls>", "smsbackuprestore_calls_xml"),
        (IMAZING, "imazing_call_history_csv"),
        (IMAZING.replace(",", ";").upper(), "imazing_call_history_csv"),
        ("sep=,\n" + IMAZING, "imazing_call_history_csv"),
    ],
)
def test_recognized(tmp_path: Path, text: str, name: str) -> None:
    best = detect_head(LogSource(written(tmp_path / "any.name", text)).head(), BERLIN)[0]
    assert (best.format.name, best.confidence >= 0.9) == (name, True)


@pytest.mark.parametrize(
    "text",
    [
        "<smses><sms /></smses>",
        "<html><calls><call x='1'/></calls></html>",
        "hello",
        "\0\1\2",
        "%PDF-1.7",
        "Name;Street\nAnn;Road\n",
    ],
)
def test_no_call_log_says_what_is_expected(tmp_path: Path, text: str) -> None:
    with pytest.raises(ForeignFileError, match="log_not_recognized") as caught:
        open_call_log(written(tmp_path / "x.bin", text), options=BERLIN)
    said = sentence(caught.value)
    assert "SMS Backup & Restore, Super Backup" in said
    assert said.count("FRITZ!Box") == said.count("a table with one call per line") == 1
    assert "x.bin" in sentence(caught.value)


def test_a_mapping_decides_the_format(tmp_path: Path) -> None:
    log = open_call_log(written(tmp_path / "a.csv", IMAZING), options=replace(BERLIN, mapping=SIMPLE))
    assert log.format == "generic_csv"


def test_a_wrong_name_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xml", XML)
    with pytest.raises(ForeignFileError, match="log_format_differs") as caught:
        open_call_log(path, format="imazing_call_history_csv", options=BERLIN)
    assert "Call type" in sentence(caught.value)
    with pytest.raises(ForeignFileError, match="log_format_unknown") as caught:
        open_call_log(path, format="fax", options=BERLIN)
    assert "generic_csv" in sentence(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("gone", ".", "pipe", "a\0b"):
        with pytest.raises(ForeignFileError, match="file_unreadable"):
            open_call_log(tmp_path / name, options=BERLIN)
    with pytest.raises(ForeignFileError, match="file_empty"):
        open_call_log(written(tmp_path / "empty", b""), options=BERLIN)


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xml", XML)
    log = open_call_log(path, options=BERLIN)
    path.unlink()
    with pytest.raises(ForeignFileError, match="file_unreadable") as caught:
        list(log)
    assert caught.value.facts == {"name": "a.xml"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ReadingOptions(region="XX"), "region_invalid"),
        (ReadingOptions(time_zone="Mars/Olympus"), "time_zone_invalid"),
    ],
)
def test_options_are_checked_first(tmp_path: Path, options: ReadingOptions, code: str) -> None:
    with pytest.raises(InvalidValueError, match=code):
        open_call_log(written(tmp_path / "a.xml", XML), options=options)


@pytest.mark.parametrize("text", [XML, XML + "\n" * 700_000, IMAZING], ids=["xml", "long end", "csv"])
def test_digest_size_and_progress(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "log", text)
    log = open_call_log(path, options=BERLIN)
    assert (log.size, log.progress()) == (len(text), 0)
    first = list(log)
    assert log.sha256 == hashlib.sha256(text.encode()).digest()
    assert log.progress() == len(text)
    assert log.encoding == "utf-8"
    assert list(log) == first
    assert log.progress() == len(text)


def test_imazing_with_dates_of_another_language(tmp_path: Path) -> None:
    rows = "".join(
        f"Outgoing,0{month}/{day}/2026 10:00:00,00:00:10,+12125550111,,,\n"
        for month, day in ((3, 4), (3, 14))
    )
    found = records(rows_of(written(tmp_path / "a.csv", IMAZING + rows)))
    assert [(record.started_at.month, record.started_at.day) for record in found] == [(3, 4), (3, 14)]


def test_every_reason_has_words() -> None:
    assert set(ROW_REASONS) == {reason.value for reason in RowReason}
