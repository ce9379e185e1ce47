"""Where things stand on paper: sheets of labels, envelopes and letters, all in millimetres. Pure.

Sources: the makers' sheets for the labels, ISO 269 and DIN 680 for envelopes and their windows, DIN 5008
for the letter, and for the United States the usual window of a No. 10 envelope.
"""

from dataclasses import dataclass

_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height

    def within(self, margin: float) -> "Box":
        """Return the box without ``margin`` on every side."""
        return Box(self.left + margin, self.top + margin, self.width - 2 * margin, self.height - 2 * margin)


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper, as it is held."""

    name: str
    width: float
    height: float

    @property
    def turned(self) -> "Paper":
        """The same paper on its side."""
        return Paper(self.name, self.height, self.width)


A4 = Paper("A4", 210, 297)
LETTER = Paper("Letter", 215.9, 279.4)

# Where people print on Letter: the others use ISO 216 (Unicode CLDR, measurementData/paperSize).
_LETTER_REGIONS = frozenset(
    {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
)


def paper_of(region: str) -> Paper:
    """Return the paper offices use in a country (ISO 3166-1 alpha-2)."""
    return LETTER if region in _LETTER_REGIONS else A4


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A sheet of labels.

    ``left`` and ``top`` are where the first one begins, ``across`` and ``down`` lead from one to the next.
    """

    key: str
    name: str
    paper: Paper
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def count(self) -> int:
        """How many labels one sheet has."""
        return self.columns * self.rows

    def cell(self, place: int) -> Box:
        """Return the label at ``place`` (from 0, along the rows)."""
        row, column = divmod(place, self.columns)
        return Box(self.left + column * self.across, self.top + row * self.down, self.width, self.height)


