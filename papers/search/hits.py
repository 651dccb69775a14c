"""Hits as a page shows them: where they lead, what is highlighted, and the piece of text that answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from papers.catalogue.models import Paper
from papers.discussion.models import Thread
from papers.discussion.naming import name_of
from papers.search.queries import NOTES, PAPERS, THREADS, Found
from papers.words import Term, folded, marks, stem

# Letters around the first word of a snippet, and of the whole snippet.
BEFORE, LONG = 60, 200
# What a paper gains that is asked for by a short name: as much as a word in its title.
NAMED = 8
# Marks of Markdown that say nothing in a snippet.
MARKS = re.compile(r"[*_`#>|]+|\[(?=[^\]]*\]\()|\]\([^)]*\)|\s+")


@dataclass(frozen=True)
class Hit:
    """One line of the results; `title` and `snippet` are safe HTML with <mark> in them."""

    url: str
    title: SafeString
    meta: list[str]
    snippet: SafeString
    number: int


def hits(found: Iterable[Found], terms: Sequence[Term], text: str) -> dict[str, list[Hit]]:
    """Return the hits by group, in the order they were found; a paper called exactly as asked for comes first."""
    asked = words_of(terms)
    shown: dict[str, list[Hit]] = {PAPERS: [], NOTES: [], THREADS: []}
    in_order = sorted(found, key=lambda one: order(one, terms, text))
    for one in in_order:
        group = one.group if one.group in shown else THREADS
        shown[group].append(MAKERS[one.group](one.row, asked, one.number))
    return shown


def order(one: Found, terms: Sequence[Term], text: str) -> tuple[bool, int]:
    """Return where a hit stands: first what is called exactly so, then by rank; a paper that is named gains."""
    if one.group != PAPERS:
        return True, -one.rank
    return not is_called(one.row, text, one.number), -one.rank - (NAMED if is_named(one, terms) else 0)


def is_named(one: Found, terms: Sequence[Term]) -> bool:
    """Return whether one of the words is a short name of the paper."""
    names = {folded(alias) for alias in one.row.get("aliases", ())}
    return any(folded(term.word) in names for term in terms)


def words_of(terms: Sequence[Term]) -> list[str]:
    """Return what is highlighted for the terms: the words and their stems."""
    words = {form for term in terms for word in re.split(r"[\W_]+", term.word) for form in (word, stem(word))}
    # A digit of GPT-3 stands everywhere; alone it says something only when nothing else was asked for.
    telling = {word for word in words if len(word) > 1 or not word.isascii()}
    return sorted(telling or words - {""})


def is_called(row: Mapping[str, Any], text: str, number: int) -> bool:
    """Return whether the paper's title, a short name or its number is exactly what was asked for."""
    name = folded(text)
    return bool(name) and (
        name in {folded(row["title"]), *(folded(alias) for alias in row["aliases"])}
        or text.strip().removeprefix("#") == str(number)
    )


def paper_hit(row: Mapping[str, Any], asked: Sequence[str], number: int) -> Hit:
    kinds = {kind: str(label) for kind, label in Paper.Kind.choices}
    first = row["authors"][:3]
    names = ", ".join(first) + (" …" if len(row["authors"]) > len(first) or not row["authors_complete"] else "")
    meta = [", ".join(row["aliases"]), names if first else "", str(row["year"] or "")]
    if row["kind"] != Paper.Kind.PAPER:
        meta.append(kinds[row["kind"]])
    texts = [remark for entry in row["entries"] for remark in in_order(entry)]
    return Hit(
        url=f"/papers/{number}/",
        title=highlighted(row["title"], asked),
        meta=[said for said in meta if said],
        snippet=snippet([*texts, row["abstract"], " · ".join(row["links"]), ", ".join(row["authors"])], asked),
        number=number,
    )


def in_order(entry: Mapping[str, str]) -> list[str]:
    """Return the texts of a place, those in the reader's language first."""
    zh, en = [entry["zh"], entry["zh2"]], [entry["en"], entry["en2"]]
    return zh + en if (get_language() or "").startswith("zh") else en + zh


def note_hit(row: Mapping[str, Any], asked: Sequence[str], number: int) -> Hit:
    return Hit(
        url=f"/notes/{row['id']}/",
        title=highlighted(row["title"], []),
        meta=[row["author"], day(row["at"])],
        snippet=snippet([row["body"]], asked, always=True),
        number=number,
    )


def thread_hit(row: Mapping[str, Any], asked: Sequence[str], number: int) -> Hit:
    return text_hit(row, asked, number, f"/threads/{row['id']}/")


def post_hit(row: Mapping[str, Any], asked: Sequence[str], number: int) -> Hit:
    return text_hit(row, asked, number, f"/posts/{row['id']}/")


def text_hit(row: Mapping[str, Any], asked: Sequence[str], number: int, url: str) -> Hit:
    kinds = {kind: str(label) for kind, label in Thread.Kind.choices}
    return Hit(
        url=url,
        title=highlighted(row["thread"], asked),
        meta=[kinds[row["kind"]], f"#{number} {row['title']}", name_of(row["alias"], row["author"]), day(row["at"])],
        snippet=snippet([row["body"]], asked, always=True),
        number=number,
    )


MAKERS = {PAPERS: paper_hit, NOTES: note_hit, THREADS: thread_hit, "posts": post_hit}


def day(instant: str) -> str:
    at = parse_datetime(instant)
    return date_format(localtime(at), "DATE_FORMAT") if at else ""


def snippet(texts: Iterable[str], asked: Sequence[str], *, always: bool = False) -> SafeString:
    """Return a piece of the text that has most of the words, or of the first where `always` one is shown."""
    best, most = "", 0
    for text in texts:
        count = sum(word in text.casefold() for word in asked)
        if count > most or (always and not best):
            best, most = text, count
    if not best:
        return mark_safe("")
    return highlighted(piece(MARKS.sub(" ", best).strip(), asked), asked)


def piece(text: str, asked: Sequence[str]) -> str:
    """Return as much of the text as a snippet shows, from shortly before the first of the words."""
    lower = text.casefold()
    first = min((at for word in asked if (at := lower.find(word)) >= 0), default=0)
    start = max(0, first - BEFORE) if len(text) > LONG else 0
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    cut = text[start : start + LONG]
    return ("… " if start else "") + cut + (" …" if start + LONG < len(text) else "")


def highlighted(text: str, asked: Sequence[str]) -> SafeString:
    """Return the text as HTML with the words in <mark>."""
    made, done = [], 0
    for start, end in marks(text, asked):
        made += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return mark_safe("".join([*made, escape(text[done:])]))  # noqa: S308 - every piece is escaped
