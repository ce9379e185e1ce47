"""The entries of the ledger ``acme.crm.ledger``: what must not come back with an older file.

A withdrawn consent and an erased person leave the organization file, and an entry here keeps a restored
backup from bringing them back. Entries hold random ids, times and keyed digests, nothing a reader without
the ledger key could tell a person by; each is signed by its writer and judged by his right then in the
roster (security design, section 6).
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cryptography.exceptions import InvalidTag

from crm_desktop.domain.errors import InvalidValueError, OrganizationFileError
from crm_desktop.security.derivation import ID_BYTES, context, subkey
from crm_desktop.security.key_ring import KeyRing
from crm_desktop.security.roster import HIGHEST_SEQUENCE, Roster
from crm_desktop.security.sealing import SIGNATURE_BYTES, open_box, seal_box
from crm_desktop.security.strict_json import Fields, dump, load

LONGEST_RECORD = 64 * 1024
DAMAGED = "ledger_record_damaged"
_CHECKSUM_BYTES = 16
_IDENTIFIER_BYTES = 32
_MOST_IDENTIFIERS = 500
_LONGEST_REASON = 2000


class EntryKind(StrEnum):
    """What an entry says."""

    WITHDRAWAL = "withdrawal"
    ERASURE = "erasure"
    DONE = "done"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One signed entry; ``at`` is UTC epoch seconds, ``sequence`` the log entry it was written for.

    ``subject``: the UUID of the member who withdraws or of the record that is erased, or the id of the
    entry that is done or lifted. ``identifiers``: of an erasure, see :func:`identifier`; ``key_id`` names
    their ledger key. ``reason``: of a lifting, encrypted.
    """

    kind: EntryKind
    subject: bytes
    sequence: int
    at: int
    by: bytes
    key_id: bytes | None = None
    identifiers: tuple[bytes, ...] = ()
    reason: bytes | None = field(default=None, repr=False)
    signature: bytes = bytes(SIGNATURE_BYTES)

    def message(self, file_id: bytes) -> bytes:
        """Return what is signed: the entry, for this organization file only."""
        return context("ledger entry", file_id, hashlib.sha256(dump(_content(self))).digest())

    @property
    def entry_id(self) -> bytes:
        """The 16-byte name of the entry, by its content: no second entry can take it."""
        return hashlib.sha256(dump(_content(self))).digest()[:ID_BYTES]

    @property
    def order(self) -> tuple[int, int, bytes]:
        """Where the entry stands among others, whatever order they were read in."""
        return self.sequence, self.at, self.entry_id

    def signed_by(self, ring: KeyRing) -> "LedgerEntry":
        """Return the entry with the signature of the person signed in."""
        return replace(self, signature=ring.sign(self.message(ring.file_id)))


def _content(entry: LedgerEntry) -> dict[str, object]:
    content: dict[str, object] = {
        "kind": entry.kind.value, "subject": entry.subject.hex(), "sequence": entry.sequence,
        "at": entry.at, "by": entry.by.hex(),
    }  # fmt: skip
    if entry.kind is EntryKind.ERASURE:
        content["identifiers"] = [value.hex() for value in sorted(entry.identifiers)]
    if entry.kind is EntryKind.LIFTED:
        content["reason"] = (entry.reason or b"").hex()
    if entry.kind in _KEYED:
        content["key_id"] = (entry.key_id or b"").hex()
    return content


_KEYED = frozenset({EntryKind.ERASURE, EntryKind.LIFTED})
_COMMON = frozenset({"kind", "subject", "sequence", "at", "by", "signature"})
_NAMES = {
    EntryKind.WITHDRAWAL: _COMMON,
    EntryKind.DONE: _COMMON,
    EntryKind.ERASURE: _COMMON | {"identifiers", "key_id"},
    EntryKind.LIFTED: _COMMON | {"reason", "key_id"},
}


def encode_record(entry: LedgerEntry) -> bytes:
    """Return the line of an entry: a checksum, a space, canonical JSON, a line feed."""
    text = dump(_content(entry) | {"signature": entry.signature.hex()})
    return _checksum(text) + b" " + text + b"\n"


def decode_record(line: bytes) -> LedgerEntry:
    """Read one line without its line feed; raises OrganizationFileError ``ledger_record_damaged``.

    Only the canonical form is one: an entry has a single spelling, so copies can be compared as bytes.
    """
    checksum, _, text = line.partition(b" ")
    if not hmac.compare_digest(checksum, _checksum(text)):
        raise _refusal()
    value = load(text, limit=LONGEST_RECORD, code=DAMAGED)
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in set(EntryKind):
        raise _refusal()
    entry = _from_json(value, EntryKind(kind))
    if encode_record(entry)[:-1] != line:
        raise _refusal()
    return entry


