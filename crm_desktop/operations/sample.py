"""A sample organization: made-up people, numbers reserved for drama and tests, for trying and measuring.

The same seed gives the same people and calls. Everything is written through the same doors as a user's
own work, only many records to a transaction.
"""

from collections.abc import Iterator
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
from crm_desktop.operations.sample_people import as_customer, entry, person
from crm_desktop.operations.sample_relations import relate_people
from crm_desktop.operations.session import Session

LOGIN = "ana"
PASSWORD = "sample-organization"  # noqa: S105 - printed in the README: the people are made up
NAME = "Hafenlogistik Nord"
CHUNK = 400
MOST_CUSTOMERS = 2_000_000


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
    done = 0
    for made, category in ((customers, Category.CUSTOMER), (entries, Category.ADDRESS_BOOK)):
        for count in _chunks(made):
            if cancel is not None:
                cancel.raise_if_cancelled()
            with session.change(f"add_{category.value}") as changes:
                for index in range(done, done + count):
                    draft = _draft(random, index, category, session.now())
                    write_contact(changes, session, None, tidy(draft), source="sample")
            done += count
            if progress is not None:
                progress(Progress(done, total))
    if calls:
        grant_consent(session)
        store_calls(session, made_calls(session, random, customers, calls))
    relate_people(session, random)
    if progress is not None:
        progress(Progress(total, total))


def _draft(random: Random, index: int, category: Category, now: int) -> ContactDraft:
    if category is Category.ADDRESS_BOOK:
        return entry(random, index)
    return as_customer(random, person(random, index), now)


def _chunks(total: int) -> Iterator[int]:
    while total > 0:
        yield min(CHUNK, total)
        total -= CHUNK
