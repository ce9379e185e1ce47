"""What can happen to the organization file itself, and what is said then (security design, section 8)."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError, OrganizationFileError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.contacts import add_contact
from crm_desktop.operations.organizations import check_organization_path, organization_info
from tests.e2e.computers import Computer, contents, secrets
from tests.environments import PASSWORD, new_environment, new_organization
from tests.faults.offices import FaultyOffice, assert_whole

SOMEBODY = ContactDraft(Category.CUSTOMER, family="Somebody")
PAGE = 4096


@pytest.mark.parametrize("page", [b"\0" * PAGE, b"\xa5" * PAGE], ids=["zeros", "noise"])
def test_fault_02_a_damaged_first_page_is_damage_and_no_wrong_password(
    page: bytes, faulty: FaultyOffice
) -> None:
    with faulty.path.open("rb+") as stream:
        stream.write(page)
    error = faulty.refused("file_damaged")
    assert sentence(error) == f"{faulty.path} is damaged. It was not changed. Restore the newest backup."


def test_fault_03_zero_bytes_are_never_a_new_organization(faulty: FaultyOffice) -> None:
    faulty.path.write_bytes(b"")
    error = faulty.refused("organization_file_empty")
    assert sentence(error).startswith(f"{faulty.path} is empty (0 bytes). It is no organization file")
    options = ("--name", "Acme", "--admin", "ana", "--password-stdin")
    said = faulty.computer.run("create", faulty.path, *options, given=f"{PASSWORD}\n", status=1)
    assert said.stderr == f"{sentence(OrganizationFileError('file_exists', path=faulty.path))}\n"
    assert faulty.path.read_bytes() == b""


def test_fault_03_one_byte_is_not_an_organization_file(faulty: FaultyOffice) -> None:
    faulty.path.write_bytes(b"\n")
    assert faulty.refused("not_an_organization_file").facts == {"path": str(faulty.path)}


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (["info"], {"password": PASSWORD}),
        (["verify"], {"password": PASSWORD}),
        (["consent", "list"], {"password": PASSWORD}),
        (["import-calls", "calls.xml", "--member", "ana"], {"password": PASSWORD}),
        (["enroll"], {"setup_code": "ABC"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_fault_04_missing_says_where_and_creates_nothing(
    command: list[str], given: dict[str, str], computer: Computer
) -> None:
    path = computer.work / "acme.crm"
    with pytest.raises(OrganizationFileError) as caught:
        check_organization_path(path)
    verb, *rest = command
    said = computer.run(verb, "acme.crm", *rest, "--secrets-stdin", given=secrets(**given), status=1)
    assert said.stderr == f"{sentence(caught.value)}\n"
    assert said.stderr == f"There is no file at {path}. Nothing was created.\n"
    assert contents(computer.folder) == {}


def _renamed_pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + b"\0" * 3 * PAGE)


def _renamed_sqlite(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customer (name TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("rename", [_renamed_pdf, _renamed_sqlite])
def test_fault_05_a_renamed_file_is_not_an_organization_file(
    rename: Callable[[Path], None], faulty: FaultyOffice
) -> None:
    rename(faulty.path)
    error = faulty.refused("not_an_organization_file")
    assert str(faulty.path) in sentence(error)


def test_fault_06_cut_at_a_page_boundary_is_found_at_open(faulty: FaultyOffice) -> None:
    with faulty.path.open("rb+") as stream:
        stream.truncate(faulty.path.stat().st_size - PAGE)
    error = faulty.refused("file_damaged")
    assert sentence(error) == f"{faulty.path} is damaged. It was not changed. Restore the newest backup."


def test_fault_33_a_sync_folder_is_read_only_and_the_conflicted_copy_is_named(
    tmp_path: Path, computer: Computer
) -> None:
    local, synchronized = tmp_path / "local", tmp_path / "Nextcloud" / "office"
    local.mkdir()
    office = new_organization(local, environment=new_environment(computer.data_folder))
    synchronized.parent.mkdir()
    local.rename(synchronized)
    path = synchronized / office.path.name
    copy = path.with_name("acme (conflicted copy 2026-09-21).crm")
    copy.write_bytes(path.read_bytes())
    before = contents(synchronized)

    moved = FaultyOffice(replace(office, path=path), computer)
    session = moved.open()
    assert session.read_only
    assert [warning.code for warning in session.warnings] == ["place_sync", "conflicted_copy"]
    with pytest.raises(OrganizationFileError, match="file_read_only"):
        add_contact(session, SOMEBODY)
    assert organization_info(session).customers == 0
    said = computer.run("info", path, "--secrets-stdin", given=moved.given())
    assert said.stderr == "".join(f"{sentence(warning)}\n" for warning in session.warnings)
    assert copy.name in said.stderr
    session.close()
    assert contents(synchronized) == before


def test_fault_33_nothing_is_created_in_a_sync_folder(tmp_path: Path, computer: Computer) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    options = ("--name", "Acme", "--admin", "ana", "--region", "US", "--password-stdin")
    said = computer.run("create", folder / "acme.crm", *options, given=f"{PASSWORD}\n", status=1)
    assert said.stderr == f"{sentence(OrganizationFileError('place_not_for_new_files', path=folder))}\n"
    assert contents(folder) == {}


def test_fault_38_a_newer_schema_is_refused_unchanged(faulty: FaultyOffice) -> None:
    session = faulty.open()
    with session.database.write() as connection:
        connection.execute("UPDATE meta SET schema_version = 99")
    session.close()
    error = faulty.refused("schema_newer")
    assert sentence(error).startswith("A newer version of the program wrote this file (schema 99, ")


def test_fault_49_a_symbolic_link_leads_to_the_file_and_leaves_nothing_beside_itself(
    faulty: FaultyOffice, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    link = desk / "link.crm"
    link.symlink_to(faulty.path)
    names = set(contents(faulty.path.parent))
    given = secrets(password=PASSWORD, setup_code=faulty.office.set_up_code)
    assert faulty.computer.document("info", link, "--secrets-stdin", given=given)["name"] == "Acme Ltd"
    assert list(desk.iterdir()) == [link]
    assert link.is_symlink()
    assert set(contents(faulty.path.parent)) == names
    session = faulty.open()
    assert_whole(session)
    session.close()


@pytest.mark.parametrize("form", ["file:{}", "file://{}", "file:{}?mode=rwc", "file:acme.crm"])
def test_fault_49_a_file_address_is_no_path(form: str, faulty: FaultyOffice) -> None:
    typed = form.format(faulty.path)
    before = contents(faulty.path.parent)
    with pytest.raises(KnownError) as caught:
        check_organization_path(Path(typed))
    said = faulty.computer.run("info", typed, "--secrets-stdin", given=faulty.given(), status=1)
    assert caught.value.code == "file_missing"
    assert said.stderr == f"{sentence(caught.value)}\n"
    options = ("--name", "Acme", "--admin", "ana", "--region", "US", "--password-stdin")
    made = faulty.computer.run("create", typed, *options, given=f"{PASSWORD}\n", status=1)
    assert made.stdout == ""
    assert contents(faulty.path.parent) == before
    assert contents(faulty.computer.work) == {}
