"""Made-up relations of the sample organization: who works where, who introduced whom, families, advisers.

Only among the first people, however large the sample is: a network to look at, not to measure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.relations import RelationDraft, RelationRole, ends, rule_of
from crm_desktop.operations.session import Session
from crm_desktop.storage import relations
from crm_desktop.storage.relations import Party

_AMONG = 280
_STAFF = (2, 7)
_CHAINS = 12
_FUNCTIONS = ("Purchasing", "Accounts", "Head of dispatch", "Managing director", "Site manager", "Reception")
_R = RelationRole
_Made = tuple[Party, Party, RelationDraft]


def relate_people(session: Session, random: Random) -> int:
    """Relate the first contacts to each other and return how often; the same ``random`` relates the same."""
    with session.database.read() as connection:
        found = relations.parties(connection, range(1, _AMONG + 1))
    people = [party for party in found.values() if party.kind is ContactKind.PERSON]
    companies = [party for party in found.values() if party.kind is ContactKind.COMPANY]
    plan = _Plan(random, datetime.fromtimestamp(session.now(), UTC).date(), people, companies)
    seen: set[tuple[str, int, int]] = set()
    with session.change("add_relation") as changes:
        for own, other, draft in plan.all():
            key = rule_of(draft.role).kind.value, *ends(draft.role, own.id, other.id)
            if own.id != other.id and key not in seen:
                seen.add(key)
                changes.insert(relations.TABLE, {
                    "kind": key[0], "from_id": key[1], "to_id": key[2], "position": draft.position,
                    "started_on": draft.started_on, "ended_on": draft.ended_on, "note": draft.note,
                })  # fmt: skip
    return len(seen)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is made up of ``people`` and ``companies``."""

    random: Random
    today: date
    people: Sequence[Party]
    companies: Sequence[Party]

    def all(self) -> Iterator[_Made]:
        """Yield who is related to whom."""
        if len(self.people) < 2:
            return
        yield from self._families()
        if self.companies:
            yield from self._staff()
            yield from self._advisers()
        yield from self._introduced()

    def _past(self) -> str:
        return (self.today - timedelta(days=self.random.randrange(60, 3000))).isoformat()

    def _staff(self) -> Iterator[_Made]:
        free = self.random.sample(list(self.people), len(self.people))
        for company in self.companies:
            here = [free.pop() for _ in range(min(len(free), self.random.randint(*_STAFF)))]
            for person in here:
                yield (
                    person,
                    company,
                    RelationDraft(
                        _R.EMPLOYEE_OF, position=self.random.choice(_FUNCTIONS), started_on=self._past()
                    ),
                )
            for person in here[:1]:
                yield person, company, RelationDraft(_R.CONTACT_PERSON_OF)
                yield from ((other, person, RelationDraft(_R.SUPERVISED_BY)) for other in here[1:3])
            former = self.random.choice(self.people)
            if former not in here and self.random.random() < 0.4:
                ended = self._past()
                yield (
                    former,
                    company,
                    RelationDraft(_R.EMPLOYEE_OF, ended_on=ended, note="Left on good terms."),
                )

    def _advisers(self) -> Iterator[_Made]:
        advisers = self.random.sample(list(self.people), min(3, len(self.people)))
        for place, company in enumerate(self.companies):
            yield (
                advisers[place % len(advisers)],
                company,
                RelationDraft(_R.ACCOUNTANT_OF, started_on=self._past()),
            )
        for one, other in list(pairwise(self.companies))[::3]:
            yield one, other, RelationDraft(_R.PARTNER_OF, started_on=self._past())

    def _introduced(self) -> Iterator[_Made]:
        """Yield chains of some who introduced each other; nobody is in two, so that none is a circle."""
        everybody = [*self.people, *self.companies]
        order = self.random.sample(everybody, min(len(everybody), 4 * _CHAINS))
        for start in range(0, len(order), 4):
            for introduced, by in pairwise(order[start : start + 4]):
                yield introduced, by, RelationDraft(_R.REFERRED_BY, started_on=self._past())

    def _families(self) -> Iterator[_Made]:
        order = self.random.sample(list(self.people), min(len(self.people), 30))
        for start in range(0, len(order) - 2, 3):
            one, other, child = order[start : start + 3]
            yield one, other, RelationDraft(_R.SPOUSE_OF)
            yield one, child, RelationDraft(_R.PARENT_OF)
            yield other, child, RelationDraft(_R.PARENT_OF)
