"""Whose a slot of the key file is: by the public keys of the verified roster, never by what it says."""

from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.roster import Roster, RosterUser
from crm_desktop.security.slots import Slot


def slots_of(body: KeyFileBody, user: RosterUser) -> tuple[Slot, ...]:
    """Return the slots with a user's keys: one, unless somebody wrote them into another one too."""
    return tuple(slot for slot in body.slots if has_keys_of(slot, user))


def slot_of(body: KeyFileBody, user: RosterUser) -> Slot | None:
    """Return the slot of a user: its pair is the roster's, in use or taken over and still pending."""
    return next(iter(slots_of(body, user)), None)


def has_keys_of(slot: Slot, user: RosterUser) -> bool:
    """Tell whether a slot shows a user's keys as its own or as its pending ones."""
    pending = slot.pending and (slot.pending.sealing_public, slot.pending.signing_public)
    present = (slot.sealing_public, slot.signing_public)
    return (user.sealing_public, user.signing_public) in (present, pending)


def unlisted_slots(body: KeyFileBody, roster: Roster) -> tuple[Slot, ...]:
    """Return the slots whose keys no present user has: nobody who may add users made them as they are."""
    users = roster.current_users()
    return tuple(slot for slot in body.slots if not any(has_keys_of(slot, user) for user in users))
