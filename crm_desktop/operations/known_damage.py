"""What this computer knows of a file's health: when it was checked last, and since when it is damaged.

One small file per organization file, for a rescued or restored one is another file of the same
organization. Losing it costs a check that comes too early.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.operations.environment import Environment, keep_private
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.strict_json import Fields, load

_LARGEST = 4096
_CODE = "device_data_damaged"
_NAMES = frozenset({"whole_at", "damaged_at"})


@dataclass(frozen=True, slots=True)
class Health:
    """Times are UTC epoch seconds; None: never."""

    whole_at: int | None = None
    damaged_at: int | None = None


def health_of(environment: Environment, path: Path, file_id: bytes) -> Health:
    """Return what is known of the file at ``path``."""
    try:
        value = load(_note(environment, path, file_id).read_bytes(), limit=_LARGEST, code=_CODE)
        fields = Fields(value, names=_NAMES, code=_CODE)
        return Health(
            whole_at=fields.optional_integer("whole_at", low=0, high=HIGHEST_SEQUENCE),
            damaged_at=fields.optional_integer("damaged_at", low=0, high=HIGHEST_SEQUENCE),
        )
    except (OSError, OrganizationFileError):
        return Health()


def note_whole(environment: Environment, path: Path, file_id: bytes) -> None:
    """Note that every page was checked just now and is good; raises OrganizationFileError as below."""
    _write(environment, path, file_id, Health(whole_at=environment.now()))


def note_damage(environment: Environment, path: Path, file_id: bytes) -> None:
    """Note that the file is damaged, since when it was first seen.

    Raises OrganizationFileError ``device_data_not_written``.
    """
    known = health_of(environment, path, file_id)
    if known.damaged_at is None:
        _write(environment, path, file_id, replace(known, damaged_at=environment.now()))


def _write(environment: Environment, path: Path, file_id: bytes, health: Health) -> None:
    text = json.dumps({"whole_at": health.whole_at, "damaged_at": health.damaged_at})
    try:
        keep_private(_note(environment, path, file_id), text.encode("ascii"))
    except OSError as error:
        raise OrganizationFileError("device_data_not_written") from error


def _note(environment: Environment, path: Path, file_id: bytes) -> Path:
    # A digest: folder and file names may name the organization.
    place = hashlib.sha256(str(path).encode("utf-8", errors="surrogatepass")).hexdigest()[:32]
    return environment.data_folder / "health" / f"{file_id.hex()}-{place}.json"
