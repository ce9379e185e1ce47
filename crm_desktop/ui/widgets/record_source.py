"""What a big table shows: columns, cells, and where rows come from. No Qt: pages and operations fill it."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, overload

Align = Literal["left", "right"]
Look = Literal["plain", "strong", "muted", "pill"]
EditorKind = Literal["none", "text", "choice", "date", "due", "phone", "product"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its text.

    ``edit`` is what the editor starts with (None: the text), ``tone`` colours a pill, ``icon`` is a
    Phosphor name, ``tip`` the tool tip, ``spoken`` what a screen reader says instead of the text.
    """

    text: str
    edit: object = None
    tone: str = ""
    icon: str = ""
    tip: str = ""
    spoken: str = ""


CellValue = str | Cell
Row = Sequence[CellValue]
"""The display values of one record, one per column, in the order of the columns."""


class LazyRow(Sequence[CellValue]):
    """A row whose cells are made when they are first asked for, by their place.

    Of the rows of a page that is scrolled by, a part is painted, and of their columns those that are shown.
    """

    __slots__ = ("_cells", "_make")

    def __init__(self, width: int, make: Callable[[int], CellValue]) -> None:
        self._cells: list[CellValue | None] = [None] * width
        self._make = make

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, place: int) -> CellValue: ...

    @overload
    def __getitem__(self, place: slice) -> list[CellValue]: ...

    def __getitem__(self, place: int | slice) -> CellValue | list[CellValue]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        found = self._cells[place]
        if found is None:
            found = self._cells[place] = self._make(place % len(self._cells))
        return found


Choice = tuple[object, str]
"""(value to save, text to show)"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``key`` names the field, ``width`` is in pixels at 100 %.

    ``choices`` fills the editor kind "choice"; ``completions`` turns typed text into proposals for
    "product", "phone" and "text", for "due" into what it means.
    ``hidden`` columns are off until the user shows them. A ``rigid`` one
    keeps its width while others can give way: half a phone number is none.
    """

    key: str
    title: str
    width: int = 140
    align: Align = "left"
    look: Look = "plain"
    editor: EditorKind = "none"
    sortable: bool = True
    hidden: bool = False
    rigid: bool = False
    choices: Callable[[], Sequence[Choice]] | None = None
    completions: Callable[[str], Sequence[str]] | None = None


class RecordSource(Protocol):
    """Where the rows of one list (one filter, one order) come from.

    ``first_page`` and ``rows`` run on the UI thread and answer within a frame; ``all_ids`` runs in a
    reader thread and uses its own connection. Each may raise ``KnownError``.
    """

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the order of the values of a row."""

    def first_page(self) -> Sequence[int]:
        """Return the first ids in order, at once (by keyset)."""

    def all_ids(self) -> "array[int] | bytes":
        """Return every id in order as ``array('I')``, or as bytes of unsigned 32-bit in native order."""

    def rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """Return the rows of ``ids``; an id that no longer exists is left out."""

    def save(self, record_id: int, column_key: str, value: object) -> object:
        """Save one field. Raises KnownError with what to tell the user.

        Returns None, or what the list has to ask or tell before the cell shows it.
        """
