"""The way in with the emergency kit: recovery code → ``admin`` key → chest → everything else."""

from dataclasses import dataclass, field

from crm_desktop.domain.errors import OrganizationFileError, SignInError
from crm_desktop.security.chest import KeyChest
from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.codes import parse_recovery_code
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.opening import open_sealed_keys, verify
from crm_desktop.security.recovery_slot import recovery_key
from crm_desktop.security.roster import Roster
from crm_desktop.security.sealing import root_fingerprint


@dataclass(frozen=True, slots=True)
class RecoveredKeys:
    """What the kit opens: enough to sign a new roster and to open every backup."""

    roster: Roster = field(repr=False)
    chest: KeyChest = field(repr=False)
    root_fingerprint: bytes
    kit_number: int

    @property
    def current_file_key(self) -> FileKey:
        """The newest file key by the roster."""
        name = self.roster.newest(KeyKind.FILE)
        raw = self.chest.raw_key(KeyKind.FILE, name, file_id=self.roster.file_id)
        if raw is None:
            raise OrganizationFileError("key_missing", kind=KeyKind.FILE.value)
        return FileKey.from_raw(raw)


def open_with_recovery_code(body: KeyFileBody, code: str) -> RecoveredKeys:
    """Open a key file with a typed recovery code.

    Raises InvalidValueError for a mistyped code; SignInError ``kit_outdated`` (facts kit, needed,
    before), ``recovery_code_wrong``; OrganizationFileError ``recovery_forged`` (the root is not the one
    the kit was made for) and those of :func:`verify`.
    """
    typed = parse_recovery_code(code)
    private = recovery_key(typed, file_id=body.file_id)
    public = private.public_key().public_bytes_raw()
    if public != body.recovery.public:
        raise _wrong_kit(body, public)
    opened = open_sealed_keys(body.recovery.sealed, private, file_id=body.file_id)
    verified = verify(body, opened, fingerprint=None)
    roster, chest = verified.roster, verified.chest
    if chest is None:
        raise OrganizationFileError("key_missing", kind=KeyKind.ADMIN.value)
    fingerprint = root_fingerprint(roster.root_public)
    attested = body.recovery.attests(fingerprint, code=typed, file_id=body.file_id)
    listed = (roster.recovery_public, roster.kit_number) == (public, body.kit_number)
    if not (attested and listed):
        raise OrganizationFileError("recovery_forged")
    return RecoveredKeys(roster, chest, root_fingerprint=fingerprint, kit_number=body.kit_number)


def _wrong_kit(body: KeyFileBody, public: bytes) -> SignInError:
    former = next((kit for kit in body.former_kits if kit.public == public), None)
    if former is None:
        return SignInError("recovery_code_wrong", needed=body.kit_number)
    before = former.replaced_on.isoformat()
    return SignInError("kit_outdated", kit=former.number, needed=body.kit_number, before=before)
