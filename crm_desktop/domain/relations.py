"""How two contacts belong together: the kinds of relation, what each side is called, who may stand where.

One tuple holds it all: a relation is stored once, from the contact the kind begins with to the other, and
each side reads its own role ("employee of" here is "employer of" there). The kinds follow CiviCRM and
Monica, as the product lists them.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm_desktop.domain.contact_drafts import NOTE_LIMIT, TEXT_LIMIT, is_date, text_problem
from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.domain.plain_text import plain


class RelationKind(StrEnum):
    """Which relation it is; seen from either side it is a :class:`RelationRole`."""

    EMPLOYEE = "employee"
    CONTACT_PERSON = "contact_person"
    SIGNATORY = "signatory"
    SUPERVISION = "supervision"
    REFERRAL = "referral"
    INVOICE = "invoice"
    ACCOUNTANT = "accountant"
    PARTNER = "partner"
    SUCCESSION = "succession"
    SPOUSE = "spouse"
    PARENT = "parent"
    SIBLING = "sibling"


class RelationRole(StrEnum):
    """What one side is to the other."""

    EMPLOYEE_OF = "employee_of"
    EMPLOYER_OF = "employer_of"
    CONTACT_PERSON_OF = "contact_person_of"
    HAS_CONTACT_PERSON = "has_contact_person"
    SIGNATORY_OF = "signatory_of"
    HAS_SIGNATORY = "has_signatory"
    SUPERVISED_BY = "supervised_by"
    SUPERVISES = "supervises"
    REFERRED_BY = "referred_by"
    REFERRED = "referred"
    INVOICE_RECIPIENT_FOR = "invoice_recipient_for"
    HAS_INVOICE_RECIPIENT = "has_invoice_recipient"
    ACCOUNTANT_OF = "accountant_of"
    CLIENT_OF = "client_of"
    PARTNER_OF = "partner_of"
    SUCCESSOR_OF = "successor_of"
    PREDECESSOR_OF = "predecessor_of"
    SPOUSE_OF = "spouse_of"
    PARENT_OF = "parent_of"
    CHILD_OF = "child_of"
    SIBLING_OF = "sibling_of"


_P, _C = ContactKind.PERSON, ContactKind.COMPANY
_PEOPLE = frozenset({(_P, _P)})
_PERSON_AT_COMPANY = frozenset({(_P, _C)})
_ALIKE = frozenset({(_P, _P), (_C, _C)})
_ANY = frozenset({(_P, _P), (_P, _C), (_C, _P), (_C, _C)})


@dataclass(frozen=True, slots=True)
class RelationRule:
    """One kind: the role of the side it begins with, of the other side, and who may stand on them.

    ``sides`` are the allowed pairs of (first, other). With ``no_circle`` nobody may come back to himself
    along it: nobody was introduced by somebody he introduced.
    """

    kind: RelationKind
    first: RelationRole
    other: RelationRole
    sides: frozenset[tuple[ContactKind, ContactKind]]
    no_circle: bool = False

    @property
    def both_ways(self) -> bool:
        """Whether both sides are called the same."""
        return self.first is self.other


_K, _R = RelationKind, RelationRole
RULES: tuple[RelationRule, ...] = (
    RelationRule(_K.EMPLOYEE, _R.EMPLOYEE_OF, _R.EMPLOYER_OF, _PERSON_AT_COMPANY),
    RelationRule(_K.CONTACT_PERSON, _R.CONTACT_PERSON_OF, _R.HAS_CONTACT_PERSON, _PERSON_AT_COMPANY),
    RelationRule(_K.SUPERVISION, _R.SUPERVISED_BY, _R.SUPERVISES, _PEOPLE),
    RelationRule(_K.REFERRAL, _R.REFERRED_BY, _R.REFERRED, _ANY, no_circle=True),
    RelationRule(_K.SIGNATORY, _R.SIGNATORY_OF, _R.HAS_SIGNATORY, frozenset({(_P, _C), (_P, _P)})),
    RelationRule(_K.INVOICE, _R.INVOICE_RECIPIENT_FOR, _R.HAS_INVOICE_RECIPIENT, _ANY),
    RelationRule(_K.ACCOUNTANT, _R.ACCOUNTANT_OF, _R.CLIENT_OF, _ANY),
    RelationRule(_K.PARTNER, _R.PARTNER_OF, _R.PARTNER_OF, _ANY),
    RelationRule(_K.SUCCESSION, _R.SUCCESSOR_OF, _R.PREDECESSOR_OF, _ANY),
    RelationRule(_K.SPOUSE, _R.SPOUSE_OF, _R.SPOUSE_OF, _PEOPLE),
    RelationRule(_K.PARENT, _R.PARENT_OF, _R.CHILD_OF, _ALIKE, no_circle=True),
    RelationRule(_K.SIBLING, _R.SIBLING_OF, _R.SIBLING_OF, _ALIKE),
)
RULE_OF: dict[RelationKind, RelationRule] = {rule.kind: rule for rule in RULES}
_BY_ROLE: dict[RelationRole, RelationRule] = {
    **{rule.other: rule for rule in RULES},
    **{rule.first: rule for rule in RULES},
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as it is stored; dates are ISO 8601, ``position`` is the job or office it stands for."""

    id: int
    uuid: bytes
    version: int
    from_id: int
    to_id: int
    kind: RelationKind
    position: str | None
    started_on: str | None
    ended_on: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RelationDraft:
    """A relation as one side states it: what *this* contact is to the other."""

    role: RelationRole
    position: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuickEntry:
    """Somebody new for the address book, by name alone, made together with the relation to him."""

    name: str
    kind: ContactKind = ContactKind.PERSON
    category: Category = Category.ADDRESS_BOOK


