"""A full disk while files come in or a copy goes out: told, and nothing half is left."""

import os
from pathlib import Path

import pytest

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations import attachments, contacts, file_copies
from tests.environments import new_organization
from tests.faults.media import may_mount, mounted
from tests.operations.samples import broken, person

pytestmark = may_mount


def test_a_full_disk_keeps_no_half_file(tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    source.write_bytes(os.urandom(9_000_000))
    small = tmp_path / "small.txt"
    small.write_text("small")
    with mounted(tmp_path / "disk", "-o", "size=6m") as disk:
        session = new_organization(disk).open()
        dana = contacts.add_contact(session, person())
        with pytest.raises(OrganizationFileError) as caught:
            attachments.add_files(session, dana, [small, source])
        assert caught.value.code == "disk_full"
        assert attachments.attachments_of(session, dana) == []
        attachments.add_files(session, dana, [small])
        assert [line.name for line in attachments.attachments_of(session, dana)] == ["small.txt"]
        assert broken(session) == {}
        session.close()


def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    source.write_bytes(os.urandom(900_000))
    session = new_organization(tmp_path).open()
    dana = contacts.add_contact(session, person())
    (one,) = attachments.add_files(session, dana, [source]).ids
    with mounted(tmp_path / "stick", "-o", "size=256k") as stick:
        with pytest.raises(OrganizationFileError, match="copy_not_written"):
            file_copies.save_copy(session, one, stick / "out.bin")
        assert list(stick.iterdir()) == []
    session.close()
