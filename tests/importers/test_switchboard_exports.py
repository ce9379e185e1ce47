"""Call logs of routers and telephone systems: FRITZ!Box, Asterisk, FreePBX, RingCentral."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.calls import CallRecord, Direction, LogRow, Outcome, RejectedRow, SkippedRow
from crm_desktop.importers.call_logs.reading import ReadingOptions
from crm_desktop.importers.call_logs.registry import open_call_log

BERLIN = ReadingOptions(region="DE", time_zone="Europe/Berlin", area_code="030")
LONDON = ReadingOptions(region="GB", time_zone="Europe/London", internal_digits=3, outside_prefix="9")
NEW_YORK = ReadingOptions(region="US", time_zone="America/New_York", internal_digits=3)


def rows_of(path: Path, data: str | bytes, options: ReadingOptions) -> tuple[str, list[LogRow]]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    log = open_call_log(path, options=options)
    return log.format, list(log)


def calls(rows: list[LogRow]) -> list[CallRecord]:
    return [row for row in rows if isinstance(row, CallRecord)]


def others(rows: list[LogRow]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, (RejectedRow, SkippedRow))]


GERMAN = "Typ;Datum;Name;Rufnummer;Landes-/Ortsnetzbereich;Nebenstelle;Eigene Rufnummer;Dauer\n"
ENGLISH = "Type;Date;Number;Extension;Outgoing Caller ID;Duration\n"


@pytest.mark.parametrize("start", ["sep=;\n", "", "\ufeffsep=;\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_fritzbox_list(tmp_path: Path, start: str, encoding: str) -> None:
    if encoding == "cp1252" and start.startswith("\ufeff"):
        return
    text = (
        f"{start}{GERMAN}1;02.03.26 14:07;Müller;04066969210;Hamburg;Büro;3023125001;0:01\n"
        "2;02.03.26 14:08;;;;;3023125001;0:00\n3;02.03.26 14:09;;03023125900;;;3023125001;0:00\n"
        "4;02.03.26 14:10;;23125123;;Fon 1;3023125001;1:35\n4;02.03.26 14:11;;*31#03023125456;;Fon "
        "1;3023125001;0:00\n4;02.03.26 14:10;;23125123;;Fon 1;3023125001;1:35\n\n\n"
    )
    found, rows = rows_of(tmp_path / "list.csv", text.encode(encoding), BERLIN)
    assert found == "fritzbox_csv"
    read = calls(rows)
    assert [(call.direction, call.outcome, call.number, call.duration_s) for call in read] == [
        (Direction.INCOMING, Outcome.ANSWERED, "+494066969210", 60),
        (Direction.INCOMING, Outcome.MISSED, None, 0),
        (Direction.INCOMING, Outcome.BLOCKED, "+493023125900", 0),
        (Direction.OUTGOING, Outcome.ANSWERED, "+493023125123", 5700),
        (Direction.OUTGOING, Outcome.NO_ANSWER, "+493023125456", 0),
        (Direction.OUTGOING, Outcome.ANSWERED, "+493023125123", 5700),
    ]
    assert read[0].name == "Müller"
    assert len({call.row_key for call in read}) == 6, "equal lines of one minute are two calls"


def test_a_three_of_old_firmware_was_an_outgoing_call(tmp_path: Path) -> None:
    lines = (
        "1;25.12.12 17:45;0123456789;Fon;Internet: 12345678;0:07",
        "3;25.12.12 17:46;030123456;Fon;1;0:02",
    )
    text = ENGLISH + "\n".join(lines) + "\n"
    _found, rows = rows_of(tmp_path / "list.csv", text, BERLIN)
    assert [call.direction for call in calls(rows)] == [Direction.INCOMING, Direction.OUTGOING]


def test_without_an_area_code_a_local_number_is_nobodys(tmp_path: Path) -> None:
    text = f"{ENGLISH}4;25.12.25 17:45;23125123;Fon;1;0:07\n"
    _found, rows = rows_of(tmp_path / "list.csv", text, replace(BERLIN, area_code=None))
    assert calls(rows)[0].number is None


def written(*rows: Sequence[object], quoting: int = csv.QUOTE_NONNUMERIC) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def asterisk(
    src: str, dst: str, *, start: str = "2026-03-16 09:43:36", billed: int = 28, how: str = "ANSWERED",
    app: str = "Dial", clid: str = "", unique: str = "", more: Sequence[object] = ("",),
) -> list[object]:  # fmt: skip
    """Return a record; ``more`` stand behind its unique id: userfield, peer account, linked id, sequence."""
    ends = [start, "", start, billed + 5, billed, how, "DOC", unique, *more]
    return ["", src, dst, "ctx", clid, "ch", "dch", app, "", *ends]


def test_asterisk_tells_directions_by_its_extensions(tmp_path: Path) -> None:
    text = written(
        asterisk("02079460018", "104", clid='"Blythe, "Zoë"" <02079460018>'),
        asterisk("103", "907700900777", how="NO ANSWER", billed=0),
        asterisk("101", "102"), asterisk("101", "*97"), asterisk("", "s", how="NO ANSWER", billed=0),
        asterisk("01632960401", "104", app="VoiceMail"),
        asterisk("104", "01632960401", how="CANCEL", billed=0),
        asterisk("104", "01632960401", how="TELEPORT"), asterisk("104", "01632960401", start="yesterday"),
    )  # fmt: skip
    found, rows = rows_of(tmp_path / "Master.csv", text, LONDON)
    assert found == "asterisk_master_csv"
    assert [(call.direction, call.outcome, call.number, call.own_line) for call in calls(rows)] == [
        (Direction.INCOMING, Outcome.ANSWERED, "+442079460018", "104"),
        (Direction.OUTGOING, Outcome.NO_ANSWER, "+447700900777", "103"),
        (Direction.INCOMING, Outcome.MISSED, None, None),
        (Direction.INCOMING, Outcome.VOICEMAIL, "+441632960401", "104"),
        (Direction.OUTGOING, Outcome.CANCELLED, "+441632960401", "104"),
    ]
    assert calls(rows)[0].name == 'Blythe, "Zoë"'
    assert others(rows) == [
        (3, "internal_call"), (4, "internal_call"), (8, "unknown_type"), (9, "bad_date"),
    ]  # fmt: skip


def test_asterisk_a_call_under_an_own_number_goes_out(tmp_path: Path) -> None:
    text = written(asterisk("02079460100", "07700900777"))
    options = replace(LONDON, own_numbers=("+442079460100",))
    _found, rows = rows_of(tmp_path / "Master.csv", text, options)
    (call,) = calls(rows)
    assert (call.direction, call.number, call.own_line) == (
        Direction.OUTGOING, "+447700900777", "02079460100",
    )  # fmt: skip


def test_the_unique_id_settles_the_repeated_hour_and_the_zone(tmp_path: Path) -> None:
    first = asterisk("02079460018", "104", start="2025-10-26 01:30:00", unique="1761438600.1")
    second = asterisk("02079460018", "104", start="2025-10-26 01:30:00", unique="1761442200.2")
    none = asterisk("02079460018", "104", start="2025-10-26 01:30:00", unique="")
    _found, rows = rows_of(tmp_path / "Master.csv", written(first, second, none), LONDON)
    assert [(call.started_at.isoformat()[11:16], call.time_ambiguous) for call in calls(rows)] == [
        ("00:30", False), ("01:30", False), ("00:30", True),
    ]  # fmt: skip


LINKED = "1773654216.18"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"unique": LINKED}, {"unique": LINKED}),
        ({"unique": f"pbx-{LINKED}"}, {"unique": f"pbx-{LINKED}"}),
        ({"more": ("", "", LINKED, 1)}, {"unique": "1773654220.22", "more": ("", "", LINKED, 2)}),
        ({"unique": "", "more": ("peer", LINKED, 1)}, {"unique": "", "more": ("peer", LINKED, 2)}),
    ],
    ids=["unique id", "with the system's name", "linked id", "linked id without unique id"],
)
def test_asterisk_joins_the_rows_of_one_caller_whose_channels_are_linked(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any]
) -> None:
    rang = asterisk("02079460018", "101", how="NO ANSWER", billed=0, **first)
    taken = asterisk("+44 20 7946 0018", "102", billed=65, **second)
    for text, line in ((written(rang, taken), 2), (written(taken, rang), 1)):
        _found, rows = rows_of(tmp_path / "Master.csv", text, LONDON)
        (call,) = calls(rows)
        assert (call.line, call.outcome, call.duration_s, call.own_line) == (line, "answered", 65, "102")
        assert others(rows) == [(3 - line, "leg_of_same_call")]


def test_asterisk_joins_nothing_its_file_does_not_prove(tmp_path: Path) -> None:
    text = written(
        # No ids are logged; what looks like one may be anything a dialplan sets.
        asterisk("02079460018", "101", unique="queue 7"), asterisk("02079460018", "102", unique="queue 7"),
        asterisk("02079460018", "101"), asterisk("02079460018", "102"),
        # A colleague who is asked, and another customer who is called, while the first one waits.
        asterisk("02079460018", "103", unique=LINKED, more=("", "", LINKED, 3)),
        asterisk("103", "104", unique="1773654230.30", more=("", "", LINKED, 4)),
        asterisk("103", "01632960401", unique="1773654240.40", more=("", "", LINKED, 5)),
    )  # fmt: skip
    _found, rows = rows_of(tmp_path / "Master.csv", text, LONDON)
    assert [call.line for call in calls(rows)] == [1, 2, 3, 4, 5, 7]
    assert others(rows) == [(6, "internal_call")]


FREEPBX = (
    "calldate", "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata",
    "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid",
    "userfield", "did", "cnum", "cnam",
    "outbound_cnum", "outbound_cnam", "dst_cnam", "recordingfile", "linkedid", "peeraccount", "sequence",
)  # fmt: skip


def freepbx(**values: object) -> list[object]:
    usual: dict[str, object] = {
        "calldate": "2026-03-02 09:03:30", "src": "2125550199", "dst": "104", "lastapp": "Dial", "billsec": 0,
        "disposition": "NO ANSWER", "uniqueid": "1772460210.100", "linkedid": "1772460210.100",
        "did": "12125550100", "cnum": "2125550199", "clid": '"ACME" <2125550199>',
    }  # fmt: skip
    return [{**usual, **values}.get(name, "") for name in FREEPBX]


def test_freepbx_a_ring_group_is_one_call_and_the_answered_leg_stands_for_it(tmp_path: Path) -> None:
    text = written(
        FREEPBX,
        freepbx(dst="101"), freepbx(dst="102", disposition="ANSWERED", billsec=65), freepbx(dst="103"),
        freepbx(src="12125550100", cnum="103", dst="01161491570006", did="", linkedid="1772460999.7"),
        freepbx(src="101", cnum="101", dst="102", did="", linkedid="1772461999.8"),
        freepbx(calldate="0000-00-00 00:00:00", linkedid="x"),
    )  # fmt: skip
    found, rows = rows_of(tmp_path / "cdr.csv", text, NEW_YORK)
    assert found == "freepbx_cdr_csv"
    read = calls(rows)
    assert [(call.line, call.direction, call.outcome, call.number, call.own_line) for call in read] == [
        (3, Direction.INCOMING, Outcome.ANSWERED, "+12125550199", "102"),
        (5, Direction.OUTGOING, Outcome.NO_ANSWER, "+61491570006", "103"),
    ]
    assert read[0].started_at.isoformat() == "2026-03-02T14:03:30+00:00"
    assert sorted(others(rows)) == [
        (2, "leg_of_same_call"), (4, "leg_of_same_call"), (6, "internal_call"), (7, "bad_date"),
    ]  # fmt: skip


RING = (
    '"Type","Phone Number","Name","Date","Time","Action","Action Result","Result Description","Duration",'
    '"Attachment"\n'
)


def test_ringcentral_reads_the_direction_from_the_result(tmp_path: Path) -> None:
    text = RING + (
        "Voice,(312) 555-0147,Marcus,Wed 3/4/2026,8:36:22\u202fAM,VoIP Call,Call connected,,0:38:06,-\n"
        "Voice,(202) 555-0118,W,Wed 3/4/2026,9:56:19 PM,Phone Call,Missed,,0:00:00,-\n"
        "Fax,(202) 555-0118,W,Wed 3/4/2026,9:56:19 AM,Incoming Fax,Received,,0:00:10,-\n"
        "Voice,102,Ben,Wed 3/4/2026,9:20:00 AM,VoIP Call,Call connected,,0:00:15,-\n"
        "Voice,(202) 555-0118,Blythe, Owen,Wed 3/4/2026,9:56:19 AM,Phone Call,Missed,,0:00:00,-\n"
        "Voice,(202) 555-0118,W,Wed 3/4/2026,9:56:19 AM,Phone Call,Dreamt,,0:00:00,-\n"
    )
    found, rows = rows_of(tmp_path / "calls.csv", text, NEW_YORK)
    assert found == "ringcentral_simple_csv"
    assert [(call.direction, call.outcome, call.duration_s) for call in calls(rows)] == [
        (Direction.OUTGOING, Outcome.ANSWERED, 2286), (Direction.INCOMING, Outcome.MISSED, 0),
    ]  # fmt: skip
    assert calls(rows)[1].started_at.isoformat() == "2026-03-05T02:56:19+00:00"
    assert others(rows) == [
        (4, "not_a_call"), (5, "internal_call"), (6, "column_count"), (7, "unknown_type"),
    ]  # fmt: skip


def test_ringcentral_with_legs(tmp_path: Path) -> None:
    header = (
        "Type,CallId,SessionId,Leg,Direction,From,To,Extension,Forwarded To,Name,Date,Time,Action,"
        "Action Result,Result Description,Duration\n"
    )
    rest = "Inbound,(312) 555-0147,(212) 555-0100,101,,Marcus,Wed 3/4/2026,8:36:22 AM"
    text = f"{header}Voice,c1,s1,,{rest},Phone Call,Accepted,,0:01:06\n,,,1,{rest},FindMe,Accepted,,0:01:06\n"
    found, rows = rows_of(tmp_path / "calls.csv", text, NEW_YORK)
    assert found == "ringcentral_detailed_csv"
    (call,) = calls(rows)
    assert (call.number, call.own_line, call.direction) == ("+13125550147", "101", Direction.INCOMING)
    assert others(rows) == [(3, "leg_of_same_call")]


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(["101", "102"]), st.integers(0, 999), st.integers(0, 4000), st.integers(0, 10**7)
        ),
        min_size=1, max_size=8,
    ),
    cut=st.integers(0, 8),
)  # fmt: skip
def test_asterisk_any_split_of_a_log_gives_the_same_calls(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int, int, int]], cut: int
) -> None:
    lines = [
        asterisk(src, f"01632960{number:03}", billed=billed, unique=f"{1_770_000_000 + at}.{place}",
                 start="2026-02-02 02:40:00")
        for place, (src, number, billed, at) in enumerate(made)
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("asterisk")
    whole = calls(rows_of(folder / "all.csv", written(*lines), LONDON)[1])
    parts = [part for part in (lines[:cut], lines[cut:]) if part]
    split: list[CallRecord] = []
    for place, part in enumerate(parts):
        split += calls(rows_of(folder / f"{place}.csv", written(*part), LONDON)[1])
    assert len(whole) == len(made)
    assert {call.row_key for call in whole} == {call.row_key for call in split}
