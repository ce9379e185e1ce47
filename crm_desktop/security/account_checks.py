"""What does not fit between the accounts of a key file and the signed roster.

Whoever can write the key file can write accounts, public keys and sealed keys into it. None of it counts
without the roster's signature, but administrators must hear of it.
"""

from collections.abc import Iterator
from enum import StrEnum

from crm_desktop.security.class_keys import kinds_for
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.roster import Roster, RosterUser
from crm_desktop.security.sealing import recipient_id
from crm_desktop.security.slot_owners import slots_of, unlisted_slots
from crm_desktop.security.slots import Slot


class Misfit(StrEnum):
    """What was found, in words for the sentence that names it."""

    UNLISTED_ACCOUNT = "an account no administrator made"
    ACCOUNT_GONE = "an account that was removed or whose public keys were replaced"
    ACCOUNT_DOUBLED = "a second account with the keys of another"
    PENDING_KEYS = "new keys of an account that its owner did not sign"
    SEALED_KEYS = "keys sealed to an account that has no right to them"
    RECOVERY = "the recovery key of the emergency kit"


def misfits(body: KeyFileBody, roster: Roster) -> frozenset[Misfit]:
    """Return what in ``body`` the verified roster does not vouch for."""
    return frozenset(_found(body, roster))


def _found(body: KeyFileBody, roster: Roster) -> Iterator[Misfit]:
    for user in roster.current_users():
        slots = slots_of(body, user)
        if not slots:
            yield Misfit.ACCOUNT_GONE
        if len(slots) > 1:
            yield Misfit.ACCOUNT_DOUBLED
        for slot in slots:
            if unvouched(slot, user, body.file_id):
                yield Misfit.PENDING_KEYS
            if _surplus(slot, user, roster):
                yield Misfit.SEALED_KEYS
    if unlisted_slots(body, roster):
        yield Misfit.UNLISTED_ACCOUNT
    if (body.recovery.public, body.recovery.kit_number) != (roster.recovery_public, roster.kit_number):
        yield Misfit.RECOVERY


def unvouched(slot: Slot, user: RosterUser, file_id: bytes) -> bool:
    """Tell whether a pending pair waits in a user's slot that his own did not sign."""
    pending = slot.pending
    if pending is None or pending.signing_public == user.signing_public:
        return False
    return not pending.vouched_for(user.signing_public, file_id=file_id, slot_id=slot.slot_id)


def _surplus(slot: Slot, user: RosterUser, roster: Roster) -> bool:
    """Tell whether a key of a class the user may not read, or one nobody listed, is sealed in his slot."""
    kinds, name = kinds_for(user.rights), recipient_id(user.sealing_public)
    return any(
        key.kind not in kinds or key.recipient != name or not roster.lists(key.kind, key.key_id)
        for key in slot.sealed
    )
