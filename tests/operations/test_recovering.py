"""The emergency kit lets an administrator in again, once; a backup comes back by it on an empty computer."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import (
    BusyError,
    ConflictError,
    InvalidValueError,
    KnownError,
    OrganizationFileError,
    RefusedError,
    SignInError,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.kits import write_kit
from crm_desktop.operations.recovering import RecoveryPlan, plan_recovery, recover
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.restoring_by_kit import plan_restore_by_kit, restore_by_kit
from crm_desktop.operations.rotating import RotationPlan, plan_rotation, rotate_keys
from crm_desktop.security.codes import parse_recovery_code
from crm_desktop.storage.backups import counts
from tests.e2e.computers import contents
from tests.environments import PASSWORD, MemoryKeyring, Office, add_member, new_environment, new_organization
from tests.operations.samples import broken, customer_with, table_rows
from tests.operations.test_processes import Child

NEW = "ana after the kit"


def planned(office: Office, **facts: object) -> RecoveryPlan:
    facts = {"recovery_code": office.recovery_code} | facts
    return plan_recovery(office.environment, office.path, **facts)  # type: ignore[arg-type]


def recovered(office: Office, plan: RecoveryPlan, *, login: str = "ana", password: str = NEW) -> None:
    recover(
        office.environment, office.path, plan,
        user_id=plan.administrators[0].user_id, login=login, password=password,
    )  # fmt: skip


def bare(office: Office, folder: Path) -> Office:
    """Return the office at a computer that never saw it."""
    folder.mkdir()
    environment = new_environment(folder / "data", keyring=MemoryKeyring(), clock=office.clock)
    return replace(office, environment=environment, path=folder / "acme.crm")


def rotated(office: Office) -> RotationPlan:
    """Change the keys and return the plan, for its kit."""
    session = office.open()
    plan = plan_rotation(session)
    session.close()
    rotate_keys(office.environment, office.path, plan, login="ana", password=PASSWORD)
    return plan


def test_the_kit_gives_an_administrator_a_new_password_and_is_used_up(office: Office) -> None:
    session = office.open()
    customer_with(session, "Dana")
    add_member(session, "ben", Role.STAFF)
    session.close()
    plan = planned(office)
    assert [(who.login, who.user_id) for who in plan.administrators] == [("ana", session.user_id)]
    assert (plan.kit.number, plan.kit.organization) == (2, "Acme Ltd")
    assert plan.kit.set_up_code == office.set_up_code
    recovered(office, plan)
    with pytest.raises(SignInError, match="password_wrong"):
        office.open()
    office.clock.advance(5)
    session = office.open(password=NEW)
    assert not session.must_change_password
    assert [row["display_name"] for row in table_rows(session, "contact")] == ["Dana"]
    assert broken(session) == {}
    entries = session.database.connection().execute("SELECT verb FROM log_entry ORDER BY id DESC LIMIT 2")
    assert entries.fetchall() == [("login",), ("recover",)]
    session.close()
    office.open("ben").close()
    with pytest.raises(SignInError, match="kit_outdated") as caught:
        planned(office)
    assert "This is kit 1, the file needs kit 2." in sentence(caught.value)
    assert f"before {plan.kit.date}" in sentence(caught.value)
    again = planned(office, recovery_code=plan.kit.recovery_code)
    assert again.kit.number == 3


def test_another_login_name_is_in_the_records_too(office: Office) -> None:
    recovered(office, planned(office), login="anna")
    session = office.open("anna", NEW)
    assert session.member.login == "anna"
    assert broken(session) == {}
    session.close()


def test_commands_planted_in_the_file_do_not_run_with_it(office: Office) -> None:
    """What they changed would bear the signature of the administrator who is let in."""
    session = office.open()
    session.database.before_write = None
    with session.database.write() as connection:
        connection.execute(
            "CREATE TRIGGER wish AFTER UPDATE ON member WHEN new.name <> 'Vic' BEGIN"
            " UPDATE member SET name = 'Vic' WHERE id = new.id; END"
        )
    session.close()
    plan = plan_recovery(office.environment, office.path, recovery_code=office.recovery_code)
    (ana,) = plan.administrators
    recover(
        office.environment, office.path, plan, user_id=ana.user_id, login="ana.new", password=PASSWORD * 2
    )
    session = office.open("ana.new", PASSWORD * 2)
    assert session.member.name == "Ana Lima"
    assert broken(session) == {}
    session.close()


def test_a_computer_without_the_secret_asks_for_the_set_up_code(office: Office, tmp_path: Path) -> None:
    there = replace(bare(office, tmp_path / "new"), path=office.path)
    with pytest.raises(SignInError, match="set_up_code_needed"):
        planned(there)
    plan = planned(there, set_up_code=office.set_up_code)
    recovered(there, plan)
    session = there.open(password=NEW, set_up_code=office.set_up_code)
    assert broken(session) == {}
    session.close()


def test_fault_16_a_typo_names_its_group(office: Office) -> None:
    groups = office.recovery_code.split("-")
    groups[2] = groups[2][:-1] + ("2" if groups[2][-1] != "2" else "3")
    before = contents(office.path.parent)
    with pytest.raises(InvalidValueError, match="code_group_wrong") as caught:
        planned(office, recovery_code="-".join(groups))
    assert caught.value.facts["group"] == 3
    assert "3" in sentence(caught.value)
    assert contents(office.path.parent) == before


def test_a_code_of_another_organization_is_named(office: Office, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = new_organization(tmp_path / "other")
    with pytest.raises(SignInError, match="recovery_code_wrong"):
        planned(office, recovery_code=other.recovery_code)
    with pytest.raises(SignInError, match="secret_unknown"):
        planned(office, set_up_code=other.set_up_code)


def test_after_a_change_of_keys_the_new_kit_recovers_and_the_former_says_so(office: Office) -> None:
    former = office.set_up_code
    plan = rotated(office)
    with pytest.raises(SignInError, match="kit_outdated"):
        planned(office)
    with pytest.raises(SignInError, match="set_up_code_replaced"):
        planned(office, recovery_code=plan.kit.recovery_code, set_up_code=former)
    again = planned(office, recovery_code=plan.kit.recovery_code)
    assert again.kit.number == 3
    assert again.kit.set_up_code == plan.kit.set_up_code
    recovered(office, again)
    session = office.open(password=NEW)
    assert broken(session) == {}
    session.close()


def test_a_plan_serves_once_and_not_after_the_users_changed(office: Office) -> None:
    plan, other = planned(office), planned(office)
    recovered(office, plan)
    with pytest.raises(SignInError, match="kit_outdated"):
        recovered(office, other)
    late = planned(office, recovery_code=plan.kit.recovery_code)
    session = office.open(password=NEW)
    add_member(session, "ben", Role.STAFF)
    session.close()
    with pytest.raises(ConflictError, match="rotation_plan_old"):
        recovered(office, late, password="a third password")


def test_what_is_refused_changes_nothing(office: Office) -> None:
    session = office.open()
    add_member(session, "ben", Role.STAFF)
    (ben,) = [user for user in session.ring.roster.current_users() if user.role is Role.STAFF]
    session.close()
    plan = planned(office)
    keys = office.path.with_name("acme.crm.keys").read_bytes()
    refusals: list[tuple[type[KnownError], dict[str, object]]] = [
        (RefusedError, {"user_id": ben.user_id}),
        (InvalidValueError, {"password": "short"}),
        (InvalidValueError, {"login": "ben"}),
    ]
    for error, facts in refusals:
        given = {"user_id": plan.administrators[0].user_id, "login": "ana", "password": NEW} | facts
        with pytest.raises(error):
            recover(office.environment, office.path, plan, **given)  # type: ignore[arg-type]
    assert office.path.with_name("acme.crm.keys").read_bytes() == keys
    session = office.open()
    assert broken(session) == {}
    session.close()


def test_others_may_have_the_file_open(office: Office) -> None:
    """Nobody is locked out of his work because an administrator forgot a password."""
    child = Child(office, "ana", "hold")
    recovered(office, planned(office))
    child.end(kill=True)
    session = office.open(password=NEW)
    assert broken(session) == {}
    session.close()


def test_the_sheet_of_the_next_kit_is_one_page(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "kit.pdf"
    plan = planned(office)
    write_kit(plan.kit, path)
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o600
    assert plan.kit.recovery_group_matches(2, plan.kit.recovery_code.split("-")[1])
    assert len(parse_recovery_code(plan.kit.recovery_code)) == 20


def backed_up(office: Office, folder: Path) -> Path:
    folder.mkdir()
    session = office.open()
    customer_with(session, "Dana", "(212) 555-0123")
    path = back_up(session, folder).backup.path
    session.close()
    return path


def by_kit(office: Office, backup: Path, plan: RecoveryPlan, *, password: str = NEW) -> bool:
    return restore_by_kit(
        office.environment, backup, office.path, plan,
        user_id=plan.administrators[0].user_id, login="ana", password=password,
    ).own_keys  # fmt: skip


def test_backup_and_kit_on_an_empty_computer_give_the_same_rows_and_a_new_kit(
    office: Office, tmp_path: Path
) -> None:
    backup = backed_up(office, tmp_path / "usb")
    session = office.open()
    tables = ("contact", "phone", "member", "organization")
    wanted = {table: table_rows(session, table) for table in tables}
    wanted_counts = counts(session.database.connection())
    session.close()
    shutil.rmtree(office.environment.data_folder)
    clean = bare(office, tmp_path / "new")
    facts = {"recovery_code": office.recovery_code, "set_up_code": office.set_up_code}
    plan = plan_restore_by_kit(clean.environment, backup, clean.path, **facts)
    assert (plan.kit.number, plan.kit.organization) == (2, "Acme Ltd")
    assert contents(clean.path.parent) == {}
    assert by_kit(clean, backup, plan)
    session = clean.open(password=NEW, set_up_code=plan.kit.set_up_code)
    assert {table: table_rows(session, table) for table in tables} == wanted
    again = counts(session.database.connection())
    assert {table: again[table] for table in ("call", "consent", "product")} == {
        table: wanted_counts[table] for table in ("call", "consent", "product")
    }
    assert broken(session) == {}
    session.close()
    with pytest.raises(SignInError, match="kit_outdated"):
        planned(clean, set_up_code=office.set_up_code)
    facts = {"recovery_code": plan.kit.recovery_code, "set_up_code": plan.kit.set_up_code}
    assert planned(clean, **facts).kit.number == 3


def test_the_kit_of_its_day_opens_a_backup_from_before_a_change_of_keys(
    office: Office, tmp_path: Path
) -> None:
    """Only where no present key file is left: the present one takes the present kit."""
    backup = backed_up(office, tmp_path / "usb")
    new = rotated(office)
    clean = bare(office, tmp_path / "new")
    facts = {"recovery_code": office.recovery_code, "set_up_code": office.set_up_code}
    with pytest.raises(SignInError, match="kit_outdated"):
        plan_restore_by_kit(office.environment, backup, office.path, **facts)
    plan = plan_restore_by_kit(clean.environment, backup, clean.path, **facts)
    assert by_kit(clean, backup, plan)
    session = clean.open(password=NEW, set_up_code=office.set_up_code)
    assert broken(session) == {}
    session.close()

    present = plan_restore_by_kit(
        office.environment, backup, office.path, recovery_code=new.kit.recovery_code
    )
    assert not by_kit(office, backup, present)
    session = office.open(password=NEW)
    assert [row["display_name"] for row in table_rows(session, "contact")] == ["Dana"]
    assert broken(session) == {}
    session.close()


def test_a_damaged_backup_is_refused_and_the_kit_stays_good(office: Office, tmp_path: Path) -> None:
    backup = backed_up(office, tmp_path / "usb")
    plan = plan_restore_by_kit(office.environment, backup, office.path, recovery_code=office.recovery_code)
    data = bytearray(backup.read_bytes())
    data[20 * 4096 + 200] ^= 1
    backup.write_bytes(data)
    before = contents(office.path.parent)
    with pytest.raises(OrganizationFileError, match="backup_damaged"):
        by_kit(office, backup, plan)
    assert contents(office.path.parent) == before
    assert planned(office).kit.number == 2


def test_restoring_by_kit_needs_the_file_to_itself(office: Office, tmp_path: Path) -> None:
    backup = backed_up(office, tmp_path / "usb")
    plan = plan_restore_by_kit(office.environment, backup, office.path, recovery_code=office.recovery_code)
    child = Child(office, "ana", "hold")
    with pytest.raises(BusyError, match="organization_open_elsewhere"):
        by_kit(office, backup, plan)
    child.end(kill=True)
    assert not by_kit(office, backup, plan)
    restore(office.environment, backup, office.path, login="ana", password=NEW)
