"""Duplicates: found in the whole base with reasons, told apart for good, and warned of while typing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crm_desktop.domain.contact_drafts import ContactDraft, number_region, tidy
from crm_desktop.domain.contacts import PhoneKind
from crm_desktop.domain.duplicates import Finding, Identity, Likeness, Reason, likeness
from crm_desktop.domain.errors import RefusedError
from crm_desktop.domain.folding import fold
from crm_desktop.domain.phone_numbers import NumberRules, normalize
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.session import Session
from crm_desktop.storage import contacts, duplicates
from crm_desktop.storage.database import Connection

__all__ = [
    "DuplicateGroup",
    "DuplicatePair",
    "Finding",
    "Reason",
    "SimilarContact",
    "compare",
    "scan_duplicates",
    "similar_to",
    "tell_apart",
]

_AT_ONCE = 2_000
_KEY_STEPS = 1_000
_NEAR = 20
_SHOWN = 3
# Beyond that many records of one person somebody looks at them pair by pair.
_LARGEST_GROUP = 8


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two contacts that may be one, the smaller id first, and why."""

    one: int
    two: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Contacts that may all be one, with their names; the likeliest pair first."""

    ids: tuple[int, ...]
    names: tuple[str, ...]
    pairs: tuple[DuplicatePair, ...]

    @property
    def score(self) -> int:
        """How likely the likeliest pair is, 0 to 100."""
        return self.pairs[0].likeness.score


@dataclass(frozen=True, slots=True)
class SimilarContact:
    """Somebody who is there already and may be the one being typed."""

    contact_id: int
    name: str
    likeness: Likeness


def scan_duplicates(
    session: Session, *, progress: ProgressCallback | None = None, cancel: CancelToken | None = None
) -> list[DuplicateGroup]:
    """Return the contacts of both lists that may be one, the likeliest first.

    Who was told apart is not among them. Accounts count only for who may see them. Reads on a connection
    of its own, from one state of the file; raises Cancelled.
    """
    session.require_for("merge_contacts")
    session.require("records.view")
    with_accounts = session.may("bank.view")
    pause = cancel.raise_if_cancelled if cancel is not None else _go_on
    tell = progress or _silent
    with session.database.read_apart() as connection:
        pairs = sorted(
            duplicates.candidate_pairs(
                connection,
                with_accounts=with_accounts,
                step=lambda done, total: tell(Progress(done * _KEY_STEPS // total, 2 * _KEY_STEPS)),
                pause=pause,
            )
        )
        found: list[DuplicatePair] = []
        for done in range(0, len(pairs), _AT_ONCE):
            pause()
            part = pairs[done : done + _AT_ONCE]
            found += _judged(connection, part, with_accounts=with_accounts)
            tell(Progress(_KEY_STEPS + _KEY_STEPS * done // len(pairs), 2 * _KEY_STEPS))
        return list(_groups(connection, found))


def _go_on() -> None:
    """Not asked to stop."""


def _silent(_progress: Progress) -> None:
    """Nobody is told."""


def _judged(
    connection: Connection, pairs: Sequence[tuple[int, int]], *, with_accounts: bool
) -> Iterator[DuplicatePair]:
    ids = sorted({contact_id for pair in pairs for contact_id in pair})
    known = duplicates.identities(connection, ids, with_accounts=with_accounts)
    for one, two in pairs:
        if one in known and two in known:
            found = likeness(known[one], known[two])
            if found.is_proposed:
                yield DuplicatePair(one, two, found)


def _groups(connection: Connection, pairs: Sequence[DuplicatePair]) -> Iterator[DuplicateGroup]:
    """Put pairs together where each of them is like one of the others and none was told apart."""
    ordered = sorted(pairs, key=lambda pair: (-pair.likeness.score, pair.one, pair.two))
    group_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    kept: dict[int, list[DuplicatePair]] = {}
    for number, pair in enumerate(ordered):
        places = {group_of.setdefault(i, -i) for i in (pair.one, pair.two)}
        together = [i for place in places for i in members.setdefault(place, [-place] if place < 0 else [])]
        if len(together) > _LARGEST_GROUP or _any_told_apart(connection, together):
            # Shown by itself: the others of the group are another question.
            kept[-1 - number << 32] = [pair]
            continue
        moved = [*(old for place in places for old in kept.pop(place, [])), pair]
        for place in places:
            members.pop(place, None)
        members[number], kept[number] = sorted(together), moved
        group_of |= dict.fromkeys(together, number)
    groups = [tuple(sorted(pairs, key=lambda pair: -pair.likeness.score)) for pairs in kept.values()]
    for group in sorted(groups, key=lambda pairs: (-pairs[0].likeness.score, pairs[0].one)):
        ids = tuple(sorted({i for pair in group for i in (pair.one, pair.two)}))
        yield DuplicateGroup(ids, tuple(_name(connection, contact_id) for contact_id in ids), group)


def _any_told_apart(connection: Connection, ids: Sequence[int]) -> bool:
    if len(ids) < _SHOWN:
        return False
    known = set(ids)
    return any(duplicates.told_apart_from(connection, contact_id) & known for contact_id in ids)


def _name(connection: Connection, contact_id: int) -> str:
    found = contacts.get_contact(connection, contact_id)
    return found.display_name if found else ""


def compare(session: Session, ids: Sequence[int]) -> Likeness:
    """Return how much the likeliest two of some contacts look like one, and why."""
    with session.reading("records.view") as connection:
        known = duplicates.identities(connection, ids, with_accounts=session.may("bank.view"))
    found = [likeness(known[a], known[b]) for a in known for b in known if a < b]
    return max(found, key=lambda item: item.score, default=Likeness(0, ()))


def tell_apart(session: Session, ids: Sequence[int]) -> None:
    """Remember that contacts are not one another; a scan does not propose them again. It can be undone.

    Raises RefusedError ``merge_needs_two``, ``record_not_found``.
    """
    wanted = sorted(set(ids))
    session.require_for("tell_apart")
    if len(wanted) < 2:
        raise RefusedError("merge_needs_two")
    with session.change("tell_apart") as changes:
        connection = changes.connection
        for contact_id in wanted:
            if contacts.get_contact(connection, contact_id) is None:
                raise RefusedError("record_not_found")
        pairs = [(one, two) for one in wanted for two in wanted if one < two]
        for one, two in pairs:
            if not duplicates.is_told_apart(connection, one, two):
                changes.insert(duplicates.TABLE, {"contact_id": one, "other_id": two}, contact_id=one)


def similar_to(
    session: Session, draft: ContactDraft, *, contact_id: int | None = None
) -> list[SimilarContact]:
    """Return who may be the one being typed, the likeliest first, three at most; by indexes alone.

    ``contact_id``: the record that is edited; neither it nor whom it was told apart from is named.
    Accounts are not asked for: a draft has none.
    """
    identity = _typed(session, draft, contact_id or 0)
    with session.reading("records.view") as connection:
        ids = duplicates.near(connection, identity, _NEAR)
        if contact_id is not None:
            apart = duplicates.told_apart_from(connection, contact_id)
            ids = [other for other in ids if other not in apart]
        known = duplicates.identities(connection, ids, with_accounts=False) if ids else {}
        judged = [(other, likeness(identity, known[other])) for other in ids if other in known]
        found = sorted((item for item in judged if item[1].is_proposed), key=lambda item: -item[1].score)
        return [SimilarContact(other, _name(connection, other), like) for other, like in found[:_SHOWN]]


def _typed(session: Session, draft: ContactDraft, contact_id: int) -> Identity:
    tidied = tidy(draft)
    rules = NumberRules(region=number_region(tidied, session.organization.region))
    read = partial(normalize, rules=rules)
    numbers: dict[str, bool] = {}
    for phone in tidied.phones:
        if (e164 := read(phone.raw).e164) is not None:
            numbers[e164] = numbers.get(e164, False) or phone.kind is PhoneKind.MOBILE
    return Identity(
        contact_id, tidied.kind, tidied.given, tidied.family, tidied.nickname, tidied.company,
        tidied.birthday, tidied.customer_number, tidied.vat_id, numbers,
        frozenset(email.address.casefold() for email in tidied.emails), frozenset(),
        frozenset(
            duplicates.address_key(a.street, a.postal_code, a.city) for a in tidied.addresses if a.street
        ),
        frozenset((fold(item.system), fold(item.value)) for item in tidied.foreign_ids),
    )  # fmt: skip
