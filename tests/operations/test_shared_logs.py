"""A telephone system's log holds the whole office: only who has a line and consented is read from it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.errors import InvalidValueError, RefusedError
from crm_desktop.domain.member_lines import MemberLine
from crm_desktop.domain.permissions import Role
from crm_desktop.importers.call_logs.mapping import Mapping
from crm_desktop.operations import consents, member_lines
from crm_desktop.operations.call_imports import preview_import, reading_options, run_import
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import broken, customer_with, table_rows

SCAN = b"%PDF-1.4 signed"
COLUMNS = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition",
    "amaflags,accountcode,uniqueid,userfield,did,cnum,cnam,recordingfile,linkedid,peeraccount,sequence",
)
ROW = "2026-05-28 10:{:02}:00,,2125550123,{},c,h,d,Dial,,9,5,ANSWERED,3,,x,,12125550100,2125550123,,,c-{},,1"


def pbx(path: Path, *extensions: str) -> Path:
    """Write a FreePBX log: a call in for each extension, of the same customer, a minute apart."""
    rows = [ROW.format(place, extension, place) for place, extension in enumerate(extensions)]
    path.write_text("\n".join((",".join(COLUMNS), *rows, "")), encoding="utf-8")
    return path


@pytest.fixture
def eva(session: Session) -> int:
    """Give the organization a customer, and Eva with line 102 and a paper consent; Ana has line 101."""
    customer_with(session, "Dana", "+1 212 555 0123")
    eva = add_member(session, "eva", Role.STAFF)
    member_lines.set_lines(session, session.member.id, ["101"])
    member_lines.set_lines(session, eva, ["102"])
    consents.record_paper_consent(session, eva, scan=SCAN, scan_name="eva.pdf")
    return eva


def options(session: Session) -> object:
    return reading_options(session, region="US", internal_digits=3)


def stored(session: Session) -> list[object]:
    return [row["member_id"] for row in table_rows(session, "call")]


def imported(session: Session, path: Path, member_id: int | None, **more: object) -> dict[str, int]:
    given = {"member_id": member_id, "options": options(session), **more}
    preview = preview_import(session, [path], **given)  # type: ignore[arg-type]
    result = run_import(session, [path], **given)  # type: ignore[arg-type]
    counts = result.counts
    assert preview.counts == counts
    return {name: getattr(counts, name) for name in ("created", "no_consent", "not_stored")}


def test_a_log_of_two_extensions_and_one_consent_keeps_one_persons_calls(
    session: Session, eva: int, tmp_path: Path
) -> None:
    log = pbx(tmp_path / "cdr.csv", "101", "102", "102", "199")
    assert imported(session, log, None) == {"created": 2, "no_consent": 2, "not_stored": 2}
    assert stored(session) == [eva, eva]
    assert broken(session) == {}


def test_with_both_consents_each_gets_his_own_and_again_nothing_is_new(
    session: Session, eva: int, tmp_path: Path
) -> None:
    consents.grant_consent(session)
    log = pbx(tmp_path / "cdr.csv", "101", "102", "199")
    assert imported(session, log, None) == {"created": 2, "no_consent": 1, "not_stored": 1}
    assert sorted(map(str, stored(session))) == sorted(map(str, [session.member.id, eva]))
    run_import(session, [log], member_id=None, options=options(session))  # type: ignore[arg-type]
    assert len(stored(session)) == 2


def test_named_for_one_member_no_others_calls_come_along(session: Session, eva: int, tmp_path: Path) -> None:
    consents.grant_consent(session)
    log = pbx(tmp_path / "cdr.csv", "101", "102", "199")
    imported(session, log, session.member.id)
    assert stored(session) == [session.member.id]


def test_ones_own_consent_reads_no_log_of_an_office_without_lines(session: Session, tmp_path: Path) -> None:
    customer_with(session, "Dana", "+1 212 555 0123")
    consents.grant_consent(session)
    log = pbx(tmp_path / "cdr.csv", "101", "102")
    with pytest.raises(RefusedError, match="log_shared_without_lines"):
        run_import(session, [log], member_id=session.member.id, options=options(session))  # type: ignore[arg-type]
    assert stored(session) == []


def test_lines_given_for_one_import_need_consent_all_the_same(
    session: Session, eva: int, tmp_path: Path
) -> None:
    log = pbx(tmp_path / "cdr.csv", "177", "178")
    lines = [MemberLine(eva, "177"), MemberLine(session.member.id, "178")]
    assert imported(session, log, None, lines=lines) == {"created": 1, "no_consent": 1, "not_stored": 1}
    assert stored(session) == [eva]


def test_nobody_with_a_line_consented(session: Session, tmp_path: Path) -> None:
    member_lines.set_lines(session, session.member.id, ["101"])
    with pytest.raises(RefusedError, match="consent_missing"):
        run_import(
            session,
            [pbx(tmp_path / "cdr.csv", "101")],
            member_id=None,
            options=options(session),  # type: ignore[arg-type]
        )


def test_a_line_that_changes_hands_keeps_the_calls_of_before_with_whom_had_it(
    session: Session, office: Office, eva: int
) -> None:
    office.clock.advance(10 * 86_400)
    member_lines.set_lines(session, eva, ["101", "102"])
    day = "2026-10-01"
    assert [(line.member_id, line.line, line.since, line.until) for line in member_lines.lines(session)] == [
        (session.member.id, "101", None, day), (eva, "102", None, None), (eva, "101", day, None),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["", "reception", "1" * 60])
def test_what_is_no_line_is_refused(session: Session, wrong: str) -> None:
    with pytest.raises(InvalidValueError, match="line_invalid"):
        member_lines.set_lines(session, session.member.id, [wrong])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extensions=st.lists(st.sampled_from(["101", "102", "103", ""]), min_size=1, max_size=6))
def test_never_a_call_of_somebody_who_did_not_consent(
    session: Session, eva: int, tmp_path: Path, extensions: list[str]
) -> None:
    log = pbx(tmp_path / "cdr.csv", *extensions)
    counts = imported(session, log, None)
    assert set(stored(session)) <= {eva}
    assert counts["no_consent"] == sum(extension != "102" for extension in extensions)


TABLE = "Date,Direction,Number,Line,Duration\n"
MAPPED = Mapping(
    date="Date", direction="Direction", number="Number", own_line="Line", duration="Duration",
    duration_format="s",
)  # fmt: skip


def table_of_lines(path: Path, *lines: str) -> Path:
    rows = (f"2026-05-28 10:{n:02}:00,in,2125550123,{line},9\n" for n, line in enumerate(lines))
    path.write_text(TABLE + "".join(rows), encoding="utf-8")
    return path


def test_a_table_of_one_line_is_one_phones(session: Session, eva: int, tmp_path: Path) -> None:
    consents.grant_consent(session)
    log = table_of_lines(tmp_path / "calls.csv", "101", "101")
    mapped = reading_options(session, region="US", internal_digits=3, mapping=MAPPED)
    assert run_import(session, [log], member_id=session.member.id, options=mapped).counts.created == 2


@pytest.mark.parametrize("lines", [("101", "102", "199"), ("101", "102", "Reception")])
def test_a_table_that_names_several_lines_is_an_offices(
    session: Session, eva: int, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    """Whoever maps the own line of an office's list must not take its calls for those of his own phone."""
    consents.grant_consent(session)
    log = table_of_lines(tmp_path / "calls.csv", *lines)
    mapped = reading_options(session, region="US", internal_digits=3, mapping=MAPPED)
    own = run_import(session, [log], member_id=session.member.id, options=mapped).counts
    assert (own.created, own.no_consent) == (1, 1)
    assert stored(session) == [session.member.id]


def test_a_table_of_callers_and_called_is_an_offices_too(session: Session, eva: int, tmp_path: Path) -> None:
    log = tmp_path / "calls.csv"
    rows = ("in,2125550123,101", "out,102,2125550123", "in,2125550123,199")
    lines = (f"2026-05-28 10:{n:02}:00,{row}\n" for n, row in enumerate(rows))
    log.write_text("Date,Direction,From,To\n" + "".join(lines), encoding="utf-8")
    mapping = Mapping(date="Date", direction="Direction", caller="From", callee="To")
    mapped = reading_options(session, region="US", internal_digits=3, mapping=mapping)
    counts = run_import(session, [log], member_id=None, options=mapped).counts
    assert (counts.created, counts.no_consent) == (1, 2)
    assert stored(session) == [eva]
