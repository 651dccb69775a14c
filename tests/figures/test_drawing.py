"""A picture drawn anew: what a browser shows of it stays, everything else is gone."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from papers.figures.drawing import LONGEST_SIDE, NoPicture, drawn_anew

SECRET = b"SECRET-39.9042N-116.4074E"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_where_and_by_what_it_was_taken_is_gone(picture):
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    for file in (
        picture("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET),
        picture("PNG", pnginfo=info, exif=exif),
        picture("WEBP", exif=exif, xmp=SECRET),
        picture("GIF", mode="P", colour=3, comment=SECRET),
        picture("PNG") + b"<script>" + SECRET,
    ):
        assert SECRET in file
        drawing = drawn_anew(file)
        assert SECRET not in drawing.data
        assert not opened(drawing.data).getexif()
        assert set(opened(drawing.data).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
        }


def test_it_is_turned_as_the_camera_meant_it(picture):
    exif = Image.Exif()
    exif[0x0112] = 6
    drawing = drawn_anew(picture("JPEG", size=(60, 40), exif=exif))
    assert (drawing.width, drawing.height) == (40, 60) == opened(drawing.data).size


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"format": "PNG"}, "image/png"),
        ({"format": "PNG", "mode": "RGBA", "colour": (1, 2, 3, 0)}, "image/png"),
        ({"format": "PNG", "mode": "P", "colour": 3, "transparency": 3}, "image/png"),
        ({"format": "PNG", "mode": "L", "colour": 9}, "image/png"),
        ({"format": "PNG", "mode": "1", "colour": 1}, "image/png"),
        ({"format": "PNG", "mode": "I;16", "colour": 40000}, "image/png"),
        ({"format": "GIF", "mode": "P", "colour": 3}, "image/png"),
        ({"format": "WEBP"}, "image/png"),
        ({"format": "JPEG"}, "image/jpeg"),
        ({"format": "JPEG", "mode": "L", "colour": 9}, "image/jpeg"),
        ({"format": "JPEG", "mode": "CMYK", "colour": (1, 2, 3, 4)}, "image/jpeg"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_every_kind_of_picture_can_be_shown(picture, options, kind):
    drawing = drawn_anew(picture(**options))
    assert drawing.kind == kind
    found = opened(drawing.data)
    assert (found.format == "JPEG") is (kind == "image/jpeg")
    assert (drawing.width, drawing.height) == found.size == (60, 40)


def test_transparency_and_sixteen_bits_are_kept_as_seen(picture):
    clear = drawn_anew(picture("PNG", mode="RGBA", colour=(1, 2, 3, 0)))
    assert opened(clear.data).getpixel((0, 0))[3] == 0
    grey = drawn_anew(picture("PNG", mode="I;16", colour=65535))
    assert opened(grey.data).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_of_a_film_the_first_frame(picture):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    found = opened(drawn_anew(file.getvalue()).data)
    assert getattr(found, "n_frames", 1) == 1
    assert found.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_large_ones_are_made_smaller(picture):
    drawing = drawn_anew(picture("JPEG", size=(5000, 1000)))
    assert (drawing.width, drawing.height) == (LONGEST_SIDE, 400)


def test_what_would_be_a_huge_png_becomes_webp():
    file = io.BytesIO()
    Image.effect_noise((900, 900), 90).convert("RGB").save(file, "PNG")
    drawing = drawn_anew(file.getvalue())
    assert drawing.kind == "image/webp"
    assert len(drawing.data) < len(file.getvalue())


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 50,000 by 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.4",
        b"BM" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        bomb(),
    ],
    ids=["empty", "head only", "svg", "html", "pdf", "bmp", "png head", "bomb"],
)
def test_what_is_none_is_refused(file):
    with pytest.raises(NoPicture):
        drawn_anew(file)


def test_half_a_picture_is_refused(picture):
    whole = picture("JPEG", size=(400, 400))
    with pytest.raises(NoPicture):
        drawn_anew(whole[: len(whole) // 2])
