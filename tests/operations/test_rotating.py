"""Changing the keys: everybody else gets in with the new set-up code, who left does not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crm_desktop.domain.errors import (
    BusyError,
    ConflictError,
    KnownError,
    OrganizationFileError,
    RefusedError,
    SignInError,
)
from crm_desktop.domain.permissions import Role
from crm_desktop.operations.organizations import change_password
from crm_desktop.operations.restoring import restore
from crm_desktop.operations.rotating import (
    Rotated,
    RotationPlan,
    not_moved,
    plan_rotation,
    rotate_keys,
    user_with_login,
)
from crm_desktop.operations.session import Session
from crm_desktop.security.key_file import KeyFileBody, decode
from tests.environments import (
    PASSWORD,
    MemoryKeyring,
    Office,
    add_member,
    new_environment,
)
from tests.operations.samples import broken, customer_with, table_rows
from tests.operations.test_processes import Child

BENS = "ben's own password"


def planned(office: Office, leaving: str | None = None, *, login: str = "ana") -> RotationPlan:
    session = office.open(login)
    who = None if leaving is None else user_with_login(session, leaving)
    plan = plan_rotation(session, leaving=who)
    session.close()
    return plan


def rotated(office: Office, plan: RotationPlan, **facts: object) -> Rotated:
    facts = {"login": "ana", "password": PASSWORD} | facts
    return rotate_keys(office.environment, office.path, plan, **facts)  # type: ignore[arg-type]


def names(session: Session) -> list[object]:
    return [row["display_name"] for row in table_rows(session, "contact")]


def body_of(office: Office) -> KeyFileBody:
    return decode(office.path.with_name("acme.crm.keys").read_bytes())


def with_customer(office: Office, *logins: str) -> None:
    session = office.open()
    customer_with(session, "Dana")
    for login in logins:
        add_member(session, login, Role.STAFF)
    session.close()


def elsewhere(office: Office, folder: Path) -> Office:
    """Return the office as another computer sees it: a data folder and a keyring of its own."""
    environment = new_environment(folder, keyring=MemoryKeyring(), clock=office.clock)
    return replace(office, environment=environment)


def test_the_same_rows_are_there_under_other_keys_and_everything_is_whole(office: Office) -> None:
    with_customer(office)
    session = office.open()
    before, former = table_rows(session, "contact"), session.ring
    session.close()
    plan = planned(office)
    done = rotated(office, plan)
    session = office.open()  # the keyring has the new secret
    assert table_rows(session, "contact") == before
    assert broken(session) == {}
    assert session.warnings == ()
    ring = session.ring
    assert ring.current_file_key != former.current_file_key
    assert ring.organization_secret != former.organization_secret
    for kind in ("bank", "admin"):
        assert set(ring.class_keys[kind]).isdisjoint(former.class_keys[kind])
        assert len(ring.class_keys[kind]) == 1
    assert ring.class_keys["ledger"] == former.class_keys["ledger"]
    assert len(ring.roster.key_ids.file) == 1
    assert ring.root_fingerprint == former.root_fingerprint  # no administrator left
    assert done.kit_number == 2
    assert done.keyring_problem is None
    assert done.warnings == ()
    assert done.backup.verified
    verbs = [
        verb for (verb,) in session.database.connection().execute("SELECT verb FROM log_entry ORDER BY id")
    ]
    assert verbs[-4:] == ["rotate_keys", "drop_former_keys", "rewrap", "login"]
    session.close()
