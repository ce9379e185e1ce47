"""A sample organization: made-up people, numbers reserved for drama and tests, for trying and measuring.

The same seed gives the same people and calls. The first customers and entries of the address book are
written through the same doors as a user's own work, only many to a transaction; what makes an organization
large comes after them in bulk (``sample_filling``).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from random import Random

from crm_desktop.domain.contact_drafts import ContactDraft, tidy
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.consents import grant_consent
from crm_desktop.operations.contact_writing import write_contact
from crm_desktop.operations.creating import begin_create
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.sample_calls import made_calls, store_calls
from crm_desktop.operations.sample_crowd import one_of_many
from crm_desktop.operations.sample_filling import CHUNK, Crowd
from crm_desktop.operations.sample_members import callers
from crm_desktop.operations.sample_people import DISTINCT, as_customer, entry, person, tagged
from crm_desktop.operations.sample_relations import relate_people
from crm_desktop.operations.session import Session
from crm_desktop.storage import call_rollups
from crm_desktop.storage.filling import indexes_made_at_the_end

LOGIN = "ana"
PASSWORD = "sample-organization"  # noqa: S105 - printed in the README: the people are made up
NAME = "Hafenlogistik Nord"
SINGLY = 400
LARGE = 20_000
"""From so many records on, indexes are made at the end."""
MOST_CUSTOMERS = 2_000_000
STRANGERS_SHARE = 0.3
"""Of the calls of a large office, where somebody chose to keep those too."""


def create_sample(
    environment: Environment,
    path: Path,
    *,
    customers: int = 250,
    calls: int = 1200,
    seed: int = 1,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """Create the sample organization at ``path`` (user ``ana``, password ``sample-organization``).

    Returns its set-up code, without which a computer that has no keyring could not open it.

    Raises InvalidValueError for a count out of range and the errors of ``begin_create``; a cancelled one
    leaves nothing.
    """
    if not 0 <= customers <= MOST_CUSTOMERS or not 0 <= calls <= 10 * MOST_CUSTOMERS:
        raise InvalidValueError("sample_size", field="customers", limit=MOST_CUSTOMERS)
    pending = begin_create(
        environment, path, name=NAME, login=LOGIN, member_name="Ana Lindqvist", password=PASSWORD,
        region="DE", time_zone="Europe/Berlin",
    )  # fmt: skip
    try:
        session = pending.session()
        try:
            random = Random(seed)  # noqa: S311 - made-up people, no secrets
            _fill(session, random, customers=customers, calls=calls, progress=progress, cancel=cancel)
        finally:
            session.database.close()
    except BaseException:
        pending.discard()
        raise
    pending.finish().close()
    return pending.set_up_code


def _fill(
    session: Session,
    random: Random,
    *,
    customers: int,
    calls: int,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> None:
    entries = max(1, customers // 8) if customers else 0
    total = customers + entries + calls

    def reached(done: int) -> None:
        if progress is not None:
            progress(Progress(done, total))
        if cancel is not None:
            cancel.raise_if_cancelled()

    with _sorted_in_the_end(session, total):
        done = 0
        for made, category in ((customers, Category.CUSTOMER), (entries, Category.ADDRESS_BOOK)):
            _add_contacts(session, random, category, done, made, reached)
            done += made
        if calls:
            grant_consent(session)
            by = callers(session, calls, password=PASSWORD)
            strangers = STRANGERS_SHARE if len(by) > 1 else 0.0
            made_up = made_calls(session, random, customers, calls, strangers=strangers)
            store_calls(session, made_up, by, partial(_behind, reached, done))
    with session.database.write() as connection:
        call_rollups.rebuild(connection)
    relate_people(session, random)
    reached(total)


def _sorted_in_the_end(session: Session, records: int) -> AbstractContextManager[None]:
    return indexes_made_at_the_end(session.database) if records > LARGE else nullcontext()


def _behind(reached: Callable[[int], None], before: int, done: int) -> None:
    reached(before + done)


def _add_contacts(  # noqa: PLR0917 - the parts of one list, passed on as they are
    session: Session,
    random: Random,
    category: Category,
    first: int,
    count: int,
    reached: Callable[[int], None],
) -> None:
    """Add the contacts ``first`` to ``first + count - 1``: some with their history, then all others."""
    made = partial(_draft, random, category, session.now())
    # Behind very many without an index each of these would look through all of them.
    singly = min(count, SINGLY) if first < LARGE else 0
    reached(first)
    with session.change(f"add_{category.value}") as changes:
        for index in range(first, first + singly):
            write_contact(changes, session, None, tidy(tagged(made(index), index)), source="sample")
    crowd = Crowd(session) if count > singly else None
    for start in range(first + singly, first + count, CHUNK):
        reached(start)
        if crowd is not None:
            crowd.write(category, made, start, min(CHUNK, first + count - start))


def _draft(random: Random, category: Category, now: int, index: int) -> ContactDraft:
    made = entry(random, index) if category is Category.ADDRESS_BOOK else person(random, index)
    if index >= DISTINCT:
        made = one_of_many(random, index, made)
    return made if category is Category.ADDRESS_BOOK else as_customer(random, made, now)
