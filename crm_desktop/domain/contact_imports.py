"""What an import of contacts is asked to do, and what became of every row."""

from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import KnownError


class MatchKey(StrEnum):
    """By what a row is found among the contacts that are there."""

    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"


class OnMatch(StrEnum):
    """What happens to a row whose contact is there."""

    UPDATE = "update"
    SKIP = "skip"
    CREATE = "create"


class Fate(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """Where the contacts of a file go. A row that was imported before is passed over whatever is asked."""

    category: Category = Category.CUSTOMER
    keys: frozenset[MatchKey] = frozenset(MatchKey)
    on_match: OnMatch = OnMatch.UPDATE


@dataclass(frozen=True, slots=True)
class RowFate:
    """What became of the row that begins in ``line``; ``reason`` says why it was skipped or failed.

    ``contact_id`` is None for a failed row, and in a preview for one that would be created; ``problem``
    is the value that could not be kept.
    """

    line: int
    fate: Fate
    name: str
    reason: str | None = None
    contact_id: int | None = None
    problem: KnownError | None = None


@dataclass(frozen=True, slots=True)
class ContactImportResult:
    """The fates of all rows in the file's order; ``run`` is None for a preview and where nothing changed."""

    run: int | None
    fates: tuple[RowFate, ...]

    def count(self, fate: Fate) -> int:
        """Return how many rows had a fate."""
        return sum(item.fate is fate for item in self.fates)

    @property
    def failed(self) -> tuple[RowFate, ...]:
        """The rows that came in nowhere."""
        return tuple(item for item in self.fates if item.fate is Fate.FAILED)


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of a file that became, or changed, a contact; ``foreign_uid``: the file's own identifier."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    fingerprint: bytes
    foreign_uid: str | None


@dataclass(frozen=True, slots=True)
class CardProperty:
    """A property of a vCard that no field stands for, as it will be written again."""

    id: int
    uuid: bytes
    version: int
    contact_id: int
    position: int
    content: str


# Why a row was passed over although nothing was wrong with it.
SKIP_REASONS: dict[str, str] = {
    "imported_before": "imported before, word for word",
    "unchanged": "nothing in it is new",
    "there_already": "the contact is there already",
    "several_match": "several contacts have its number, e-mail or customer number",
    "in_trash": "the contact is in the trash",
}
