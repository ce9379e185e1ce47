"""Importing logs: only matched calls, never twice, all or nothing, and preview equal to import."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_desktop.domain.errors import ForeignFileError, RefusedError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.operations import call_imports, calls, consents, contacts, timeline
from crm_desktop.operations.call_imports import ImportPreview, ImportResult
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.session import Session
from tests.environments import Office, add_member
from tests.operations.samples import FIRST_CALL, broken, call_log, customer_with, log_of, table_rows

DANA, EVA, SHARED, STRANGER = "(212) 555-0123", "(312) 555-0147", "(202) 555-0118", "(646) 555-0187"


@pytest.fixture
def consented(office: Office) -> Iterator[Session]:
    """A session whose user consented; Dana has two numbers, one of them shared with Eva."""
    session = office.open()
    customer_with(session, "Dana", DANA, SHARED)
    customer_with(session, "Eva", EVA, SHARED)
    consents.grant_consent(session)
    yield session
    session.close()


def run(session: Session, *paths: Path, **more: object) -> ImportResult:
    values: dict[str, object] = {
        "member_id": session.member.id, "options": call_imports.reading_options(session),
    } | more  # fmt: skip
    return call_imports.run_import(session, paths, **values)  # type: ignore[arg-type]


def preview(session: Session, *paths: Path, **more: object) -> ImportPreview:
    values: dict[str, object] = {
        "member_id": session.member.id, "options": call_imports.reading_options(session),
    } | more  # fmt: skip
    return call_imports.preview_import(session, paths, **values)  # type: ignore[arg-type]


def mixed(folder: Path) -> Path:
    return call_log(
        folder / "mixed.xml",
        (DANA, 0), ("+1 212 555 0123", 60), (EVA, 120), (SHARED, 180), (STRANGER, 240), ("", 300),
    )  # fmt: skip


def test_only_calls_of_customers_are_stored_and_an_ambiguous_one_is_given_to_nobody(
    consented: Session, tmp_path: Path
) -> None:
    counts = run(consented, mixed(tmp_path)).counts
    assert (counts.created, counts.matched, counts.ambiguous, counts.unknown_numbers) == (4, 3, 1, 2)
    assert counts.not_stored == 2
    stored = [(row["e164"], row["customer_id"]) for row in table_rows(consented, "call")]
    assert stored == [
        ("+12125550123", 1), ("+12125550123", 1), ("+13125550147", 2), ("+12025550118", None)
    ]  # fmt: skip
    assert broken(consented) == {}


def test_preview_says_what_the_import_then_does_and_writes_nothing(
    consented: Session, tmp_path: Path
) -> None:
    first = mixed(tmp_path)
    overlapping = call_log(tmp_path / "second.xml", (DANA, 0), (EVA, 600))
    log_before = table_rows(consented, "member"), consented.path.read_bytes()
    seen = preview(consented, first, overlapping)
    assert (table_rows(consented, "member"), consented.path.read_bytes()) == log_before
    assert [file.records for file in seen.files] == [6, 2]
    assert (seen.files[0].first_at, seen.files[0].last_at) == (FIRST_CALL, FIRST_CALL + 300)
    customers = [(one.name, one.calls) for one in seen.grouped.customers]
    assert customers == [("Dana", 3), ("Eva", 2)]
    assert seen.counts == run(consented, first, overlapping).counts
    again = preview(consented, first, overlapping)
    assert (again.counts.created, again.counts.already_there) == (0, 6)


def test_unknown_numbers_are_kept_by_choice_only(consented: Session, tmp_path: Path) -> None:
    counts = run(consented, mixed(tmp_path), keep_unknown=True).counts
    assert (counts.created, counts.not_stored) == (6, 0)
    unknown = [row["raw_number"] for row in table_rows(consented, "call") if row["customer_id"] is None]
    assert unknown == [SHARED, STRANGER, ""]


def test_ones_own_numbers_are_counted_apart(consented: Session, tmp_path: Path) -> None:
    options = call_imports.reading_options(consented, own_numbers=(DANA,))
    counts = run(consented, mixed(tmp_path), options=options).counts
    assert (counts.own_numbers, counts.matched) == (2, 1)


def test_a_second_import_adds_nothing(consented: Session, tmp_path: Path) -> None:
    path = log_of(tmp_path / "log.xml", DANA, 130)
    assert run(consented, path).counts.created == 130
    before = table_rows(consented, "call")
    counts = run(consented, path).counts
    assert (counts.created, counts.already_there) == (0, 130)
    assert table_rows(consented, "call") == before
    assert broken(consented) == {}


def test_another_time_zone_moves_the_calls_and_doubles_none(consented: Session, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "Call type,Date,Duration,Number,Contact,Service\n"
        f"Incoming,2026-03-02 10:15:57,00:01:00,{DANA},Dana,Phone\n",
        encoding="utf-8",
    )
    for zone, moved in (("America/New_York", 15), ("Europe/Berlin", 9)):
        options = call_imports.reading_options(consented, time_zone=zone)
        seen = preview(consented, path, path, options=options)
        result = run(consented, path, options=options)
        counts = result.counts
        assert seen.corrected == result.corrected == counts.already_there
        assert preview(consented, path, options=options).corrected == 0
        (call,) = table_rows(consented, "call")
        assert (int(str(call["started_at"])) // 3600) % 24 == moved
        assert counts.created + counts.already_there == 1
    assert broken(consented) == {}


def test_a_call_finds_its_customer_when_the_number_was_added_since(
    consented: Session, tmp_path: Path
) -> None:
    path = call_log(tmp_path / "log.xml", (STRANGER, 0))
    run(consented, path, keep_unknown=True)
    newcomer = customer_with(consented, "Newcomer", STRANGER)
    counts = run(consented, path).counts
    assert (counts.created, counts.already_there) == (0, 1)
    assert [row["customer_id"] for row in table_rows(consented, "call")] == [newcomer]
    assert broken(consented) == {}


def test_trashed_customers_and_invalid_numbers_match_nothing(consented: Session, tmp_path: Path) -> None:
    contacts.trash(consented, [1])
    assert run(consented, call_log(tmp_path / "log.xml", (DANA, 0), (SHARED, 60))).counts.matched == 1


def test_a_run_says_what_it_was(consented: Session, tmp_path: Path) -> None:
    result = run(consented, mixed(tmp_path))
    (kept,) = call_imports.runs(consented)
    assert (kept.id, kept.file_name, kept.created, kept.unknown_numbers) == (
        result.runs[0],
        "mixed.xml",
        4,
        2,
    )
    assert len(kept.sha256) == 32
    assert kept.finished_at is not None


def test_lines_that_are_no_call_are_kept_by_line_and_reason_only(consented: Session, tmp_path: Path) -> None:
    path = tmp_path / "log.xml"
    path.write_text(
        f"<calls count='2'><call number='{DANA}' duration='5' date='never' type='1'/>"
        f"<call number='{DANA}' duration='5' date='1780000000000' type='1'/></calls>"
    )
    result = run(consented, path)
    assert (result.counts.created, result.counts.rejected) == (1, 1)
    (problem,) = call_imports.run_problems(consented, result.runs[0])
    assert problem.reason == "bad_date"
    (file,) = preview(consented, path).files
    assert [reason for _, reason, _ in file.rejected] == ["bad_date"]


def test_undoing_an_import_removes_its_calls_and_it_can_be_imported_again(
    consented: Session, tmp_path: Path
) -> None:
    path = log_of(tmp_path / "log.xml", DANA, 100)
    other = run(consented, call_log(tmp_path / "other.xml", (EVA, 0))).runs[0]
    first = run(consented, path).runs[0]
    assert call_imports.undo_import(consented, first) == 100
    assert [kept.id for kept in call_imports.runs(consented)] == [other]
    assert broken(consented) == {}
    assert run(consented, path).counts.created == 100
    with pytest.raises(RefusedError, match="record_not_found"):
        call_imports.undo_import(consented, first)
    assert broken(consented) == {}


def test_ids_of_removed_calls_are_not_used_again(consented: Session, tmp_path: Path) -> None:
    path = log_of(tmp_path / "log.xml", DANA, 3)
    call_imports.undo_import(consented, run(consented, path).runs[0])
    run(consented, path)
    assert [row["id"] for row in table_rows(consented, "call")] == [4, 5, 6]


def test_a_file_that_is_no_log_leaves_nothing(consented: Session, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Dana,\n")
    for verb in (run, preview):
        with pytest.raises(ForeignFileError):
            verb(consented, path)
    assert table_rows(consented, "import_run") == []


# --- stopped on the way ---------------------------------------------------------------------------------


def at_progress(action: Callable[[], object]) -> Callable[[Progress], None]:
    """Return a progress callback that acts once, between two batches."""
    acted: list[bool] = []

    def progress(_: Progress) -> None:
        if not acted:
            acted.append(True)
            action()

    return progress


def test_cancelling_leaves_the_records_as_they_were(consented: Session, tmp_path: Path) -> None:
    cancel = CancelToken()
    path = log_of(tmp_path / "log.xml", DANA, 1200)
    with pytest.raises(Cancelled):
        run(consented, path, cancel=cancel, progress=at_progress(cancel.cancel))
    assert table_rows(consented, "call") == table_rows(consented, "import_run") == []
    assert broken(consented) == {}
    assert run(consented, path).counts.created == 1200


def test_cancelling_another_reading_keeps_the_values_of_the_first(consented: Session, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = "".join(
        f"Incoming,2026-03-02 {row // 60:02}:{row % 60:02}:00,00:01:00,{DANA},Dana,Phone\n"
        for row in range(1200)
    )
    path.write_text(f"Call type,Date,Duration,Number,Contact,Service\n{rows}", encoding="utf-8")
    run(consented, path)
    before = table_rows(consented, "call")
    cancel, steps = CancelToken(), list[Progress]()

    def late(step: Progress) -> None:
        steps.append(step)
        if len(steps) == 2:
            cancel.cancel()

    options = call_imports.reading_options(consented, time_zone="Asia/Tokyo")
    with pytest.raises(Cancelled):
        run(consented, path, options=options, cancel=cancel, progress=late)
    assert table_rows(consented, "call") == before
    assert broken(consented) == {}


def test_a_consent_withdrawn_while_nothing_is_stored_ends_the_run_too(
    consented: Session, tmp_path: Path
) -> None:
    path = log_of(tmp_path / "log.xml", STRANGER, 1200)
    with pytest.raises(RefusedError, match="consent_withdrawn"):
        run(consented, path, progress=at_progress(lambda: consents.withdraw_consent(consented)))
    assert table_rows(consented, "import_run") == []


def test_a_preview_can_be_cancelled(consented: Session, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        preview(consented, mixed(tmp_path), cancel=cancel)


def test_a_withdrawal_between_two_batches_stops_the_import(consented: Session, tmp_path: Path) -> None:
    path = log_of(tmp_path / "log.xml", DANA, 1200)
    withdraw = at_progress(lambda: consents.withdraw_consent(consented))
    with pytest.raises(RefusedError, match="consent_withdrawn"):
        run(consented, path, progress=withdraw)
    assert table_rows(consented, "call") == table_rows(consented, "import_run") == []
    assert broken(consented) == {}


def test_a_later_consent_does_not_cover_an_import_begun_before(consented: Session, tmp_path: Path) -> None:
    def withdraw_and_grant() -> None:
        consents.withdraw_consent(consented)
        consents.grant_consent(consented)

    with pytest.raises(RefusedError, match="consent_withdrawn"):
        run(consented, log_of(tmp_path / "log.xml", DANA, 1200), progress=at_progress(withdraw_and_grant))
    assert table_rows(consented, "call") == []
    assert broken(consented) == {}


def test_an_expiry_stops_later_batches_too(office: Office, tmp_path: Path) -> None:
    session = office.open()
    customer_with(session, "Dana", DANA)
    consents.grant_consent(session, expires_at=office.clock() + 10)
    with pytest.raises(RefusedError, match="consent_expired"):
        run(
            session, log_of(tmp_path / "log.xml", DANA, 1200),
            progress=at_progress(lambda: office.clock.advance(10)),
        )  # fmt: skip
    assert table_rows(session, "call") == []
    session.close()


# --- seen afterwards ------------------------------------------------------------------------------------


def test_calls_are_in_the_lists_and_the_timeline(consented: Session, tmp_path: Path) -> None:
    run(consented, mixed(tmp_path))
    asked, newest, *_ = calls.call_first_page(consented, CallQuery())
    waiting = calls.call_rows(consented, [asked])[asked]
    assert (waiting.customer_name, waiting.candidates) == (None, ((1, "Dana"), (2, "Eva")))
    shown = calls.call_rows(consented, [newest])[newest]
    assert (shown.customer_name, shown.member_name, shown.started_at) == ("Eva", "Ana Lima", FIRST_CALL + 120)
    assert calls.call_rows(consented, []) == {}
    for query, count in (
        (CallQuery(customer_id=1), 2), (CallQuery(text="dana"), 2), (CallQuery(text="555 0147"), 1),
        (CallQuery(member_id=2), 0), (CallQuery(text="nobody"), 0),
    ):  # fmt: skip
        assert calls.call_count(consented, query) == len(calls.call_ids(consented, query)) == count
    assert contacts.contact_rows(consented, [1])[1].last_contact == FIRST_CALL + 60
    contacts.trash(consented, [1])
    assert calls.call_count(consented, CallQuery()) == 2, "the shared number is Eva's alone now"


@pytest.mark.parametrize("sort", ["started", "duration", "customer", "member", "outcome", "direction"])
@pytest.mark.parametrize("ascending", [True, False])
def test_a_page_of_calls_is_the_beginning_of_the_list(
    consented: Session, tmp_path: Path, sort: str, *, ascending: bool
) -> None:
    run(consented, mixed(tmp_path))
    query = CallQuery(sort=sort, ascending=ascending)
    whole = list(calls.call_ids(consented, query))
    assert len(whole) == 4
    assert calls.call_first_page(consented, query, 2) == whole[:2]


def test_a_timeline_in_pages_leaves_nothing_out_although_the_clock_was_set_back(
    consented: Session, office: Office, tmp_path: Path
) -> None:
    run(consented, log_of(tmp_path / "log.xml", DANA, 5))
    for step in (-9_000_000, -1000, 500, 20_000_000):
        office.clock.advance(step)
        version = contacts.card(consented, 1).contact.version
        contacts.set_field(consented, 1, "title", f"T{step}", version=version)
    whole = timeline.timeline(consented, 1)
    assert (len(whole.entries), whole.next) == (10, None)
    for limit in (1, 2, 3):
        entries: list[timeline.TimelineEntry] = []
        cursor = None
        while True:
            page = timeline.timeline(consented, 1, before=cursor, limit=limit)
            entries += page.entries
            if page.next is None:
                break
            cursor = page.next
        assert sorted(map(repr, entries)) == sorted(map(repr, whole.entries))


def test_a_shared_log_needs_its_right_and_the_members_consent(office: Office, tmp_path: Path) -> None:
    session = office.open()
    customer_with(session, "Dana", DANA)
    member = add_member(session, "eva", Role.STAFF)
    path = log_of(tmp_path / "log.xml", DANA, 2)
    with pytest.raises(RefusedError, match="consent_missing"):
        run(session, path, member_id=member)
    consents.record_paper_consent(session, member, scan=b"s", scan_name="s.png")
    assert run(session, path, member_id=member).counts.created == 2
    session.close()
    session = office.open("eva")
    assert call_imports.undo_import(session, 1) == 2  # her own log, whoever imported it
    session.close()


def test_somebody_elses_import_is_undone_only_with_the_right_for_shared_logs(
    office: Office, tmp_path: Path
) -> None:
    session = office.open()
    customer_with(session, "Dana", DANA)
    add_member(session, "eva", Role.STAFF)
    consents.grant_consent(session)
    imported = run(session, log_of(tmp_path / "log.xml", DANA, 2)).runs[0]
    session.close()
    session = office.open("eva")
    with pytest.raises(RefusedError, match="right_missing"):
        call_imports.undo_import(session, imported)
    assert calls.call_count(session, CallQuery()) == 2
    session.close()