LABEL_SHEETS: tuple[LabelSheet, ...] = (
    LabelSheet("3475", "Avery Zweckform 3475", A4, 3, 8, 70, 36, 0, 4.5, 70, 36),
    LabelSheet("3422", "Avery Zweckform 3422", A4, 3, 8, 70, 35, 0, 8.5, 70, 35),
    LabelSheet("L7160", "Avery L7160", A4, 3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1),
    LabelSheet("L7163", "Avery L7163", A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
    LabelSheet(
        "5160", "Avery 5160", LETTER, 3, 10, 2.625 * _INCH, 1 * _INCH, 0.1875 * _INCH, 0.5 * _INCH,
        2.75 * _INCH, 1 * _INCH,
    ),
    LabelSheet(
        "5163", "Avery 5163", LETTER, 2, 5, 4 * _INCH, 2 * _INCH, 0.15625 * _INCH, 0.5 * _INCH,
        4.1875 * _INCH, 2 * _INCH,
    ),
)  # fmt: skip


def label_pages(count: int, sheet: LabelSheet, *, start: int = 1) -> int:
    """Return how many sheets ``count`` labels take when the first stands at ``start`` (from 1)."""
    return -(-(start - 1 + count) // sheet.count) if count else 0


def labels_on(page: int, count: int, sheet: LabelSheet, *, start: int = 1) -> list[tuple[int, Box]]:
    """Return (which of the labels, where it stands) for a sheet (from 0)."""
    first = page * sheet.count - (start - 1)
    return [(first + place, sheet.cell(place)) for place in range(sheet.count) if 0 <= first + place < count]


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope as it is printed, flap above; ``address`` is where its window would be if it has one."""

    key: str
    name: str
    paper: Paper
    address: Box
    sender: Box


def _envelope(key: str, name: str, width: float, height: float, *, sender: float = 70) -> Envelope:
    """Return an envelope without a window: the address in the lower right half (UPU S42)."""
    address = Box(width * 0.46, height * 0.46, width * 0.54 - 12, height * 0.54 - 15)
    return Envelope(key, name, Paper(name, width, height), address, Box(12, 10, sender, 18))


def _windowed(key: str, name: str, paper: Paper, window: Box) -> Envelope:
    """Return an envelope whose address stands where a window is."""
    return Envelope(key, name, paper, window, Box(window.left, 8, 80, 16))


_DL, _C5, _C6 = Paper("DL", 220, 110), Paper("C5", 229, 162), Paper("C6", 162, 114)
_NO_10 = Paper("No. 10", 9.5 * _INCH, 4.125 * _INCH)
# DIN 680: 45 x 90 mm, 20 mm from the left edge, 15 mm from the lower one.
_DIN_LEFT, _DIN_BELOW, _DIN_WIDTH, _DIN_HEIGHT = 20.0, 15.0, 90.0, 45.0


def _din_window(paper: Paper, *, below: float = _DIN_BELOW) -> Box:
    return Box(_DIN_LEFT, paper.height - below - _DIN_HEIGHT, _DIN_WIDTH, _DIN_HEIGHT)


ENVELOPES: tuple[Envelope, ...] = (
    _envelope("DL", "DL", 220, 110),
    _envelope("C5", "C5", 229, 162),
    _envelope("C6", "C6", 162, 114),
    _envelope("10", "No. 10", _NO_10.width, _NO_10.height, sender=90),
    _windowed("DL-window", "DL", _DL, _din_window(_DL)),
    # A sheet folded once is higher: 60 mm below an address field of form A or B (DIN 680, C5).
    _windowed("C5-window", "C5", _C5, _din_window(_C5, below=60)),
    _windowed("C6-window", "C6", _C6, _din_window(_C6)),
    _windowed("10-window", "No. 10", _NO_10, Box(0.875 * _INCH, _NO_10.height - 1.625 * _INCH, 4.5 * _INCH,
                                                 1.125 * _INCH)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterForm:
    """Where the parts of a letter stand.

    ``address`` is the zone of the recipient, ``note`` the line of the sender above it in a window,
    ``sender`` the letterhead. ``text`` is where the words begin on the first page, ``next`` on the others;
    both end where the ``foot`` begins. ``folds`` are the marks at the left edge, from above.
    """

    key: str
    name: str
    paper: Paper
    sender: Box
    note: Box | None
    address: Box
    date: Box
    text: Box
    next: Box
    foot: Box
    folds: tuple[float, ...] = ()


def _din(key: str, name: str, top: float, folds: tuple[float, ...]) -> LetterForm:
    """Return a form of DIN 5008; ``top`` is where its address field of 85 x 45 mm begins."""
    begins = top + 45 + 8.46
    return LetterForm(
        key, name, A4, sender=Box(25, 8, 165, top - 11), note=Box(25, top + 12.7, 80, 5),
        address=Box(25, top + 17.7, 80, 27.3), date=Box(125, top + 5, 65, 40),
        text=Box(25, begins, 165, 297 - 25 - begins), next=Box(25, 25, 165, 297 - 25 - 25),
        foot=Box(25, 297 - 18, 165, 8), folds=folds,
    )  # fmt: skip


LETTER_FORMS: tuple[LetterForm, ...] = (
    _din("din-b", "DIN 5008 B", 45, (105, 148.5, 210)),
    _din("din-a", "DIN 5008 A", 27, (87, 148.5, 192)),
    LetterForm(
        "us", "US", LETTER, sender=Box(_INCH, 0.5 * _INCH, 6.5 * _INCH, 1.2 * _INCH), note=None,
        # Folded in three, this stands in the window of a No. 10 envelope.
        address=Box(_INCH, 2.1 * _INCH, 4 * _INCH, 1.05 * _INCH),
        date=Box(_INCH, 1.75 * _INCH, 6.5 * _INCH, 0.3 * _INCH),
        text=Box(_INCH, 3.4 * _INCH, 6.5 * _INCH, 6.6 * _INCH),
        next=Box(_INCH, _INCH, 6.5 * _INCH, 9 * _INCH), foot=Box(_INCH, 10.25 * _INCH, 6.5 * _INCH, 8),
    ),
)  # fmt: skip


def letter_form_of(region: str) -> LetterForm:
    """Return the form of letters that is usual in a country (ISO 3166-1 alpha-2)."""
    return LETTER_FORMS[2] if paper_of(region) is LETTER else LETTER_FORMS[0]
