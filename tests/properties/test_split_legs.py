"""Logs of telephone systems whose calls have several legs, cut anywhere: the same calls as from the whole."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.permissions import Role
from crm_desktop.operations import call_imports, calls, consents
from crm_desktop.operations.call_imports import preview_import, reading_options, run_import, undo_import
from crm_desktop.operations.member_lines import set_lines
from crm_desktop.operations.session import Session
from crm_desktop.storage import rollup_recount
from crm_desktop.storage.calls import CallQuery
from tests.environments import add_member, new_organization
from tests.importers.test_cucm_and_avaya_exports import HEADER as CUCM_HEADER
from tests.importers.test_cucm_and_avaya_exports import TYPES, cucm, smdr
from tests.importers.test_freeswitch_exports import HEADER as FUSIONPBX
from tests.importers.test_freeswitch_exports import freeswitch, fusionpbx
from tests.importers.test_switchboard_exports import FREEPBX, asterisk, freepbx
from tests.importers.test_switchboard_exports import written as quoted
from tests.importers.test_threecx_exports import REPORT, entry, report
from tests.operations.samples import broken, customer_with, table_rows

START = 1_772_445_600  # 2 March 2026, 10:00 UTC
LINES = ("101", "102", "103")


@dataclass(frozen=True)
class LegRow:
    """A row: of which call, seconds after its first, at whose line, for how long (0: nobody took it)."""

    call: int
    after: int
    line: str
    seconds: int

    @property
    def number(self) -> str:
        """Return the caller, the same on all legs of a call."""
        return f"2125550{self.call % 4:03d}"

    @property
    def at(self) -> int:
        """Return when it began; calls of one id are a day apart and more."""
        return START + self.call * 600 + self.after

    def when(self, style: str) -> str:
        """Return when it began as text."""
        return datetime.fromtimestamp(self.at, UTC).strftime(style)

    @property
    def length(self) -> str:
        """Return the talk time by the clock."""
        return f"00:{self.seconds // 60:02d}:{self.seconds % 60:02d}"


def _report(leg: LegRow) -> str:
    status = "Answered" if leg.seconds else "Unanswered"
    ends = f"Zoë ({leg.number})", f"Ann ({leg.line})"
    return report(f"c{leg.call}", *ends, "Inbound Queue", status, leg.length, leg.when("%Y-%m-%dT%H:%M:%SZ"))


def _entry(leg: LegRow) -> str:
    return entry(
        leg.call, leg.number, f"Ext.{leg.line}", answered=leg.seconds > 0, duration=leg.length,
        start=leg.when("%Y/%m/%d %H:%M:%S"), call_id=f"id{leg.call}",
    )  # fmt: skip


def _cucm(leg: LegRow) -> str:
    return cucm(
        leg.call, leg.number, leg.line, dateTimeOrigination=leg.at, duration=leg.seconds,
        dateTimeConnect=leg.at + 5 if leg.seconds else 0, origCause_value=0 if leg.seconds else 16,
        destCause_value=16 if leg.seconds else 0, pkid=f"{{{leg.call}-{leg.after}-{leg.line}-{leg.seconds}}}",
    )  # fmt: skip


def _smdr(leg: LegRow) -> str:
    return smdr(leg.call, leg.number, "I", leg.line, talked=leg.length, start=leg.when("%Y/%m/%d %H:%M:%S"))


def _freepbx(leg: LegRow) -> str:
    row = freepbx(
        calldate=leg.when("%Y-%m-%d %H:%M:%S"), src=leg.number, dst=leg.line, cnum=leg.number,
        linkedid=f"{START + leg.call * 600}.{leg.call}", uniqueid=f"{leg.at}.{leg.call}",
        billsec=leg.seconds, disposition="ANSWERED" if leg.seconds else "NO ANSWER",
    )  # fmt: skip
    return quoted(row)


def _asterisk(leg: LegRow) -> str:
    row = asterisk(
        leg.number, leg.line, start=leg.when("%Y-%m-%d %H:%M:%S"), billed=leg.seconds,
        how="ANSWERED" if leg.seconds else "NO ANSWER", unique=f"{leg.at}.{leg.after + leg.seconds}",
        more=("", "", f"{START + leg.call * 600}.{leg.call}", leg.after),
    )  # fmt: skip
    return quoted(row)


FORMATS: dict[str, tuple[str, Callable[[LegRow], str]]] = {
    "3cx_call_reports_csv": (REPORT, _report),
    "3cx_cdr_log": ("", _entry),
    "cisco_cucm_cdr": (CUCM_HEADER + TYPES, _cucm),
    "avaya_ip_office_smdr": ("", _smdr),
    "freepbx_cdr_csv": (quoted(FREEPBX), _freepbx),
    "asterisk_master_csv": ("", _asterisk),
}
LEGS = st.lists(
    st.builds(
        LegRow, call=st.integers(1, 4), after=st.sampled_from([0, 0, 3, 40, 400, 3000]),
        line=st.sampled_from(LINES), seconds=st.sampled_from([0, 0, 7, 90]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Three lines are two members', who both agreed; two of the numbers are customers'."""
    session = new_organization(tmp_path_factory.mktemp("office")).open()
    consents.grant_consent(session)
    eva = add_member(session, "eva", Role.STAFF)
    consents.record_paper_consent(session, eva, scan=b"signed", scan_name="eva.pdf")
    set_lines(session, session.member.id, LINES[:2])
    set_lines(session, eva, LINES[2:])
    for last in range(2):
        customer_with(session, f"Zoë{last}", f"+12125550{last:03d}")
    yield session
    session.close()


