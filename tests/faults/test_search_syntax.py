"""Names that look like SQL or like the search index's own language are only names (fault 48)."""

import pytest

from crm_desktop.domain.contact_drafts import ContactDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.operations.contacts import ContactQuery, add_contact, card, contact_count, contact_ids
from crm_desktop.operations.session import Session
from tests.faults.offices import FaultyOffice, assert_whole

NAMES = (
    '" OR 1',
    "NEAR(",
    "j.mueller",
    "'; DROP TABLE contact; --",
    "Smith AND NOT Jones",
    "{family}: Quince",
    "^Anchor",
    "100% Wool_",
    "Star*",
    "x' || hex(1) || '",
    "?1 :name @x $y",
    'Quo"ted "" twice',
)
BYSTANDER = "Unrelated Bystander"


@pytest.fixture
def named(faulty: FaultyOffice) -> "tuple[Session, dict[str, int]]":
    """Give a session with one customer of each name, and somebody nobody looks for."""
    session = faulty.open()
    drafts = {name: ContactDraft(Category.CUSTOMER, family=name) for name in (*NAMES, BYSTANDER)}
    return session, {name: add_contact(session, draft) for name, draft in drafts.items()}


def test_fault_48_sql_and_search_syntax_are_found_literally(
    named: "tuple[Session, dict[str, int]]",
) -> None:
    session, ids = named
    for name in NAMES:
        found = list(contact_ids(session, ContactQuery(Category.CUSTOMER, text=name)))
        assert found == [ids[name]], name
        assert card(session, ids[name]).contact.family == name
    assert contact_count(session, ContactQuery(Category.CUSTOMER)) == len(NAMES) + 1
    assert_whole(session)
    session.close()
