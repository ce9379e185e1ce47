"""What an import compares its rows with: the contacts that are stored; in a preview, those that would be."""

from collections import defaultdict
from dataclasses import dataclass, field

from crm_desktop.domain.contact_drafts import ContactDraft, draft_of
from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.folding import address_key, fold
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.storage import attachments, contacts, customer_numbers, imported_rows
from crm_desktop.storage.database import Connection


class StoredContacts:
    """The contacts of the file, as they are in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def imported(self, fingerprint: bytes) -> tuple[int, bool] | None:
        """Return the contact a row became and whether it is in the trash."""
        return imported_rows.contact_of(self.connection, fingerprint)

    def by_uid(self, foreign_uid: str) -> list[int]:
        """Return the contacts a file's own identifier belongs to."""
        return imported_rows.contacts_by_uid(self.connection, foreign_uid)

    def by_number(self, number: str) -> list[int]:
        """Return the contact with a customer number."""
        return imported_rows.contacts_by_number(self.connection, number)

    def by_email(self, address: str) -> list[int]:
        """Return the contacts with an e-mail address."""
        return imported_rows.contacts_by_email(self.connection, address)

    def by_phone(self, e164: str) -> list[int]:
        """Return the contacts with a number."""
        return imported_rows.contacts_by_phone(self.connection, e164)

    def holder(self, number: str) -> int | None:
        """Return the contact that has a customer number, in the trash or not."""
        return customer_numbers.holder(self.connection, number)

    def draft(self, contact_id: int) -> ContactDraft:
        """Return the draft that would save a contact unchanged. Raises RefusedError ``record_not_found``."""
        card = contacts.read_card(self.connection, contact_id)
        if card is None:
            raise RefusedError("record_not_found")
        return draft_of(card, contacts.product_names(self.connection, card))

    def identity(self, contact_id: int) -> tuple[ContactKind, str]:
        """Return a contact's kind, and its name without titles."""
        found = contacts.get_contact(self.connection, contact_id)
        if found is None:
            raise RefusedError("record_not_found")
        if found.kind is ContactKind.COMPANY:
            return found.kind, found.company or ""
        return found.kind, " ".join(filter(None, (found.given, found.family)))

    def properties(self, contact_id: int) -> set[str]:
        """Return what cards said of a contact that no field stands for."""
        return set(imported_rows.properties_of(self.connection, contact_id))

    def has_photo(self, contact_id: int) -> bool:
        """Return whether a contact has a photo."""
        return attachments.photo_of(self.connection, contact_id) is not None


@dataclass(slots=True)
class _Planned:
    """What earlier rows of the file would have written, under ids no contact has."""

    fingerprints: dict[bytes, int] = field(default_factory=dict)
    drafts: dict[int, ContactDraft] = field(default_factory=dict)
    properties: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    photos: set[int] = field(default_factory=set)
    by_uid: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_email: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


class PlannedContacts(StoredContacts):
    """The contacts of the file, and what the rows before would have made of them; nothing is written."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._planned = _Planned()

    def plan(
        self, contact: ImportedContact, fingerprint: bytes, contact_id: int | None, draft: ContactDraft
    ) -> int:
        """Note what a row would write to ``contact_id``, or as a new contact; return its id from now on."""
        planned = self._planned
        place = contact_id if contact_id is not None else -1 - len(planned.drafts)
        planned.drafts[place] = draft
        planned.fingerprints[fingerprint] = place
        planned.properties[place] |= set(contact.other)
        if contact.photo is not None:
            planned.photos.add(place)
        if contact.uid:
            planned.by_uid[contact.uid].append(place)
        if draft.customer_number:
            planned.by_number[fold(draft.customer_number)].append(place)
        for email in contact.emails:
            planned.by_email[address_key(email.address)].append(place)
        for phone in contact.phones:
            if phone.number:
                planned.by_phone[phone.number].append(place)
        return place

    def imported(self, fingerprint: bytes) -> tuple[int, bool] | None:
        """Return the contact a row became, or would have become."""
        place = self._planned.fingerprints.get(fingerprint)
        return super().imported(fingerprint) if place is None else (place, False)

    def by_uid(self, foreign_uid: str) -> list[int]:
        """Return the contacts a file's own identifier belongs to."""
        return _joined(super().by_uid(foreign_uid), self._planned.by_uid.get(foreign_uid))

    def by_number(self, number: str) -> list[int]:
        """Return the contact with a customer number."""
        return _joined(super().by_number(number), self._planned.by_number.get(fold(number)))

    def by_email(self, address: str) -> list[int]:
        """Return the contacts with an e-mail address."""
        return _joined(super().by_email(address), self._planned.by_email.get(address_key(address)))

    def by_phone(self, e164: str) -> list[int]:
        """Return the contacts with a number."""
        return _joined(super().by_phone(e164), self._planned.by_phone.get(e164))

    def holder(self, number: str) -> int | None:
        """Return the contact that has, or would have, a customer number."""
        planned = self._planned.by_number.get(fold(number))
        return planned[0] if planned else super().holder(number)

    def draft(self, contact_id: int) -> ContactDraft:
        """Return the draft of a contact with what earlier rows would have written."""
        planned = self._planned.drafts.get(contact_id)
        return super().draft(contact_id) if planned is None else planned

    def identity(self, contact_id: int) -> tuple[ContactKind, str]:
        """Return the kind and the name of a contact that is, or would be, there."""
        planned = self._planned.drafts.get(contact_id)
        if planned is None:
            return super().identity(contact_id)
        if planned.kind is ContactKind.COMPANY:
            return planned.kind, planned.company or ""
        return planned.kind, " ".join(filter(None, (planned.given, planned.family)))

    def properties(self, contact_id: int) -> set[str]:
        """Return what cards said of a contact, or would have said."""
        stored = super().properties(contact_id) if contact_id > 0 else set()
        return stored | self._planned.properties.get(contact_id, set())

    def has_photo(self, contact_id: int) -> bool:
        """Return whether a contact has a photo, or would have one."""
        return contact_id in self._planned.photos or (contact_id > 0 and super().has_photo(contact_id))


def _joined(stored: list[int], planned: list[int] | None) -> list[int]:
    return list(dict.fromkeys([*stored, *(planned or ())]))
