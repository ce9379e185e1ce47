"""Copies of a contact's files outside the organization's file: saved for good, or opened for a while.

What cannot be logged is not handed out. A copy that is opened lies decrypted in a folder only this account
of the computer may enter, read-only, until the session ends; what a crash left is removed at the next start.
Nothing is started here, and what a double click might start is never opened, only saved.
"""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from crm_desktop.domain.attachments import Attachment, clean_name, is_program
from crm_desktop.domain.errors import OrganizationFileError, RefusedError
from crm_desktop.operations.attachments import read_attachment
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import make_private_folder, replace_file
from crm_desktop.storage import contacts, log

FOLDER = "opened-copies"


def save_copy(session: Session, attachment_id: int, target: Path, *, replace: bool = False) -> None:
    """Write a decrypted copy to ``target``, for its owner alone: whole, or not at all.

    Raises RefusedError ``record_not_found``, ``copy_exists`` (without ``replace``); OrganizationFileError
    ``attachment_damaged``, ``file_read_only``, ``copy_not_written``.
    """
    session.require_for("save_file_copy")
    found, content = read_attachment(session, attachment_id)
    if not replace and os.path.lexists(target):
        raise RefusedError("copy_exists", name=target.name)
    _log(session, "save_file_copy", found)
    try:
        replace_file(target, content)
        # Also over a file that a group could read: this one holds what was encrypted.
        target.chmod(0o600)
    except OSError as error:
        raise _not_written(target.name, error) from error


def open_copy(session: Session, attachment_id: int) -> Path:
    """Return the path of a decrypted, read-only copy that goes when the session ends.

    Raises RefusedError ``record_not_found``, ``file_is_program``; OrganizationFileError as
    :func:`save_copy`.
    """
    session.require_for("open_file_copy")
    found, content = read_attachment(session, attachment_id)
    if is_program(found.name, content):
        raise RefusedError("file_is_program", name=found.name)
    _log(session, "open_file_copy", found)
    try:
        folder = _folder_of(session) / os.urandom(8).hex()
        make_private_folder(folder)
        target = folder / clean_name(found.name)
        replace_file(target, content, lasting=False)
        target.chmod(0o400)
    except OSError as error:
        raise _not_written(found.name, error) from error
    session.at_close(remove_copies)
    return target


def remove_copies(session: Session) -> bool:
    """Remove the copies opened in a session; return whether all are gone (Windows keeps one in use)."""
    return _removed(_folder_of(session))


def remove_left_behind(environment: Environment) -> int:
    """Remove what programs that ended without closing left opened; return how many folders went."""
    top = environment.data_folder / FOLDER
    removed = 0
    with suppress(FileNotFoundError):
        for folder in sorted(top.iterdir()):
            if not _is_alive(folder.name):
                removed += _removed(folder)
    return removed


def _log(session: Session, verb: str, found: Attachment) -> None:
    with session.database.write() as connection:
        session.require_for(verb)
        contact = contacts.get_contact(connection, found.contact_id)
        payload: dict[str, object] = {
            "file": found.name, "contact": contact.display_name if contact is not None else "?",
        }  # fmt: skip
        log.append(connection, session.author, verb, payload=payload)
    session.remember_head()


def _folder_of(session: Session) -> Path:
    return session.environment.data_folder / FOLDER / f"{_process()}-{session.session_uuid.hex()[:12]}"


def _process() -> str:
    import psutil

    return f"{os.getpid()}-{int(psutil.Process().create_time())}"


def _is_alive(name: str) -> bool:
    """Return whether the program a folder is named after still runs; another may have its number by now."""
    import psutil

    number, _, rest = name.partition("-")
    began = rest.partition("-")[0]
    if not (number.isdecimal() and began.isdecimal()):
        return False
    try:
        return abs(psutil.Process(int(number)).create_time() - int(began)) < 2
    except (psutil.Error, ValueError, OverflowError):
        return False


def _removed(folder: Path) -> bool:
    if folder.is_symlink():
        folder.unlink()  # never what somebody made it lead to
        return True
    for inner in folder.rglob("*"):
        with suppress(OSError):
            # Windows removes nothing that is read-only.
            if not inner.is_symlink():
                inner.chmod(stat.S_IRWXU if inner.is_dir() else stat.S_IRUSR | stat.S_IWUSR)
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _not_written(name: str, error: OSError) -> OrganizationFileError:
    return OrganizationFileError("copy_not_written", name=name, reason=error.strerror or type(error).__name__)
