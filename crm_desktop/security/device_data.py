"""What this computer remembers of the organization files it opened.

One small JSON file per organization under ``seen``: the highest roster sequence and the head of the log
(both show that somebody put an older file back), the keyring that holds the secret, and counts of failed
logins. Losing it costs these warnings and nothing else, so a damaged file reads as no memory, and says so.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.atomic_files import make_private_folder, replace_file
from crm_desktop.security.derivation import ID_BYTES
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.short_lock import short_lock
from crm_desktop.security.strict_json import Fields, load

_LARGEST = 256 * 1024
_MOST_COUNTS = 1000
_DAMAGED = "device_data_damaged"
_LONGEST_DELAY = 30
_NAMES = frozenset({"roster_sequence", "log_head", "keyring", "failed_logins"})


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest log entry this computer saw: epoch, sequence and digest of the entry."""

    epoch: int
    sequence: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class FailedLogins:
    """How often in a row a slot did not open, and when last (seconds since 1970).

    ``logged`` of them stand in the log already: somebody else signed in since.
    """

    count: int
    last: int
    logged: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """The memory of one organization; ``damaged``: there was one that could not be read."""

    roster_sequence: int = 0
    log_head: LogHead | None = None
    keyring: str | None = None
    failed_logins: dict[bytes, FailedLogins] = field(default_factory=dict)
    damaged: bool = False


