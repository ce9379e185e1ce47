"""The rows a table holds of a long list: every id, four bytes each, and the pages shown last. No Qt."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from crm_desktop.domain.errors import KnownError
from crm_desktop.ui.widgets.record_source import Row

PAGE_ROWS = 8
PAGES_KEPT = 256


class RowWindow:
    """Ids in order and at most 256 pages of 8 rows, least recently shown out first.

    ``read`` fetches rows by id; when it refuses, ``refused`` hears of it and what was read before stays.
    """

    def __init__(
        self,
        ids: "array[int]",
        *,
        width: int,
        read: Callable[[Sequence[int]], Mapping[int, Row]],
        refused: Callable[[KnownError], None],
    ) -> None:
        self.ids = ids
        self.blank: Row = ("",) * width
        self._read = read
        self._refused = refused
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._stale: set[int] = set()
        self._newest: tuple[int, list[Row]] = (-1, [])

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, row: int) -> Row:
        """Return the values of ``row``; all empty outside the list and for a record that is gone."""
        page, offset = divmod(row, PAGE_ROWS)
        newest, rows = self._newest
        if page != newest:
            rows = self._page(page)
        return rows[offset] if row >= 0 and offset < len(rows) else self.blank

    def _page(self, page: int) -> list[Row]:
        rows = self._pages.get(page)
        if rows is None or page in self._stale:
            rows = self._read_page(page)
        if page in self._pages:
            self._pages.move_to_end(page)
            self._newest = (page, rows)
        return rows

    def bring(self, first: int, last: int) -> None:
        """Read what is missing of the rows ``first`` to ``last``, both included, at once."""
        pages = range(max(0, first) // PAGE_ROWS, min(last, len(self.ids) - 1) // PAGE_ROWS + 1)
        missing = [page for page in pages if page not in self._pages or page in self._stale]
        if missing:
            self._read_pages(missing)

    def _read_page(self, page: int) -> list[Row]:
        return self._read_pages([page]) if 0 <= page * PAGE_ROWS < len(self.ids) else []

    def _read_pages(self, pages: Sequence[int]) -> list[Row]:
        """Read pages that are in the list; return the last of them."""
        wanted = {page: self.ids[page * PAGE_ROWS : (page + 1) * PAGE_ROWS].tolist() for page in pages}
        self._stale.difference_update(pages)
        try:
            found = self._read([record_id for ids in wanted.values() for record_id in ids])
        except KnownError as error:
            self._refused(error)
            return [self._pages.setdefault(page, []) for page in pages][-1]
        for page, ids in wanted.items():
            self._pages[page] = [found.get(record_id, self.blank) for record_id in ids]
            self._pages.move_to_end(page)
        while len(self._pages) > PAGES_KEPT:
            oldest, _ = self._pages.popitem(last=False)
            self._stale.discard(oldest)
        return self._pages[pages[-1]]

    def extend(self, ids: "array[int]") -> None:
        """Take ``ids``, which begin with the ids held so far; only the last, unfinished page is forgotten."""
        self._pages.pop(len(self.ids) // PAGE_ROWS, None)
        self._newest = (-1, [])
        self.ids = ids

    def mark_stale(self, ids: Iterable[int] | None) -> list[tuple[int, int]]:
        """Mark the pages of ``ids`` (None: all) to be read again; return the (first, last) rows of each."""
        wanted = None if ids is None else set(ids)
        self._newest = (-1, [])
        touched = []
        for page in self._pages:
            first, last = page * PAGE_ROWS, min((page + 1) * PAGE_ROWS, len(self.ids)) - 1
            if last >= first and (wanted is None or wanted.intersection(self.ids[first : last + 1])):
                touched.append((first, last))
        self._stale.update(first // PAGE_ROWS for first, _ in touched)
        return touched

    @property
    def pages_held(self) -> int:
        """How many pages are in memory."""
        return len(self._pages)
