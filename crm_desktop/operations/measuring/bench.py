"""All figures of this program on this computer: what ``bench`` prints.

On a sample organization in a folder of its own; with a folder named by the caller the sample is kept there
and used again. Each line is taken several times and each floor in the same run, so that a line says the
same on a slow computer; what other programs do meanwhile shows in both.
"""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.errors import InvalidValueError
from crm_desktop.domain.measures import Figure
from crm_desktop.domain.progress import CancelToken, Progress, ProgressCallback
from crm_desktop.operations.call_imports import undo_import
from crm_desktop.operations.contacts import card, contact_first_page
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.measuring import call_logs, contacts, dashboard, reading, window, writing
from crm_desktop.operations.measuring.apart import apart
from crm_desktop.operations.measuring.sample_files import SampleFile, opened, sample_file
from crm_desktop.operations.measuring.typed import typed_strings
from crm_desktop.operations.sample import MOST_CUSTOMERS
from crm_desktop.operations.session import Session
from crm_desktop.operations.tidying import tidy_search
from crm_desktop.storage import floors
from crm_desktop.storage.contact_list import ContactQuery

TYPED = 500
TYPED_IN_WINDOW = 60
LOGGED_CALLS = 200_000
STRANGERS_CALLS = 200
TIMELINE = 10_000
SMALLER = (10_000, 100_000)
MOST_ROWS = 100_000
SCANNED = 100_000
"""Duplicates are looked for in the sample of this size where the given one is larger."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The figures by the name of their measure; ``machine`` says where and on how much they were taken."""

    machine: dict[str, object]
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the sample is."""

    customers: int
    calls: int


def bench(
    size: Size,
    *,
    folder: Path | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Bench:
    """Make the sample and measure; takes minutes, for a million customers half an hour.

    Raises InvalidValueError for a size nothing can be measured on, KnownError("window_not_measured"),
    OSError, Cancelled.
    """
    if not 10 <= size.customers <= MOST_CUSTOMERS or size.calls < 10:
        raise InvalidValueError("bench_size", field="customers", limit=MOST_CUSTOMERS)
    figures: dict[str, Figure] = {}
    with _place(folder) as place:
        environment = apart(place)
        make = partial(sample_file, environment, place, progress=progress, cancel=cancel)
        sample = make(customers=size.customers, calls=size.calls)
        steps: tuple[Callable[[], dict[str, Figure]], ...] = (
            lambda: _in_the_file(environment, sample, place, size),
            lambda: reading.encryption_figures(place, calls=size.calls),
            lambda: window.start_figures(sample, environment.data_folder),
            lambda: _in_the_window(environment, sample, place, size),
            lambda: _growth(environment, make, size, figures),
        )
        for number, step in enumerate(steps):
            if progress is not None:
                progress(Progress(number, len(steps), label="measured"))
            if cancel is not None:
                cancel.raise_if_cancelled()
            figures |= step()
    return Bench(_machine(size), figures)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    """Give the folder everything is made in; one of our own is removed with all that is in it."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="crm-desktop-bench-") as made:
        yield Path(made)


def _machine(size: Size) -> dict[str, object]:
    import psutil

    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // 2**20,
        "display": window.has_display(),
        "customers": size.customers,
        "calls": size.calls,
    }


@contextmanager
def _signed_in(environment: Environment, sample: SampleFile) -> Iterator[Session]:
    session = opened(environment, sample)
    try:
        yield session
    finally:
        session.close()


def _in_the_file(environment: Environment, sample: SampleFile, place: Path, size: Size) -> dict[str, Figure]:
    """Measure what needs no window."""
    with _signed_in(environment, sample) as session:
        typed = typed_strings(session, min(TYPED, size.customers))
        figures = reading.search_figures(session, typed)
        figures["open"] = Figure(reading.open_ms(session))
        figures["dashboard_each"] = dashboard.slowest_of_today(session)
        figures["timeline_first_page"] = _long_timeline(session, place, min(TIMELINE, size.calls))
        logged = min(LOGGED_CALLS, max(10, size.calls // 5))
        numbers = call_logs.numbers_called(session, logged)
        csv = call_logs.write_csv(place / "calls.csv", numbers, now=session.now())
        xml = call_logs.write_xml(place / "calls.xml", numbers, now=session.now())
        figures |= writing.import_figures(session, csv, xml)
        figures |= writing.save_figures(session, csv)
        stranger = call_logs.stranger()
        one = call_logs.write_csv(place / "one.csv", [stranger] * STRANGERS_CALLS, now=session.now())
        figures |= writing.relink_figures(session, one, stranger)
        figures |= contacts.exchange_figures(session, place / "contacts.csv", _rows_imported(size))
        if size.customers <= SCANNED:
            figures |= contacts.duplicate_figures(session)
        return figures | writing.backup_figures(session, place / "backups")


def _rows_imported(size: Size) -> int:
    return min(MOST_ROWS, max(10, size.customers // 10))


def _long_timeline(session: Session, place: Path, entries: int) -> Figure:
    """Give a customer many calls, measure his timeline, and take the calls back."""
    first = contact_first_page(session, ContactQuery(Category.CUSTOMER), 1)[0]
    called = [phone.e164 for phone in card(session, first).phones if phone.e164][:1]
    log = call_logs.write_xml(place / "one.xml", called * entries, now=session.now(), seed=21)
    run = writing.imported(session, log).runs[0]
    value = reading.timeline_ms(session, first)
    undo_import(session, run)
    return Figure(value)


def _in_the_window(
    environment: Environment, sample: SampleFile, place: Path, size: Size
) -> dict[str, Figure]:
    peer = place / "peer.db"
    peer.unlink(missing_ok=True)
    with _signed_in(environment, sample) as session:
        # What was imported and taken back has left its words in the index, as the daily tidying finds it.
        tidy_search(session, due=True)
        typed = typed_strings(session, min(TYPED_IN_WINDOW, size.customers), seed=4)
        floors.plain_list(session.database, peer)
        log = place / "calls.csv"
    figures = window.window_figures(sample, environment.data_folder, typed=typed, peer=peer, log=log)
    peer.unlink(missing_ok=True)
    return figures


def _growth(
    environment: Environment,
    make: Callable[..., SampleFile],
    size: Size,
    figures: dict[str, Figure],
) -> dict[str, Figure]:
    """Search in and open smaller files, down to a tenth; the smallest is the floor of the given size."""
    smaller = [count for count in SMALLER if count < size.customers] or [max(10, size.customers // 10)]
    calls_each = size.calls // size.customers
    found = []
    scanned: dict[str, Figure] = {}
    for customers in smaller:
        sample = make(customers=customers, calls=max(10, customers * calls_each))
        with _signed_in(environment, sample) as session:
            typed = typed_strings(session, min(TYPED, customers))
            found.append((reading.search_p95(session, typed), reading.open_ms(session)))
            if customers == SCANNED:
                scanned = contacts.duplicate_figures(session)
    search, opening = found[0]
    return scanned | {
        "growth_search": Figure(figures["search_p95"].value, search),
        "growth_open": Figure(figures["open"].value, opening),
    }
