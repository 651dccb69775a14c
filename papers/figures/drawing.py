"""A picture drawn anew from its pixels: what else a file may carry (places, cameras, scripts, other files) is gone."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# A file of a few kB can hold a picture of gigabytes; its size is read before it is opened up.
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 2000
# A photograph kept as PNG is ten times as large as it need be.
LARGEST_PNG = 600_000
QUALITY = 85


class NoPicture(Exception):
    """The file is none of the formats, is broken, or has too many pixels."""


@dataclass(frozen=True)
class Drawing:
    """A picture as a browser shows it: its media type, its size in pixels and its bytes."""

    kind: str
    width: int
    height: int
    data: bytes


def drawn_anew(file: bytes) -> Drawing:
    """Return the picture, turned as its camera meant it, at most 2,000 pixels wide and high.

    Of a film it is the first frame. Raises NoPicture.
    """
    try:
        with Image.open(io.BytesIO(file), formats=FORMATS) as found:
            width, height = found.size
            if not 0 < width * height <= MOST_PIXELS:
                raise NoPicture
            is_photograph = found.format == "JPEG"
            found.seek(0)
            picture = ImageOps.exif_transpose(found)
            picture = in_plain_colours(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise NoPicture from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return saved(picture, is_photograph=is_photograph)


def in_plain_colours(picture: Image.Image) -> Image.Image:
    """Return a picture of new pixels, in red, green and blue, with transparency if it has any."""
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight are what a screen shows.
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    pixels = picture.convert(mode)
    plain = Image.new(mode, pixels.size)
    plain.paste(pixels)
    return plain


def saved(picture: Image.Image, *, is_photograph: bool) -> Drawing:
    width, height = picture.size
    if is_photograph:
        return Drawing(
            "image/jpeg", width, height, written(picture.convert("RGB"), "JPEG", quality=QUALITY, optimize=True)
        )
    data = written(picture, "PNG", optimize=True)
    if len(data) <= LARGEST_PNG:
        return Drawing("image/png", width, height, data)
    return Drawing("image/webp", width, height, written(picture, "WEBP", quality=QUALITY))


def written(picture: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()
