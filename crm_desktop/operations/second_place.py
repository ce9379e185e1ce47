"""The second place for backups: a stick or a share, remembered with the organization.

Every backup made by the program or by hand without naming a place goes there too. Where it is absent
that is told; the backup on this computer was made all the same.
"""

import json
from pathlib import Path

from crm_desktop.domain.errors import InvalidValueError, KnownError, OrganizationFileError
from crm_desktop.operations.session import Session
from crm_desktop.storage import log, organization

_NAME = "second_backup_place"


def second_place(session: Session) -> Path | None:
    """Return the second place, None where none was chosen; needs ``backup.now``."""
    session.require("backup.now")
    return remembered_place(session)


def remembered_place(session: Session) -> Path | None:
    """Return the second place for the program's own use; read beside whatever this thread does."""
    with session.database.read_apart() as connection:
        text = organization.get_organization_setting(connection, _NAME)
    found = None if text is None else json.loads(text)
    return Path(found) if isinstance(found, str) else None


def set_second_place(session: Session, folder: Path | None) -> None:
    """Choose the second place, or none; needs ``backup.settings`` and is logged.

    Raises OrganizationFileError ``backup_place_missing``, InvalidValueError ``backup_place_same`` for the
    folder of the file itself: one lost disk would take both.
    """
    session.require("backup.settings")
    place = None if folder is None else _checked(session, folder)
    with session.database.write() as connection:
        session.require("backup.settings")
        text = None if place is None else str(place)
        organization.put_organization_setting(connection, _NAME, json.dumps(text))
        log.append(connection, session.author, "set_backup_place", payload={"place": text})
    session.remember_head()


def _checked(session: Session, folder: Path) -> Path:
    place = folder.expanduser().resolve()
    if not place.is_dir():
        raise OrganizationFileError("backup_place_missing", path=str(place))
    if place == session.path.parent:
        raise InvalidValueError("backup_place_same", field="folder", path=str(place))
    return place


def absent(place: Path, error: KnownError) -> KnownError:
    """Return the warning that says why the second place has no copy; other errors stay what they are."""
    if error.code == "backup_source_damaged":
        return error
    return OrganizationFileError("backup_second_failed", path=str(place))
