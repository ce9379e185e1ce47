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


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """A number (E.164) nobody has, how many calls it made or got, and the last of them (epoch seconds).

    ``name``: what the log calls it, if it does.
    """

    e164: str
    calls: int
    last_at: int
    name: str = ""


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

    def deciding(self, at: int) -> NumberDecision | None:
        """Return what was decided for calls at ``at``, the newest first; leaving it alone is nothing.

        What was decided for a customer holds as long as the number is on his card.
        """
        for one in self.decisions:
            in_use = one.contact_id is None or one.contact_id in self.customers
            if in_use and one.holds_at(at) and one.kind is not NumberKind.IGNORED:
                return one
        return None

    def is_own(self, at: int) -> bool:
        """Whether it was the organization's own number at ``at``, on whichever cards it may stand."""
        decided = self.deciding(at)
        return decided is not None and decided.kind is NumberKind.OWN

    def is_own_at_other_times(self, at: int) -> bool:
        """Whether it is the organization's number, and was not at ``at``."""
        own = [one for one in self.decisions if one.kind is NumberKind.OWN]
        return bool(own) and not any(one.holds_at(at) for one in own)

    def is_shared(self, at: int) -> bool:
        """Whether it was a line several share at ``at``: each call is asked about for itself."""
        decided = self.deciding(at)
        return decided is not None and decided.kind is NumberKind.SHARED

    def match(self, at: int) -> tuple[Match, int | None]:
        """Return what a new call at ``at`` is, and the customer it belongs to."""
        decided = self.deciding(at)
        if decided is not None and decided.kind is NumberKind.OWN:
            return Match.OWN, None
        if decided is not None and decided.contact_id is not None:
            return Match.MATCHED, decided.contact_id
        if len(self.customers) == 1:
            return Match.MATCHED, self.customers[0]
        return (Match.AMBIGUOUS if self.customers else Match.UNKNOWN), None

    def owner_of(self, at: int, owner: int | None) -> int | None:
        """Return whose a stored call at ``at`` is that was ``owner``'s: his as long as the number is.

        It goes to who has the number now. Where nobody has it any more it stays his: a customer who gave up
        a number was called under it all the same. What was answered for a call of a shared line is not asked
        again.
        """
        if owner is not None and not self.is_own(at):
            decided = any(known.contact_id == owner for known in self.decisions)
            if owner in self.holders or decided:
                return owner
        match, customer = self.match(at)
        return owner if match is Match.UNKNOWN else customer
