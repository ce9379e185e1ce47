"""Kinds of relation: each side's role, who may stand where, dates."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.contacts import ContactKind
from crm_desktop.domain.relations import (
    RULES,
    RelationDraft,
    RelationKind,
    RelationRole,
    ends,
    inverse,
    is_allowed,
    overlap,
    problems,
    role_of,
    roles_for,
    rule_of,
    tidied,
)

P, C = ContactKind.PERSON, ContactKind.COMPANY

# The product's list: role, its inverse, and who may stand on which side (own kind, other's kind).
PROMISED: tuple[tuple[str, str, str], ...] = (
    ("employee_of", "employer_of", "PC"),
    ("contact_person_of", "has_contact_person", "PC"),
    ("supervised_by", "supervises", "PP"),
    ("spouse_of", "spouse_of", "PP"),
    ("parent_of", "child_of", "PP CC"),
    ("sibling_of", "sibling_of", "PP CC"),
    ("partner_of", "partner_of", "PP PC CP CC"),
    ("referred_by", "referred", "PP PC CP CC"),
    ("accountant_of", "client_of", "PP PC CP CC"),
    ("signatory_of", "has_signatory", "PC PP"),
    ("successor_of", "predecessor_of", "PP PC CP CC"),
    ("invoice_recipient_for", "has_invoice_recipient", "PP PC CP CC"),
)


def test_every_kind_has_one_rule_and_every_role_one_kind() -> None:
    assert sorted(rule.kind for rule in RULES) == sorted(RelationKind)
    named = {role for rule in RULES for role in (rule.first, rule.other)}
    assert named == set(RelationRole)
    assert {str(role) for pair in PROMISED for role in pair[:2]} == set(RelationRole)


@pytest.mark.parametrize(("role", "other", "sides"), PROMISED)
def test_both_sides_read_their_own_role(role: str, other: str, sides: str) -> None:
    mine, theirs = RelationRole(role), RelationRole(other)
    assert (inverse(mine), inverse(theirs)) == (theirs, mine)
    for own, partner in product((P, C), repeat=2):
        pair = f"{'PC'[own is C]}{'PC'[partner is C]}"
        assert is_allowed(mine, own, partner) is (pair in sides.split())
        assert is_allowed(theirs, partner, own) is (pair in sides.split())


@pytest.mark.parametrize("role", RelationRole)
def test_it_is_stored_the_same_whichever_side_says_it(role: RelationRole) -> None:
    assert ends(role, 7, 9) == ends(inverse(role), 9, 7)
    from_id, to_id = ends(role, 7, 9)
    assert role_of(rule_of(role).kind, is_first=from_id == 7) is role
    assert role_of(rule_of(role).kind, is_first=to_id == 7) is inverse(role)


def test_roles_offered_fit_the_sides() -> None:
    assert RelationRole.EMPLOYER_OF in roles_for(C)
    assert RelationRole.EMPLOYEE_OF not in roles_for(C)
    assert RelationRole.SPOUSE_OF not in roles_for(P, C)
    for own, other in product((P, C), repeat=2):
        assert all(is_allowed(role, own, other) for role in roles_for(own, other))


def test_a_draft_is_tidied_and_checked() -> None:
    draft = tidied(RelationDraft(RelationRole.EMPLOYEE_OF, "  Chef ", " 2024-02-01", "", " "))
    assert draft == RelationDraft(RelationRole.EMPLOYEE_OF, "Chef", "2024-02-01", None, None)
    assert problems(draft) == {}


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"started_on": "2024-02-30"}, {"started_on": "date_invalid"}),
        ({"ended_on": "yesterday"}, {"ended_on": "date_invalid"}),
        ({"started_on": "2024-05-02", "ended_on": "2024-05-01"}, {"ended_on": "relation_ends_early"}),
        ({"started_on": "2024-05-01", "ended_on": "2024-05-01"}, {}),
        ({"position": "x" * 501}, {"position": "value_too_long"}),
        (
            {"note": "a\0b", "position": "\ud800"},
            {"note": "value_unreadable", "position": "value_unreadable"},
        ),
    ],
)
def test_what_cannot_be_kept_is_named_by_field(values: dict[str, str], codes: dict[str, str]) -> None:
    found = problems(RelationDraft(RelationRole.PARTNER_OF, **values))
    assert {field: problem.code for field, problem in found.items()} == codes


Span = tuple[int | None, int | None]


def ordered(span: Span) -> bool:
    return span[0] is None or span[1] is None or span[0] <= span[1]


days_or_open = st.one_of(st.none(), st.integers(10, 40))
spans: st.SearchStrategy[Span] = st.tuples(days_or_open, days_or_open).filter(ordered)


@given(first=spans, second=spans)
def test_spans_overlap_where_they_share_a_day(first: Span, second: Span) -> None:
    def days(span: Span) -> set[int]:
        return set(range(span[0] or 0, (51 if span[1] is None else span[1]) + 1))

    def texts(span: Span) -> tuple[str | None, str | None]:
        first_day, last_day = (None if day is None else str(day) for day in span)
        return first_day, last_day

    assert overlap(texts(first), texts(second)) is bool(days(first) & days(second))
    assert overlap(texts(first), texts(second)) is overlap(texts(second), texts(first))
