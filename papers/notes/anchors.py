"""Passages that notes quote, and where they stand in the newest version of their paper.

A note keeps them as a list of {"quote", "page", "version"}, `version` None where nobody knew which one was meant; and
once a newer version was read, with {"checked": that version, "found": the page there, or None}.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from papers import markup

# What is alike to so many hundredths is the same passage: an author changed a word, or a formula reads otherwise.
ALIKE = 88.0
# Words of fewer letters than this are found only as they stand; they would be like too much.
SHORT = 24
# Between the words of a passage: blanks, line ends, and hyphens, some of which only end a line.
BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015-]+")


@dataclass(frozen=True)
class Moved:
    """A passage that is on another page of a newer version, or not in it (`found` is None)."""

    quote: str
    page: int
    version: int
    checked: int
    found: int | None
    url: str


def anchors_of(body: str, newest: int | None, *, before: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Return the passages that a text quotes, as its note keeps them.

    Where the text names no version it means the `newest`. What is known of those that were there before stays.
    """
    known = {key_of(anchor): anchor for anchor in before if isinstance(anchor, dict)}
    anchors = []
    for passage in markup.passages_in(body):
        anchor = {"quote": passage.quote, "page": passage.page, "version": passage.version or newest}
        # Without a version in the text it is the one that was the newest when the passage was first written down.
        there = known.get(key_of(anchor)) or (passage.version is None and same_words(known.values(), passage))
        if there:
            anchor |= {name: there[name] for name in ("version", "checked", "found") if is_number(there.get(name, ""))}
        anchors.append(anchor)
    return anchors


def key_of(anchor: dict[str, Any]) -> tuple[Any, ...]:
    return anchor.get("quote"), anchor.get("page"), anchor.get("version")


def same_words(anchors: Iterable[dict[str, Any]], passage: markup.Passage) -> dict[str, Any] | None:
    return next((one for one in anchors if key_of(one)[:2] == (passage.quote, passage.page)), None)


def is_number(value: object) -> bool:
    return value is None or isinstance(value, int)


def moved(anchors: Iterable[dict[str, Any]], source: markup.Source) -> list[Moved]:
    """Return those that are not on the page of the newest version on which the note has them."""
    return [
        Moved(
            quote=anchor["quote"],
            page=anchor["page"],
            version=anchor["version"],
            checked=anchor["checked"],
            found=anchor.get("found"),
            url=source.page(anchor.get("found") or anchor["page"], anchor["checked"]) or "",
        )
        for anchor in anchors
        if anchor.get("checked") and anchor.get("found") != anchor["page"]
    ]


def waits_for(anchor: dict[str, Any], newest: int) -> bool:
    """Return whether the passage is to be looked for in this version."""
    return bool(anchor["version"]) and anchor["version"] < newest and anchor.get("checked") != newest


def page_with(quote: str, pages: Sequence[str], *, near: int) -> int | None:
    """Return the page (from 1) on which the words of the quote stand, the nearest to `near`; None when on none.

    Blanks, hyphens, ligatures and capitals do not count. A passage may go on over the end of a page. Words that
    changed a little are found by RapidFuzz's best partial alignment.
    """
    wanted = squeezed(quote)
    if not wanted:
        return None
    texts = [squeezed(page) for page in pages]
    exact = [at for at, text in enumerate(texts, 1) if wanted in text]
    if exact:
        return min(exact, key=lambda at: abs(at - near))
    for at, (one, other) in enumerate(zip(texts, texts[1:], strict=False), 1):
        if wanted in one[-len(wanted) :] + other[: len(wanted)]:
            return at
    if len(wanted) < SHORT:
        return None
    scores = [
        (fuzz.partial_ratio(wanted, text, score_cutoff=ALIKE), -abs(at - near), at) for at, text in enumerate(texts, 1)
    ]
    best = max(scores, default=(0.0, 0, 0))
    return best[2] if best[0] >= ALIKE else None


def squeezed(text: str) -> str:
    """Return the letters of a text alone: compatibility forms made one, no blanks or hyphens, no capitals."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
