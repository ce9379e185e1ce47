"""What a number is: whose calls it brings, as cards and remembered decisions say. Pure.

One number may stand on the cards of several customers: a couple's landline, a company's switchboard. Its
calls are given to nobody by guessing. Somebody is asked once, and the answer is kept as a decision about
the number, or, where it is a shared line, about the calls alone.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class NumberKind(StrEnum):
    """What somebody decided about a number; exactly these words in the database."""

    CUSTOMER = "customer"
    SWITCHBOARD = "switchboard"
    SHARED = "shared"
    OWN = "own"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class NumberDecision:
    """One decision; from ``valid_from`` to before ``valid_until`` (UTC epoch seconds, None: open)."""

    id: int
    uuid: bytes
    version: int
    e164: str
    kind: NumberKind
    contact_id: int | None
    valid_from: int | None
    valid_until: int | None
    decided_at: int
    decided_by: int

    def holds_at(self, at: int) -> bool:
        """Return whether it is about calls at ``at``."""
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class LinkedCalls:
    """Calls of a number that are ``contact_id``'s (None: nobody's) while this row is there."""

    id: int
    uuid: bytes
    version: int
    contact_id: int | None
    former_id: int | None
    linked_at: int
    call_ids: bytes = field(repr=False)


class Match(StrEnum):
    """What a call of a number is; the words of the counts of an import."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown_numbers"
    OWN = "own_numbers"


@dataclass(frozen=True, slots=True)
class NumberOwners:
    """Who has a number: customers in use, everybody on whose card it stands, what was decided.

    ``holders`` include records in the trash and the address book: calls that are theirs stay theirs.
    """

    customers: tuple[int, ...] = ()
    holders: frozenset[int] = frozenset()
    decisions: tuple[NumberDecision, ...] = ()

    @property
    def is_ignored(self) -> bool:
        """Whether calls of the number are not to be kept: nobody's, and said to be left alone."""
        return not self.customers and any(known.kind is NumberKind.IGNORED for known in self.decisions)

    @property
    def is_own(self) -> bool:
        """Whether it is the organization's own number, on whichever cards it may stand."""
        return any(known.kind is NumberKind.OWN for known in self.decisions)

    def match(self, at: int) -> tuple[Match, int | None]:
        """Return what a new call at ``at`` is, and the customer it belongs to."""
        if self.is_own:
            return Match.OWN, None
        for known in self.decisions:
            if known.contact_id is not None and known.holds_at(at):
                return Match.MATCHED, known.contact_id
        if len(self.customers) == 1:
            return Match.MATCHED, self.customers[0]
        return (Match.AMBIGUOUS if self.customers else Match.UNKNOWN), None

    def owner_of(self, at: int, owner: int | None) -> int | None:
        """Return whose a stored call at ``at`` is that was ``owner``'s: his as long as the number is.

        It goes to who has the number now. Where nobody has it any more it stays his: a customer who gave up
        a number was called under it all the same. What was answered for a call of a shared line is not asked
        again.
        """
        if owner is not None and not self.is_own:
            decided = any(known.contact_id == owner for known in self.decisions)
            if owner in self.holders or decided:
                return owner
        match, customer = self.match(at)
        return owner if match is Match.UNKNOWN else customer
