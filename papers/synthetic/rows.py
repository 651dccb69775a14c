"""Batches of rows, made in any process from the seed and their place alone."""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from papers import markup, words
from papers.catalogue.indexing import is_mendable, weighted
from papers.catalogue.models import Entry, Paper
from papers.discussion.models import Post, Thread
from papers.notes.models import Note
from papers.synthetic.texts import alias, html_of, name, text, title

A_BATCH = 2000
# The first row of each kind is of this instant, the others follow at equal distances.
BEGAN = dt.datetime(2023, 2, 27, tzinfo=dt.UTC)
APART = dt.timedelta(seconds=30)
# Each so-many-th post opens a thread; the others answer in one of the threads before.
POSTS_A_THREAD = 8

Row = tuple[Any, ...]
TEXT = ("author_id", "body", "html", "renderer", "words", "written_at")
# What the rows of a table hold, in this order; the columns that are not here hold their defaults.
COLUMNS: dict[type, tuple[str, ...]] = {
    Paper: (
        *("id", "number", "title", "aliases", "authors", "year", "doi", "abstract", "words", "folded", "added_at"),
    ),
    Entry: ("part_id", "position", "paper_id", "title_seed", "remark_zh", "remark_en", "html"),
    Note: ("paper_id", *TEXT),
    Thread: ("id", "paper_id", "kind", "title", "author_id", "started_at", "words"),
    Post: ("thread_id", *TEXT),
}


@dataclass(frozen=True)
class Part:
    """A part that gets papers: its key, its titles, and the first free position."""

    pk: int
    titles: dict[str, str]
    position: int


@dataclass(frozen=True)
class Plan:
    """What all batches have to know: the keys of the new rows, and what they stand beside."""

    seed: int
    members: range
    papers: range
    threads: range
    first_number: int
    parts: Sequence[Part]


@dataclass
class Batch:
    """Rows by their model, in the order in which they are written, and the words that typing errors mend into."""

    rows: dict[type, list[Row]]
    names: set[str] = field(default_factory=set)


Maker = Callable[[Plan, range], Batch]


def paper_batch(plan: Plan, places: range) -> Batch:
    rng = dice(plan, "papers", places)
    papers, entries, names = [], [], set()
    for at in places:
        part, place = plan.parts[at % len(plan.parts)], at // len(plan.parts)
        pk, number = plan.papers[at], plan.first_number + at
        remarks = {"remark_zh": text(rng, 1, 3), "remark_en": text(rng, 1, 3)}
        facts: dict[str, Any] = {
            "title": title(rng),
            "aliases": [alias(rng)] if rng.random() < 0.3 else [],
            "authors": [name(rng) for _ in range(rng.randint(1, 6))],
            "year": rng.randint(1990, 2025),
            "doi": f"10.99999/synthetic.{number}",
            "abstract": text(rng, 6, 14),
        }
        listed = [{"title": facts["title"], "remarks": remarks, "part": part.titles}]
        weights = weighted({**facts, "arxiv_id": None, "listed": listed, "linked": []})
        names |= {word for one in (*weights["A"], *weights["B"]) for word in words.tokens(one) if is_mendable(word)}
        folded = words.folded(facts["title"])
        papers.append((pk, number, *facts.values(), words.vector(weights), folded, BEGAN + at * APART))
        html = json.dumps({name: html_of(said) for name, said in remarks.items()})
        entries.append((part.pk, part.position + place, pk, facts["title"], *remarks.values(), html))
    return Batch({Paper: papers, Entry: entries}, names)


def note_batch(plan: Plan, places: range) -> Batch:
    rng = dice(plan, "notes", places)
    return Batch({Note: [(some_paper(plan, rng), *written(plan, rng, at)) for at in places]})


def post_batch(plan: Plan, places: range) -> Batch:
    rng = dice(plan, "posts", places)
    threads, posts = [], []
    for at in places:
        thread = at // POSTS_A_THREAD
        if at % POSTS_A_THREAD == 0:
            threads.append(opened(plan, rng, thread, at))
        else:
            thread = rng.randint(0, thread)
        posts.append((plan.threads[thread], *written(plan, rng, at)))
    return Batch({Thread: threads, Post: posts})


def dice(plan: Plan, kind: str, places: range) -> random.Random:
    """Return what a batch throws: the same in every process and on every machine."""
    return random.Random(f"{plan.seed} {kind} {places.start}")  # noqa: S311


def some_paper(plan: Plan, rng: random.Random) -> int:
    """Return a paper: the first ones have been there longer and have more written about them."""
    return plan.papers[int(len(plan.papers) * rng.random() ** 1.5)]


def written(plan: Plan, rng: random.Random, at: int) -> Row:
    """Return the values of TEXT."""
    body = text(rng, 2, 10)
    vector = words.vector({"B": [body]})
    return rng.choice(plan.members), body, html_of(body), markup.RENDERER_VERSION, vector, BEGAN + at * APART


def opened(plan: Plan, rng: random.Random, thread: int, at: int) -> Row:
    said = title(rng)
    kind, author = rng.choice(Thread.Kind.values), rng.choice(plan.members)
    vector = words.vector({"A": [said]})
    return plan.threads[thread], some_paper(plan, rng), kind, said, author, BEGAN + at * APART, vector


def batches(maker: Maker, count: int) -> Iterator[tuple[Maker, range]]:
    """Return which batches make so many rows."""
    for start in range(0, count, A_BATCH):
        yield maker, range(start, min(start + A_BATCH, count))
