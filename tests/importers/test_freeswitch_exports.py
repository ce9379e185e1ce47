"""FreeSWITCH's cdr_csv and FusionPBX: quotes that are not escaped, two legs of a call, causes of its end."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.pbx_reading import LONDON, calls, log_of, others, seen


def freeswitch(
    name: str, number: str, called: str, *, start: str = "2026-03-16 09:43:36", billed: object = 28,
    cause: str = "NORMAL_CLEARING", uuid: int = 1, b_leg: int | None = None, answered: bool = True,
) -> str:  # fmt: skip
    def written(given: int | None) -> str:
        return "" if given is None else f"00000000-0000-4000-8000-{given:012}"

    cells = [
        name, number, called, "default", start, start if answered else "", start, "40", str(billed), cause,
        written(uuid), written(b_leg), "", "PCMA", "PCMA",
    ]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


def test_freeswitch(tmp_path: Path) -> None:
    text = "".join([
        freeswitch('Blythe, "Zoë"', "02079460018", "104"),
        freeswitch('A","B', "02079460019", "104", uuid=2),
        freeswitch("Ann", "103", "907700900777", billed=0, cause="NO_ANSWER", answered=False, uuid=3),
        freeswitch("Ann", "103", "907700900777", billed=0, cause="ORIGINATOR_CANCEL", answered=False, uuid=4),
        freeswitch("Ann", "101", "102", uuid=5),
        freeswitch("", "anonymous", "104", billed=0, cause="ORIGINATOR_CANCEL", answered=False, uuid=6),
        freeswitch("", "01632960401", "104", billed=0, cause="USER_BUSY", answered=False, uuid=7),
        freeswitch("Ann", "103", "907700900777", billed=0, cause="GATEWAY_DOWN", answered=False, uuid=8),
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "Master.csv", text, LONDON)
    assert found == "freeswitch_cdr_csv"
    assert seen(rows) == [
        (1, "incoming", "answered", "+442079460018", 28, "104"),
        (2, "incoming", "answered", "+442079460019", 28, "104"),
        (3, "outgoing", "no_answer", "+447700900777", 0, "103"),
        (4, "outgoing", "cancelled", "+447700900777", 0, "103"),
        (6, "incoming", "missed", None, 0, "104"),
        (7, "incoming", "busy", "+441632960401", 0, "104"),
        (8, "outgoing", "failed", "+447700900777", 0, "103"),
    ]
    assert [call.name for call in calls(rows)[:2]] == ['Blythe, "Zoë"', 'A","B']
    assert others(rows) == [(5, "internal_call")]


def test_freeswitch_the_b_leg_is_no_second_call_whichever_is_written_first(tmp_path: Path) -> None:
    a_leg = freeswitch("Ann", "103", "07700900777", uuid=1, b_leg=2)
    b_leg = freeswitch("Ann", "02079460100", "07700900777", uuid=2)
    for text, line in ((a_leg + b_leg, 1), (b_leg + a_leg, 2)):
        _found, rows = log_of(tmp_path / "Master.csv", text, LONDON)
        assert seen(rows) == [(line, "outgoing", "answered", "+447700900777", 28, "103")]
        assert others(rows) == [(3 - line, "leg_of_same_call")]


def test_freeswitch_a_trunk_with_an_own_number_calls_out(tmp_path: Path) -> None:
    text = freeswitch("", "02079460100", "07700900777")
    _found, rows = log_of(tmp_path / "a.csv", text, replace(LONDON, own_numbers=("+442079460100",)))
    assert seen(rows)[0][1:4] == ("outgoing", "answered", "+447700900777")


def test_freeswitch_bad_rows_and_the_repeated_hour(tmp_path: Path) -> None:
    good = [freeswitch("", "07700900777", "104", uuid=place) for place in range(30)]
    bad = [
        freeswitch("", "07700900777", "104", uuid=31, start="yesterday"),
        freeswitch("", "07700900777", "104", uuid=32, billed="long"),
        freeswitch("", "07700900777", "104", uuid=33, cause="?"),
        '"a","b"\n', "plain\n", freeswitch("", "07700900777", "104", uuid=1),
        freeswitch("", "07700900777", "104", uuid=34, start="2025-10-26 01:30:00"), '"cut","077',
    ]  # fmt: skip
    _found, rows = log_of(tmp_path / "a.csv", "".join(good + bad), LONDON)
    assert others(rows) == [
        (31, "bad_date"), (32, "bad_duration"), (33, "unknown_type"), (34, "column_count"), (35, "malformed"),
        (36, "leg_of_same_call"), (38, "truncated"),
    ]  # fmt: skip
    last = calls(rows)[-1]
    assert (last.started_at.isoformat()[11:16], last.time_ambiguous) == ("00:30", True)


COLUMNS = (
    "domain_uuid", "sip_call_id", "extension", "start_stamp", "start_epoch", "hangup_cause", "missed_call",
    "xml_cdr_uuid", "bridge_uuid", "direction", "billsec", "caller_id_name", "caller_id_number",
    "caller_destination", "source_number", "destination_number", "leg", "status",
)  # fmt: skip


def fusionpbx(**values: object) -> str:
    usual: dict[str, object] = {
        "domain_uuid": "d", "start_epoch": 1773654216, "xml_cdr_uuid": "x1", "direction": "inbound",
        "billsec": 28, "caller_id_number": "02079460018", "caller_destination": "02079460100",
        "destination_number": "104", "leg": "a", "status": "answered", "hangup_cause": "NORMAL_CLEARING",
    }  # fmt: skip
    given = {**usual, **values}
    return ",".join(f'"{given.get(name, "")}"' for name in COLUMNS) + "\n"


HEADER = ",".join(f'"{name}"' for name in COLUMNS) + "\n"


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_fusionpbx(tmp_path: Path, start: str) -> None:
    out = {"direction": "outbound", "source_number": "103", "caller_destination": "907700900777",
           "caller_id_number": "02079460100"}  # fmt: skip
    text = start + HEADER + "".join([
        fusionpbx(caller_id_name='Blythe, "Zoë"'),
        fusionpbx(xml_cdr_uuid="x2", status="no_answer", billsec=0, **out),
        fusionpbx(xml_cdr_uuid="x3", direction="local"),
        fusionpbx(xml_cdr_uuid="x4", status="voicemail", billsec=9),
        fusionpbx(xml_cdr_uuid="x5", bridge_uuid="x1", leg="b"),
        fusionpbx(xml_cdr_uuid="x6", status="", missed_call="true", billsec=0),
        fusionpbx(xml_cdr_uuid="x7", status="", billsec=0, hangup_cause="USER_BUSY", **out),
        fusionpbx(xml_cdr_uuid="x8", status="teleported"),
        fusionpbx(xml_cdr_uuid="x9", start_epoch="", start_stamp="2026-03-16 10:43:36.123+01"),
        fusionpbx(xml_cdr_uuid="y1", start_epoch=""),
        fusionpbx(xml_cdr_uuid="y2", direction="sideways"),
        fusionpbx(xml_cdr_uuid="y3", caller_id_name='a","b'),
        fusionpbx(xml_cdr_uuid="y4", billsec="x"),
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "cdr.csv", text, LONDON)
    assert found == "fusionpbx_cdr_csv"
    assert seen(rows) == [
        (2, "incoming", "answered", "+442079460018", 28, "104"),
        (3, "outgoing", "no_answer", "+447700900777", 0, "103"),
        (5, "incoming", "voicemail", "+442079460018", 9, "104"),
        (7, "incoming", "missed", "+442079460018", 0, "104"),
        (8, "outgoing", "busy", "+447700900777", 0, "103"),
        (10, "incoming", "answered", "+442079460018", 28, "104"),
    ]
    assert calls(rows)[0].name == 'Blythe, "Zoë"'
    assert {call.started_at.isoformat() for call in calls(rows)} == {"2026-03-16T09:43:36+00:00"}
    assert others(rows) == [
        (4, "internal_call"), (6, "leg_of_same_call"), (9, "unknown_type"), (11, "bad_date"),
        (12, "unknown_type"), (13, "column_count"), (14, "bad_duration"),
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(
        st.tuples(st.text('aé"|;', max_size=4), st.integers(0, 999), st.integers(0, 4000)), max_size=8
    )
)
def test_what_freeswitch_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int, int]]
) -> None:
    text = "".join(
        freeswitch(f"Zo{name}y", f"01632960{number:03}", "104", billed=billed, uuid=place)
        for place, (name, number, billed) in enumerate([*made, ("", 1, 1)])
    )
    _found, rows = log_of(tmp_path_factory.mktemp("fs") / "Master.csv", text, LONDON)
    assert [(call.name, call.number, call.duration_s) for call in calls(rows)[: len(made)]] == [
        (f"Zo{name}y".replace('""', '"'), f"+441632960{number:03}", billed) for name, number, billed in made
    ]
