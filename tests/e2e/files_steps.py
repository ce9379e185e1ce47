"""Files and a photo of a customer in the sample organization: the tab, the viewer, a copy asked about."""

import io
import math
import tempfile
from pathlib import Path

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFilter
from PySide6.QtWidgets import QDialog

from crm_desktop.ui.pages.customers.page import CustomersPage
from crm_desktop.ui.widgets.contact_files import ContactFiles
from crm_desktop.ui.widgets.contact_files_viewer import FileViewer
from crm_desktop.ui.widgets.dialog import Dialog
from tests.e2e.driver import Driver

_CUSTOMER = 3


def files_steps(driver: Driver) -> None:
    """Add files of several kinds and a photo, look at them inside, and ask for a decrypted copy."""
    driver.workspace.pages.show_named("customers")
    page = driver.page(CustomersPage)
    page.show_contact(_CUSTOMER)
    driver.settle()
    card = page.panel.card
    card.tabs.setCurrentWidget(card.files)
    driver.settle()
    driver.picture("70-files-none-yet")
    with tempfile.TemporaryDirectory(prefix="crm-desktop-files-") as made:
        folder = Path(made)
        card.files.add(_made(folder))
        driver.until(lambda: len(card.files.lines) == 6, "the files in the list")
        (folder / "portrait.jpg").write_bytes(_portrait())
        card.avatar.take(folder / "portrait.jpg")
        driver.until(lambda: card.avatar.image is not None, "the photo in the head")
    _note(driver, card.files)
    page.context.notices.dismiss()
    driver.settle()
    driver.picture("71-files")
    _look(driver, card.files, "Front of the shop.jpg", "72-files-picture")
    _look(driver, card.files, "Service contract 2026.pdf", "73-files-pdf")
    _look(driver, card.files, "Minutes of the visit.txt", "74-files-text")
    _copy(driver, card.files)
    card.tabs.setCurrentIndex(0)


def _choose(files: ContactFiles, name: str) -> None:
    files.list.choose(next(line.id for line in files.lines.values() if line.name == name))


def _note(driver: Driver, files: ContactFiles) -> None:
    _choose(files, "Service contract 2026.pdf")
    line = files.current_line()
    assert line is not None

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, Dialog)
        form = files.edits.dialog
        assert form is dialog
        driver.write(dialog.form.editor("note"), "Signed by both sides")  # type: ignore[attr-defined]
        driver.click(dialog.accept_button)

    given = driver.answers_given
    driver.answer(Dialog, fill)
    driver.click(files.note_button)
    driver.answered(given + 1)
    driver.until(lambda: files.lines[line.id].note, "the note")
    driver.settle()


def _look(driver: Driver, files: ContactFiles, name: str, picture: str) -> None:
    _choose(files, name)

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, FileViewer)
        driver.until(lambda: dialog.shown is not None, "the file in the viewer")
        driver.settle()
        driver.picture(picture)
        dialog.close()

    given = driver.answers_given
    driver.answer(FileViewer, look)
    driver.click(files.open_button)
    driver.answered(given + 1)
    driver.settle()


def _copy(driver: Driver, files: ContactFiles) -> None:
    """Ask for a decrypted copy of what cannot be shown inside, and let it be."""
    _choose(files, "Offer.docx")

    def refuse(dialog: QDialog) -> None:
        driver.picture("75-files-decrypted-copy")
        dialog.reject()

    given = driver.answers_given
    driver.answer(Dialog, refuse)
    driver.click(files.open_button)
    driver.answered(given + 1)
    driver.settle()


# --- what is put there ------------------------------------------------------------------------------------


def _made(folder: Path) -> list[Path]:
    contents = {
        "Price list.xlsx": b"PK\x03\x04" + bytes(48_000),
        "Offer.docx": b"PK\x03\x04" + bytes(182_000),
        "Letter about the move.eml": b"Subject: We are moving\n\nFrom May on you find us at ...\n" * 40,
        "Minutes of the visit.txt": _MINUTES.encode("utf-16"),
        "Front of the shop.jpg": _shop(),
        "Service contract 2026.pdf": _contract(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


_MINUTES = """Visit on 14 September

Present: Ms Jørgensen (purchasing), Mr Łukasik (workshop), Ana

- The three scanners of the first delivery run; one cable was replaced.
- Straße 12 gets a second counter in spring: two more seats from March.
- Renewal: they would rather pay once a year. Offer until the end of the month.

Next visit: 11 January, 10:00
"""


def _shop() -> bytes:
    """Return a drawn photograph: a street at dusk, 3000 x 2000 pixels."""
    width, height = 1500, 1000
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        share = y / height
        draw.line((0, y, width, y), fill=(int(62 + 170 * share), int(88 + 96 * share), int(140 + 20 * share)))
    for place, tall in enumerate((520, 640, 460, 580, 500)):
        left = place * 310 - 20
        shade = 66 + 12 * (place % 3)
        draw.rectangle((left, height - tall, left + 300, height), fill=(shade, shade - 8, shade + 6))
        for row in range(3):
            for column in range(4):
                x, y = left + 24 + column * 68, height - tall + 40 + row * 90
                lit = math.sin(place * 7 + row * 3 + column) > 0.1
                draw.rectangle((x, y, x + 44, y + 58), fill=(250, 214, 140) if lit else (58, 66, 86))
    draw.rectangle((560, 720, 960, 1000), fill=(206, 92, 70))
    draw.rectangle((590, 780, 780, 1000), fill=(252, 226, 168))
    draw.rectangle((810, 780, 930, 1000), fill=(84, 52, 48))
    draw.rectangle((540, 690, 980, 740), fill=(238, 234, 224))
    picture = picture.filter(ImageFilter.GaussianBlur(1.2)).resize((3000, 2000))
    return _jpeg(picture)


def _portrait() -> bytes:
    """Return a drawn face on a plain ground."""
    picture = Image.new("RGB", (900, 1100), (156, 190, 196))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 760, 780, 1500), fill=(52, 74, 108))
    draw.rectangle((370, 640, 530, 840), fill=(222, 176, 146))
    draw.ellipse((230, 140, 670, 640), fill=(84, 56, 44))
    draw.ellipse((270, 210, 630, 720), fill=(236, 192, 162))
    draw.pieslice((240, 150, 660, 560), 180, 360, fill=(84, 56, 44))
    for x in (370, 530):
        draw.ellipse((x - 18, 440, x + 18, 470), fill=(52, 44, 44))
    draw.arc((370, 500, 530, 620), 30, 150, fill=(168, 92, 84), width=10)
    return _jpeg(picture.filter(ImageFilter.GaussianBlur(2)))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


_CLAUSE = (
    "The provider keeps the devices named in the schedule in working order and answers each report within "
    "one working day. Parts that wear out are replaced without charge; what others damaged is offered at "
    "the list price."
)


def _contract() -> bytes:
    document = FPDF()
    for number, title in enumerate(("Service contract", "Schedule of services"), 1):
        document.add_page()
        document.set_margin(24)
        document.set_font("helvetica", "B", 22)
        document.cell(text=title, new_x="LMARGIN", new_y="NEXT", h=16)
        document.set_font("helvetica", size=11)
        for part in range(1, 8):
            words = f"{number}.{part}  {_CLAUSE}"
            document.multi_cell(0, 6, words, new_x="LMARGIN", new_y="NEXT")
            document.ln(3)
    return bytes(document.output())
