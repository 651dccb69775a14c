"""Which pictures are taken, as sentences."""

import re

from django.utils.translation import gettext as _

# Two million bytes: a screenshot of a page, or a photograph of a whiteboard from a telephone that is set to "large".
MOST_BYTES = 2_000_000


def why_too_large(size: int) -> str | None:
    """Return why a file of so many bytes is not taken, or None."""
    if size <= MOST_BYTES:
        return None
    return _(
        "The picture has %(size).1f MB; at most 2 MB are taken. "
        "Make it smaller or cut out what matters, and try again."
    ) % {"size": size / 1_000_000}


def markdown_of(alt: str, address: str) -> str:
    """Return what a text says for the figure to stand in it."""
    # Not with a backslash: `\[` begins a formula.
    words = re.sub(r"[\\\[\]]", lambda found: f"&#{ord(found[0])};", alt)
    return f"![{words}]({address})"


def why_no_picture() -> str:
    return _(
        "This file cannot be read as a picture. PNG, JPEG, GIF and WebP of at most 24 million pixels are taken; "
        "save it as one of these and try again."
    )


def why_no_file() -> str:
    return _("There is no picture yet. Choose a file, and try again.")
