"""Search against the rule in plain Python: any names, any digits, any syntax."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.folding import tokens
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list, search
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Connection
from tests.storage.search_reference import Document, edits, is_similar, matches

ODD_NAMES = (
    '" OR 1', "NEAR(a b)", "j.mueller", "Jürgen Müller", "Zoë Łukasik", "李 小龍", "東京電力",
    "D'Arcy O'Brien", "24 7 Taxi", "😀 Smile", "a*b", "col:umn", "{x} ^y -z", "Ærøskøbing", "ǅungla",
    "हिन्दी नाम", "𞤀𞤁𞤂", "ﬁligran",
    "\ue000 marker", "AND OR NOT", "naïve café", "ẞtraße", "x_y", "Ἀθῆναι", "ꙮ eye", "🄰🄱", "①②③",
)  # fmt: skip
NUMBERS = ("(212) 555-0123", "+44 20 7946 0018", "030 901820", "ext 12 345", "+49 30 901820", "112")


class Index:
    """A small index of its own inside a session's file, as contacts are written there."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.documents: dict[int, Document] = {}

    def fill(self, documents: list[Document]) -> None:
        from crm_desktop.storage import contacts, rows

        for table in ("phone", "contact", "search_word", "search_digit", "search_token", "search_token_part"):
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608
        self.documents = {}
        for number, document in enumerate(documents):
            values = {
                "uuid": number.to_bytes(16, "big"), "version": 1, "salt": bytes(16), "category": "customer",
                "kind": "person", "display_name": document.texts[0] or "?", "name_key": "", "company_key": "",
                "created_at": 0, "changed_at": 0, "status": "active", "company": " ".join(document.texts[1:]),
            }  # fmt: skip
            contact_id = rows.insert_row(self.connection, "contact", values)
            for position, raw in enumerate(document.numbers):
                self._add_phone(contact_id, position, raw, number)
            contacts.reindex(self.connection, contact_id)
            self.documents[contact_id] = document

    def _add_phone(self, contact_id: int, position: int, raw: str, number: int) -> None:
        from crm_desktop.domain.phone_numbers import NumberRules, normalize
        from crm_desktop.storage import rows

        values: dict[str, object] = {
            "uuid": (position + 1).to_bytes(8, "big") + number.to_bytes(8, "big"), "version": 1,
            "salt": bytes(16), "contact_id": contact_id, "position": position, "raw": raw,
            "e164": normalize(raw, NumberRules(region="US")).e164, "kind": "work",
            "is_primary": 0, "invalid": 0,
        }  # fmt: skip
        rows.insert_row(self.connection, "phone", values)

    def found(self, query: str) -> set[int]:
        return set(search.find(self.connection, query, Category.CUSTOMER))

    def expected(self, query: str) -> set[int]:
        return {contact_id for contact_id, document in self.documents.items() if matches(document, query)}


@pytest.fixture
def index(session: Session) -> Iterator[Index]:
    with session.database.write() as connection:
        yield Index(connection)


words = st.text(
    st.characters(categories=("L", "N", "M", "P", "S", "Zs"), exclude_characters="\0"), max_size=12
)
names = st.one_of(st.sampled_from(ODD_NAMES), words)
numbers = st.one_of(st.sampled_from(NUMBERS), st.from_regex(r"\+?[0-9][0-9 ()/.-]{2,12}", fullmatch=True))
documents = st.builds(Document, st.tuples(names, names), st.lists(numbers, max_size=2).map(tuple))
queries = st.one_of(names, words, numbers, st.text("0123456789+ ()-/", max_size=8))


