"""What every format is read into and written from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import ngettext

# The kinds of `export_list`; what a format says otherwise is mapped onto them.
KINDS = ("paper", "report", "survey", "library", "blog", "list", "topic")


@dataclass(frozen=True)
class Place:
    """Where a record stands: the part's number (from 1), or its heading where only that is known, and its position."""

    part: int | None = None
    part_title: str = ""
    position: int | None = None
    remark_zh: str = ""
    remark_en: str = ""
    correction_zh: str = ""
    correction_en: str = ""
    # The title as it stood in the list.
    title: str = ""


@dataclass(frozen=True)
class LinkedTo:
    """Something beside the paper. A lost address is None."""

    kind: str
    url: str | None
    language: str = ""
    title: str = ""


@dataclass(frozen=True)
class Record:
    """One work of a list. Unknown is None or empty, never guessed."""

    title: str
    number: int | None = None
    aliases: tuple[str, ...] = ()
    kind: str = "paper"
    authors: tuple[str, ...] = ()
    authors_complete: bool = True
    year: int | None = None
    month: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    url: str = ""
    abstract: str = ""
    on_list: bool = True
    places: tuple[Place, ...] = ()
    links: tuple[LinkedTo, ...] = ()
    # The line of the source where it begins, counted from 1.
    line: int = 0


@dataclass(frozen=True)
class Heading:
    """A part of a list as a source names it."""

    number: int
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Descent:
    """That one work descends from another, by the numbers of their records."""

    source: int
    target: int
    kind: str
    evidence_zh: str = ""
    evidence_en: str = ""
    evidence_source: str = "stated"


@dataclass(frozen=True)
class Unread:
    """A piece of the source that could not be read, and why, as a whole sentence in the reader's language."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Parsed:
    """What one source holds: the records in its order, and what of it could not be read."""

    records: list[Record] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    parts: list[Heading] = field(default_factory=list)
    lineage: list[Descent] = field(default_factory=list)


def outside(lines: Iterable[tuple[int, str]]) -> list[Unread]:
    """Return that lines stand outside of what was read: nothing, or one sentence that leads to the first of them.

    Formats allow such lines, and people keep notes or a lost entry there. Rulers and single brackets say nothing.
    """
    saying = [(number, line) for number, line in lines if re.search(r"\w", line)]
    if not saying:
        return []
    reason = ngettext(
        "%(count)d line outside the entries was not read.",
        "%(count)d lines outside the entries were not read.",
        len(saying),
    )
    return [Unread(saying[0][0], saying[0][1].strip()[:300], reason % {"count": len(saying)})]
