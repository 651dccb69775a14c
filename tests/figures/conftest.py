"""Pictures as people's devices make them."""

import io

import pytest
from PIL import Image


def made(
    format: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", colour=(200, 30, 30), **options
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, format, **options)
    return file.getvalue()


@pytest.fixture
def picture():
    return made
