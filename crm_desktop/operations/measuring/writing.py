"""Figures of writing: saves, imports of call logs and their undoing, backups."""

import secrets
import statistics
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from crm_desktop.domain.contact_drafts import PhoneDraft
from crm_desktop.domain.contacts import Category
from crm_desktop.domain.measures import Figure
from crm_desktop.operations import undo
from crm_desktop.operations.backups import back_up
from crm_desktop.operations.call_imports import (
    ImportResult,
    import_without_backup,
    reading_options,
    undo_import,
)
from crm_desktop.operations.contacts import contact_draft, contact_ids, save_contact
from crm_desktop.operations.measuring.timing import PASSES, milliseconds, p95_of_passes, percentile
from crm_desktop.operations.session import Session
from crm_desktop.storage import floors
from crm_desktop.storage.contact_list import ContactQuery

SAVES = 60
BACKUPS_S = 60
MIB = 1024 * 1024


def imported(session: Session, log: Path) -> ImportResult:
    """Import a log of one's own as the window does, the backup before it left out."""
    options = reading_options(session)
    return import_without_backup(session, [log], member_id=session.member.id, options=options)


class Saves:
    """Saves random customers one by one, each time with a title nobody had, in a kept sample either."""

    def __init__(self, session: Session, *, seed: int = 7) -> None:
        self._session = session
        self._ids = contact_ids(session, ContactQuery(Category.CUSTOMER))
        self._random = Random(seed)  # noqa: S311 - no secrets

    def one(self) -> float:
        """Save one customer; return how long that took in ms, reading the card before it left out."""
        contact_id = self._random.choice(self._ids)
        draft, version = contact_draft(self._session, contact_id)
        changed = replace(draft, title=f"Head of purchasing {secrets.randbelow(10**9)}")
        return milliseconds(partial(save_contact, self._session, contact_id, changed, version=version))

    def adding(self, number: str) -> float:
        """Add a number to one customer; return how long that took in ms."""
        contact_id = self._random.choice(self._ids)
        draft, version = contact_draft(self._session, contact_id)
        changed = replace(draft, phones=(*draft.phones, PhoneDraft(number)))
        return milliseconds(partial(save_contact, self._session, contact_id, changed, version=version))

    def p95(self) -> float:
        """Return the median over the passes of the 95th percentile, in ms."""
        return statistics.median(percentile([self.one() for _ in range(SAVES)], 95) for _ in range(PASSES))

    def floor(self) -> float:
        """Return the same for the commit of one row."""
        drawn = [self._random.choice(self._ids) for _ in range(SAVES)]
        return p95_of_passes([partial(floors.commit_one_row, self._session.database, i) for i in drawn])


def save_figures(session: Session, log: Path) -> dict[str, Figure]:
    """Measure saves alone, and while ``log`` is imported again and again in another thread."""
    saves = Saves(session)
    floor = saves.floor()
    alone = saves.p95()
    times: list[float] = []
    for _ in range(PASSES):
        run_id = _beside_import(session, log, saves, times)
        undo_import(session, run_id)
    figures = {"save_p95": Figure(alone, floor)}
    return figures | ({"save_importing_p95": Figure(percentile(times, 95), floor)} if times else {})


def _beside_import(session: Session, log: Path, saves: Saves, times: list[float]) -> int:
    """Import in a thread and save meanwhile, as a person does, every few hundredths of a second."""
    results: list[ImportResult] = []
    thread = threading.Thread(target=lambda: results.append(imported(session, log)), name="import")
    thread.start()
    while thread.is_alive():
        times.append(saves.one())
        thread.join(0.02)
    return results[0].runs[0]


def relink_figures(session: Session, log: Path, number: str) -> dict[str, Figure]:
    """Measure adding a number to a customer: its calls, kept from ``log`` of a stranger, become his."""
    options = reading_options(session)
    result = import_without_backup(
        session, [log], member_id=session.member.id, options=options, keep_unknown=True
    )
    saves = Saves(session)
    spent = []
    for _ in range(PASSES):
        spent.append(saves.adding(number))
        undo.undo(session)
    undo_import(session, result.runs[0])
    return {"match_relink": Figure(statistics.median(spent))}


def import_figures(session: Session, csv: Path, xml: Path) -> dict[str, Figure]:
    """Measure importing two logs, importing one a second time, and undoing."""
    floor = 0.0
    figures: dict[str, Figure] = {}
    undone: list[float] = []
    for name, log in (("import_rate", csv), ("import_rate_xml", xml)):
        rates = []
        for turn in range(PASSES):
            began = time.perf_counter()
            result = imported(session, log)
            rates.append(_records(result) / (time.perf_counter() - began))
            floor = floor or _prepared_rate(session, _records(result))
            if turn == 0 and log is csv:
                again = imported(session, log)
                figures["reimport_new"] = Figure(again.counts.created)
                undo_import(session, again.runs[0])
            began = time.perf_counter()
            removed = undo_import(session, result.runs[0])
            undone.append(removed / (time.perf_counter() - began))
        figures[name] = Figure(statistics.median(rates), floor)
    return figures | {"undo_import": Figure(statistics.median(undone))}


def _records(result: ImportResult) -> int:
    counts = result.counts
    return counts.created + counts.already_there + counts.not_stored


def _prepared_rate(session: Session, count: int) -> float:
    customers = contact_ids(session, ContactQuery(Category.CUSTOMER))
    with session.database.read() as connection:
        run_id = floors.some_run(connection)
    prepared = floors.prepared_calls(
        max(1, count), member_id=session.member.id, seed=9, customers=customers, run_id=run_id
    )
    spent = [floors.insert_and_remove(session.database, prepared) for _ in range(PASSES)]
    return len(prepared) / statistics.median(spent)


def backup_figures(session: Session, folder: Path) -> dict[str, Figure]:
    """Measure backups of the whole file: five, of a large file as many as fit into a minute."""
    folder.mkdir(exist_ok=True)
    session.database.checkpoint()
    size = session.path.stat().st_size / MIB
    rates: list[float] = []
    began = time.perf_counter()
    while len(rates) < PASSES and (not rates or time.perf_counter() - began < BACKUPS_S):
        spent = milliseconds(partial(back_up, session, folder)) / 1000
        rates.append(size / spent)
    return {"backup_rate": Figure(statistics.median(rates))}
