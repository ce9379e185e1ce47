"""An organization something happens to, seen both ways: by the operations and by the real command line."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_desktop.domain.errors import KnownError
from crm_desktop.domain.sentences import sentence
from crm_desktop.operations.session import Session
from crm_desktop.operations.verify import verify
from crm_desktop.security.key_file import KeyFileBody, decode, encode
from tests.e2e.computers import Computer, contents, secrets
from tests.environments import PASSWORD, Office


@dataclass(frozen=True, slots=True)
class FaultyOffice:
    """An office on a computer whose data folder the operations and the command line share."""

    office: Office
    computer: Computer

    @property
    def path(self) -> Path:
        """The organization file."""
        return self.office.path

    @property
    def copies(self) -> tuple[Path, Path, Path]:
        """The key file, its ``.bak`` and this computer's copy."""
        main = self.path.with_name(f"{self.path.name}.keys")
        (device,) = (self.computer.data_folder / "keys").glob("*.keys")
        return main, main.with_name(f"{main.name}.bak"), device

    def open(self, login: str = "ana", password: str = PASSWORD) -> Session:
        """Sign in."""
        return self.office.open(login, password)

    def given(self, password: str = PASSWORD) -> str:
        """Return what the command line reads: there is no keyring, so the set-up code too."""
        return secrets(password=password, setup_code=self.office.set_up_code)

    def refused(self, code: str, *, login: str = "ana", password: str = PASSWORD) -> KnownError:
        """Opening must be refused with ``code``: the same sentence both ways, nothing touched."""
        before = contents(self.path.parent)
        with pytest.raises(KnownError) as caught:
            self.open(login, password)
        assert caught.value.code == code
        said = self.computer.run(
            "info", self.path, "--user", login, "--secrets-stdin", given=self.given(password), status=1
        )
        assert said.stdout == ""
        assert said.stderr == f"{sentence(caught.value)}\n"
        assert contents(self.path.parent) == before
        return caught.value

    def body(self) -> KeyFileBody:
        """Return what the key file holds."""
        return decode(self.copies[0].read_bytes())

    def write_all(self, body: KeyFileBody) -> None:
        """Put a changed body into every copy."""
        for copy in self.copies:
            copy.write_bytes(encode(body))


def assert_whole(session: Session) -> None:
    """Every check of the file is good."""
    assert [(check.name, check.detail) for check in verify(session) if not check.ok] == []
