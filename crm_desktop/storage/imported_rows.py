"""What imports of contacts remember: rows that were read, and properties of cards no field stands for."""

from collections.abc import Sequence

from crm_desktop.storage import customer_numbers
from crm_desktop.storage.database import Connection
from crm_desktop.storage.journal import ChangeSet

TABLE, PROPERTIES = "imported_row", "card_property"


def contact_of(connection: Connection, fingerprint: bytes) -> tuple[int, bool] | None:
    """Return the contact a row became and whether it is in the trash, or None."""
    row = connection.execute(
        "SELECT r.contact_id, c.trashed_at IS NOT NULL FROM imported_row r"
        " JOIN contact c ON c.id = r.contact_id WHERE r.fingerprint = ? ORDER BY 2 LIMIT 1",
        (fingerprint,),
    ).fetchone()
    return None if row is None else (int(row[0]), bool(row[1]))


def contacts_by_uid(connection: Connection, foreign_uid: str) -> list[int]:
    """Return the contacts, not in the trash, that a file's own identifier belongs to."""
    found = connection.execute(
        "SELECT DISTINCT r.contact_id FROM imported_row r JOIN contact c ON c.id = r.contact_id"
        " WHERE r.foreign_uid = ? AND c.trashed_at IS NULL",
        (foreign_uid,),
    )
    return [contact_id for (contact_id,) in found]


def contacts_by_email(connection: Connection, address: str) -> list[int]:
    """Return the contacts, not in the trash, with an e-mail address, capitals or not."""
    found = connection.execute(
        "SELECT DISTINCT e.contact_id FROM email e JOIN contact c ON c.id = e.contact_id"
        " WHERE e.address = ? COLLATE NOCASE AND c.trashed_at IS NULL",
        (address,),
    )
    return [contact_id for (contact_id,) in found]


def contacts_by_phone(connection: Connection, e164: str) -> list[int]:
    """Return the contacts of both lists, not in the trash, with a number."""
    found = connection.execute(
        "SELECT DISTINCT p.contact_id FROM phone p JOIN contact c ON c.id = p.contact_id"
        " WHERE p.e164 = ? AND c.trashed_at IS NULL",
        (e164,),
    )
    return [contact_id for (contact_id,) in found]


def contacts_by_number(connection: Connection, number: str) -> list[int]:
    """Return the contact, not in the trash, with a customer number, accents and case forgiven."""
    return customer_numbers.holders(connection, number, with_trash=False)


def remember(changes: ChangeSet, contact_id: int, fingerprint: bytes, foreign_uid: str | None) -> None:
    """Note which contact a row became."""
    values: dict[str, object] = {
        "contact_id": contact_id, "fingerprint": fingerprint, "foreign_uid": foreign_uid
    }  # fmt: skip
    changes.insert(TABLE, values, contact_id=contact_id)


def properties_of(connection: Connection, contact_id: int) -> list[str]:
    """Return what cards said of a contact that no field stands for, in order."""
    found = connection.execute(
        "SELECT content FROM card_property WHERE contact_id = ? ORDER BY position, id", (contact_id,)
    )
    return [content for (content,) in found]


def add_properties(changes: ChangeSet, contact_id: int, contents: Sequence[str]) -> bool:
    """Keep properties a contact does not have yet; return whether there were any."""
    known = properties_of(changes.connection, contact_id)
    new = [content for content in dict.fromkeys(contents) if content not in known]
    for position, content in enumerate(new, len(known)):
        values: dict[str, object] = {"contact_id": contact_id, "position": position, "content": content}
        changes.insert(PROPERTIES, values, contact_id=contact_id)
    return bool(new)