def rule_of(role: RelationRole) -> RelationRule:
    """Return the kind of relation in which somebody has this role."""
    return _BY_ROLE[role]


def inverse(role: RelationRole) -> RelationRole:
    """Return what the other side is called."""
    rule = rule_of(role)
    return rule.other if role is rule.first else rule.first


def role_of(kind: RelationKind, *, is_first: bool) -> RelationRole:
    """Return what a side of a stored relation is called."""
    rule = RULE_OF[kind]
    return rule.first if is_first else rule.other


def is_allowed(role: RelationRole, own: ContactKind, other: ContactKind) -> bool:
    """Return whether somebody of the kind ``own`` can have this role with one of the kind ``other``."""
    rule = rule_of(role)
    fits = (own, other) in rule.sides if role is rule.first else (other, own) in rule.sides
    return fits or (rule.both_ways and (other, own) in rule.sides)


def roles_for(own: ContactKind, other: ContactKind | None = None) -> tuple[RelationRole, ...]:
    """Return the roles somebody can have, with anybody or with one of the kind ``other``."""
    others = tuple(ContactKind) if other is None else (other,)
    roles = dict.fromkeys(role for rule in RULES for role in (rule.first, rule.other))
    return tuple(role for role in roles if any(is_allowed(role, own, each) for each in others))


def ends(role: RelationRole, own_id: int, other_id: int) -> tuple[int, int]:
    """Return (from, to) as it is stored; of a relation that reads the same both ways the older is first."""
    rule = rule_of(role)
    if rule.both_ways:
        return min(own_id, other_id), max(own_id, other_id)
    return (own_id, other_id) if role is rule.first else (other_id, own_id)


def tidied(draft: RelationDraft) -> RelationDraft:
    """Return ``draft`` without surrounding blanks; what is empty is None."""
    return RelationDraft(
        draft.role,
        *(
            plain(text or "").strip() or None
            for text in (draft.position, draft.started_on, draft.ended_on, draft.note)
        ),
    )


def problems(draft: RelationDraft) -> dict[str, KnownError]:
    """Return what is wrong with a tidied draft, by field."""
    found: dict[str, KnownError | None] = {
        "position": text_problem("position", draft.position or "", TEXT_LIMIT),
        "note": text_problem("note", draft.note or "", NOTE_LIMIT),
    }
    for name in ("started_on", "ended_on"):
        value = getattr(draft, name)
        if value is not None and not is_date(value):
            found[name] = InvalidValueError("date_invalid", field=name, value=value)
    dates_are_sound = not found.get("started_on") and not found.get("ended_on")
    if dates_are_sound and draft.started_on and draft.ended_on and draft.ended_on < draft.started_on:
        found["ended_on"] = InvalidValueError("relation_ends_early", field="ended_on")
    return {name: problem for name, problem in found.items() if problem is not None}


def overlap(first: tuple[str | None, str | None], second: tuple[str | None, str | None]) -> bool:
    """Return whether two spans of dates share a day; None is open, the last day counts."""
    starts = max(first[0] or "", second[0] or "")
    last_days = [end for end in (first[1], second[1]) if end is not None]
    return all(starts <= end for end in last_days)
