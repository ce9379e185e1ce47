"""3CX: the report of calls, and the log of call data records."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.pbx_reading import LONDON, calls, log_of, others, seen

REPORT = "Call Time,Call ID,From,To,Direction,Status,Ringing,Talking,Cost,Call Activity Details\n"


def report(  # noqa: PLR0917 - the columns of a row
    call_id: str, caller: str, callee: str, direction: str = "Inbound", status: str = "Answered",
    talking: str = "00:01:05", when: str = "2026-03-16T09:43:36Z",
) -> str:  # fmt: skip
    return f'{when},{call_id},"{caller}","{callee}",{direction},{status},00:00:05,{talking},0,"a, b"\n'


@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"])
def test_report(tmp_path: Path, start: str) -> None:
    text = start + REPORT + "".join([
        report("c1", "Zoë (Sales) (02079460018)", "Queue (800)", "Inbound Queue", "Unanswered", "00:00:00"),
        report("c1", "Zoë (Sales) (02079460018)", "Ann (104)", "Inbound Queue"),
        report("c2", "Ann (104)", "07700900777", "Outbound", "Unanswered", "00:00:00"),
        report("c3", "Ann (104)", "Ben (105)", "Internal"),
        report("c4", "anonymous", "Ann (104)", "Inbound", "Unanswered", "0:00:00"),
        report("c5", "07700900777", "Ann (104)", "Sideways"),
        report("c6", "07700900777", "Ann (104)", "Inbound", "Dreaming"),
        report("c7", "07700900777", "Ann (104)", talking="long"),
        report("c8", "07700900777", "Ann (104)", when="16.3."),
        report("c9", "07700900777", "Ann (104)", when="2026-03-16T09:43:36.1234567Z"),
        "short,row\n", ",,,,,,,,,\n", "Totals,,,,,,00:09:00,00:10:00,0,\n",
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "DBDATA.csv", text, LONDON)
    above = start.count("\n")
    assert found == "3cx_call_reports_csv"
    assert [(line - above, *read) for line, *read in seen(rows)] == [
        (3, "incoming", "answered", "+442079460018", 65, "104"),
        (4, "outgoing", "no_answer", "+447700900777", 0, "104"),
        (6, "incoming", "missed", None, 0, "104"),
        (11, "incoming", "answered", "+447700900777", 65, "104"),
    ]
    assert calls(rows)[0].name == "Zoë (Sales)"
    assert {call.started_at.isoformat() for call in calls(rows)} == {"2026-03-16T09:43:36+00:00"}
    assert [(line - above, reason) for line, reason in others(rows)] == [
        (2, "leg_of_same_call"), (5, "internal_call"), (7, "unknown_type"), (8, "unknown_type"),
        (9, "bad_duration"), (10, "bad_date"), (12, "column_count"), (14, "totals_row"),
    ]  # fmt: skip


def test_report_with_its_columns_in_another_order(tmp_path: Path) -> None:
    text = (
        "Direction,Status,Talking,From,To,Call ID,Call Time\n"
        "Outbound,Answered,1:05,Ann (104),Zoë (+44 (20) 79460018),c1,2026-07-16T09:43:36Z\n"
    )
    _found, rows = log_of(tmp_path / "a.csv", text, LONDON)
    assert seen(rows) == [(2, "outgoing", "answered", "+442079460018", 65, "104")]


def entry(
    number: int, caller: str, callee: str, *, answered: bool = True, reason: str = "TerminatedBySrc",
    final: str = "", start: str = "2026/07/16 13:33:54", duration: str = "00:05:36", call_id: str = "",
) -> str:  # fmt: skip
    return (
        f"Call {number},{call_id or f'00000C21DE5C_{number}'},{duration},{start},{start if answered else ''},"
        f"{start},{reason},{caller},{callee},{caller},{callee},,,{final},{final},,,,,"
        f"Chain: {caller};{callee};\n"
    )


def test_log(tmp_path: Path) -> None:
    text = "".join([
        entry(1, "+442079460018", "Ext.800", final="Ext.104"),
        entry(2, "Ext.104", "07700900777", answered=False),
        entry(3, "Ext.104", "07700900777", answered=False, reason="TerminatedByDst"),
        entry(4, "Ext.104", "07700900777", answered=False, reason="Failed_Busy"),
        entry(5, "Ext.104", "07700900777", answered=False, reason="Failed"),
        entry(6, "Ext.104", "Ext.105"),
        entry(7, "", "Ext.104", answered=False),
        entry(8, "02079460018", "Ext.104", answered=False, call_id="same"),
        entry(9, "02079460018", "Ext.105", call_id="same", duration="0:00:09"),
        entry(10, "02079460018", "Ext.104", start="2026/02/30 10:00:00"),
        entry(11, "02079460018", "Ext.104", duration="?"),
        "Call 12,broken\n", "\n",
        entry(13, "02079460018", "Ext.104", start="2025/10/26 01:30:00"),
    ])  # fmt: skip
    found, rows = log_of(tmp_path / "cdr.log", text, LONDON)
    assert found == "3cx_cdr_log"
    assert seen(rows) == [
        (1, "incoming", "answered", "+442079460018", 336, "104"),
        (2, "outgoing", "cancelled", "+447700900777", 0, "104"),
        (3, "outgoing", "no_answer", "+447700900777", 0, "104"),
        (4, "outgoing", "busy", "+447700900777", 0, "104"),
        (5, "outgoing", "failed", "+447700900777", 0, "104"),
        (7, "incoming", "missed", None, 0, "104"),
        (9, "incoming", "answered", "+442079460018", 9, "105"),
        (14, "incoming", "answered", "+442079460018", 336, "104"),
    ]
    assert calls(rows)[0].started_at.isoformat() == "2026-07-16T12:33:54+00:00"
    assert calls(rows)[-1].time_ambiguous
    assert others(rows) == [
        (6, "internal_call"), (8, "leg_of_same_call"), (10, "bad_date"), (11, "bad_duration"),
        (12, "column_count"),
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(st.tuples(st.booleans(), st.integers(0, 999), st.integers(0, 3599)), min_size=1, max_size=9)
)
def test_what_a_3cx_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[bool, int, int]]
) -> None:
    parties = [("Ext.104", f"01632960{number:03}") for _out, number, _seconds in made]
    text = "".join(
        entry(place, *(pair if out else pair[::-1]), duration=f"00:{seconds // 60:02}:{seconds % 60:02}")
        for place, (pair, (out, _number, seconds)) in enumerate(zip(parties, made, strict=True))
    )
    _found, rows = log_of(tmp_path_factory.mktemp("3cx") / "cdr.log", text, LONDON)
    assert [(call.direction.value == "outgoing", call.number, call.duration_s) for call in calls(rows)] == [
        (out, f"+441632960{number:03}", seconds) for out, number, seconds in made
    ]
