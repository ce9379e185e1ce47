"""Most records of a large sample organization, many to a transaction and without a journal.

A million of them take minutes instead of most of an hour. Every row has its line in the signed log and its
place in the search as after any save; only what serves to undo or to show who changed what is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

from crm_desktop.domain.contact_drafts import ContactDraft, number_region
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.phone_numbers import NumberRules
from crm_desktop.operations.contact_writing import new_part, own_values, part_values
from crm_desktop.operations.sample_crowd import number_keys, read_number
from crm_desktop.operations.sample_people import PRODUCTS
from crm_desktop.operations.session import Session
from crm_desktop.storage import customer_numbers, log, products, search
from crm_desktop.storage.database import Connection
from crm_desktop.storage.filling import Filling

CHUNK = 2000


class Crowd:
    """Writes made-up contacts, a chunk to a transaction; for one session that nobody shares the file with."""

    def __init__(self, session: Session) -> None:
        self._session = session
        with session.database.read() as connection:
            self._vocabulary = search.vocabulary(connection)
        with session.change("add_customer") as changes:
            self._products = {name: products.find_or_add(changes, name) for name in PRODUCTS}
        self._read = cache(lambda region: partial(read_number, rules=NumberRules(region=region)))

    def write(
        self, category: Category, drafts: Callable[[int], ContactDraft], first: int, count: int
    ) -> None:
        """Write the contacts ``first`` to ``first + count - 1``; ``drafts`` makes them, tidy, by index."""
        session, verb = self._session, f"add_{category.value}"
        with session.change(verb) as changes:
            filling = Filling(
                changes.connection,
                keys=number_keys,
                products={row_id: name for name, row_id in self._products.items()},
            )
            numbers = _numbers(changes.connection, count) if category is Category.CUSTOMER else [None] * count
            for index, number in zip(range(first, first + count), numbers, strict=True):
                self._add(filling, drafts(index), number)
            rows = filling.write(self._vocabulary)
            log.append(changes.connection, session.author, verb, rows=rows)

    def _add(self, filling: Filling, draft: ContactDraft, number: str | None) -> None:
        session, now = self._session, self._session.now()
        stamp: dict[str, object] = {
            "created_at": now, "created_by": session.member.id, "changed_at": now,
            "changed_by": session.member.id, "customer_number": number,
        }  # fmt: skip
        region = number_region(draft, session.organization.region)
        parts = part_values(draft, read=self._read(region), product_id=self._products.__getitem__)
        filling.add(
            {**own_values(draft, now, session.organization.time_zone), **stamp},
            [
                (table, [_new_part(table, place, item) for place, item in enumerate(items)])
                for table, items in parts
            ],
        )


def _numbers(connection: Connection, count: int) -> Sequence[str]:
    """Take the next customer numbers; nobody has typed one into this file."""
    sequence = customer_numbers.get_sequence(connection)
    first = sequence.next
    customer_numbers.put_sequence(connection, replace(sequence, next=first + count))
    return [sequence.number(first + place) for place in range(count)]


def _new_part(table: str, place: int, item: dict[str, object]) -> dict[str, object]:
    """Return a new row of a part: a number of its own comes when it is stored, its place is known."""
    del item["id"]
    position = {} if table == "product_use" else {"position": place}
    return {**item, **position, **new_part(table, "sample")}
