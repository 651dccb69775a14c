"""Passages of a paper that a text quotes: a quote of Markdown that ends in its place, `> Words. (v2 p. 7)`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papers.markup import parsing
from papers.markup.limits import Allowance, TooHard
from papers.markup.references import PLACE
from papers.markup.safety import readable

# So much of a passage is enough to find it again; it is no copy of the paper.
LONGEST = 300
# A text with more of them has its first ones looked for.
MOST = 50
AT_THE_END = re.compile(rf"\s*{PLACE}\W*$")


@dataclass(frozen=True)
class Passage:
    """Words of a paper, at most LONGEST characters of them, the page, and the version where the text names one."""

    quote: str
    page: int
    version: int | None = None


def passages_in(source: str, *, seconds: float = 1.0) -> list[Passage]:
    """Return the passages that a text quotes, in order; none of a text that takes longer to read than that."""
    allowance = Allowance(seconds)
    try:
        return list(passages(readable(source), allowance))[:MOST]
    except TooHard:
        return []


def passages(source: str, allowance: Allowance) -> Iterator[Passage]:
    for words in parsing.quotes(source, allowance=allowance):
        place = AT_THE_END.search(words)
        if place is not None and (quote := words[: place.start()].strip()):
            version = int(place["of"]) if place["of"] else None
            yield Passage(quote[:LONGEST], int(place["page"]), version)