Shown = tuple[object, ...]


def shown(session: Session) -> list[Shown]:
    """Return the calls people see, and hold the figures against them."""
    ids = calls.call_ids(session, CallQuery())
    rows = calls.call_rows(session, ids)
    with session.database.read() as connection:
        assert list(rollup_recount.differences(connection)) == []
    return sorted(
        (row.started_at, row.direction, row.outcome, row.duration_s, row.raw_number, row.e164,
         row.customer_id, row.member_id)
        for row in rows.values()
    )  # fmt: skip


def imported(session: Session, name: str, path: Path, legs: list[LegRow]) -> tuple[tuple[int, ...], int]:
    """Import a file of legs; return its runs and how many rows were new, as its preview said."""
    head, row = FORMATS[name]
    path.write_text(head + "".join(map(row, legs)), encoding="utf-8")
    options = reading_options(session, region="US", time_zone="UTC", internal_digits=3)
    asked = {"member_id": None, "options": options, "format": name, "keep_unknown": True}
    preview = preview_import(session, [path], **asked)  # type: ignore[arg-type]
    result = run_import(session, [path], **asked)  # type: ignore[arg-type]
    assert preview.counts == result.counts
    return result.runs, result.counts.created


def taken_back(session: Session) -> None:
    for run in call_imports.runs(session):
        undo_import(session, run.id)
    assert table_rows(session, "call") == []
    with session.database.read() as connection:
        assert connection.execute("SELECT count(*) FROM call_leg").fetchone() == (0,)


