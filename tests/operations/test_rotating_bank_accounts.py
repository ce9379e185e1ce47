"""Bank accounts through a change of keys: under the new key at its end, readable wherever it was stopped."""

from pathlib import Path

import pytest

from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role
from crm_desktop.operations import bank_accounts, unfinished_rotation
from crm_desktop.operations.bank_keys import resealing_needed
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import Rotated, plan_rotation, rotate_keys
from crm_desktop.operations.session import Session
from tests.environments import PASSWORD, Office, add_member, new_organization
from tests.operations.samples import broken, customer_with, table_rows

NUMBERS = ["DE89370400440532013000", "NL91ABNA0417164300"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two customers with a bank account each, and a manager who may see them."""
    office = new_organization(tmp_path)
    session = office.open()
    add_member(session, "mia", Role.MANAGER)
    for at, number in enumerate(NUMBERS):
        bank_accounts.add_account(session, customer_with(session, f"C{at}"), BankDetails(account=number))
    session.close()
    return office


def rotated(office: Office) -> Rotated:
    session = office.open()
    plan = plan_rotation(session)
    session.close()
    return rotate_keys(office.environment, office.path, plan, login="ana", password=PASSWORD)


def revealed(session: Session) -> list[str]:
    ids = [int(str(row["id"])) for row in table_rows(session, "bank_account")]
    return [bank_accounts.reveal(session, at, reason="test", waiting=True).account for at in ids]


def test_every_account_is_under_the_new_key_which_alone_is_listed(office: Office) -> None:
    assert rotated(office).warnings == ()
    for login in ("ana", "mia"):
        session = office.open(login)
        assert len(session.ring.roster.key_ids.bank) == 1
        assert revealed(session) == NUMBERS
        assert not resealing_needed(session)
        assert broken(session) == {}
        session.close()


def test_stopped_before_the_accounts_both_keys_are_listed_and_the_next_administrator_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Session) -> None:
        raise OrganizationFileError("disk_full", path="acme.crm")

    monkeypatch.setattr(unfinished_rotation, "reseal_all", fail)
    assert [warning.code for warning in rotated(office).warnings] == ["disk_full"]
    session = office.open("mia")
    assert len(session.ring.roster.key_ids.bank) == 2
    assert len(session.ring.roster.key_ids.file) == 1
    assert revealed(session) == NUMBERS
    session.close()
    monkeypatch.undo()
    session = office.open()
    assert len(session.ring.roster.key_ids.bank) == 1
    assert revealed(session) == NUMBERS
    assert broken(session) == {}
    session.close()


def test_a_restored_backup_of_before_is_brought_under_the_new_key(office: Office) -> None:
    done = rotated(office)
    restore(office.environment, done.backup.path, office.path, login="ana", password=PASSWORD)
    session = office.open()
    assert not resealing_needed(session)
    assert revealed(session) == NUMBERS
    assert broken(session) == {}
    session.close()
    session = office.open("mia")
    assert revealed(session) == NUMBERS
    session.close()