@settings(
    max_examples=80, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(known=st.lists(documents, max_size=6), typed=st.lists(queries, max_size=6))
@example(known=[Document((name, ""), ()) for name in ODD_NAMES], typed=list(ODD_NAMES))
@example(known=[Document(("A", ""), (number,)) for number in NUMBERS], typed=[*NUMBERS, "0018", "2345", "1"])
def test_search_finds_what_the_rule_says(index: Index, known: list[Document], typed: list[str]) -> None:
    index.fill(known)
    parts = [text[:cut] for document in known for text in document.texts for cut in (1, 2, 3, 5, 99)]
    pieces = [n[cut:] for document in known for n in document.numbers for cut in (0, 1, 3)]
    for query in [*typed, *parts, *pieces]:
        assert index.found(query) == index.expected(query), query


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_found_by_themselves(index: Index, name: str) -> None:
    index.fill([Document((name, ""), ()), Document(("Other", ""), ())])
    first = min(index.documents)
    if tokens(name):
        assert first in index.found(name)
    assert index.found(f"{name} nothing-has-this") == set()


@settings(
    max_examples=50, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    known=st.lists(st.text("abcdefgü", min_size=3, max_size=9), min_size=1, max_size=15),
    typed=st.text("abcdefgü", min_size=1, max_size=9),
)
@example(known=["mark", "merk", "mark2"], typed="mirk")
@example(known=["muller", "mulelr"], typed="mueller")
def test_similar_names_are_a_part_or_an_edit_away(index: Index, known: list[str], typed: str) -> None:
    index.fill([Document((name, ""), ()) for name in known])
    found = set(search.find_similar(index.connection, typed, Category.CUSTOMER))
    known_words = {word for document in index.documents.values() for word in document.words()}
    expected = {i for i, document in index.documents.items() if is_similar(document, typed, known_words)}
    if len(typed) == 8:  # two edits may leave no three letters in a row: such words are not looked for
        assert found <= expected
    else:
        assert found == expected


@given(left=st.text("abc", max_size=9), right=st.text("abc", max_size=9), allowed=st.integers(0, 3))
def test_edits_are_counted_rightly(left: str, right: str, allowed: int) -> None:
    assert search.within_edits(left, right, allowed) == (edits(left, right) <= allowed)


def test_similar_names_come_only_when_few_are_exact(session: Session) -> None:
    from crm_desktop.operations import contacts

    draft = ContactDraft(category=Category.CUSTOMER, given="Müller")
    exact = [contacts.add_contact(session, draft) for _ in range(search.FEW)]
    near = contacts.add_contact(session, replace(draft, given="Müler"))
    query = ContactQuery(Category.CUSTOMER, text="muller")
    assert near not in contacts.contact_ids(session, query)
    contacts.trash(session, exact[:1])
    assert near in contacts.contact_ids(session, query)
    assert not contacts.only_similar(session, query)
    assert contacts.only_similar(session, replace(query, text="mullar"))


def test_the_lists_are_searched_apart_and_text_cannot_name_a_list(session: Session) -> None:
    from crm_desktop.operations import contacts

    customer = contacts.add_contact(session, ContactDraft(category=Category.CUSTOMER, given="Ada"))
    entry = contacts.add_contact(
        session,
        ContactDraft(category=Category.ADDRESS_BOOK, given="Ada", phones=(PhoneDraft("212 555 0123"),)),
    )
    for text in ("ada", "Ad"):
        assert list(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=text))) == [customer]
        assert list(contacts.contact_ids(session, ContactQuery(Category.ADDRESS_BOOK, text=text))) == [entry]
    for text in ("\ue000", "\ue001", "5550123", "55501"):
        assert list(contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=text))) == []


def test_a_long_query_has_no_similar_names(index: Index) -> None:
    index.fill([Document(("a b c d e f g", ""), ())])
    assert search.find_similar(index.connection, "a b c d e f g", Category.CUSTOMER) == []
    assert search.find_similar(index.connection, "555", Category.CUSTOMER) == []


def test_merging_changes_no_answer(index: Index) -> None:
    index.fill([Document((name, ""), NUMBERS[:2]) for name in ODD_NAMES])
    before = [index.found(name) for name in (*ODD_NAMES, *NUMBERS)]
    for table in search.INDEXES:
        more = search.merge_some(index.connection, table, pages=1, begin=True)
        while more:
            more = search.merge_some(index.connection, table, pages=1)
    assert [index.found(name) for name in (*ODD_NAMES, *NUMBERS)] == before
    assert search.unused_tokens(index.connection) == []


def test_a_blank_search_is_the_whole_list(session: Session) -> None:
    with session.database.read() as connection:
        blank = ContactQuery(Category.CUSTOMER, text="  ")
        assert list(contact_list.all_ids(connection, blank)) == []
        assert not contact_list.similar_only(connection, blank)