class DeviceData:
    """The part of the program's data folder that belongs to security; made when first written (0700).

    Methods that write raise OrganizationFileError ``device_data_not_written``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def keys_folder(self) -> Path:
        """Where the third copies of key files lie."""
        return self._folder / "keys"

    def key_file(self, file_id: bytes) -> Path:
        """Return the path of this computer's copy of a key file."""
        return self.keys_folder / f"{file_id.hex()}.keys"

    def seen(self, file_id: bytes) -> Seen:
        """Return what is remembered of an organization."""
        path = self._path(file_id)
        try:
            with path.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
        except FileNotFoundError:
            return Seen()
        except OSError:
            return Seen(damaged=True)
        try:
            return _from_json(load(data, limit=_LARGEST, code=_DAMAGED))
        except OrganizationFileError:
            return Seen(damaged=True)

    def remember_roster(self, file_id: bytes, sequence: int) -> None:
        """Remember the highest roster sequence; a lower one changes nothing."""
        self._update(file_id, lambda seen: replace(seen, roster_sequence=max(sequence, seen.roster_sequence)))

    def remember_log_head(self, file_id: bytes, head: LogHead) -> None:
        """Remember the head of the log after a commit; one behind the remembered changes nothing.

        So an older file put back is named at every opening until it has grown past what was seen. Not
        synced to the disk: it follows every save, and losing the last one costs a later warning only.
        """

        def newer(seen: Seen) -> Seen:
            known = seen.log_head
            behind = known is not None and known.epoch == head.epoch and known.sequence > head.sequence
            return seen if behind else replace(seen, log_head=head)

        self._update(file_id, newer, lasting=False)

    def remember_keyring(self, file_id: bytes, name: str) -> None:
        """Remember which keyring holds the secret, to name it when another one is found."""
        self._update(file_id, lambda seen: replace(seen, keyring=name[:200]))

    def note_failed_login(self, file_id: bytes, slot_id: bytes, *, now: float) -> int:
        """Count a failed login and return the seconds to wait before the next: 1, 2, 4 … 30."""

        def counted(seen: Seen) -> Seen:
            before = seen.failed_logins.get(slot_id, FailedLogins(0, 0))
            failed = replace(before, count=min(before.count + 1, HIGHEST_SEQUENCE), last=int(now))
            counts = dict(list(seen.failed_logins.items())[-_MOST_COUNTS + 1 :]) | {slot_id: failed}
            return replace(seen, failed_logins=counts)

        _, after = self._update(file_id, counted)
        return delay_after(after.failed_logins[slot_id].count)

    def delay_left(self, file_id: bytes, slot_id: bytes, *, now: float) -> float:
        """Return the seconds still to wait; a clock set back never makes it more than the delay."""
        failed = self.seen(file_id).failed_logins.get(slot_id)
        if failed is None:
            return 0.0
        delay = delay_after(failed.count)
        return max(0.0, min(float(delay), failed.last + delay - now))

    def take_failed_logins(self, file_id: bytes, slot_id: bytes) -> dict[bytes, int]:
        """Return the counts that stand in no log yet, by slot, for the entry of a successful login.

        The count of ``slot_id``, which has opened, is forgotten. Those of others go on making the next try
        wait: signing in oneself must not shorten the delay of somebody else's account.
        """

        def taken(seen: Seen) -> Seen:
            counts = {
                name: replace(failed, logged=failed.count)
                for name, failed in seen.failed_logins.items()
                if name != slot_id
            }
            return replace(seen, failed_logins=counts)

        before, _ = self._update(file_id, taken)
        new = {name: failed.count - failed.logged for name, failed in before.failed_logins.items()}
        return {name: count for name, count in new.items() if count > 0}

    def remember_path(self, path: Path, file_id: bytes) -> None:
        """Remember which organization lies at ``path``: it finds this computer's copy of its key file."""
        place = self._path_note(path)
        if self.file_id_of(path) == file_id:
            return
        try:
            make_private_folder(place.parent)
            replace_file(place, file_id.hex().encode("ascii"))
        except OSError as error:
            raise OrganizationFileError("device_data_not_written") from error

    def file_id_of(self, path: Path) -> bytes | None:
        """Return the organization this computer last opened at ``path``, None if it never did."""
        try:
            file_id = bytes.fromhex(self._path_note(path).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return file_id if len(file_id) == ID_BYTES else None

    def _path_note(self, path: Path) -> Path:
        # A digest: folder and file names may name the organization.
        digest = hashlib.sha256(str(path).encode("utf-8", errors="surrogatepass")).hexdigest()
        return self._folder / "paths" / digest

    def forget(self, file_id: bytes) -> None:
        """Remove everything about an organization, its copies of key file and ledger included."""
        ledger = self.key_file(file_id).with_suffix(".ledger")
        for path in (self._path(file_id), self.key_file(file_id), ledger):
            path.unlink(missing_ok=True)

    def _path(self, file_id: bytes) -> Path:
        return self._folder / "seen" / f"{file_id.hex()}.json"

    def _update(
        self, file_id: bytes, change: Callable[[Seen], Seen], *, lasting: bool = True
    ) -> tuple[Seen, Seen]:
        """Write what ``change`` makes of the memory and return it before and after.

        Windows and programs of this user come one after the other, so that none forgets what another has
        just remembered. Where nothing changes nothing is written, nor a lock asked for.
        """
        before = self.seen(file_id)
        after = change(before)
        if after == before:
            return before, after
        path = self._path(file_id)
        try:
            make_private_folder(path.parent)
            with short_lock(self._folder / "seen.lock"):
                before = self.seen(file_id)
                after = change(before)
                data = json.dumps(_to_json(after), indent=1, sort_keys=True).encode("utf-8")
                replace_file(path, data, lasting=lasting)
        except OSError as error:
            raise OrganizationFileError("device_data_not_written") from error
        return before, after


def delay_after(count: int) -> int:
    """Return the seconds to wait after ``count`` failed logins in a row."""
    return min(_LONGEST_DELAY, 2 ** min(count - 1, 5)) if count > 0 else 0


def _to_json(seen: Seen) -> dict[str, object]:
    head = seen.log_head
    return {
        "roster_sequence": seen.roster_sequence,
        "log_head": head and {"epoch": head.epoch, "sequence": head.sequence, "digest": head.digest.hex()},
        "keyring": seen.keyring,
        "failed_logins": [
            {
                "slot_id": slot_id.hex(),
                "count": failed.count,
                "last": failed.last,
                "logged": failed.logged,
            }
            for slot_id, failed in seen.failed_logins.items()
        ],
    }


def _from_json(value: object) -> Seen:
    fields = Fields(value, names=_NAMES, code=_DAMAGED)
    head, name = fields.raw("log_head"), fields.raw("keyring")
    if name is not None and not isinstance(name, str):
        raise fields.refusal()
    return Seen(
        roster_sequence=fields.integer("roster_sequence", low=0, high=HIGHEST_SEQUENCE),
        log_head=None if head is None else _head_from_json(head),
        keyring=name,
        failed_logins=dict(fields.items("failed_logins", _failed_from_json, at_most=_MOST_COUNTS)),
    )


def _head_from_json(value: object) -> LogHead:
    fields = Fields(value, names=frozenset(LogHead.__dataclass_fields__), code=_DAMAGED)
    return LogHead(
        epoch=fields.integer("epoch", low=0, high=HIGHEST_SEQUENCE),
        sequence=fields.integer("sequence", low=0, high=HIGHEST_SEQUENCE),
        digest=fields.hex("digest", length=32),
    )


def _failed_from_json(value: object) -> tuple[bytes, FailedLogins]:
    if isinstance(value, dict):
        value = {"logged": 0, **value}  # written before there was this count
    fields = Fields(value, names=frozenset({"slot_id", "count", "last", "logged"}), code=_DAMAGED)
    failed = FailedLogins(
        count=fields.integer("count", low=0, high=HIGHEST_SEQUENCE),
        last=fields.integer("last", low=0, high=HIGHEST_SEQUENCE),
        logged=fields.integer("logged", low=0, high=HIGHEST_SEQUENCE),
    )
    return fields.hex("slot_id", length=ID_BYTES), failed
