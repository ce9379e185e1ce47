"""The second place: every backup goes there too, and its absence is told, not raised."""

from pathlib import Path

import pytest

from crm_desktop.domain.backups import EVERY_S
from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError
from crm_desktop.operations.automatic_backups import back_up_if_due
from crm_desktop.operations.backups import back_up, backups, default_folder, key_file_beside
from crm_desktop.operations.second_place import second_place, set_second_place
from crm_desktop.operations.session import Session
from tests.environments import Office
from tests.operations.samples import broken, customer_with


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def test_a_backup_goes_to_both_places(session: Session, usb: Path) -> None:
    set_second_place(session, usb)
    done = back_up(session)
    (second,) = usb.glob("*.crm-backup")
    assert key_file_beside(second).exists()
    assert done.backup.path.parent == default_folder(session)
    assert {backup.path for backup in backups(session)} == {done.backup.path, second}
    assert broken(session) == {}


def test_where_it_is_absent_the_first_is_made_and_it_is_told(
    session: Session, usb: Path, office: Office
) -> None:
    set_second_place(session, usb)
    usb.rmdir()
    customer_with(session, "Dana")
    office.clock.advance(EVERY_S)
    done = back_up_if_due(session)
    assert done is not None
    assert done.backup.path.exists()
    assert [warning.code for warning in done.warnings] == ["backup_second_failed"]
    assert not usb.exists()


def test_it_is_remembered_with_the_organization(session: Session, usb: Path, office: Office) -> None:
    assert second_place(session) is None
    set_second_place(session, usb)
    session.close()
    again = office.open()
    assert second_place(again) == usb
    set_second_place(again, None)
    assert second_place(again) is None
    again.close()


def test_a_named_folder_is_the_only_one(session: Session, usb: Path, tmp_path: Path) -> None:
    set_second_place(session, usb)
    (tmp_path / "other").mkdir()
    back_up(session, tmp_path / "other")
    assert list(usb.iterdir()) == []


def test_the_folder_of_the_file_and_a_missing_one_are_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="backup_place_same"):
        set_second_place(session, session.path.parent)
    with pytest.raises(OrganizationFileError, match="backup_place_missing"):
        set_second_place(session, tmp_path / "nowhere")
    assert second_place(session) is None
