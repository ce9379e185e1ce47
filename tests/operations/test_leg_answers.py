"""Whose a call is, said at one of its legs, is said of the call: whichever row stands for it later."""

from pathlib import Path

import pytest

from crm_desktop.operations import call_imports, calls, consents, merging, undo
from crm_desktop.operations.call_imports import reading_options, run_import
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.member_lines import set_lines
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose
from crm_desktop.storage import rollup_recount
from tests.importers.test_threecx_exports import entry
from tests.operations.samples import broken, customer_with, table_rows

NUMBER = "2125550123"
RANG = entry(1, NUMBER, "Ext.101", answered=False, duration="00:00:00", call_id="id1")
TAKEN = entry(2, NUMBER, "Ext.102", duration="00:01:30", call_id="id1")


@pytest.fixture
def dana(session: Session) -> int:
    """Give one of two customers of a number."""
    consents.grant_consent(session)
    set_lines(session, session.member.id, ["101", "102"])
    customer_with(session, "Eve", f"+1{NUMBER}")
    return customer_with(session, "Dana", f"+1{NUMBER}")


def imported(session: Session, folder: Path, text: str) -> None:
    (folder / "log").write_text(text, encoding="utf-8")
    options = reading_options(session, region="US", time_zone="UTC", internal_digits=3)
    run_import(session, [folder / "log"], member_id=None, options=options, format="3cx_cdr_log")


def waiting(session: Session) -> list[int]:
    return list(calls.call_ids(session, CallQuery(undecided=True)))


def shown(session: Session) -> list[tuple[int, int | None]]:
    """Return duration and customer of the calls people see; all figures and the log are held against them."""
    with session.database.read() as connection:
        assert list(rollup_recount.differences(connection)) == []
    assert broken(session) == {}
    found = calls.call_rows(session, calls.call_ids(session, CallQuery()))
    return [(row.duration_s, row.customer_id) for row in found.values()]


def owners(session: Session) -> list[object]:
    return [row["customer_id"] for row in table_rows(session, "call")]


@pytest.mark.parametrize("files", [(RANG, TAKEN), (TAKEN, RANG)], ids=["hidden later", "hidden itself"])
def test_an_answer_is_about_the_call_when_another_leg_arrives(
    session: Session, dana: int, tmp_path: Path, files: tuple[str, str]
) -> None:
    imported(session, tmp_path, files[0])
    say_whose(session, waiting(session), dana, remember=False)
    imported(session, tmp_path, files[1])
    assert waiting(session) == []
    assert shown(session) == [(90, dana)]
    assert owners(session) == [dana, dana]
    undo.undo(session)
    assert owners(session) == [None, None], "it was one answer"
    assert len(waiting(session)) == len(shown(session)) == 1
    undo.redo(session)
    assert shown(session) == [(90, dana)]
    call_imports.undo_import(session, call_imports.runs(session)[1].id)
    assert [customer for _, customer in shown(session)] == [dana], "the first leg is gone, the answer stays"
    undo.undo(session)
    assert owners(session) == [None]
    assert len(shown(session)) == 1


def test_an_answer_given_to_a_call_is_given_to_its_legs(session: Session, dana: int, tmp_path: Path) -> None:
    imported(session, tmp_path, RANG)
    imported(session, tmp_path, TAKEN)
    (asked,) = waiting(session)
    say_whose(session, [asked], dana, remember=False)
    assert owners(session) == [dana, dana]
    call_imports.undo_import(session, call_imports.runs(session)[0].id)
    assert shown(session) == [(0, dana)]
    undo.undo(session)
    assert owners(session) == [None]
    assert len(shown(session)) == 1


def test_what_became_of_an_answer_since_goes_with_it(session: Session, dana: int, tmp_path: Path) -> None:
    imported(session, tmp_path, RANG)
    say_whose(session, waiting(session), dana, remember=False)
    customer_with(session, "Fay", f"+1{NUMBER}")
    survivor = 1  # Eve; the number is hers and Fay's then
    merging.merge(session, merging.preview_merge(session, [survivor, dana], survivor_id=survivor))
    imported(session, tmp_path, TAKEN)
    assert shown(session) == [(90, survivor)]
    undo.undo(session)
    assert owners(session) == [dana, dana]
    undo.undo(session)  # Fay
    undo.undo(session)
    assert owners(session) == [None, None]
    assert len(shown(session)) == 1


def test_an_answer_about_another_call_says_nothing(session: Session, dana: int, tmp_path: Path) -> None:
    imported(session, tmp_path, RANG)
    say_whose(session, waiting(session), dana, remember=False)
    imported(session, tmp_path, TAKEN.replace("id1", "id2"))
    assert sorted(shown(session), key=str) == [(0, dana), (90, None)]
    assert [row["version"] for row in table_rows(session, "linked_calls")] == [1]
