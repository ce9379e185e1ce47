"""The emergency kit: one numbered page, black and white, that opens the organization without a password.

Everything on it is also readable by eye: the QR codes only save typing. Groups carry their number,
because a mistyped code is answered with "group 3 is wrong".
"""

import sys
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fpdf import FPDF

Paper = Literal["A4", "Letter"]

_FAMILY = "kit"
_CODE_FAMILY = "kit code"
_MARGIN = 18.0
_QR_SIDE = 40.0
_GROUPS_IN_ROW = 4
_QUIET_MODULES = 4
_LONGEST_NAME = 120
_NO_GLYPH = "\u25a1"

_RECOVERY_TITLE = "Recovery code"
_RECOVERY_TEXT = (
    "Replaces the password of an administrator. Whoever has it and the files can read everything."
)
_SET_UP_TITLE = "Set-up code"
_SET_UP_TEXT = (
    "Lets a computer open the file. It is asked for once on each computer, together with a password."
)
_STEPS = (
    (
        "Print this page, or write both codes down by hand. Keep it locked away, and not beside a "
        "computer that opens the file. Do not photograph it and do not send it by e-mail."
    ),
    (
        "To set up another computer: open the organization file, type the set-up code, then sign in "
        "with your own login name and password."
    ),
    (
        "When no administrator knows a password any more: open the organization file, choose “Use the "
        "emergency kit”, type the set-up code and the recovery code, and set a new password. A new "
        "kit is made then; destroy this one."
    ),
    (
        "The recovery code replaces a password. It does not replace a lost key file: keep the files "
        "whose names end in .crm and .crm.keys together, and keep the backups."
    ),
    (
        "After the keys were changed, the file needs the kit with the new number. This one still "
        "opens backups of before that day."
    ),
    (
        "Without a password of an administrator and without this kit nobody can open the file again, "
        "the makers of the program included."
    ),
)


@dataclass(frozen=True, slots=True)
class EmergencyKit:
    """What is printed: number, organization, day, and both codes as text in groups."""

    number: int
    organization: str
    date: date
    recovery_code: str = field(repr=False)
    set_up_code: str = field(repr=False)


def pdf_bytes(kit: EmergencyKit, paper: Paper = "A4", *, fonts: Path | None = None) -> bytes:
    """Return the kit as a PDF of one page; ``fonts`` is the folder with the DejaVu fonts (None: ours)."""
    pdf = _new_page(kit, paper, fonts or _fonts())
    _head(pdf, kit)
    _code(pdf, title=_RECOVERY_TITLE, text=_RECOVERY_TEXT, code=kit.recovery_code)
    _code(pdf, title=_SET_UP_TITLE, text=_SET_UP_TEXT, code=kit.set_up_code)
    _steps(pdf)
    return bytes(pdf.output())


def _fonts() -> Path:
    """Return ``resources/fonts`` inside a frozen program, an installed package, or the checkout."""
    package = Path(__file__).resolve().parents[1]
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for place in (frozen, package, package.parent):
        if (place / "resources" / "fonts").is_dir():
            return place / "resources" / "fonts"
    raise FileNotFoundError("resources/fonts")


def _new_page(kit: EmergencyKit, paper: Paper, fonts: Path) -> "FPDF":
    from fpdf import FPDF

    pdf = FPDF(format=paper, unit="mm")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(_MARGIN)
    pdf.add_font(_FAMILY, fname=fonts / "DejaVuSans.ttf")
    pdf.add_font(_FAMILY, style="B", fname=fonts / "DejaVuSans-Bold.ttf")
    pdf.add_font(_CODE_FAMILY, fname=fonts / "DejaVuSansMono-Bold.ttf")
    pdf.set_title(f"Emergency kit {kit.number}")
    pdf.set_lang("en")
    pdf.add_page()
    return pdf


