"""What ``bench`` measures: the list of measures with their budgets, and what becomes of a figure.

A budget is a figure of its own, a multiple of a floor measured in the same run, or both: seconds tell what
a person feels on this computer, the multiple says the same on a faster one or while others use it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Not above ``at_most``, not above ``floors`` times the floor, not below ``of_floor`` times it."""

    at_most: float | None = None
    floors: float | None = None
    of_floor: float | None = None

    def met(self, value: float, floor: float | None) -> bool | None:
        """Return whether a figure keeps the budget; None where the floor it needs was not measured."""
        if floor is None and (self.floors is not None or self.of_floor is not None):
            return None
        peer = floor or 0.0
        return (
            (self.at_most is None or value <= self.at_most)
            and (self.floors is None or value <= self.floors * peer)
            and (self.of_floor is None or value >= self.of_floor * peer)
        )

    def text(self, unit: str) -> str:
        """Return the budget as people read it."""
        parts = [f"≤ {self.at_most:g} {unit}".strip()] if self.at_most is not None else []
        parts += [f"≤ {self.floors:g} × floor"] if self.floors is not None else []
        parts += [f"≥ {self.of_floor:g} × floor"] if self.of_floor is not None else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: what is measured, in which unit, within which budget, against which floor."""

    name: str
    unit: str
    budget: Budget | None
    meaning: str
    floor: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured for a line, and its floor in the same run."""

    value: float
    floor: float | None = None


def judged(measure: Measure, figure: Figure | None) -> bool | None:
    """Return whether a line keeps its budget; None without a budget or a figure."""
    if measure.budget is None or figure is None:
        return None
    return measure.budget.met(figure.value, figure.floor)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "search_p95",
        "ms",
        Budget(16, floors=4),
        "search in storage: the first page of 500 typed strings",
        "prefix range of names in a B-tree",
    ),
    Measure(
        "search_vs_like",
        "ms",
        Budget(floors=0.01),
        "the same, the middle one",
        "LIKE '%x%' over all names and companies",
    ),
    Measure(
        "key_to_painted_p95",
        "ms",
        Budget(16),
        "key press to rows painted, typed before",
        "drawText of the same cells",
    ),
    Measure(
        "key_to_painted_first_p95",
        "ms",
        Budget(25),
        "key press to rows painted, typed for the first time",
        "drawText of the same cells",
    ),
    Measure(
        "frame_p95",
        "ms",
        Budget(16.7, floors=1),
        "one step of wheel, page or jump over all rows",
        "QSqlTableModel on plain SQLite",
    ),
    Measure(
        "table_memory",
        "MiB",
        Budget(12, floors=1 / 40),
        "what the table of all rows takes",
        "QSqlTableModel, all rows fetched",
    ),
    Measure("chip_first_page", "ms", Budget(30), "choosing a chip to rows painted"),
    Measure("sort_first_page", "ms", Budget(30), "choosing an order to rows painted"),
    Measure("sort_exact", "ms", Budget(400), "choosing an order to every row in its place"),
    Measure(
        "save_p95", "ms", Budget(5), "saving one customer with journal, log and search", "commit of one row"
    ),
    Measure(
        "save_importing_p95", "ms", Budget(150), "the same while a call log is imported", "commit of one row"
    ),
    Measure(
        "import_rate",
        "calls/s",
        Budget(of_floor=0.5),
        "importing a CSV call log: read, match, store, commit",
        "executemany of prepared rows, same indexes",
    ),
    Measure(
        "import_rate_xml",
        "calls/s",
        Budget(of_floor=0.5),
        "the same from XML",
        "executemany of prepared rows, same indexes",
    ),
    Measure("reimport_new", "calls", Budget(0), "new calls when the same log is imported again"),
    Measure("undo_import", "calls/s", None, "undoing that import"),
    Measure(
        "dashboard_each",
        "ms",
        Budget(100, floors=1 / 50),
        "the slowest chart or list of Today, over a year",
        "GROUP BY of that year's calls by day, with the best index",
    ),
    Measure("timeline_first_page", "ms", Budget(16), "the timeline of a customer with 10,000 entries"),
    Measure("match_relink", "ms", Budget(50), "linking the calls of a number that is added"),
    Measure(
        "encryption_load",
        "rows/s",
        Budget(of_floor=0.85),
        "loading calls into an encrypted file",
        "the same, plain SQLite",
    ),
    Measure(
        "encryption_scan_cached",
        "ms",
        Budget(floors=1.1),
        "reading all of them from the cache",
        "the same, plain SQLite",
    ),
    Measure("open", "ms", Budget(10), "opening the file with its key to the first rows"),
    Measure(
        "start_to_paint",
        "ms",
        Budget(floors=1.8),
        "starting the program to the first rows, without unlocking",
        "python -c 'import PySide6.QtWidgets'",
    ),
    Measure("unlocked_to_painted", "ms", None, "the window from unlocked to the first rows"),
    Measure("backup_rate", "MiB/s", None, "a backup, made and read back"),
    Measure("contacts_import_rate", "rows/s", None, "importing contacts"),
    Measure("undo_import_100k", "rows/s", None, "taking an import of contacts back (up to 100,000 rows)"),
    Measure("duplicate_scan_100k", "s", Budget(60), "looking for duplicates (among up to 100,000 customers)"),
    Measure(
        "growth_search", "ms", Budget(floors=10), "search_p95 at this size", "search_p95 of a small file"
    ),
    Measure("growth_open", "ms", Budget(floors=3), "open at this size", "open of a small file"),
    Measure(
        "rss", "MiB", Budget(350), "the whole program after scrolling, searching and sorting without an index"
    ),
    Measure("rss_importing", "MiB", Budget(500), "the same while a call log is imported"),
)
