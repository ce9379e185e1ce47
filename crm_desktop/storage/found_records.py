"""What the palette shows of a contact: enough to tell two of one name apart. SQLite only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.storage.database import Connection, placeholders


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A contact that was found; ``by_account``: by the end of a bank account and nothing else."""

    id: int
    category: Category
    kind: ContactKind
    name: str
    company: str | None
    city: str | None
    phone: str | None
    by_account: bool = False


_FOUND = """
SELECT c.id, c.category, c.kind, c.display_name, c.company,
    (SELECT a.city FROM postal_address a WHERE a.contact_id = c.id AND a.former = 0
        ORDER BY a.is_primary DESC, a.position LIMIT 1),
    (SELECT p.raw FROM phone p WHERE p.contact_id = c.id ORDER BY p.is_primary DESC, p.position LIMIT 1)
FROM contact c WHERE c.trashed_at IS NULL AND c.id IN ({marks})
"""


def found_records(
    connection: Connection, ids: Sequence[int], by_account: frozenset[int] = frozenset()
) -> list[FoundRecord]:
    """Return those of the contacts that are there and not in the trash, in the order given."""
    rows = connection.execute(_FOUND.format(marks=placeholders(len(ids))), list(ids))
    found = {row[0]: _record(row, by_account) for row in rows}
    return [found[row_id] for row_id in dict.fromkeys(ids) if row_id in found]


def _record(row: tuple[Any, ...], by_account: frozenset[int]) -> FoundRecord:
    row_id, category, kind, name, company, city, phone = row
    return FoundRecord(
        row_id, Category(category), ContactKind(kind), name, company, city, phone, row_id in by_account
    )