def _head(pdf: "FPDF", kit: EmergencyKit) -> None:
    pdf.set_font(_FAMILY, style="B", size=20)
    pdf.cell(w=pdf.epw, h=10, text=f"Emergency kit {kit.number}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FAMILY, style="B", size=12)
    name = _printable(pdf, kit.organization)
    pdf.multi_cell(w=pdf.epw, h=6, text=name, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FAMILY, size=10)
    made = f"Made on {kit.date.isoformat()}. A kit with a higher number replaces it."
    pdf.cell(w=pdf.epw, h=6, text=made, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _printable(pdf: "FPDF", name: str) -> str:
    """Shorten a name, and show a box for what the font has no picture of."""
    from fpdf.fonts import TTFFont

    font = pdf.fonts[f"{_FAMILY}B"]
    glyphs = font.cmap if isinstance(font, TTFFont) else {}
    short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return "".join(character if ord(character) in glyphs else _NO_GLYPH for character in short)


def _code(pdf: "FPDF", *, title: str, text: str, code: str) -> None:
    """Draw one framed block: title, what it is for, numbered groups, and the QR code at the right."""
    top = pdf.get_y()
    inside = pdf.epw - _QR_SIDE - 12
    pdf.set_xy(_MARGIN + 4, top + 4)
    pdf.set_font(_FAMILY, style="B", size=13)
    pdf.cell(w=inside, h=7, text=title, new_x="LEFT", new_y="NEXT")
    pdf.set_font(_FAMILY, size=9)
    pdf.multi_cell(w=inside, h=4.5, text=text, align="L", new_x="LEFT", new_y="NEXT")
    bottom = _groups(pdf, code.split("-"), left=_MARGIN + 4, top=pdf.get_y() + 3, width=inside)
    _qr_code(pdf, code, left=_MARGIN + pdf.epw - _QR_SIDE - 4, top=top + 4)
    height = max(bottom - top + 2, _QR_SIDE + 8)
    pdf.set_line_width(0.4)
    pdf.rect(_MARGIN, top, pdf.epw, height)
    pdf.set_xy(_MARGIN, top + height + 5)


def _groups(pdf: "FPDF", groups: list[str], *, left: float, top: float, width: float) -> float:
    """Draw the groups in rows, each under its number, and return where they end."""
    step = width / _GROUPS_IN_ROW
    for place, group in enumerate(groups):
        row, column = divmod(place, _GROUPS_IN_ROW)
        x, y = left + column * step, top + row * 10.5
        pdf.set_xy(x, y)
        pdf.set_font(_FAMILY, size=6.5)
        pdf.cell(w=step, h=3, text=str(place + 1))
        pdf.set_xy(x, y + 3)
        pdf.set_font(_CODE_FAMILY, size=15)
        pdf.cell(w=step, h=6, text=group)
    return top + -(-len(groups) // _GROUPS_IN_ROW) * 10.5


def _qr_code(pdf: "FPDF", code: str, *, left: float, top: float) -> None:
    """Draw a QR code (ISO/IEC 18004) with its quiet zone of four modules, as filled squares."""
    import segno

    matrix = segno.make(code, error="m", micro=False).matrix
    module = _QR_SIDE / (len(matrix) + 2 * _QUIET_MODULES)
    pdf.set_fill_color(0)
    for row, line in enumerate(matrix, start=_QUIET_MODULES):
        column = _QUIET_MODULES
        # Neighbours are drawn as one bar: single squares leave hair lines on some printers.
        for dark, run in groupby(line):
            length = len(list(run))
            if dark:
                pdf.rect(left + column * module, top + row * module, length * module, module, style="F")
            column += length


def _steps(pdf: "FPDF") -> None:
    pdf.set_font(_FAMILY, style="B", size=12)
    pdf.cell(w=pdf.epw, h=8, text="What to do", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FAMILY, size=9.5)
    for number, step in enumerate(_STEPS, start=1):
        pdf.cell(w=7, h=5, text=f"{number}.")
        pdf.multi_cell(w=pdf.epw - 7, h=5, text=step, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1.2)
