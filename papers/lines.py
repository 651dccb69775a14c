"""A line of text as people type it: what is tidied away, and what can be seen of it."""

import re
import unicodedata

# Marks that turn the direction of the words around them, and control characters.
TURNS_OR_CONTROLS = re.compile(r"[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]")
# Letters and symbols by their category that show nothing: four fillers of Hangul, and a Braille cell without dots.
BLANKS = "\u115f\u1160\u3164\uffa0\u2800"
RIGHT_TO_LEFT = {"R", "AL", "AN"}


def tidy(text: str) -> str:
    """Return the text on one line with single spaces, without control characters and marks that turn the direction.

    What a person can see stays as it was typed.
    """
    return TURNS_OR_CONTROLS.sub("", re.sub(r"\s+", " ", text)).strip()


def can_be_seen(text: str) -> bool:
    """Return whether anything of the text shows on a page."""
    return any(is_visible(letter) for letter in text)


def is_visible(letter: str) -> bool:
    """Return whether the character shows something by itself: a letter, digit, symbol or punctuation mark."""
    return unicodedata.category(letter)[0] in "LNPS" and letter not in BLANKS


def web_address(url: str | None) -> str:
    """Return the address if it is one of a page on the web, else "".

    The forms and formats take no other, but rows also come in as a whole, out of an archive: a link must never run.
    """
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def isolated(text: str) -> str:
    """Return what a person wrote so that right-to-left letters or marks in it can't turn the words around it."""
    line = TURNS_OR_CONTROLS.sub(" ", text) if TURNS_OR_CONTROLS.search(text) else text
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in line):
        return f"\u2068{line}\u2069"
    return line
