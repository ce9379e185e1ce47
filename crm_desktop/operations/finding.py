"""Finding over everything: customers and address book at once, by the rule and the rights of their lists."""

from collections.abc import Sequence

from crm_desktop.domain.contacts import Category
from crm_desktop.operations.list_queries import allowed
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list, search
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.found_records import FoundRecord, found_records

__all__ = ["FoundRecord", "find_records", "records_of"]

LONGEST_TEXT = 200


def find_records(session: Session, text: str, *, limit: int = 8) -> list[FoundRecord]:
    """Return the first contacts of each list that a search for ``text`` finds, customers first.

    Nothing of what was typed is kept. Who was found by the end of a bank account alone is marked so.
    """
    wanted = text.strip()[:LONGEST_TEXT]
    if not wanted:
        return []
    found: list[FoundRecord] = []
    with session.reading("records.view") as connection:
        for category in Category:
            query = allowed(session, ContactQuery(category, text=wanted))
            ids = contact_list.first_page(connection, query, limit)
            # Who has the digits in a number too is found by that.
            by_account = (
                set(query.also).difference(search.find(connection, wanted, category)) if query.also else ()
            )
            found += found_records(connection, ids, frozenset(by_account))
    return found


def records_of(session: Session, ids: Sequence[int]) -> list[FoundRecord]:
    """Return those of the contacts that are there and may be seen, in the order given."""
    with session.reading("records.view") as connection:
        return found_records(connection, ids)
