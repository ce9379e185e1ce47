"""Promise P10: whoever may not see calls gets the same answers everywhere as if there were none.

Two copies of an office that differ only in their calls are asked everything the table of rights knows, by a
manager without ``calls.view`` and by a viewer: a new verb is in that table, or the test of rights fails.
"""

import csv
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from crm_desktop.domain.calls import Direction, Outcome
from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.list_export import ExportChoice, ExportFormat
from crm_desktop.domain.manual_calls import CallDraft
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import calls, consents, manual_calls, printing, undo
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.call_imports import import_without_backup, reading_options
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.card_export import Version, export_cards
from crm_desktop.operations.chart_export import export_chart_picture, export_chart_table
from crm_desktop.operations.consent_records import consent_records
from crm_desktop.operations.export_shown import SHOWN
from crm_desktop.operations.follow_up_lists import due_moments
from crm_desktop.operations.list_export import export_list
from crm_desktop.operations.log_reading import LogDetails, LogQuery, log_details, log_ids
from crm_desktop.operations.own_data import save_own_data
from crm_desktop.operations.printing import SheetParts
from crm_desktop.operations.reverting import plan_revert
from crm_desktop.operations.running_calls import begin_call
from crm_desktop.operations.session import Session
from crm_desktop.operations.shared_numbers import say_whose
from crm_desktop.storage.history import OF_CALLS
from tests.environments import Office, add_member, new_organization
from tests.operations.follow_up_samples import MONTHLY, set_rhythm
from tests.operations.samples import call_log, customer_with
from tests.operations.test_rights import COLLEAGUE, LOG, VERBS

