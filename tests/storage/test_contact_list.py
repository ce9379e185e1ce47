"""Lists: order, counts, pages, packing, and that big tables are read through indexes."""

from array import array
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crm_desktop.domain.contacts import Category, CustomerStatus
from crm_desktop.domain.filters import Condition, Operator, gaps_for
from crm_desktop.operations.sample import create_sample
from crm_desktop.storage import call_backs, calls, contact_list, search
from crm_desktop.storage.calls import CallQuery
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Connection
from crm_desktop.storage.packed_ids import packed_ids
from tests.environments import new_environment

CUSTOMERS = ContactQuery(Category.CUSTOMER)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A sample organization with more customers than are sorted in a search."""
    from crm_desktop.operations.organizations import open_organization

    folder = tmp_path_factory.mktemp("sample")
    environment = new_environment(folder / "data")
    path = folder / "sample.crm"
    create_sample(environment, path, customers=1200, calls=300, seed=7)
    session = open_organization(environment, path, login="ana", password="sample-organization")
    with session.database.read() as connection:
        yield connection
    session.close()


def order_of(connection: Connection, ids: list[int], column: str) -> list[object]:
    values = dict(connection.execute(f"SELECT id, {column} FROM contact").fetchall())  # noqa: S608
    return [values[row_id] for row_id in ids]


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize(
    ("sort", "column"),
    [("name", "name_key"), ("company", "company_key"), ("status", "status"), ("changed", "changed_at")],
)
def test_a_list_is_in_its_order(sample: Connection, sort: str, column: str, *, ascending: bool) -> None:
    ids = list(contact_list.all_ids(sample, replace(CUSTOMERS, sort=sort, ascending=ascending)))
    values = [
        str(value).zfill(12) if sort == "changed" else str(value) for value in order_of(sample, ids, column)
    ]
    assert len(ids) == 1200
    assert values == sorted(values, reverse=not ascending)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("sort", contact_list.SORTS)
@pytest.mark.parametrize("text", ["", "a", "m", "ma", "an na", "2", "12", "555", "gmbh", "zzz"])
@pytest.mark.parametrize("status", [None, CustomerStatus.ACTIVE])
def test_a_page_is_the_beginning_of_the_list_and_the_count_its_length(
    sample: Connection, sort: str, text: str, status: CustomerStatus | None, *, ascending: bool
) -> None:
    query = replace(CUSTOMERS, sort=sort, ascending=ascending, text=text, status=status)
    whole = list(contact_list.all_ids(sample, query))
    assert len(set(whole)) == len(whole) == contact_list.count(sample, query)
    for limit in (1, 50, 700):
        assert contact_list.first_page(sample, query, limit) == whole[:limit]


def test_a_search_by_name_begins_with_names_that_begin_so(sample: Connection) -> None:
    query = replace(CUSTOMERS, text="a")
    ids = list(contact_list.all_ids(sample, query))
    assert len(ids) > contact_list.SORTED_HITS
    keys = [str(key) for key in order_of(sample, ids, "name_key")]
    leading = sum(key.startswith("a") for key in keys)
    assert all(key.startswith("a") for key in keys[:leading])
    assert keys[:leading] == sorted(keys[:leading])


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        ([3, 5, 8, 13, 21], [8, 3]),
        ([3, 5, 8], [3, 5, 8]),
        ([5, 8], []),
        ([5, 8, 13], [13, 4]),  # the beginning of a search may lack a name that begins with the text
        ([5, 8, 40, 2, 30], [30, 8]),  # hits inside numbers follow out of order
        ([5, 8, 40, 2, 30], [2]),
    ],
)
def test_the_names_come_once_and_the_others_keep_their_order(found: list[int], taken: list[int]) -> None:
    left = contact_list.without(array("I", found), taken)

    assert left.tolist() == [row_id for row_id in found if row_id not in taken]


def test_the_counts_are_those_of_the_lists(sample: Connection) -> None:
    counts = contact_list.counts(sample, Category.CUSTOMER)
    assert counts["all"] == contact_list.count(sample, CUSTOMERS) == 1200
    for status in CustomerStatus:
        assert counts[status] == contact_list.count(sample, replace(CUSTOMERS, status=status))
    assert counts["trash"] == contact_list.count(sample, replace(CUSTOMERS, trashed=True)) == 0


def test_rows_without_the_right_have_no_last_contact(sample: Connection) -> None:
    ids = list(contact_list.all_ids(sample, replace(CUSTOMERS, sort="last_contact", ascending=False)))[:20]
    shown = contact_list.read_rows(sample, ids, with_calls=True)
    hidden = contact_list.read_rows(sample, ids, with_calls=False)
    times = [shown[row_id].last_contact or 0 for row_id in ids]
    assert times == sorted(times, reverse=True)
    assert times[0] > 0
    assert {row.last_contact for row in hidden.values()} == {None}
    assert contact_list.read_rows(sample, [], with_calls=True) == {}


def test_the_last_contact_is_the_last_real_call(sample: Connection) -> None:
    counted = dict(
        sample.execute(
            "SELECT customer_id, max(started_at) FROM call WHERE outcome = 'answered' AND duration_s > 0"
            " AND customer_id IS NOT NULL GROUP BY 1"
        ).fetchall()
    )
    rows = contact_list.read_rows(sample, list(range(1, 1201)), with_calls=True)
    assert {row_id: row.last_contact for row_id, row in rows.items() if row.last_contact} == counted


def test_packing_keeps_every_id(sample: Connection) -> None:
    for ids in ([], [1], [1, 2**32 - 1, 77]):
        values = " UNION ALL ".join(f"SELECT {number} AS id" for number in ids) or "SELECT 1 AS id WHERE 0"
        assert list(packed_ids(sample, values, ())) == ids
    with pytest.raises(ValueError, match=r"4 bytes|hexadecimal"):
        packed_ids(sample, "SELECT 4294967296 AS id", ())


# --- plans ----------------------------------------------------------------------------------------------


class Statements:
    """Collects what is executed, to ask for its plan."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.seen: list[str] = []
        connection.set_trace_callback(self.seen.append)

    def plans(self) -> list[str]:
        self.connection.set_trace_callback(None)
        return [
            detail
            for statement in self.seen
            if statement.upper().startswith("SELECT")
            for *_, detail in self.connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]


