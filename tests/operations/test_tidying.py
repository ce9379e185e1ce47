"""Words of removed records leave the search index: daily, quickly, and from the pages themselves."""

import time
from dataclasses import replace

import pytest

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.progress import Cancelled, CancelToken
from crm_desktop.operations import contacts
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from crm_desktop.operations.tidying import EVERY_S, tidy_search
from crm_desktop.storage import search
from tests.environments import Office
from tests.operations.samples import broken, customer_with, decrypted, person

WORD = b"zanzibarquix"
MANY = 2000


def shadow(session: Session) -> bytes:
    """Return everything the search index and its list of words keep."""
    with session.database.read() as connection:
        blocks = [
            block
            for index in search.INDEXES
            for (block,) in connection.execute(f"SELECT block FROM {index}_data")  # noqa: S608
        ]
        tokens = [token.encode() for (token,) in connection.execute("SELECT token FROM search_token")]
    return b" ".join([*blocks, *tokens])


def test_removed_words_leave_every_page_of_a_larger_file_within_a_second(
    session: Session, office: Office
) -> None:
    """Prefixes are stored once for several words: what is looked for is the tail nobody else has."""
    # Documents without records: the journal would keep the word, as it should.
    with session.database.write() as connection:
        documents = [
            search.Document(
                number, Category.CUSTOMER, (f"Given{number} Family{number % 700}", city), ("2125550123",)
            )
            for number in range(1, MANY + 1)
            for city in (WORD.decode() if number % 100 == 0 else "Berlin",)
        ]
        search.index_documents(connection, documents)
    tidy_search(session)
    with session.database.write() as connection:
        search.remove_documents(connection, range(100, MANY + 1, 100))
    tail = WORD[2:]
    assert tail in shadow(session)
    office.clock.advance(EVERY_S)
    begin = time.perf_counter()
    assert tidy_search(session)
    assert time.perf_counter() - begin < 1
    assert tail not in shadow(session)
    with session.database.read() as connection:
        assert len(search.find(connection, "berlin", Category.CUSTOMER)) == MANY - MANY // 100
        assert search.find_similar(connection, "berlim", Category.CUSTOMER)
    session.database.checkpoint()
    assert tail not in decrypted(session)


def test_words_of_trashed_and_corrected_records_go_and_come_back(session: Session, office: Office) -> None:
    trashed = contacts.add_contact(session, person("Zanzibarquix", None))
    corrected = customer_with(session, "Misspelledname")
    contacts.add_contact(session, person("Kept", None))
    contacts.trash(session, [trashed])
    draft, version = contacts.contact_draft(session, corrected)
    contacts.save_contact(session, corrected, replace(draft, given="Wellspelled"), version=version)
    assert tidy_search(session)
    assert b"nzibarquix" not in shadow(session)
    assert b"spelledname" not in shadow(session)
    assert b"wellspelled" in shadow(session)
    assert broken(session) == {}
    contacts.restore_from_trash(session, [trashed])
    for typed in ("zanzibarquix", "zanzibarquux"):
        found = contacts.contact_ids(session, ContactQuery(Category.CUSTOMER, text=typed))
        assert list(found) == [trashed], typed


def test_it_is_done_once_a_day_also_when_a_clock_was_set_back(session: Session, office: Office) -> None:
    assert tidy_search(session)
    assert not tidy_search(session)
    office.clock.advance(EVERY_S - 1)
    assert not tidy_search(session)
    office.clock.advance(1)
    assert tidy_search(session)
    office.clock.advance(-5 * EVERY_S)
    assert tidy_search(session)
    assert broken(session) == {}


def test_a_cancelled_one_is_done_the_next_time(session: Session) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        tidy_search(session, cancel=cancel)
    assert tidy_search(session)
