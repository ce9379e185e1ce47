"""Figures of reading: search, opening, the timeline, and what encryption costs."""

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.folding import fold
from crm_desktop.domain.measures import Figure
from crm_desktop.operations.contacts import contact_first_page, contact_rows
from crm_desktop.operations.measuring.timing import PASSES, median_ms, milliseconds, p95_of_passes
from crm_desktop.operations.session import Session
from crm_desktop.operations.timeline import timeline
from crm_desktop.storage import contact_list, floors
from crm_desktop.storage.contact_list import ContactQuery
from crm_desktop.storage.database import Database

FIRST_PAGE = 200
SHOWN = 24
"""As many rows as a window of the usual size reads for its first picture."""
SCANS = 5
LOADED = 100_000


def search_figures(session: Session, typed: Sequence[str]) -> dict[str, Figure]:
    """Measure the search as the list asks for it, against a range of names and a scan with LIKE."""
    queries = [ContactQuery(Category.CUSTOMER, text=text) for text in typed]
    searches = [partial(contact_first_page, session, query, FIRST_PAGE) for query in queries]
    value = p95_of_passes(searches)
    middle = statistics.median(milliseconds(search) for search in searches)
    with session.reading("records.view") as connection:
        ranges = [
            partial(floors.names_from, connection, Category.CUSTOMER, fold(text), FIRST_PAGE)
            for text in typed
        ]
        floor = p95_of_passes(ranges)
        scans = [partial(floors.names_like, connection, Category.CUSTOMER, text) for text in typed[:SCANS]]
        like = statistics.median(milliseconds(scan) for scan in scans)
    return {"search_p95": Figure(value, floor), "search_vs_like": Figure(middle, like)}


def search_p95(session: Session, typed: Sequence[str]) -> float:
    """Return the 95th percentile of the search alone, in ms."""
    queries = [ContactQuery(Category.CUSTOMER, text=text) for text in typed]
    return p95_of_passes([partial(contact_first_page, session, query, FIRST_PAGE) for query in queries])


def open_ms(session: Session) -> float:
    """Return how long the file takes from its key to the first rows, in ms."""
    key = session.ring.current_file_key.raw

    def first_rows() -> None:
        database = Database(session.path, key)
        try:
            with database.read() as connection:
                ids = contact_list.first_page(connection, ContactQuery(Category.CUSTOMER), FIRST_PAGE)
                contact_list.read_rows(connection, ids[:SHOWN], with_calls=True)
        finally:
            database.close()

    # In a thread of its own a second connection would be opened; here the session's own stays as it is.
    first_rows()
    return median_ms(first_rows, passes=2 * PASSES)


def timeline_ms(session: Session, contact_id: int) -> float:
    """Return how long the first page of a contact's timeline takes, in ms."""
    timeline(session, contact_id)
    return median_ms(lambda: timeline(session, contact_id), passes=4 * PASSES)


def rows_painted_ms(session: Session) -> float:
    """Return how long the rows of one page take from storage, in ms: what a frame waits for at most."""
    ids = contact_first_page(session, ContactQuery(Category.CUSTOMER), SHOWN)
    return median_ms(lambda: contact_rows(session, ids))


def encryption_figures(folder: Path, *, calls: int) -> dict[str, Figure]:
    """Load and read the same calls with and without encryption, by turns."""
    prepared = floors.prepared_calls(min(LOADED, max(1000, calls)), member_id=1, seed=5)
    encrypted, plain = [], []
    for _ in range(PASSES):
        encrypted.append(floors.load_and_scan(folder, prepared, encrypted=True))
        plain.append(floors.load_and_scan(folder, prepared, encrypted=False))
    loads = [statistics.median(seconds for seconds, _ in times) for times in (encrypted, plain)]
    scans = [statistics.median(seconds for _, seconds in times) * 1000 for times in (encrypted, plain)]
    return {
        "encryption_load": Figure(len(prepared) / loads[0], len(prepared) / loads[1]),
        "encryption_scan_cached": Figure(scans[0], scans[1]),
    }