def scans(plans: list[str]) -> list[str]:
    """Return the steps that read a whole big table or sort all of it."""
    big = ("SCAN c", "SCAN k", "SCAN p", "SCAN contact", "SCAN call", "SCAN phone", "SCAN search_token")
    return [
        step
        for step in plans
        if (step.startswith(big) and "INDEX" not in step and "VIRTUAL" not in step)
        or ("TEMP B-TREE" in step and "ORDER BY" in step)
    ]


@pytest.mark.parametrize("sort", ["name", "company", "status", "changed"])
@pytest.mark.parametrize("ascending", [True, False])
def test_a_page_is_read_through_an_index(sample: Connection, sort: str, *, ascending: bool) -> None:
    watched = Statements(sample)
    contact_list.first_page(sample, replace(CUSTOMERS, sort=sort, ascending=ascending), 200)
    assert scans(watched.plans()) == []


@pytest.mark.parametrize("text", ["a", "anna m", "5550123", "mulelr"])
def test_a_search_reads_no_whole_table(sample: Connection, text: str) -> None:
    watched = Statements(sample)
    search.find(sample, text, Category.CUSTOMER)
    search.find_similar(sample, text, Category.CUSTOMER)
    search.count(sample, text, Category.CUSTOMER)
    sorted_few = [step for step in scans(watched.plans()) if "ORDER BY" not in step]
    assert sorted_few == []


def test_rows_counts_and_calls_are_read_through_indexes(sample: Connection) -> None:
    watched = Statements(sample)
    contact_list.read_rows(sample, [1, 2, 3], with_calls=True)
    of_each_contact = [step for step in scans(watched.plans()) if "ORDER BY" not in step]
    assert of_each_contact == []
    watched = Statements(sample)
    contact_list.counts(sample, Category.CUSTOMER)
    calls.first_page(sample, CallQuery(), 200, unknown=True)
    calls.of_customer(sample, 1, before=None, limit=200)
    assert scans(watched.plans()) == []


@pytest.mark.parametrize("key", contact_list.BESIDE)
def test_what_no_column_shows_is_not_read(sample: Connection, key: str) -> None:
    whole = contact_list.read_rows(sample, list(range(1, 101)), with_calls=True)
    empty = dict.fromkeys(contact_list.BESIDE[key])
    watched = Statements(sample)
    part = contact_list.read_rows(sample, list(range(1, 101)), with_calls=True, without={key})
    assert part == {row_id: replace(row, **empty) for row_id, row in whole.items()}  # type: ignore[arg-type]
    assert whole != part
    table = {"city": "postal_address", "product": "product_use", "last_contact": "customer_calls"}.get(
        key, key
    )
    assert not any(f"FROM {table} " in statement for statement in watched.seen)


@pytest.mark.parametrize(
    "condition",
    [
        gaps_for(Category.CUSTOMER, with_calls=False),
        Condition("email", Operator.EMPTY, ()),
        Condition("files", Operator.NOT_EMPTY, ()),
    ],
)
def test_who_lacks_something_is_looked_for_in_the_order_of_the_file(
    sample: Connection, condition: Condition
) -> None:
    query = replace(CUSTOMERS, conditions=(condition,))
    watched = Statements(sample)
    number, ids = contact_list.count(sample, query), contact_list.all_ids(sample, query)
    steps = [step for step in watched.plans() if " c" in step.split("USING")[0]]
    assert any(step == "SCAN c" for step in steps)
    assert not any("INDEX contact_" in step for step in steps)
    assert len(ids) == number
    assert list(ids) == contact_list.first_page(sample, query, 2000)


def test_who_waits_to_be_called_back_is_counted_from_an_index_alone(sample: Connection) -> None:
    watched = Statements(sample)
    call_backs.waiting(sample, since=0, limit=0, unknown=True)
    counted = [statement for statement in watched.seen if "count(*)" in statement]
    watched.seen = counted
    steps = [step for step in watched.plans() if " b " in step]
    assert steps
    assert all("COVERING INDEX call_back_waiting" in step for step in steps)