CUTS = st.sets(st.integers(1, 11), max_size=3)
QUICK = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def cut(legs: list[LegRow], cuts: set[int]) -> list[list[LegRow]]:
    edges = [0, *sorted(at for at in cuts if at < len(legs)), len(legs)]
    return [legs[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(legs=LEGS, cuts=CUTS, seed=st.integers(0, 999))
def test_any_split_in_any_order_twice_gives_the_calls_of_the_whole(  # noqa: PLR0917 - what is generated
    name: str, office: Session, tmp_path_factory: pytest.TempPathFactory, legs: list[LegRow],
    cuts: set[int], seed: int,
) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("logs") / "part.log"
    imported(office, name, path, legs)
    whole = shown(office)
    assert len(whole) == len({leg.call for leg in legs})
    taken_back(office)
    parts = cut(legs, cuts) * 2
    random.Random(seed).shuffle(parts)  # noqa: S311 - an order, no secret
    for part in parts:
        imported(office, name, path, part)
    assert shown(office) == whole
    assert imported(office, name, path, legs)[1] == 0, "what is there is known"
    assert shown(office) == whole
    taken_back(office)


@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(legs=LEGS, cuts=CUTS, seed=st.integers(0, 999))
def test_undoing_an_import_gives_the_calls_of_the_others(  # noqa: PLR0917 - what is generated
    name: str, office: Session, tmp_path_factory: pytest.TempPathFactory, legs: list[LegRow],
    cuts: set[int], seed: int,
) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("logs") / "part.log"
    parts = cut(legs, cuts)
    undone = seed % len(parts)
    kept = [part for place, part in enumerate(parts) if place != undone]
    for part in kept:
        imported(office, name, path, part)
    without = shown(office)
    taken_back(office)
    runs: list[int] = []
    for part in kept[: seed % 3]:
        imported(office, name, path, part)
    runs += imported(office, name, path, parts[undone])[0]
    for part in kept[seed % 3 :]:
        imported(office, name, path, part)
    for run in runs:
        undo_import(office, run)
    # A leg that two files hold belongs to the import that brought it first, as any call does.
    told = [{(leg.call, leg.line, leg.seconds) for leg in part} for part in parts]
    if told[undone].isdisjoint(set().union(*told[:undone], *told[undone + 1 :])):
        assert shown(office) == without
    taken_back(office)


def test_a_withdrawal_shows_the_leg_of_the_other_member_again(office: Session, tmp_path: Path) -> None:
    eva = next(row["id"] for row in table_rows(office, "member") if row["login"] == "eva")
    rang, taken = LegRow(1, 0, LINES[0], 0), LegRow(1, 9, LINES[2], 90)
    imported(office, "3cx_cdr_log", tmp_path / "log", [rang])
    before = shown(office)
    imported(office, "3cx_cdr_log", tmp_path / "log", [taken])
    assert [call[-1] for call in shown(office)] == [eva]
    assert consents.withdraw_consent(office, member_id=int(str(eva))) == 1
    assert shown(office) == before
    assert before[0][-1] == office.member.id
    taken_back(office)


def test_an_id_given_again_on_another_day_is_another_call(office: Session, tmp_path: Path) -> None:
    consents.record_paper_consent(office, 2, scan=b"signed", scan_name="eva.pdf")
    for after in (0, 86_400):
        imported(office, "3cx_cdr_log", tmp_path / "log", [LegRow(1, after, LINES[0], 5)])
    assert len(shown(office)) == 2
    taken_back(office)
    both = [LegRow(1, after, LINES[0], 5) for after in (0, 86_400)]
    imported(office, "3cx_cdr_log", tmp_path / "log", both)
    assert len(shown(office)) == 2
    taken_back(office)


A_LEG, B_LEG = "Ann", "Trunk"


@pytest.mark.parametrize("reversed_order", [False, True])
@pytest.mark.parametrize("name", ["freeswitch_cdr_csv", "fusionpbx_cdr_csv"])
def test_a_b_leg_the_other_leg_names_is_no_call_of_its_own_whatever_its_number(
    office: Session, tmp_path: Path, name: str, *, reversed_order: bool
) -> None:
    """What the a leg's call to a customer looks like on the trunk: a call of the trunk's own number."""
    if name == "freeswitch_cdr_csv":
        parts = [
            freeswitch(A_LEG, LINES[0], "2125550001", uuid=1, b_leg=2),
            freeswitch(B_LEG, "2125550777", LINES[0], uuid=2),
        ]
    else:
        out = {"direction": "outbound", "extension": LINES[0]}
        parts = [
            fusionpbx(xml_cdr_uuid="x1", caller_destination="2125550001", **out),
            fusionpbx(xml_cdr_uuid="x2", caller_destination="2125550777", leg="b", bridge_uuid="x1", **out),
        ]
    options = reading_options(office, region="US", time_zone="UTC", internal_digits=3)
    for text in reversed(parts) if reversed_order else parts:
        head = FUSIONPBX if name.startswith("fusion") else ""
        (tmp_path / "log").write_text(head + text, encoding="utf-8")
        run_import(
            office, [tmp_path / "log"], member_id=None, options=options, format=name, keep_unknown=True
        )
    assert len(table_rows(office, "call")) == 2, "one in each file: else nothing is tried"
    assert [call[4] for call in shown(office)] == ["2125550001"]
    assert not broken(office)
    taken_back(office)


def test_legs_with_different_other_parties_stay_two_calls(office: Session, tmp_path: Path) -> None:
    """Two systems may give the same id on one day: nobody's call is hidden behind another customer's."""
    head, _row = FORMATS["3cx_cdr_log"]
    one = _entry(LegRow(1, 0, LINES[0], 5))
    for text in (one, one.replace("2125550001", "2125550000")):
        (tmp_path / "log").write_text(head + text, encoding="utf-8")
        options = reading_options(office, region="US", time_zone="UTC", internal_digits=3)
        run_import(office, [tmp_path / "log"], member_id=None, options=options, format="3cx_cdr_log")
    assert len(shown(office)) == 2
    taken_back(office)


def test_the_file_is_sound_after_all_of_it(office: Session) -> None:
    assert broken(office) == {}
