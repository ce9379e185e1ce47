"""Call logs of services: Google Voice Takeout, Microsoft Teams, Aircall."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from crm_desktop.domain.calls import CallRecord, Direction, LogRow, Outcome, RejectedRow, SkippedRow
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log

US = ReadingOptions(region="US", time_zone="America/New_York", own_numbers=("+12125550100",))
PAGE = """<?xml version="1.0" ?>
<html><head><title>Call</title></head><body><div class="haudio"><div class="contributor vcard">
<a class="tel" href="tel:{number}"><span class="fn">{name}</span></a></div>
<abbr class="published" title="{when}">Mar 30, 2026, 9:15:00&#8239;AM</abbr>
{duration}<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#{tag}">x</a>
<a rel="tag" href="http://www.google.com/voice#inbox">Inbox</a></div></div></body></html>
"""
FOLDER = "Takeout/Voice/Calls/"


def page(
    tag: str = "placed", *, number: str = "+12125550123", name: str = "Dana\nWhitfield",
    seconds: str = "PT1M5S", when: str = "2026-03-30T09:15:00.500-04:00",
) -> str:  # fmt: skip
    duration = f'<abbr class="duration" title="{seconds}">x</abbr>' if seconds else ""
    return PAGE.format(number=number, name=name, when=when, duration=duration, tag=tag)


def takeout(path: Path, **pages: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in pages.items():
            packed.writestr(name, text)
    return path


def rows_of(path: Path, options: ReadingOptions = US) -> tuple[str, list[LogRow]]:
    log = open_call_log(path, options=options)
    return log.format, list(log)


def by_place(rows: list[LogRow]) -> dict[str, LogRow]:
    return {(row.place or "").removeprefix(FOLDER): row for row in rows}


def test_a_takeout_of_google_voice(tmp_path: Path) -> None:
    pages = {
        f"{FOLDER}Dana - Placed - 2026-03-30T13_15_00Z.html": page(),
        f"{FOLDER}Dana - Placed - 2026-03-30T13_15_00Z (1).html": page(),
        f"{FOLDER}- Missed - 2026-03-30T14_15_00Z.html": page("missed", number="", name="", seconds=""),
        f"{FOLDER}Dana - Recorded - 2026-03-30T15_15_00Z.html": page("recorded"),
        f"{FOLDER}Dana - Text - 2026-03-30T16_15_00Z.html": '<div class="hChatLog">Hi</div>',
        f"{FOLDER}Bo - Voicemail - 2026-03-31T01_00_00Z.html": page("voicemail", when=""),
        f"{FOLDER}Bo - Placed - x.html": page(when="someday"),
        f"{FOLDER}Bo - Odd - 2026-03-31T02_00_00Z.html": page("starred", when="2026-03-31T02:00:00Z"),
        "Takeout/archive_browser.html": "<html></html>",
    }
    found, rows = rows_of(takeout(tmp_path / "takeout.zip", **pages))
    assert found == "google_voice_takeout"
    read = by_place(rows)
    placed = read["Dana - Placed - 2026-03-30T13_15_00Z.html"]
    assert isinstance(placed, CallRecord)
    assert (placed.direction, placed.outcome, placed.duration_s, placed.name) == (
        Direction.OUTGOING, Outcome.ANSWERED, 65, "Dana Whitfield",
    )  # fmt: skip
    assert placed.started_at.isoformat() == "2026-03-30T13:15:00+00:00"
    missed = read["- Missed - 2026-03-30T14_15_00Z.html"]
    assert isinstance(missed, CallRecord)
    assert (missed.number, missed.name, missed.outcome) == (None, None, Outcome.MISSED)
    by_name = read["Bo - Voicemail - 2026-03-31T01_00_00Z.html"]
    assert isinstance(by_name, CallRecord)
    assert by_name.started_at.isoformat() == "2026-03-31T01:00:00+00:00"
    reasons = {place: row.reason for place, row in read.items() if not isinstance(row, CallRecord)}
    assert reasons == {
        "Dana - Placed - 2026-03-30T13_15_00Z (1).html": "duplicate_in_file",
        "Dana - Recorded - 2026-03-30T15_15_00Z.html": "recording_not_a_call",
        "Dana - Text - 2026-03-30T16_15_00Z.html": "not_a_call",
        "Bo - Placed - x.html": "bad_date",
        "Bo - Odd - 2026-03-31T02_00_00Z.html": "unknown_type",
        "Takeout/archive_browser.html": "not_a_call",
    }


def test_one_page_alone_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "Dana - Placed - 2026-03-30T13_15_00Z.html"
    path.write_text(page(), encoding="utf-8")
    _found, rows = rows_of(path)
    assert [type(row) for row in rows] == [CallRecord]


def test_a_page_that_unpacks_to_too_much_is_named_and_the_others_come_in(tmp_path: Path) -> None:
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{FOLDER}a - Placed - 2026-03-30T13_15_00Z.html", b"0" * (5 << 20))
        packed.writestr(f"{FOLDER}b - Placed - 2026-03-30T13_15_00Z.html", page())
    _found, rows = rows_of(path)
    assert [type(row) for row in rows] == [RejectedRow, CallRecord]


def test_a_cut_zip_is_said(tmp_path: Path) -> None:
    whole = takeout(tmp_path / "whole.zip", **{f"{FOLDER}Dana - Placed - 2026.html": page()})
    cut = tmp_path / "takeout.zip"
    cut.write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(ForeignFileError):
        rows_of(cut)


TEAMS = (
    "UsageId,Call ID,Conference ID,User Location,AAD ObjectId,UPN,User Display Name,Caller ID,Call Type,"
    "Number Type,Domestic/International,Destination Dialed,Destination Number,Start Time,End Time,"
    "Duration Seconds,Charge\n"
)


def teams(kind: str, caller: str, callee: str, *, start: str = "2026-03-06T14:13:58.9930000+00:00") -> str:
    return f"u,c,,GB,o,a@b.example,Anna,{caller},{kind},User,Domestic,UK,{callee},{start},,50,0\n"


def test_teams_takes_the_other_side_and_never_half_a_number(tmp_path: Path) -> None:
    path = tmp_path / "PSTN.calls.csv"
    own, other = "+12125550100", "+442079460018"
    path.write_text(
        TEAMS + teams("user_in", other, own) + teams("user_out_transfer", own, other)
        + teams("conf_in", "+447700900***", own) + teams("ucap_in", "anonymous", own)
        + teams("user_in", other, own, start="") + teams("user_teleport", other, own),
        encoding="utf-8-sig",
    )  # fmt: skip
    found, rows = rows_of(path)
    assert found == "teams_pstn_csv"
    calls = [row for row in rows if isinstance(row, CallRecord)]
    assert [(call.direction, call.number) for call in calls] == [
        (Direction.INCOMING, other), (Direction.OUTGOING, other), (Direction.INCOMING, None),
        (Direction.INCOMING, None),
    ]  # fmt: skip
    assert calls[0].started_at.isoformat() == "2026-03-06T14:13:58+00:00"
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == ["bad_date", "unknown_type"]


AIRCALL = (
    "line",
    "datetime (UTC)",
    "direction",
    "from",
    "to",
    "answered",
    "duration (total)",
    "duration (in call)",
)
CELLS = (
    ("FR", "2026-03-04 08:12:02", "inbound", 33199001234, 33199007000, "No", 14, 0),
    ("FR", "2026-03-04 09:38:43", "outbound", "33199007000", "12125550199", "Yes", 60, 47),
    ("FR", "n/a", "inbound", 33199001234, 33199007000, "No", 2, 0),
    ("", "", "", "", "", "", "", ""),
    ("Total", "", "", "", "", "", "", ""),
)
PARIS = ReadingOptions(region="FR", time_zone="Europe/Paris", own_numbers=("+33199007000",))


def aircall_csv() -> bytes:
    lines = [",".join(map(str, cells)) for cells in (AIRCALL, *CELLS)]
    return ("\n".join(lines) + "\n").encode()


def aircall_workbook() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate((AIRCALL, *CELLS)):
            sheet.write_row(line, 0, cells)
    return data.getvalue()


@pytest.mark.parametrize("name", ["calls.csv", "calls.xlsx"])
def test_aircall_as_table_and_as_workbook(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(aircall_csv() if name.endswith("csv") else aircall_workbook())
    found, rows = rows_of(path, PARIS)
    assert found == "aircall_csv_xlsx"
    first, second, third, *rest = rows
    assert isinstance(first, CallRecord)
    assert isinstance(second, CallRecord)
    assert (first.number, first.outcome, first.started_at.isoformat()) == (
        "+33199001234", Outcome.MISSED, "2026-03-04T08:12:02+00:00",
    )  # fmt: skip
    assert (second.number, second.duration_s, second.direction) == ("+12125550199", 47, Direction.OUTGOING)
    assert isinstance(third, RejectedRow)
    assert [row.reason for row in rest if isinstance(row, SkippedRow)] == ["blank_row", "totals_row"]


def test_another_workbook_is_no_call_log(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ("article", "price"))
    with pytest.raises(ForeignFileError, match="log_not_recognized"):
        rows_of(path)