NUMBER, SHARED = "(212) 555-0123", "(212) 555-0188"
# What they answer is about calls, or about the log of the file and its sizes: these differ with any entry.
NOT_COMPARED = {"calls.view", "calls.import_own", "calls.import_shared", "log", "keys", "restore"}
CHANCE = (
    (re.compile(r"b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\""), "BYTES"),
    (re.compile(r"[0-9a-f]{8,}"), "ID"),
    (re.compile(r"0x[0-9a-f]+"), "PLACE"),
    (re.compile(r"(size|sequence|size_bytes|epoch|key_file_sequence|newest)=\d+"), "LOG"),
    (re.compile(r"(change_set_id|set_id)=\d+"), "LOG"),
    # That a backup still holds what was withdrawn, the list tells everybody (promise P9).
    (re.compile(r"holds_withdrawn=\w+"), "WITHDRAWN"),
    (re.compile(r"acme-[\w-]+\.crm-backup"), "BACKUP"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Office]:
    """Give two copies of an office, the first with calls, answers about them and what follows from them."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "without").mkdir()
    office = new_organization(folder / "without")
    session = office.open()
    add_member(session, "max", Role.MANAGER, revoked=("calls.view",))
    add_member(session, "vic", Role.VIEWER)
    add_member(session, "adam", Role.ADMINISTRATOR, revoked=("calls.view",))
    add_member(session, COLLEAGUE, Role.STAFF)
    for name, number in (("Dana", NUMBER), ("Eve", SHARED), ("Fay", SHARED)):
        set_rhythm(session, customer_with(session, name, number), MONTHLY)
    consents.grant_consent(session)
    session.close()
    call_log(folder / "without" / LOG, (NUMBER, 0))
    shutil.copytree(folder / "without", folder / "there")
    there = replace(
        office,
        path=folder / "there" / office.path.name,
        environment=replace(office.environment, data_folder=folder / "there" / "data"),
    )
    session = there.open()
    made = (NUMBER, 0), (NUMBER, 90), (SHARED, 60), (SHARED, 120)
    log = call_log(folder / "there" / "many.xml", *made, kind=3)
    import_without_backup(session, [log], member_id=session.member.id, options=reading_options(session))
    waiting = list(calls.call_ids(session, CallQuery(undecided=True)))
    say_whose(session, waiting[:1], 2, remember=False)
    say_whose(session, waiting[1:], 3, remember=True)
    draft = CallDraft(Direction.INCOMING, Outcome.MISSED, session.now() - 600, 0, NUMBER)
    real = replace(draft, outcome=Outcome.ANSWERED, duration_s=300)
    for one in (real, draft):
        by_hand = manual_calls.add_call(session, 1, one)
    manual_calls.edit_call(session, by_hand, replace(draft, outcome=Outcome.VOICEMAIL), version=1)
    manual_calls.remove_call(session, by_hand)
    undo.undo(session)
    begin_call(session, 2, Direction.OUTGOING, SHARED, "on the phone")
    session.close()
    for each in (there, office):
        session = each.open()
        back_up(session)
        session.close()
    return there, office


def answers(office: Office, login: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what each verb answers."""
    shutil.copytree(office.path.parent, folder)
    session = copy_of(office, folder).open(login)
    for name, needed, call in VERBS:
        if NOT_COMPARED & set(needed):
            continue
        said = answer(session, call)
        for place in (folder, office.path.parent):
            said = said.replace(str(place), "FOLDER")
        yield name, said
    session.close()


def copy_of(office: Office, folder: Path) -> Office:
    environment = replace(office.environment, data_folder=folder / "data")
    return replace(office, path=folder / office.path.name, environment=environment)


def answer(session: Session, call: Callable[[Session], object]) -> str:
    """Return what a verb answers, or refuses with, without what is chance."""
    try:
        said = repr(call(session))
    except KnownError as error:
        said = f"{error.code} {error.facts}"
    for pattern, plain in CHANCE:
        said = pattern.sub(plain, said)
    return said


@pytest.mark.parametrize("login", ["max", "vic"])
def test_every_verb_answers_as_if_there_were_no_calls(
    places: tuple[Office, Office], tmp_path: Path, login: str
) -> None:
    there, without = (dict(answers(office, login, tmp_path / str(at))) for at, office in enumerate(places))
    assert len(there) > 100
    assert [(name, said, without[name]) for name, said in there.items() if said != without[name]] == []


def test_who_may_see_calls_gets_other_answers(places: tuple[Office, Office], tmp_path: Path) -> None:
    """The comparison finds what there is: else the test above could not fail."""
    there, without = (dict(answers(office, "ana", tmp_path / str(at))) for at, office in enumerate(places))
    differing = {name for name, said in there.items() if said != without[name]}
    assert len(differing) >= 3, differing


MADE_AT = "docProps/core.xml"


def written(path: Path) -> str:
    """Return what a file says that was written; of an archive all that is in it but when it was made."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode()
    with zipfile.ZipFile(path) as archive:
        return "".join(
            f"{name}: {archive.read(name).decode()}" for name in sorted(archive.namelist()) if name != MADE_AT
        )


def listed(choice: ExportChoice) -> Callable[[Session], object]:
    def export(session: Session) -> str:
        target = session.path.with_name(f"list.{choice.format}")
        return repr(export_list(session, [1, 2, 3], target, choice).count) + written(target)

    return export


def cards_written(session: Session) -> str:
    target = session.path.with_name("cards.vcf")
    return repr(export_cards(session, [1, 2, 3], target, Version.V4).count) + written(target)


def own_written(session: Session) -> str:
    target = session.path.with_name("mine.zip")
    save_own_data(session, target)
    return written(target)


# What goes to a file, to paper, or into a message of the operating system.
LEAVING: dict[str, tuple[Callable[[Session], object], ...]] = {
    "list_export.export_list": (
        *(
            listed(ExportChoice(kind, columns))
            for kind in ExportFormat
            for columns in ((), tuple(SHOWN))
        ),
    ),
    "card_export.export_cards": (cards_written,),
    "own_data.save_own_data": (own_written,),
    "printing.sheet_content": tuple(
        partial(printing.sheet_content, contact_id=one, parts=SheetParts(calls=calls))
        for one in (1, 2, 3) for calls in (False, True)
    ),
    "printing.addressees": (lambda s: printing.addressees(s, [1, 2, 3]),),
    "printing.with_address": (lambda s: printing.with_address(s, [1, 2, 3]),),
    "follow_up_lists.due_moments": (lambda s: due_moments(s, 0, s.now() * 2),),
    "chart_export.export_chart_table": (
        lambda s: export_chart_table(s, [("Day", "Calls"), ("1 May", "3")], s.path.with_name("c.csv")),
    ),
    "chart_export.export_chart_picture": (
        lambda s: export_chart_picture(s, b"picture", s.path.with_name("c.png")),
    ),
}  # fmt: skip
WITHOUT_CALLS = {
    "consent_records.save_scan": "the scan of a consent",
    "printing.check_may_print": "says whether, and gives nothing",
    "printing.note_print": "writes to the log alone",
    "printing.save_print": "writes the pages it is given",
}


def test_everything_that_leaves_the_window_is_compared() -> None:
    with (Path(__file__).parents[1] / "rights_of_operations.csv").open(encoding="utf-8") as stream:
        operations = {row["operation"] for row in csv.DictReader(stream) if row["where"].endswith(".py")}
    leaving = {name for name in operations if re.search(r"\.export_|\.save_|^printing\.|\.due_", name)}
    tested = {name for name in leaving if "mapping" not in name and "draft" not in name}
    assert tested == LEAVING.keys() | WITHOUT_CALLS.keys()


@pytest.mark.parametrize("login", ["max", "vic"])
def test_what_leaves_the_window_is_as_if_there_were_no_calls(
    places: tuple[Office, Office], tmp_path: Path, login: str
) -> None:
    said = []
    for at, office in enumerate(places):
        shutil.copytree(office.path.parent, tmp_path / str(at))
        session = copy_of(office, tmp_path / str(at)).open(login)
        said.append([f"{name}: {answer(session, call)}" for name, calls in LEAVING.items() for call in calls])
        session.close()
    there, without = said
    assert there == without
    assert any("Dana" in one for one in there)


def test_the_log_tells_that_something_was_done_and_not_to_whose_calls(
    places: tuple[Office, Office], tmp_path: Path
) -> None:
    there, _ = places
    shutil.copytree(there.path.parent, tmp_path / "copy")
    told: dict[str, list[LogDetails]] = {}
    for login in ("adam", "ana"):
        session = copy_of(there, tmp_path / "copy").open(login)
        found = [log_details(session, sequence) for sequence in log_ids(session, LogQuery())]
        told[login] = [one for one in found if one.line.verb != "login"]
        session.close()
    hidden, whole = ([one.line.verb for one in told[login]] for login in ("adam", "ana"))
    assert hidden == whole, "that it was done is nobody's secret"
    tables = {row.table for one in told["adam"] for row in one.touched}
    assert not tables & set(OF_CALLS)
    for verb in ("import_calls", "add_call", "edit_call", "remove_call", "say_whose_calls"):
        of_verb = [one for one in told["adam"] if one.line.verb == verb]
        assert of_verb, verb
        assert [row.name for one in of_verb for row in one.touched if row.name] == []
        assert all(one.line.records <= 1 and one.more == 0 for one in of_verb), verb
    assert any(row.table == "call" for one in told["ana"] for row in one.touched)
    assert sum(one.line.records for one in told["ana"] if one.line.verb == "import_calls") > 2


def test_how_many_calls_a_withdrawn_consent_took_is_told_with_the_right_alone(
    places: tuple[Office, Office], tmp_path: Path
) -> None:
    there, _ = places
    shutil.copytree(there.path.parent, tmp_path / "copy")
    office = copy_of(there, tmp_path / "copy")
    session = office.open("adam")
    assert consents.withdraw_consent(session, member_id=1) is None
    (state,) = [one for one in consents.consents(session) if one.member.id == 1]
    assert state.consent is not None
    assert state.consent.withdrawn_at is not None
    assert state.consent.calls_removed is None
    assert [one.calls_removed for one in consent_records(session, 1)] == [None]
    session.close()
    session = office.open("ana")
    assert [one.calls_removed for one in consent_records(session, 1)] == [4]
    session.close()


def test_no_plan_of_a_revert_tells_of_calls(places: tuple[Office, Office], tmp_path: Path) -> None:
    """Whoever guesses the number of a change is told of calls no more than who looks at the history."""
    said = []
    for at, office in enumerate(places):
        shutil.copytree(office.path.parent, tmp_path / str(at))
        session = copy_of(office, tmp_path / str(at)).open("max")
        with session.database.read() as connection:
            (last,) = connection.execute("SELECT max(id) FROM change_set").fetchone()
        said.append({
            answer(session, lambda s, made=made, one=one: plan_revert(s, made, one))  # type: ignore[misc]
            for made in range(1, last + 2) for one in (1, 2, 3)
        })  # fmt: skip
        session.close()
    there, without = said
    assert there == without
