"""Confirming that a phone, e-mail or postal address is still right: the day is kept beside its source."""

from typing import Literal

from crm_desktop.domain.errors import RefusedError
from crm_desktop.operations.session import Session
from crm_desktop.operations.writable import writable
from crm_desktop.storage import rows

Confirmable = Literal["phone", "email", "postal_address"]


def confirm_value(session: Session, contact_id: int, table: Confirmable, row_id: int) -> None:
    """Record that a value of a contact was found right now.

    Raises RefusedError ``record_not_found`` when it is gone by now, ``record_in_trash``.
    """
    with session.change("confirm_value") as changes:
        writable(changes.connection, contact_id)
        if row_id not in rows.ids_of_contact(changes.connection, table, contact_id):
            raise RefusedError("record_not_found")
        changes.update(table, row_id, {"confirmed_at": session.now()}, contact_id=contact_id)
