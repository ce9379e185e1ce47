"""Cisco CUCM's call detail records and Avaya IP Office's SMDR."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.pbx_reading import LONDON, NEW_YORK, calls, log_of, others, seen

COLUMNS = (
    "cdrRecordType", "globalCallID_callManagerId", "globalCallID_callId", "dateTimeOrigination",
    "origCause_value", "callingPartyNumber", "originalCalledPartyNumber", "finalCalledPartyNumber",
    "destCause_value", "dateTimeConnect", "pkid", "duration",
)  # fmt: skip
HEADER = ",".join(f'"{name}"' for name in COLUMNS) + "\n"
TYPES = (
    "INTEGER,INTEGER,INTEGER,INTEGER,INTEGER,VARCHAR(50),VARCHAR(50),VARCHAR(50),INTEGER,INTEGER,X,INTEGER\n"
)
START = 1772460210  # 2026-03-02 14:03:30 UTC


def cucm(call_id: int, caller: str, called: str, **values: object) -> str:
    usual: dict[str, object] = {
        "cdrRecordType": 1, "globalCallID_callManagerId": 2, "globalCallID_callId": call_id,
        "dateTimeOrigination": START, "origCause_value": 0, "callingPartyNumber": caller,
        "originalCalledPartyNumber": called, "finalCalledPartyNumber": called, "destCause_value": 16,
        "dateTimeConnect": START + 5, "duration": 65,
    }  # fmt: skip
    row = {**usual, **values}
    cells = (row.get(name, "") for name in COLUMNS)
    return ",".join(f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in cells) + "\n"


def test_cucm(tmp_path: Path) -> None:
    lost = {"dateTimeConnect": 0, "duration": 0}
    text = HEADER + TYPES + "".join([
        cucm(1, "2125550199", "104"),
        cucm(2, "103", "912125550199", **lost, destCause_value=19),
        cucm(3, "103", "901161491570006", **lost, destCause_value=17),
        cucm(4, "101", "102"),
        cucm(5, "2125550199", "800", **lost, destCause_value=0),
        cucm(5, "2125550199", "800", finalCalledPartyNumber="105", dateTimeOrigination=START + 9),
        cucm(6, "103", "912125550199", **lost, destCause_value=0, origCause_value=16),
        cucm(7, "103", "912125550199", **lost, destCause_value=41),
        cucm(8, "", "104", **lost, destCause_value=0, origCause_value=16),
        cucm(9, "2125550199", "104", cdrRecordType=2),
        cucm(10, "2125550199", "104", dateTimeOrigination=0),
        cucm(11, "2125550199", "104", duration=-1),
        "1,2,3\n", HEADER, TYPES, cucm(12, "2125550199", "104", **lost, destCause_value=21),
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "cdr_StandAloneCluster_01_202603021405_7", text, NEW_YORK_9)
    assert found == "cisco_cucm_cdr"
    assert seen(rows) == [
        (3, "incoming", "answered", "+12125550199", 65, "104"),
        (4, "outgoing", "no_answer", "+12125550199", 0, "103"),
        (5, "outgoing", "busy", "+61491570006", 0, "103"),
        (8, "incoming", "answered", "+12125550199", 65, "105"),
        (9, "outgoing", "cancelled", "+12125550199", 0, "103"),
        (10, "outgoing", "failed", "+12125550199", 0, "103"),
        (11, "incoming", "missed", None, 0, "104"),
        (18, "incoming", "rejected", "+12125550199", 0, "104"),
    ]
    assert calls(rows)[0].started_at.isoformat() == "2026-03-02T14:03:30+00:00"
    assert others(rows) == [
        (6, "internal_call"), (7, "leg_of_same_call"), (12, "not_a_call"), (13, "bad_date"),
        (14, "bad_duration"), (15, "column_count"),
    ]  # fmt: skip


NEW_YORK_9 = type(NEW_YORK)(region="US", time_zone="America/New_York", internal_digits=3, outside_prefix="9")


def smdr(
    call_id: int, caller: str, way: str, called: str, *, dialled: str = "", talked: str = "00:00:05",
    internal: int = 0, more: int = 0, party: str = "E104", start: str = "2026/07/16 15:14:19",
) -> str:  # fmt: skip
    return (
        f"{start},{talked},7,{caller},{way},{called},{dialled or called},,{internal},{call_id},{more},"
        f"{party},Ann,T9001,Line 1.2,0,0,,,,,,,,,,,,,\n"
    )


@pytest.mark.parametrize("start", ["", "\ufeff", "Call Start,Connected Time,Ring Time,Caller\n"])
def test_avaya(tmp_path: Path, start: str) -> None:
    text = start + "".join([
        smdr(1, "02079460018", "I", "104", dialled="390664"),
        smdr(2, "02079460018", "I", "104", talked="00:00:00"),
        smdr(3, "103", "O", "907700900777", talked="00:01:05"),
        smdr(4, "103", "O", "907700900777", talked="00:00:00"),
        smdr(5, "103", "O", "104", internal=1),
        smdr(6, "02079460018", "I", "104", talked="00:00:00", more=1),
        smdr(6, "02079460018", "I", "104", talked="00:00:21", party="V9502"),
        smdr(7, "02079460018", "I", "104", talked="00:00:13", more=1),
        smdr(7, "02079460018", "I", "104", talked="00:00:21", party="V9502"),
        smdr(1, "07700900777", "I", "104", start="2026/07/17 08:00:00"),
        smdr(8, "", "I", "104", talked="00:00:00"),
        smdr(9, "02079460018", "X", "104"),
        smdr(10, "02079460018", "I", "104", talked="soon"),
        smdr(11, "02079460018", "I", "104", start="2026/02/30 10:00:00"),
        "2026/07/16 15:14:19,00:00:05\n", "\n",
        smdr(12, "02079460018", "I", "104", start="2025/10/26 01:30:00"),
        *(smdr(20 + place, "101", "O", "102", internal=1) for place in range(9)),
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "smdr.csv", text, LONDON)
    head = start.count("\n")
    assert found == "avaya_ip_office_smdr"
    assert [(row[0] - head, *row[1:]) for row in seen(rows)] == [
        (1, "incoming", "answered", "+442079460018", 5, "104"),
        (2, "incoming", "missed", "+442079460018", 0, "104"),
        (3, "outgoing", "answered", "+447700900777", 65, "103"),
        (4, "outgoing", "no_answer", "+447700900777", 0, "103"),
        (7, "incoming", "voicemail", "+442079460018", 21, "104"),
        (8, "incoming", "answered", "+442079460018", 13, "104"),
        (10, "incoming", "answered", "+447700900777", 5, "104"),
        (11, "incoming", "missed", None, 0, "104"),
        (17, "incoming", "answered", "+442079460018", 5, "104"),
    ]
    assert calls(rows)[0].started_at.isoformat() == "2026-07-16T14:14:19+00:00"
    assert calls(rows)[-1].time_ambiguous
    assert [(line - head, reason) for line, reason in others(rows)][:7] == [
        (5, "internal_call"), (6, "leg_of_same_call"), (9, "leg_of_same_call"), (12, "unknown_type"),
        (13, "bad_duration"), (14, "bad_date"), (15, "column_count"),
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(st.tuples(st.booleans(), st.integers(0, 999), st.integers(0, 3599)), min_size=1, max_size=9)
)
def test_what_both_write_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[bool, int, int]]
) -> None:
    avaya, cisco = [], []
    for place, (out, number, seconds) in enumerate(made):
        other = f"01632960{number:03}"
        caller, called = ("104", other) if out else (other, "104")
        talked = f"00:{seconds // 60:02}:{seconds % 60:02}"
        avaya.append(smdr(place, caller, "O" if out else "I", called, talked=talked))
        cisco.append(cucm(place, caller, called, duration=seconds))
    folder = tmp_path_factory.mktemp("both")
    wanted = [(out, f"+441632960{number:03}", seconds) for out, number, seconds in made]
    for name, text in (("smdr", "".join(avaya)), ("cdr", HEADER + TYPES + "".join(cisco))):
        _found, rows = log_of(folder / name, text, LONDON)
        assert [(row[1] == "outgoing", row[3], row[4]) for row in seen(rows)] == wanted
