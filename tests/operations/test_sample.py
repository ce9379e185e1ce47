"""The sample organization: made-up people, reserved numbers, the same for one seed, whole or not at all."""

import re
from pathlib import Path

import pytest

from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.progress import Cancelled, CancelToken, Progress
from crm_desktop.domain.relations import RelationRole
from crm_desktop.operations.consents import withdraw_consent
from crm_desktop.operations.organizations import open_organization, organization_info
from crm_desktop.operations.relations import introduced_by, relations_of
from crm_desktop.operations.sample import LOGIN, PASSWORD, create_sample
from crm_desktop.operations.session import Session
from tests.environments import Clock, new_environment
from tests.operations.samples import broken, table_rows

# Bundesnetzagentur (030) 23125 xxx; Ofcom 07700 900xxx and 01632 960xxx: reserved for drama and tests.
RESERVED = re.compile(r"\+(493023125\d{3}|447700900\d{3}|441632960\d{3})")


def made(folder: Path, *, seed: int = 1) -> Session:
    environment = new_environment(folder / "data", clock=Clock())
    folder.mkdir(exist_ok=True)
    path = folder / "sample.crm"
    create_sample(environment, path, customers=60, calls=80, seed=seed)
    return open_organization(environment, path, login=LOGIN, password=PASSWORD)


def people(session: Session) -> list[object]:
    shown = [(row["display_name"], row["company"], row["status"]) for row in table_rows(session, "contact")]
    return [*shown, *((row["from_id"], row["to_id"], row["kind"]) for row in table_rows(session, "relation"))]


def test_its_numbers_are_reserved_ones_and_its_mail_domains_lead_nowhere(tmp_path: Path) -> None:
    session = made(tmp_path)
    numbers = [str(row["e164"]) for row in table_rows(session, "phone")]
    assert numbers
    assert not [number for number in numbers if not RESERVED.fullmatch(number)]
    assert all(str(row["address"]).endswith(".example") for row in table_rows(session, "email"))
    info = organization_info(session)
    assert (info.customers, info.calls, info.users) == (60, 80, 1)
    assert not broken(session)
    session.close()


def test_a_consent_of_the_sample_is_withdrawn_as_any_other(tmp_path: Path) -> None:
    session = made(tmp_path)
    assert withdraw_consent(session) == 80
    assert organization_info(session).calls == 0
    assert broken(session) == {}
    session.close()


def test_people_of_the_sample_are_related_and_nobody_introduced_himself(tmp_path: Path) -> None:
    session = made(tmp_path)
    kinds = {row["kind"] for row in table_rows(session, "relation")}
    assert {"employee", "contact_person", "referral", "spouse", "parent", "accountant"} <= kinds
    chains = [introduced_by(session, int(str(row["id"]))) for row in table_rows(session, "contact")]
    assert max(map(len, chains)) == 3
    firm = next(row for row in table_rows(session, "contact") if row["kind"] == "company")
    lines = relations_of(session, int(str(firm["id"])))
    assert any(line.role is RelationRole.EMPLOYER_OF and line.position for line in lines)
    session.close()


def test_the_same_seed_makes_the_same_people_and_another_one_others(tmp_path: Path) -> None:
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        session = made(tmp_path / name, seed=seed)
        found.append(people(session))
        session.close()
    assert found[0] == found[1] != found[2]


def test_a_cancelled_one_leaves_nothing(tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "data", clock=Clock())
    token = CancelToken()

    def stop(_progress: Progress) -> None:
        token.cancel()

    with pytest.raises(Cancelled):
        create_sample(environment, tmp_path / "s.crm", customers=900, calls=0, progress=stop, cancel=token)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_size_out_of_range_is_refused(tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "data", clock=Clock())
    with pytest.raises(InvalidValueError, match="sample_size"):
        create_sample(environment, tmp_path / "s.crm", customers=-1)
