"""Whether two records may be one person or company: weighted rules, each with its reason.

Pure. A score is the sum of the weights of what speaks for it and against it. Nothing is proposed on the
name alone: without a number, address, identifier or birthday in common there is no score at all. Nor is
what only a couple has in common enough: different given names weigh more than a shared landline, mailbox
and house together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.folding import fold
from crm_desktop.domain.name_likeness import name_words

THRESHOLD = 60
"""Two are proposed from here on; 100 is the most a score can be."""
MOST = 100


class Reason(StrEnum):
    """What speaks for two records being one, or against it."""

    MOBILE = "same_mobile"
    PHONE = "same_phone"
    EMAIL = "same_email"
    SHARED_EMAIL = "same_shared_email"
    ACCOUNT = "same_account"
    VAT = "same_vat"
    FOREIGN_ID = "same_foreign_id"
    NUMBER_ELSEWHERE = "number_elsewhere"
    ADDRESS = "same_address"
    BIRTHDAY = "same_birthday"
    COMPANY = "same_company"
    NAME = "same_name"
    NAME_TYPO = "name_typo"
    NAME_SHORT = "name_short"
    NO_NAME = "no_name"
    OTHER_GIVEN = "other_given"
    OTHER_NAME = "other_name"
    OTHER_BIRTHDAY = "other_birthday"
    OTHER_VAT = "other_vat"


WEIGHTS: Mapping[Reason, int] = {
    Reason.FOREIGN_ID: 55,
    Reason.NUMBER_ELSEWHERE: 55,
    Reason.VAT: 50,
    Reason.ACCOUNT: 40,
    Reason.MOBILE: 40,
    Reason.EMAIL: 40,
    Reason.PHONE: 25,
    Reason.BIRTHDAY: 25,
    Reason.ADDRESS: 20,
    Reason.SHARED_EMAIL: 15,
    Reason.COMPANY: 10,
    Reason.NAME: 40,
    Reason.NAME_TYPO: 35,
    Reason.NAME_SHORT: 25,
    Reason.NO_NAME: 10,
    Reason.OTHER_GIVEN: -110,
    Reason.OTHER_NAME: -60,
    Reason.OTHER_BIRTHDAY: -50,
    Reason.OTHER_VAT: -50,
}
_NAMES = frozenset({Reason.NAME, Reason.NAME_TYPO, Reason.NAME_SHORT, Reason.NO_NAME, Reason.COMPANY})
# Mailboxes of an office, not of a person.
_SHARED_BOXES = frozenset(
    {"info", "office", "contact", "kontakt", "mail", "hello", "sales", "support", "service", "post", "admin"}
)
_TYPOS = 2
_SHORT = 3
_LONG_WORD = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """What a record is compared by; ``accounts`` are keyed hashes, empty for who may not see accounts.

    ``numbers`` are E.164, by whether one is labelled as mobile; ``emails`` casefolded; ``addresses`` folded
    street, postal code and city; ``foreign_ids`` folded (system, value).
    """

    contact_id: int
    kind: ContactKind
    given: str | None = None
    family: str | None = None
    nickname: str | None = None
    company: str | None = None
    birthday: str | None = None
    customer_number: str | None = None
    vat_id: str | None = None
    numbers: Mapping[str, bool] = field(default_factory=dict)
    emails: frozenset[str] = frozenset()
    accounts: frozenset[bytes] = field(default=frozenset(), repr=False)
    addresses: frozenset[str] = frozenset()
    foreign_ids: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason; ``detail`` is the value both have, or how many letters differ."""

    reason: Reason
    detail: str = ""

    @property
    def weight(self) -> int:
        """What it adds to the score."""
        return WEIGHTS[self.reason]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two records look like one, 0 to 100, and why: what weighs most first."""

    score: int
    findings: tuple[Finding, ...]

    @property
    def is_proposed(self) -> bool:
        """Whether somebody is asked about the two."""
        return self.score >= THRESHOLD


def likeness(one: Identity, two: Identity) -> Likeness:
    """Compare two records; a person and a company are never one."""
    if one.kind is not two.kind:
        return Likeness(0, ())
    shared = _shared(one, two)
    if not any(finding.weight > 0 and finding.reason not in _NAMES for finding in shared):
        return Likeness(0, ())
    found = sorted([*shared, *_names(one, two)], key=lambda finding: -abs(finding.weight))
    score = sum(finding.weight for finding in found)
    return Likeness(max(0, min(MOST, score)), tuple(found))


def _shared(one: Identity, two: Identity) -> list[Finding]:
    found: list[Finding] = []
    for number in sorted(one.numbers.keys() & two.numbers.keys())[:1]:
        mobile = one.numbers[number] or two.numbers[number]
        found.append(Finding(Reason.MOBILE if mobile else Reason.PHONE, number))
    common = sorted(one.emails & two.emails, key=lambda address: (_is_shared_box(address), address))
    for address in common[:1]:
        shared = _is_shared_box(address) and one.kind is ContactKind.PERSON
        found.append(Finding(Reason.SHARED_EMAIL if shared else Reason.EMAIL, address))
    if one.accounts & two.accounts:
        found.append(Finding(Reason.ACCOUNT))
    for system, value in sorted(one.foreign_ids & two.foreign_ids)[:1]:
        found.append(Finding(Reason.FOREIGN_ID, f"{system} {value}"))
    for first, second in ((one, two), (two, one)):
        number_there = fold(first.customer_number or "")
        if number_there and number_there in {value for _system, value in second.foreign_ids}:
            found.append(Finding(Reason.NUMBER_ELSEWHERE, first.customer_number or ""))
    if one.addresses & two.addresses:
        found.append(Finding(Reason.ADDRESS))
    return found + _facts(one, two)


def _facts(one: Identity, two: Identity) -> list[Finding]:
    found: list[Finding] = []
    if one.vat_id and two.vat_id:
        same = one.vat_id == two.vat_id
        found.append(Finding(Reason.VAT, one.vat_id) if same else Finding(Reason.OTHER_VAT))
    if one.birthday and two.birthday:
        full = not one.birthday.startswith("--") and not two.birthday.startswith("--")
        if one.birthday == two.birthday and full:
            found.append(Finding(Reason.BIRTHDAY, one.birthday))
        elif one.birthday[-5:] != two.birthday[-5:] or (full and one.birthday != two.birthday):
            found.append(Finding(Reason.OTHER_BIRTHDAY))
    is_person = one.kind is ContactKind.PERSON
    if is_person and one.company and two.company and fold(one.company) == fold(two.company):
        found.append(Finding(Reason.COMPANY, one.company))
    return found


def _is_shared_box(address: str) -> bool:
    return address.partition("@")[0] in _SHARED_BOXES


def _names(one: Identity, two: Identity) -> list[Finding]:
    if one.kind is ContactKind.COMPANY:
        return [_compared(_words(one.company, companies=True), _words(two.company, companies=True))]
    given, other = _words(one.given), _words(two.given)
    family, other_family = _words(one.family), _words(two.family)
    whole = _compared([*given, *family], [*other, *other_family])
    if whole.reason is not Reason.OTHER_NAME:
        return [_unless_two_people(whole, given, other)]
    if _words(one.nickname) == other != [] or _words(two.nickname) == given != []:
        return [_compared(family, other_family) if family and other_family else Finding(Reason.NAME_SHORT)]
    if given and other and not _may_be_one_word(given[0], other[0]):
        return [Finding(Reason.OTHER_GIVEN)]
    return [whole]


def _unless_two_people(found: Finding, given: list[str], other: list[str]) -> Finding:
    """Return a finding about whole names, or that the given ones are two people's: Jan and Jana."""
    typo = found.reason is Reason.NAME_TYPO
    if typo and given and other and not _may_be_one_word(given[0], other[0]):
        return Finding(Reason.OTHER_GIVEN)
    return found


