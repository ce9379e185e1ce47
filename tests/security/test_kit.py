"""The emergency kit: one page that a person and a camera can read."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
import segno

from crm_desktop.security.codes import SetUpCode, format_recovery_code, parse_recovery_code
from crm_desktop.security.kit import EmergencyKit, Paper, pdf_bytes

_RECOVERY = format_recovery_code(bytes(range(20)))
_SET_UP = SetUpCode(bytes(range(100, 116)), bytes(range(200, 216))).text()
_KIT = EmergencyKit(
    number=3,
    organization="Müller & Söhne GmbH",
    date=date(2026, 11, 22),
    recovery_code=_RECOVERY,
    set_up_code=_SET_UP,
)


def _tool(name: str, *arguments: str | Path) -> str:
    done = subprocess.run([name, *arguments], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "kit.pdf"
    path.write_bytes(pdf_bytes(_KIT))
    return path


@pytest.mark.parametrize(("paper", "size"), [("A4", "595.28 x 841.89"), ("Letter", "612 x 792")])
def test_the_kit_is_one_page_of_the_chosen_paper(tmp_path: Path, paper: Paper, size: str) -> None:
    path = tmp_path / "kit.pdf"
    path.write_bytes(pdf_bytes(_KIT, paper))
    info = _tool("pdfinfo", path)
    assert "Pages:           1\n" in info
    assert size in info
    assert _RECOVERY not in info


def test_everything_a_person_needs_is_on_it(pdf: Path) -> None:
    text = " ".join(_tool("pdftotext", "-layout", pdf, "-").split())
    for words in ("Emergency kit 3", "Müller & Söhne GmbH", "2026-11-22", "Recovery code", "Set-up code"):
        assert words in text
    assert "It does not replace a lost key file" in text
    printed = text.split()
    assert set(_RECOVERY.split("-")) <= set(printed)
    assert set(_SET_UP.split("-")) <= set(printed)
    groups = [word for word in printed if word in _RECOVERY.split("-")]
    assert parse_recovery_code("-".join(groups)) == bytes(range(20))


def test_it_is_black_and_white(pdf: Path, tmp_path: Path) -> None:
    _tool("pdftoppm", "-r", "60", "-singlefile", pdf, tmp_path / "page")
    header, _, rest = (tmp_path / "page.ppm").read_bytes().partition(b"\n255\n")
    assert header.startswith(b"P6")
    assert len(rest) % 3 == 0
    assert rest[0::3] == rest[1::3] == rest[2::3]
    assert {0, 255} <= set(rest)


def test_the_qr_codes_are_those_of_the_codes(pdf: Path, tmp_path: Path) -> None:
    """Both matrices are found in the picture, module by module, with a white quiet zone."""
    _tool("pdftoppm", "-r", "300", "-gray", "-singlefile", pdf, tmp_path / "page")
    header, _, pixels = (tmp_path / "page.pgm").read_bytes().partition(b"\n255\n")
    width = int(header.split()[1])
    per_mm = 300 / 25.4
    right = 210 - 18 - 4 - 40.0
    tops = _frames(pixels, width, per_mm)
    for top, code in zip(tops, (_RECOVERY, _SET_UP), strict=True):
        matrix = segno.make(code, error="m", micro=False).matrix
        size = len(matrix) + 8
        for row in range(size):
            for column in range(size):
                x = (right + (column + 0.5) * 40 / size) * per_mm
                y = (top + 4 + (row + 0.5) * 40 / size) * per_mm
                inside = 4 <= row < size - 4 and 4 <= column < size - 4
                dark = bool(inside and matrix[row - 4][column - 4])
                assert (pixels[int(y) * width + int(x)] < 128) is dark


def _frames(pixels: bytes, width: int, per_mm: float) -> list[float]:
    """Return the upper edges of the two frames in millimetres: long black rows, every second one."""
    begin, end = int(30 * per_mm), int(180 * per_mm)
    rows = [
        row
        for row in range(len(pixels) // width)
        if max(pixels[row * width + begin : row * width + end]) < 128
    ]
    edges = [row for place, row in enumerate(rows) if place == 0 or row - rows[place - 1] > 2]
    thickness = len(rows) / len(edges)
    return [(edges[0] + thickness / 2) / per_mm, (edges[2] + thickness / 2) / per_mm]


@pytest.mark.parametrize("name", ["x" * 5000, "", "株式会社", "Ωμέγα \u0000\n Ćorić", "شركة"])
def test_any_name_fits_on_the_page(tmp_path: Path, name: str) -> None:
    kit = EmergencyKit(1, name, date(2026, 1, 1), _RECOVERY, _SET_UP)
    path = tmp_path / "kit.pdf"
    path.write_bytes(pdf_bytes(kit, "Letter"))
    assert "Pages:           1\n" in _tool("pdfinfo", path)
    text = _tool("pdftotext", "-layout", path, "-")
    assert "makers of the program included" in " ".join(text.split())


def test_a_kit_does_not_show_its_codes() -> None:
    assert _RECOVERY not in repr(_KIT)
    assert _SET_UP not in repr(_KIT)


def test_missing_fonts_are_an_incomplete_installation(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pdf_bytes(_KIT, fonts=tmp_path)
