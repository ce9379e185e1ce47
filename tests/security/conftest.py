"""What the tests of the key room share: cheap keys of one organization, made once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.permissions import Role
from crm_desktop.domain.sentences import sentence
from crm_desktop.security.accounts import add_user, new_user_id
from crm_desktop.security.chest import KeyChest, open_chest
from crm_desktop.security.derivation import Argon2Parameters
from crm_desktop.security.file_locks import LockFile
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import KeyFilePlaces
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.new_organization import NewOrganizationKeys, create_keys
from crm_desktop.security.sign_in import sign_in

CHEAP = Argon2Parameters(memory_kib=19 * 1024, passes=1, lanes=1)
PASSWORD = "correct horse battery"
STAFF_PASSWORD = "temporary staff password"


def refusal(call: Callable[[], object]) -> str | None:
    """Return the code of the known error ``call`` ends in, None when it succeeds; anything else is raised.

    Its sentence is made too, so an error that lacks a fact of its sentence fails here.
    """
    try:
        call()
    except KnownError as error:
        known = error
    else:
        return None
    assert sentence(known)
    return known.code


@dataclass(frozen=True, slots=True)
class Office:
    """An organization with an administrator (anna) and a member of staff (ben, password not yet his)."""

    keys: NewOrganizationKeys
    body: KeyFileBody
    staff_id: bytes

    @property
    def chest(self) -> KeyChest:
        admin = self.keys.ring.class_keys["admin"][self.body.chest.key_id]
        return open_chest(self.body.chest, admin_key=admin, file_id=self.body.file_id)

    def sign_in(
        self,
        body: KeyFileBody | None = None,
        *,
        login: str = "anna",
        password: str = PASSWORD,
        highest_roster_seen: int = 0,
    ) -> KeyRing:
        return sign_in(
            body or self.body,
            secret=self.keys.organization_secret,
            root_fingerprint=self.keys.root_fingerprint,
            login=login,
            password=password,
            highest_roster_seen=highest_roster_seen,
            argon2=CHEAP,
        )

    def staff(self, body: KeyFileBody | None = None, *, password: str = STAFF_PASSWORD) -> KeyRing:
        return self.sign_in(body, login="ben", password=password)


def make_office() -> Office:
    keys = create_keys(login="anna", password=PASSWORD, argon2=CHEAP)
    staff_id = new_user_id()
    body = add_user(
        keys.body,
        keys.ring,
        user_id=staff_id,
        login="ben",
        password=STAFF_PASSWORD,
        role=Role.STAFF,
        log_sequence=5,
        argon2=CHEAP,
    )
    return Office(keys=keys, body=body, staff_id=staff_id)


@pytest.fixture(scope="session")
def office() -> Office:
    return make_office()


@pytest.fixture
def places(tmp_path: Path) -> KeyFilePlaces:
    return KeyFilePlaces.beside(tmp_path / "acme.crm", device_folder=tmp_path / "data" / "keys")


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[LockFile]:
    with LockFile(tmp_path / "acme.crm.lock") as held:
        yield held
