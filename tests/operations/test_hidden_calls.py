"""Promise P10: whoever may not see calls gets the same answers everywhere as if there were none.

Two copies of an office that differ only in their calls are asked everything the table of rights knows, by a
manager without ``calls.view`` and by a viewer: a new verb is in that table, or the test of rights fails.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import calls, consents
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.call_imports import import_without_backup, reading_options
from crm_desktop.operations.calls import CallQuery
from crm_desktop.operations.shared_numbers import say_whose
from tests.environments import Office, add_member, new_organization
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
    add_member(session, COLLEAGUE, Role.STAFF)
    for name, number in (("Dana", NUMBER), ("Eve", SHARED), ("Fay", SHARED)):
        customer_with(session, name, number)
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
    session.close()
    for each in (there, office):
        session = each.open()
        back_up(session)
        session.close()
    return there, office


def answers(office: Office, login: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what each verb answers, or refuses with, without what is chance."""
    shutil.copytree(office.path.parent, folder)
    environment = replace(office.environment, data_folder=folder / "data")
    session = replace(office, path=folder / office.path.name, environment=environment).open(login)
    for name, needed, call in VERBS:
        if NOT_COMPARED & set(needed):
            continue
        try:
            said = repr(call(session))
        except KnownError as error:
            said = f"{error.code} {error.facts}"
        for place in (folder, office.path.parent):
            said = said.replace(str(place), "FOLDER")
        for pattern, plain in CHANCE:
            said = pattern.sub(plain, said)
        yield name, said
    session.close()


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