def _may_be_one_word(one: str, two: str) -> bool:
    """Return whether two given names may be one: an initial, a short form, a slip inside a longer name.

    A last letter that differs is another name: Martin and Martina, Jan and Jana, Daniel and Daniela.
    """
    short, long = sorted((one, two), key=len)
    if short == long or len(short) == 1:
        return long.startswith(short)
    if len(long) - len(short) == 1 and long.startswith(short):
        return False
    if len(short) >= _SHORT and long.startswith(short):
        return True
    return len(short) >= _LONG_WORD and short[-1] == long[-1] and _distance(one, two) <= 1


def _compared(one: list[str], two: list[str]) -> Finding:
    """Compare two names by their words, whatever their order."""
    if not one or not two:
        return Finding(Reason.NO_NAME)
    if sorted(one) == sorted(two):
        return Finding(Reason.NAME)
    if set(one) < set(two) or set(two) < set(one) or _initials(one, two):
        return Finding(Reason.NAME_SHORT)
    differing = _distance(" ".join(sorted(one)), " ".join(sorted(two)))
    if len(one) == len(two):
        differing = min(differing, _distance(" ".join(one), " ".join(two)))
    if differing <= (_TYPOS if min(map(len, (" ".join(one), " ".join(two)))) > 2 * _LONG_WORD else 1):
        return Finding(Reason.NAME_TYPO, str(differing))
    return Finding(Reason.OTHER_NAME)


def _initials(one: list[str], two: list[str]) -> bool:
    """Return whether the words are the same but for initials and short forms: ``e grun``, ``eva grun``."""
    if len(one) != len(two) or one[-1] != two[-1]:
        return False
    return all(a == b or _is_short_for(a, b) or _is_short_for(b, a) for a, b in zip(one, two, strict=True))


def _is_short_for(short: str, long: str) -> bool:
    return long.startswith(short) and (len(short) == 1 or _SHORT <= len(short) < len(long) - 1)


def _words(name: str | None, *, companies: bool = False) -> list[str]:
    return name_words(name or "", companies=companies)


def _distance(one: str, two: str) -> int:
    """Return how many letters differ, two that changed places as one (limited Damerau-Levenshtein)."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(one, two, score_cutoff=_TYPOS + 1))
