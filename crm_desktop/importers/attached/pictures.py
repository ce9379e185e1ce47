"""Pictures of any origin into pixels, and into a small photo without what a camera wrote beside it.

A picture tells its size before it is decoded: one that would fill the memory is refused by it. JPEG is
decoded at an eighth to one half where that suffices, so that large photographs stay quick.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crm_desktop.domain.attachments import PHOTO_SIDE, Raster
from crm_desktop.domain.errors import ForeignFileError

if TYPE_CHECKING:
    from PIL.Image import Image

# What the decoder may be handed: others (PostScript, TGA, icons…) are no photographs.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
MOST_DECODED = 80_000_000
"""Pixels that are decoded at most: 320 MB."""
MOST_IN_FILE = 600_000_000
_ONE_AT_A_TIME = threading.Lock()
"""Two large ones at once would need twice the memory; and warnings are switched off for all threads."""
_PHOTO_QUALITY = 88


@contextmanager
def _opened(data: bytes, side: int, name: str) -> Iterator["Image"]:
    """Open a picture, JPEG scaled down to not less than ``side``; nothing else is decoded yet."""
    from PIL import Image, ImageFile, UnidentifiedImageError

    # The sizes are judged here, with the picture's own figures to tell.
    Image.MAX_IMAGE_PIXELS = MOST_IN_FILE
    assert not ImageFile.LOAD_TRUNCATED_IMAGES  # noqa: S101 - half a picture is not shown as a whole one
    try:
        with (
            _ONE_AT_A_TIME,
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=FORMATS) as picture,
        ):
            if picture.width * picture.height > MOST_IN_FILE:
                raise _too_large(name, picture.size)
            whole = picture.size
            picture.draft("RGB", (side, side))
            if picture.width * picture.height > MOST_DECODED:
                raise _too_large(name, whole)
            yield picture
    except Image.DecompressionBombError as error:
        raise ForeignFileError("picture_too_large", name=name, width="?", height="?") from error
    # What a decoder says of a damaged file, by its kind: struct and zlib errors come through too.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError,
            TypeError, ArithmeticError, MemoryError, RuntimeError) as error:  # fmt: skip
        raise ForeignFileError("picture_unreadable", name=name) from error


def _too_large(name: str, size: tuple[int, int]) -> ForeignFileError:
    return ForeignFileError("picture_too_large", name=name, width=size[0], height=size[1])


def decoded(data: bytes, *, side: int, name: str, page: int = 0) -> Raster:
    """Return a picture, upright, no longer than ``side`` pixels on its longer side.

    Raises ForeignFileError ``picture_unreadable``, ``picture_too_large``.
    """
    with _opened(data, side, name) as picture:
        whole, pages = _whole_size(picture, data), int(getattr(picture, "n_frames", 1))
        if page:
            picture.seek(min(page, pages - 1))
        upright = _fitted(picture, side, "RGBA")
        return Raster(upright.width, upright.height, upright.tobytes(), whole, pages)


def photo_of(data: bytes, *, name: str) -> bytes:
    """Return a picture as a JPEG of at most 512 × 512 pixels that says nothing but its pixels.

    Where it can be seen through it stands on white. Errors as in :func:`decoded`.
    """
    from PIL import Image

    with _opened(data, PHOTO_SIDE, name) as picture:
        upright = _fitted(picture, PHOTO_SIDE, "RGBA")
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        out = io.BytesIO()
        # A new picture: neither place nor camera, profile or comment of the old one comes along.
        ground.save(out, "JPEG", quality=_PHOTO_QUALITY, optimize=True)
    return out.getvalue()


def _whole_size(picture: "Image", data: bytes) -> tuple[int, int]:
    """Return the size in the file, as it stands upright; ``draft`` has changed the picture's own."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=FORMATS) as fresh:
        width, height = fresh.size
    return (height, width) if picture.getexif().get(0x0112, 1) in {5, 6, 7, 8} else (width, height)


def _fitted(picture: "Image", side: int, mode: str) -> "Image":
    from PIL import Image, ImageOps

    if picture.mode.startswith(("I;16", "I", "F")) and picture.mode != "RGBA":
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    # Scaled before the colours are counted out: of a large picture only the small one is kept.
    picture.thumbnail((side, side), Image.Resampling.BOX if picture.mode in {"1", "P"} else
                      Image.Resampling.LANCZOS)  # fmt: skip
    return ImageOps.exif_transpose(picture).convert(mode)
