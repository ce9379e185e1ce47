"""The backups this computer knows of: one small file each in its data folder.

One file per backup, because two programs may make one at the same time and a shared list would lose an
entry. Place, times, size, counts and key id; nothing of any person.
"""

import hashlib
import json
from pathlib import Path

from crm_desktop.domain.backups import Backup, Contents, Reason
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.environment import Environment
from crm_desktop.security.atomic_files import make_private_folder, replace_file
from crm_desktop.security.derivation import ID_BYTES
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.strict_json import Fields, load

_LARGEST = 64 * 1024
_LONGEST_PATH = 32 * 1024
_PAUSED = "paused"
_CODE = "device_data_damaged"
_NUMBERS = (
    "made_at", "size", "customers", "address_book", "calls", "epoch", "sequence", "changed_at",
    "cleaned_up_to",
)  # fmt: skip
_NAMES = frozenset({"path", "verified", "key_id", "reason", *_NUMBERS})


def notes_folder(environment: Environment, file_id: bytes) -> Path:
    """Return where this computer notes which backups of an organization it knows of."""
    return environment.data_folder / "known-backups" / file_id.hex()


def known_backups(folder: Path) -> list[Backup]:
    """Return what the files in ``folder`` say, the newest first; one that cannot be read is left out.

    The backup itself is not looked at: its medium may be unplugged.
    """
    found = []
    for path in folder.glob("*.json"):
        try:
            found.append(_from_json(load(path.read_bytes(), limit=_LARGEST, code=_CODE)))
        except (OSError, OrganizationFileError):
            # A note torn by a full disk loses the entry in the list, never the backup.
            continue
    return sorted(found, key=lambda backup: backup.order, reverse=True)


def is_there(path: Path) -> bool:
    """Return whether a backup can be reached; a medium that answers with an error is not there."""
    try:
        return path.exists()
    except OSError:
        return False


def remember_backup(folder: Path, backup: Backup) -> None:
    """Write or renew the note of a backup; raises OrganizationFileError ``device_data_not_written``."""
    try:
        make_private_folder(folder)
        replace_file(_note(folder, backup.path), json.dumps(_to_json(backup), indent=1).encode("ascii"))
    except OSError as error:
        raise OrganizationFileError("device_data_not_written") from error


def forget_backup(folder: Path, path: Path) -> None:
    """Remove the note of the backup at ``path``."""
    _note(folder, path).unlink(missing_ok=True)


def is_paused(folder: Path) -> bool:
    """Return whether automatic backups wait until somebody confirmed a restored file."""
    return (folder / _PAUSED).exists()


def set_paused(folder: Path, *, paused: bool) -> None:
    """Pause automatic backups, or let them go on; raises OrganizationFileError as above."""
    try:
        if paused:
            make_private_folder(folder)
            (folder / _PAUSED).touch(mode=0o600)
        else:
            (folder / _PAUSED).unlink(missing_ok=True)
    except OSError as error:
        raise OrganizationFileError("device_data_not_written") from error


def _note(folder: Path, path: Path) -> Path:
    return folder / f"{hashlib.sha256(_text(path).encode('ascii')).hexdigest()[:32]}.json"


def _text(path: Path) -> str:
    # Names of any bytes survive as ASCII.
    return str(path).encode("utf-8", errors="surrogatepass").hex()


def _to_json(backup: Backup) -> dict[str, object]:
    contents = backup.contents
    return {
        "path": _text(backup.path),
        "made_at": backup.made_at,
        "size": backup.size,
        "customers": contents.customers,
        "address_book": contents.address_book,
        "calls": contents.calls,
        "epoch": contents.epoch,
        "sequence": contents.sequence,
        "changed_at": contents.changed_at,
        "verified": backup.verified,
        "key_id": backup.key_id.hex(),
        "reason": backup.reason.value,
        "cleaned_up_to": backup.cleaned_up_to,
    }


def _from_json(value: object) -> Backup:
    if isinstance(value, dict):
        value = {"cleaned_up_to": 0} | value  # notes of before have none
    fields = Fields(value, names=_NAMES, code=_CODE)
    number = {name: fields.integer(name, low=0, high=HIGHEST_SEQUENCE) for name in _NUMBERS}
    reason = fields.text("reason", at_most=32)
    if reason not in set(Reason):
        raise fields.refusal()
    try:
        path = fields.hex("path", at_most=_LONGEST_PATH).decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError as error:
        raise fields.refusal() from error
    return Backup(
        path=Path(path),
        made_at=number.pop("made_at"),
        size=number.pop("size"),
        cleaned_up_to=number.pop("cleaned_up_to"),
        contents=Contents(**number),
        verified=fields.flag("verified"),
        key_id=fields.hex("key_id", length=ID_BYTES),
        reason=Reason(reason),
    )
