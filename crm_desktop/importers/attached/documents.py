"""Text and PDF to be shown: text in the encoding its bytes show, PDF as pictures of its pages.

PDFium draws; scripts, forms and links in a document are never followed. It knows no threads, so one page
is drawn at a time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crm_desktop.domain.attachments import Raster
from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.call_logs.decoding import encoding_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MOST_TEXT = 2 * 2**20
"""Characters of a text that are shown; the rest is reached by saving a copy."""
_ONE_AT_A_TIME = threading.Lock()
_LONGEST_EDGE_PT = 20_000


def text_of(data: bytes) -> tuple[str, bool]:
    """Return a text and whether it was cut; bytes that do not belong are shown as U+FFFD.

    Characters that draw nothing or turn the direction of writing do no harm in a text and stay; NULs and
    other control characters are shown as their pictures.
    """
    encoding = encoding_of(data) or "utf-8"
    text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cut = len(text) > MOST_TEXT
    return text[:MOST_TEXT].translate(_PICTURES), cut


_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if code not in {0x09, 0x0A}} | {0x7F: "\u2421"}


@contextmanager
def _opened(data: bytes, name: str) -> Iterator["PdfDocument"]:
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise ForeignFileError("pdf_unreadable", name=name) from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise ForeignFileError("pdf_unreadable", name=name) from error
        finally:
            document.close()


def page_of(data: bytes, *, page: int, side: int, name: str) -> Raster:
    """Return a page drawn so that its longer side has ``side`` pixels; ``whole`` is its size in points.

    Raises ForeignFileError ``pdf_unreadable``: damaged, under a password, or without pages.
    """
    with _opened(data, name) as document:
        count = len(document)
        if not 0 <= page < count:
            raise ForeignFileError("pdf_unreadable", name=name)
        drawn = document[page]
        width, height = drawn.get_size()
        if not 0 < max(width, height) < _LONGEST_EDGE_PT:
            raise ForeignFileError("pdf_unreadable", name=name)
        bitmap = drawn.render(
            scale=side / max(width, height), may_draw_forms=False, rev_byteorder=True, prefer_bgrx=True
        )
        rows = bytes(bitmap.buffer)
        stride, used = bitmap.stride, bitmap.width * 4
        if stride != used:
            rows = b"".join(rows[at * stride : at * stride + used] for at in range(bitmap.height))
        raster = Raster(bitmap.width, bitmap.height, rows, (round(width), round(height)), count)
        drawn.close()
    return raster
