"""What an update by a row of a file changes on its contact: value by value, before and after."""

from dataclasses import dataclass

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contact_imports import ContactPlan
from crm_desktop.domain.imported_contacts import ImportedContact
from crm_desktop.operations.contact_decisions import decide
from crm_desktop.operations.contact_imports import rules_of
from crm_desktop.operations.known_contacts import StoredContacts
from crm_desktop.operations.session import Session
from crm_desktop.storage import custom_fields

_PARTS = {"phones": "raw", "emails": "address"}
_PLACE = ("street", "postal_code", "city", "region", "country")
_OWN = frozenset({*_PARTS, "addresses", "product_uses", "foreign_ids", "tags", "custom", "category", "kind"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a draft (``own:NAME`` for the organization's own) with its text before and after.

    Of numbers, addresses and tags, which are only ever added, ``before`` is empty.
    """

    field: str
    before: str
    after: str


def row_changes(session: Session, row: ImportedContact, plan: ContactPlan) -> tuple[FieldChange, ...]:
    """Return what a row would change on the contact it is matched with; nothing for a new contact.

    What an earlier row of the same file would write is not counted in.
    """
    with session.reading("contacts.import") as connection:
        known = StoredContacts(connection)
        decision = decide(known, row, rules_of(session, connection, plan))
        if decision.draft is None or decision.fate.contact_id is None:
            return ()
        old = known.draft(decision.fate.contact_id)
        names = {field.id: field.name for field in custom_fields.list_fields(connection)}
        found = [*_facts(old, decision.draft), *_added(old, decision.draft)]
        found += _own(old, decision.draft, names)
        if row.photo is not None and not known.has_photo(decision.fate.contact_id):
            found.append(FieldChange("photo", "", ""))
    return tuple(found)


def _facts(old: ContactDraft, new: ContactDraft) -> list[FieldChange]:
    found = []
    for name in ContactDraft.__dataclass_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if name not in _OWN and before != after and isinstance(after, str):
            found.append(FieldChange(name, str(before or ""), after))
    return found


def _added(old: ContactDraft, new: ContactDraft) -> list[FieldChange]:
    found = []
    for group, name in _PARTS.items():
        known = {getattr(part, name) for part in getattr(old, group)}
        texts = (str(getattr(part, name)) for part in getattr(new, group))
        found += [FieldChange(group, "", text) for text in texts if text not in known]
    for place in new.addresses[len(old.addresses) :]:
        parts = (getattr(place, name) for name in _PLACE)
        found.append(FieldChange("addresses", "", ", ".join(part for part in parts if part)))
    return found + [FieldChange("tags", "", tag) for tag in new.tags if tag not in old.tags]


def _own(old: ContactDraft, new: ContactDraft, names: dict[int, str]) -> list[FieldChange]:
    before = dict(old.custom)
    return [
        FieldChange(f"own:{names[field_id]}", before.get(field_id, ""), value)
        for field_id, value in new.custom
        if before.get(field_id) != value
    ]
