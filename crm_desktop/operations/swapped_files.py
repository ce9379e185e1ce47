"""A file that was exchanged under the open program, by a sync program or by hand: what was open is kept."""

from datetime import UTC, datetime
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import replace_file
from crm_desktop.security.key_file import encode
from crm_desktop.security.key_file_copies import read_key_file


def is_swapped(session: Session) -> bool:
    """Return whether another file stands at the path of the open one; it may also be gone for a moment."""
    try:
        session.database.refuse_swapped()
    except OrganizationFileError as error:
        return error.code == "file_swapped"
    return False


def keep_what_was_open(session: Session) -> Path:
    """Write what is open to a new file beside the one that took its place, with its keys; return its path.

    It opens like any organization file. Raises OrganizationFileError; nothing is left of a failed attempt.
    """
    when = datetime.fromtimestamp(session.now(), UTC)
    target = session.path.with_name(f"{session.path.stem} (open until {when:%Y-%m-%d %H.%M.%S}).crm")
    if target.exists():
        raise OrganizationFileError("file_exists", path=str(target))
    keys = target.with_name(f"{target.name}.keys")
    try:
        session.database.keep_aside(target)
        target.chmod(0o600)
        replace_file(keys, encode(read_key_file(session.places).body))
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OrganizationFileError("disk_error", path=str(target)) from error
        raise
    return target