def _from_json(value: object, kind: EntryKind) -> LedgerEntry:
    fields = Fields(value, names=_NAMES[kind], code=DAMAGED)
    erasure = kind is EntryKind.ERASURE
    return LedgerEntry(
        kind=kind,
        subject=fields.hex("subject", length=ID_BYTES),
        sequence=fields.integer("sequence", low=0, high=HIGHEST_SEQUENCE),
        at=fields.integer("at", low=0, high=HIGHEST_SEQUENCE),
        by=fields.hex("by", length=ID_BYTES),
        key_id=fields.hex("key_id", length=ID_BYTES) if kind in _KEYED else None,
        identifiers=fields.hex_list("identifiers", length=_IDENTIFIER_BYTES, at_most=_MOST_IDENTIFIERS)
        if erasure
        else (),
        reason=fields.hex("reason", at_most=5 * _LONGEST_REASON) if kind is EntryKind.LIFTED else None,
        signature=fields.hex("signature", length=SIGNATURE_BYTES),
    )


def _refusal() -> OrganizationFileError:
    return OrganizationFileError(DAMAGED)


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[: 2 * _CHECKSUM_BYTES].encode("ascii")


@dataclass(frozen=True, slots=True)
class JudgedLedger:
    """The entries that count, each list in its order; ``erasures`` without those that were lifted.

    ``done`` are the ids of entries that were carried out, ``refused`` what nobody with the right wrote.
    """

    withdrawals: tuple[LedgerEntry, ...] = ()
    erasures: tuple[LedgerEntry, ...] = ()
    done: frozenset[bytes] = frozenset()
    refused: tuple[LedgerEntry, ...] = ()


def judge(entries: Iterable[LedgerEntry], roster: Roster) -> JudgedLedger:
    """Sort entries by whether their writer had the right for them then; the order given does not matter."""
    # By id: two signatures under one content are one entry.
    valid: dict[bytes, LedgerEntry] = {}
    refused: list[LedgerEntry] = []
    for entry in sorted(entries, key=encode_record):
        if _had_right(entry, roster):
            valid.setdefault(entry.entry_id, entry)
        else:
            refused.append(entry)
    lifted = {entry.subject for entry in valid.values() if entry.kind is EntryKind.LIFTED}
    in_order = sorted(valid.values(), key=lambda entry: entry.order)
    return JudgedLedger(
        withdrawals=tuple(entry for entry in in_order if entry.kind is EntryKind.WITHDRAWAL),
        erasures=tuple(
            entry for entry in in_order if entry.kind is EntryKind.ERASURE and entry.entry_id not in lifted
        ),
        done=frozenset(entry.subject for entry in in_order if entry.kind is EntryKind.DONE),
        refused=tuple(sorted(refused, key=lambda entry: entry.order)),
    )


def _had_right(entry: LedgerEntry, roster: Roster) -> bool:
    """Tell whether the signer had the right: everybody may withdraw for himself and finish what stands."""
    user = roster.user_at(entry.by, entry.sequence)
    if user is None or not user.has_signed(entry.message(roster.file_id), entry.signature):
        return False
    if entry.kind is EntryKind.WITHDRAWAL:
        return ("self.consent" if entry.subject == entry.by else "users") in user.rights
    return entry.kind is EntryKind.DONE or "privacy.erase" in user.rights


def identifier(ledger_key: bytes, kind: str, value: str) -> bytes:
    """Return the keyed digest of a normalized identifier (``kind``: phone, email, iban, foreign id).

    Whoever holds the ledger key can test a guess against it, so the key goes only to those who must.
    """
    message = f"{kind}|{value}".encode()
    return hmac.new(subkey(ledger_key, "ledger identifier"), message, hashlib.sha256).digest()


def seal_reason(ledger_key: bytes, key_id: bytes, subject: bytes, reason: str) -> bytes:
    """Encrypt why an entry is lifted; raises InvalidValueError ``value_too_long``, ``value_required``."""
    text = reason.strip()
    if not text:
        raise InvalidValueError("value_required", field="reason")
    if len(text) > _LONGEST_REASON:
        raise InvalidValueError("value_too_long", field="reason", length=len(text), limit=_LONGEST_REASON)
    return seal_box(
        subkey(ledger_key, "ledger reason"), text.encode(), associated=context("reason", key_id, subject)
    )


def open_reason(ledger_key: bytes, entry: LedgerEntry) -> str:
    """Return why an entry was lifted; raises OrganizationFileError ``ledger_record_damaged``."""
    associated = context("reason", entry.key_id or b"", entry.subject)
    try:
        text = open_box(subkey(ledger_key, "ledger reason"), entry.reason or b"", associated=associated)
    except InvalidTag as error:
        raise _refusal() from error
    return text.decode()
