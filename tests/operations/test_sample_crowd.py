"""The many people of a large sample: numbers nobody can have, read and found as any other."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from crm_desktop.domain.contact_drafts import problems, tidy
from crm_desktop.domain.phone_numbers import NumberRules, normalize, search_keys
from crm_desktop.operations import sample_calls, sample_members
from crm_desktop.operations.organizations import open_organization, organization_info
from crm_desktop.operations.sample import LOGIN, PASSWORD, create_sample
from crm_desktop.operations.sample_crowd import number, number_keys, one_of_many, read_number
from crm_desktop.operations.sample_people import entry, person
from crm_desktop.operations.session import Session
from tests.environments import new_environment
from tests.operations.samples import broken, table_rows

# Area codes whose middle digit is 9 are held back by NANPA.
HELD_BACK = re.compile(r"\+1 [2-9]9\d [2-9]\d\d-\d{4}")
COUNTS = [*range(300), 999_999, 4_000_000, 100_000_123]


def test_numbers_are_of_area_codes_nobody_has_and_differ() -> None:
    made = [number(count) for count in COUNTS]
    assert [one for one in made if not HELD_BACK.fullmatch(one)] == []
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("count", COUNTS[::40])
def test_numbers_read_by_sight_are_what_the_rules_make_of_them(count: int) -> None:
    rules = NumberRules(region="DE")
    read = read_number(number(count), rules)
    assert read == normalize(number(count), rules)
    assert read.e164 is not None
    assert set(number_keys(read.e164)) == set(search_keys(read.e164))


def test_another_spelling_goes_the_long_way() -> None:
    rules = NumberRules(region="DE")
    assert read_number("030 23125 007", rules) == normalize("030 23125 007", rules)
    assert number_keys("+493023125007") == search_keys("+493023125007")


def test_they_are_tidy_and_could_be_saved() -> None:
    random = Random(1)  # noqa: S311 - no secrets
    for make in (person, entry):
        for index in range(1000, 1040):
            draft = one_of_many(random, index, make(random, index))
            tidied = tidy(draft)
            assert draft.phones == tidied.phones
            assert draft.emails == tidied.emails
            assert draft.addresses == tidied.addresses
            assert problems(tidied, "DE") == {}


def schema_of(session: Session) -> list[tuple[str, str]]:
    with session.database.read() as connection:
        return sorted(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def test_a_file_filled_in_bulk_is_as_whole_as_any(tmp_path: Path, session: Session) -> None:
    """Every check of the program: pages, keys, search documents, log against rows; and the same schema."""
    environment = new_environment(tmp_path / "sample-data")
    path = tmp_path / "large.crm"
    create_sample(environment, path, customers=2600, calls=18_000)
    large = open_organization(environment, path, login=LOGIN, password=PASSWORD)
    try:
        assert broken(large) == {}
        info = organization_info(large)
        assert (info.customers, info.address_book, info.calls) == (2600, 325, 18_000)
        numbers = [row["e164"] for row in table_rows(large, "phone")]
        assert len(set(numbers)) == len(numbers)
        assert schema_of(large) == schema_of(session)
    finally:
        large.close()


def test_calls_of_a_large_office_are_those_of_colleagues_who_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_members, "CALLS_EACH", 2000)
    monkeypatch.setattr(sample_calls, "RUN", 500)
    environment = new_environment(tmp_path / "office-data")
    path = tmp_path / "office.crm"
    create_sample(environment, path, customers=300, calls=6000)
    office = open_organization(environment, path, login=LOGIN, password=PASSWORD)
    try:
        assert broken(office) == {}
        stored = table_rows(office, "call")
        assert Counter(row["member_id"] for row in stored) == {1: 2000, 2: 2000, 3: 2000}
        assert {row["member_id"] for row in table_rows(office, "consent")} == {1, 2, 3}
        whose = {row["id"]: row["member_id"] for row in table_rows(office, "import_run")}
        assert len(whose) == 12
        assert all(row["member_id"] == whose[row["import_run_id"]] for row in stored)
        known = {row["e164"] for row in table_rows(office, "phone")}
        strange = [row for row in stored if row["customer_id"] is None]
        assert 0.25 < len(strange) / len(stored) < 0.35
        assert not known & {row["e164"] for row in strange}
    finally:
        office.close()
