"""The key file: its body, its format and the strict reading of it.

Format, version 1: one line of JSON, the envelope ``{"format", "version", "sequence", "sha256"}``, then
the body as JSON, whose SHA-256 the envelope names. All bytes are lower-case hex. The body::

    file_id         16 bytes, random, names the organization file for good
    sequence        grows by one with every writing
    secret_id       which organization secret is current
    slots           the accounts (slots.py)
    damaged         accounts that could not be read, as JSON text, carried along
    roster          {"key_id", "box"}: who may do what, encrypted (roster.py)
    chest           {"key_id", "box"}: all keys for administrators (chest.py)
    recovery        {"kit_number", "public", "witness", "sealed"}: for the emergency kit (recovery_slot.py)
    former_secrets  [{"secret_id", "box"}]: each under a subkey of the current secret
    former_kits     [{"number", "public", "replaced_on"}]: to name a kit that is too old

The SHA-256 is against accidents only. Everything secret or trusted inside is authenticated by its own
box or signature.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Self

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.chest import LARGEST_CHEST
from crm_desktop.security.derivation import ID_BYTES
from crm_desktop.security.former_keys import FormerKit, FormerSecret
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.recovery_slot import RecoverySlot
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.roster_box import LARGEST_ROSTER
from crm_desktop.security.slots import Slot, slot_from_json, slot_to_json
from crm_desktop.security.strict_json import Fields, dump, load

LARGEST_KEY_FILE = 4 * 1024 * 1024
VERSION = 1
_FORMAT = "ct-crm key file"
_DAMAGED = "key_file_damaged"
_LONGEST_ENVELOPE = 512
_MOST_SLOTS = 2000
_MOST_DAMAGED = 64
_LARGEST_DAMAGED = 64 * 1024
MOST_FORMER = 500


@dataclass(frozen=True, slots=True)
class KeyFileBody:
    """Everything in a key file; see the module's description."""

    file_id: bytes
    sequence: int
    secret_id: bytes
    slots: tuple[Slot, ...] = field(repr=False)
    roster: KeyedBox = field(repr=False)
    chest: KeyedBox = field(repr=False)
    recovery: RecoverySlot = field(repr=False)
    former_secrets: tuple[FormerSecret, ...] = field(default=(), repr=False)
    former_kits: tuple[FormerKit, ...] = field(default=(), repr=False)
    damaged: tuple[str, ...] = field(default=(), repr=False)

    @property
    def kit_number(self) -> int:
        """The number of the emergency kit this file takes."""
        return self.recovery.kit_number

    def slot(self, slot_id: bytes) -> Slot | None:
        """Return a slot by its id."""
        return next((slot for slot in self.slots if slot.slot_id == slot_id), None)

    def with_slot(self, slot: Slot) -> Self:
        """Return the body with a slot added, or put in the place of the one with its id."""
        others = tuple(other for other in self.slots if other.slot_id != slot.slot_id)
        if len(others) == len(self.slots):
            return replace(self, slots=(*self.slots, slot))
        slots = tuple(slot if other.slot_id == slot.slot_id else other for other in self.slots)
        return replace(self, slots=slots)


def encode(body: KeyFileBody) -> bytes:
    """Return the bytes of a key file."""
    text = json.dumps(_body_to_json(body), indent=1, sort_keys=True).encode("ascii") + b"\n"
    envelope = {
        "format": _FORMAT,
        "version": VERSION,
        "sequence": body.sequence,
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    return json.dumps(envelope).encode("ascii") + b"\n" + text


def decode(data: bytes) -> KeyFileBody:
    """Read a key file whoever wrote it, in bounded time.

    Raises OrganizationFileError ``key_file_damaged`` or ``key_file_newer`` (a newer program wrote it).
    An account that cannot be read goes to ``damaged`` and does not keep the others out.
    """
    first, found, text = data[: LARGEST_KEY_FILE + 1].partition(b"\n")
    if not found or len(first) > _LONGEST_ENVELOPE or len(data) > LARGEST_KEY_FILE:
        raise OrganizationFileError(_DAMAGED)
    names = frozenset({"format", "version", "sequence", "sha256"})
    envelope = Fields(load(first, limit=_LONGEST_ENVELOPE, code=_DAMAGED), names=names, code=_DAMAGED)
    if envelope.text("format", at_most=64) != _FORMAT:
        raise envelope.refusal()
    if envelope.integer("version", low=1, high=HIGHEST_SEQUENCE) > VERSION:
        raise OrganizationFileError("key_file_newer")
    if envelope.hex("sha256", length=32) != hashlib.sha256(text).digest():
        raise envelope.refusal()
    body = _body_from_json(load(text, limit=LARGEST_KEY_FILE, code=_DAMAGED))
    if envelope.integer("sequence", low=1, high=HIGHEST_SEQUENCE) != body.sequence:
        raise envelope.refusal()
    return body


def _body_to_json(body: KeyFileBody) -> dict[str, object]:
    return {
        "file_id": body.file_id.hex(),
        "sequence": body.sequence,
        "secret_id": body.secret_id.hex(),
        "slots": [slot_to_json(slot) for slot in body.slots],
        "damaged": list(body.damaged),
        "roster": body.roster.to_json(),
        "chest": body.chest.to_json(),
        "recovery": body.recovery.to_json(),
        "former_secrets": [secret.to_json() for secret in body.former_secrets],
        "former_kits": [kit.to_json() for kit in body.former_kits],
    }


def _body_from_json(value: object) -> KeyFileBody:
    fields = Fields(value, names=frozenset(KeyFileBody.__dataclass_fields__), code=_DAMAGED)
    read = fields.items("slots", _slot_or_text, at_most=_MOST_SLOTS)
    slots = tuple(item for item in read if isinstance(item, Slot))
    unreadable = tuple(item for item in read if isinstance(item, str))
    carried = fields.text_list("damaged", at_most=_MOST_DAMAGED, longest=_LARGEST_DAMAGED)
    if len({slot.slot_id for slot in slots}) != len(slots) or len(carried + unreadable) > _MOST_DAMAGED:
        raise fields.refusal()
    return KeyFileBody(
        file_id=fields.hex("file_id", length=ID_BYTES),
        sequence=fields.integer("sequence", low=1, high=HIGHEST_SEQUENCE),
        secret_id=fields.hex("secret_id", length=ID_BYTES),
        slots=slots,
        roster=KeyedBox.from_json(fields.raw("roster"), code=_DAMAGED, at_most=LARGEST_ROSTER),
        chest=KeyedBox.from_json(fields.raw("chest"), code=_DAMAGED, at_most=LARGEST_CHEST),
        recovery=RecoverySlot.from_json(fields.raw("recovery")),
        former_secrets=fields.items("former_secrets", FormerSecret.from_json, at_most=MOST_FORMER),
        former_kits=fields.items("former_kits", FormerKit.from_json, at_most=MOST_FORMER),
        damaged=carried + unreadable,
    )


def _slot_or_text(value: object) -> Slot | str:
    """Read a slot, or keep what it was as text, so that a rewriting does not lose it."""
    try:
        return slot_from_json(value)
    except OrganizationFileError:
        try:
            text = dump(value).decode("ascii")
        except RecursionError:
            raise OrganizationFileError(_DAMAGED) from None
        if len(text) > _LARGEST_DAMAGED:
            raise OrganizationFileError(_DAMAGED) from None
        return text
