"""A stored file of every released schema opens on today's program: migrated, whole, with every row."""

import shutil
from pathlib import Path

import pytest

from crm_desktop.domain.backups import Reason
from crm_desktop.domain.bank_accounts import BankDetails
from crm_desktop.operations import bank_accounts
from crm_desktop.operations.backups import backups
from crm_desktop.operations.opening import open_organization
from crm_desktop.storage.backups import counts
from crm_desktop.storage.schema import SCHEMA_VERSION, stored_version
from tests.environments import PASSWORD, new_environment
from tests.operations.samples import broken, table_rows

STORED = Path(__file__).with_name("stored")
# What each file was made with; its users are ana (administrator) and mia (manager).
SET_UP_CODES = {2: "4MSGB-9PJ5T-8J3B3-22NTS-3NQN3-XTXET-8TVFE-FHJA8-4J1WB-BM6RH-5F5WA-X8E8Z-MPG0Q"}
ROWS = {"contact": 2, "phone": 2, "call": 3, "consent": 1, "member": 2, "change_set": 6}


@pytest.mark.parametrize("version", SET_UP_CODES)
def test_fault_39_a_stored_file_of_a_released_schema_opens_and_has_every_row(
    version: int, tmp_path: Path
) -> None:
    path = tmp_path / f"schema_{version}.crm"
    for name in (path.name, f"{path.name}.keys"):
        shutil.copy(STORED / name, tmp_path / name)
    environment = new_environment(tmp_path / "data")
    code = SET_UP_CODES[version]
    session = open_organization(environment, path, login="ana", password=PASSWORD, set_up_code=code)
    connection = session.database.connection()
    assert stored_version(connection) == SCHEMA_VERSION
    found = counts(connection)
    assert {table: found[table] for table in ROWS} == ROWS
    assert {row["display_name"] for row in table_rows(session, "contact")} == {"Dana", "Bo"}
    assert broken(session) == {}
    assert [backup.reason for backup in backups(session)] == [Reason.MIGRATION]
    account_id = bank_accounts.add_account(session, 1, BankDetails(account="NL91ABNA0417164300"))
    (line,) = bank_accounts.accounts(session, 1)
    assert line.id == account_id
    assert line.waiting is not None
    assert line.waiting.masked == "NL•• •••• 4300"
    assert broken(session) == {}
    session.close()
