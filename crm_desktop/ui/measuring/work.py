"""Typing, scrolling, sorting and importing in the list of customers, and what that takes."""

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.domain.contacts import CustomerStatus
from crm_desktop.domain.measures import Figure
from crm_desktop.operations.measuring.timing import PASSES, percentile
from crm_desktop.operations.measuring.writing import imported
from crm_desktop.operations.session import Session
from crm_desktop.ui.measuring.painted import PaintWatch, frames, waited
from crm_desktop.ui.measuring.peers import PeerTable, TextFloor, kept_memory_mib, memory_mib
from crm_desktop.ui.tasks import Tasks
from crm_desktop.ui.widgets.contact_list_page import ContactListPage
from crm_desktop.ui.widgets.contact_source import ContactSource

STEPS = 80
NOTHING = "qzxjqzxj"
WHEEL_ROWS, PAGE_ROWS = 3, 30
LOOK_EVERY_MS = 50


@dataclass(frozen=True, slots=True)
class Job:
    """What is typed, the plain file of the peer, and the log to import."""

    typed: Sequence[str]
    peer: Path
    log: Path


class Work:
    """Does the job in one list and collects its figures."""

    def __init__(self, page: ContactListPage, session: Session, tasks: Tasks, job: Job) -> None:
        self._page, self._session, self._tasks, self._job = page, session, tasks, job
        self._watch = PaintWatch(page.table)
        self._random = random.Random(2)  # noqa: S311 - no secrets

    def figures(self) -> dict[str, Figure]:
        """Return every figure of the window; the memory of the whole program before the peer comes."""
        self._settled()
        first, again = self._typing(), self._typing()
        text = percentile(TextFloor(self._page.table, self._page.model).times(STEPS), 95)
        own = self._frames()
        found = {
            "key_to_painted_first_p95": Figure(percentile(first, 95), text),
            "key_to_painted_p95": Figure(percentile(again, 95), text),
            "chip_first_page": Figure(self._chip()),
        }
        page, whole = self._sorting()
        found |= {"sort_first_page": Figure(page), "sort_exact": Figure(whole)}
        table = self._table_memory()
        self._order("city")
        found["rss"] = Figure(memory_mib())
        self._order("name")
        found["rss_importing"] = Figure(self._importing())
        peer = PeerTable(self._job.peer, self._page.table)
        try:
            found["frame_p95"] = Figure(own, self._peer_frames(peer))
            found["table_memory"] = Figure(table, peer.memory)
        finally:
            peer.forget()
            peer.close()
        return found

    # --- typing --------------------------------------------------------------------------------

    def _typing(self) -> list[float]:
        """Type each string letter by letter; return the time of every key."""
        times = [time for text in self._job.typed for time in self._typed(text)]
        self._search("")
        self._settled()
        return times

    def _typed(self, text: str) -> list[float]:
        self._search("")
        return [
            self._watch.after(
                partial(_press, self._page.search, letter), partial(self._shows, text[: place + 1])
            )
            for place, letter in enumerate(text)
        ]

    def _search(self, text: str) -> None:
        """Put a whole text into the search box and wait for its rows."""
        if self._page.search.text() != text:
            self._watch.after(partial(self._page.search.setText, text), partial(self._shows, text))

    def _shows(self, text: str) -> bool:
        source = self._page.model.source
        return isinstance(source, ContactSource) and source.query.text == text

    # --- scrolling -----------------------------------------------------------------------------

    def _frames(self) -> float:
        """Return the 95th percentile of a step, over wheel, page and jump."""
        height = self._page.table.rowHeight(0)
        times = frames(self._page.table, self._watch, self._places(self._page.model.rowCount(), height))
        return percentile(times, 95)

    def _places(self, rows: int, height: int) -> list[int]:
        """Return scroll bar values: a wheel in the middle, pages from a tenth on, jumps anywhere."""
        lowest = max(1, rows - 2 * PAGE_ROWS)
        wheel = [(rows // 2 + WHEEL_ROWS * step) % lowest for step in range(STEPS)]
        pages = [(rows // 10 + PAGE_ROWS * step) % lowest for step in range(STEPS)]
        jumps = [self._random.randrange(lowest) for _ in range(STEPS)]
        places = [row * height for row in [*wheel, *pages, *jumps]]
        return [place for before, place in zip([-1, *places], places, strict=False) if place != before]

    def _peer_frames(self, peer: PeerTable) -> float:
        watch = PaintWatch(peer)
        watch.after(peer.show)
        peer.verticalScrollBar().setValue(1)
        QApplication.processEvents()
        rows = self._page.model.rowCount()
        return percentile(frames(peer, watch, self._places(rows, peer.rowHeight(0))), 95)

    # --- order, chips, memory ------------------------------------------------------------------

    def _complete(self, act: Callable[[], object]) -> None:
        """Do something that shows another list and wait until every row of it is in its place."""
        model = self._page.model

        def begin(done: Callable[[], None]) -> None:
            model.ids_complete.connect(done, Qt.ConnectionType.SingleShotConnection)
            act()

        waited(begin, "all rows of the list")
        self._settled()

    def _settled(self) -> None:
        """Wait until nothing is under way that would be measured with what comes next."""
        self._tasks.wait_idle(60)
        QApplication.processEvents()

    def _order(self, key: str) -> None:
        self._complete(lambda: self._page.table.sort_requested.emit(key, True))  # noqa: FBT003 - Qt's signal

    def _sorting(self) -> tuple[float, float]:
        """Return the median times to the first rows and to all rows, by company and back."""
        pages, wholes = [], []
        for _ in range(PASSES):
            page, whole = self._sorted_by("company")
            pages.append(page)
            wholes.append(whole)
            self._order("name")
        return statistics.median(pages), statistics.median(wholes)

    def _sorted_by(self, key: str) -> tuple[float, float]:
        model, signal = self._page.model, self._page.table.sort_requested
        before = model.source
        page = self._watch.after(lambda: signal.emit(key, True), lambda: model.source is not before)  # noqa: FBT003
        self._settled()
        self._order("name")
        whole = PaintClock()
        self._complete(lambda: whole.starts(lambda: signal.emit(key, True), model.ids_complete))  # noqa: FBT003
        return page, whole.milliseconds

    def _chip(self) -> float:
        """Return the median time from choosing a chip to its rows."""
        model, times = self._page.model, []
        for _ in range(PASSES):
            for chip in (CustomerStatus.LEAD.value, "all"):
                before = model.source
                times.append(
                    self._watch.after(
                        partial(self._page.chips.chosen.emit, chip), partial(_is_another, model, before)
                    )
                )
                self._settled()
        return statistics.median(times)

    def _table_memory(self) -> float:
        """Return what the table of all rows takes beyond an empty one, the file's pages being cached."""
        self._search(NOTHING)
        self._settled()
        before = kept_memory_mib()
        self._complete(self._page.search.clear)
        self._frames()
        return kept_memory_mib() - before

    def _importing(self) -> float:
        """Return the most memory the program has while it imports."""
        seen = [memory_mib()]
        timer = QTimer()
        timer.setInterval(LOOK_EVERY_MS)
        timer.timeout.connect(lambda: seen.append(memory_mib()))
        timer.start()
        waited(
            lambda done: _ignore(
                self._tasks.run(lambda: imported(self._session, self._job.log), on_done=lambda _r: done())
            ),
            "the import",
        )
        timer.stop()
        return max(seen)


class PaintClock:
    """Takes the time from an act to a signal."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def starts(self, act: Callable[[], object], signal: object) -> None:
        """Do ``act``; the time stands when ``signal`` comes."""
        from time import perf_counter

        began = perf_counter()

        def stop() -> None:
            self.milliseconds = (perf_counter() - began) * 1000

        signal.connect(stop, Qt.ConnectionType.SingleShotConnection)  # type: ignore[attr-defined]  # Qt's signals
        act()


def _is_another(model: object, before: object) -> bool:
    return getattr(model, "source", None) is not before


def _press(field: QWidget, letter: str) -> None:
    """Press and release a key in ``field``, as the window system tells of it."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def _ignore(_job: object) -> None:
    """The task tells its end by its callback."""
