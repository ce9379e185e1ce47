"""Pictures: every format, upright, small, without what a camera wrote; bombs and damage are refused."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from crm_desktop.domain.errors import ForeignFileError
from crm_desktop.importers.attached import pictures
from crm_desktop.importers.attached.pictures import decoded, photo_of


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Write the head of a PNG that claims a size, and next to nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


@pytest.mark.parametrize("form", pictures.FORMATS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_every_format_is_shown_and_made_a_photo(form: str, mode: str) -> None:
    data = encoded(Image.new(mode, (900, 600), 90 if mode == "L" else (200, 80, 40)), form)
    raster = decoded(data, side=300, name="a")
    assert (raster.width, raster.height, raster.whole) == (300, 200, (900, 600))
    assert len(raster.pixels) == 300 * 200 * 4
    photo = Image.open(io.BytesIO(photo_of(data, name="a")))
    assert (photo.format, photo.size, photo.mode) == ("JPEG", (512, 341), "RGB")


@pytest.mark.parametrize(("mode", "colour"), [("P", 3), ("1", 1), ("RGBA", (0, 0, 0, 0)), ("I;16", 60_000)])
def test_every_kind_of_pixel_becomes_a_photo(mode: str, colour: object) -> None:
    data = encoded(Image.new(mode, (20, 10), colour), "PNG")  # type: ignore[arg-type]
    assert Image.open(io.BytesIO(photo_of(data, name="a"))).size == (20, 10)


def test_what_can_be_seen_through_stands_on_white() -> None:
    photo = Image.open(io.BytesIO(photo_of(encoded(Image.new("RGBA", (8, 8)), "PNG"), name="a")))
    assert min(photo.getpixel((4, 4))) > 250  # type: ignore[arg-type]


def test_a_photo_says_nothing_of_place_and_camera_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CAMERA-MAKER"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = encoded(
        Image.new("RGB", (400, 200)),
        "JPEG",
        exif=exif,
        comment=b"SECRET-COMMENT",
        icc_profile=b"PROFILE" * 20,
    )
    raster = decoded(data, side=4000, name="a")
    assert (raster.width, raster.height, raster.whole) == (200, 400, (200, 400))
    photo = photo_of(data, name="a")
    made = Image.open(io.BytesIO(photo))
    assert made.size == (200, 400)
    assert dict(made.getexif()) == {}
    for trace in (b"CAMERA", b"SECRET", b"PROFILE", b"Exif"):
        assert trace not in photo


def test_a_large_photograph_is_scaled_while_it_is_decoded() -> None:
    data = encoded(Image.new("L", (12_000, 9_000)), "JPEG")
    raster = decoded(data, side=1000, name="a")
    assert (raster.width, raster.height, raster.whole) == (1000, 750, (12_000, 9_000))


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_000, 9_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused(width: int, height: int) -> None:
    for act in (lambda data: decoded(data, side=100, name="a"), lambda data: photo_of(data, name="a")):
        with pytest.raises(ForeignFileError) as caught:
            act(png_of(width, height))
        assert caught.value.code in {"picture_too_large", "picture_unreadable"}


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0", b"%!PS-Adobe", png_of(100, 100)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ForeignFileError, match="picture_unreadable"):
        decoded(data, side=100, name="a")


_SOUND = {form: encoded(Image.effect_noise((40, 30), 60).convert("RGB"), form) for form in pictures.FORMATS}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(pictures.FORMATS), st.data())
def test_a_damaged_picture_is_shown_or_refused_and_nothing_else(form: str, data: st.DataObject) -> None:
    broken = bytearray(_SOUND[form])
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(1, len(broken)))])
    try:
        raster = decoded(cut, side=64, name="a")
    except ForeignFileError as error:
        refused = error.code
    else:
        refused = "" if len(raster.pixels) == raster.width * raster.height * 4 else "half a picture"
    assert refused in {"", "picture_unreadable", "picture_too_large"}
