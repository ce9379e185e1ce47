"""Whether a contact may be written to: one rule and one sentence for every verb that writes."""

from crm_desktop.domain.contacts import Contact
from crm_desktop.domain.errors import RefusedError
from crm_desktop.storage import contacts
from crm_desktop.storage.database import Connection


def unwritable(contact: Contact | None) -> RefusedError | None:
    """Return why a contact takes no change: gone, part of another record by now, or in the trash."""
    if contact is None:
        return RefusedError("record_not_found")
    if contact.merged_into is not None:
        return RefusedError("record_merged")
    return None if contact.trashed_at is None else RefusedError("record_in_trash")


def writable(connection: Connection, contact_id: int) -> Contact:
    """Return a contact that takes changes; asked in the transaction that writes.

    Raises RefusedError ``record_not_found``, ``record_merged``, ``record_in_trash``: what is written there
    would be gone with it.
    """
    contact = contacts.get_contact(connection, contact_id)
    problem = unwritable(contact)
    if problem is not None:
        raise problem
    assert contact is not None  # noqa: S101 - refused above
    return contact
