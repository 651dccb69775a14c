"""What changed between two texts, word by word; Chinese, which parts no words by spaces, character by character."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# A word, one character of Chinese, Japanese or Korean, white space, or one other character.
PIECE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|."
)
# Comparing takes time by the product of the two lengths; what is longer counts as replaced as a whole.
MOST_PAIRS = 4_000_000

SAME, GONE, NEW = "same", "gone", "new"


class Part(NamedTuple):
    """A stretch of text that stayed, went or came."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Part]:
    """Return the parts of both texts in order, GONE before NEW where one replaces the other."""
    old, new = PIECE.findall(before), PIECE.findall(after)
    start = alike(old, new)
    end = alike(old[start:][::-1], new[start:][::-1])
    parts = [Part(SAME, "".join(old[:start]))]
    parts += compared(old[start : len(old) - end], new[start : len(new) - end])
    parts.append(Part(SAME, "".join(old[len(old) - end :])))
    return [part for part in parts if part.text]


def alike(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many pieces both begin with."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def compared(old: list[str], new: list[str]) -> list[Part]:
    if len(old) * len(new) > MOST_PAIRS:
        return [Part(GONE, "".join(old)), Part(NEW, "".join(new))]
    parts = []
    for kind, begin, end, new_begin, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[begin:end]), "".join(new[new_begin:new_end])
        parts += [Part(SAME, gone)] if kind == "equal" else [Part(GONE, gone), Part(NEW, came)]
    return parts
