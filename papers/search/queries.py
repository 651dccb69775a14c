"""Finding what a member may see: papers with all that the list says of them, notes, threads and their posts.

One statement asks for all groups. Of a common word only so many matches are ranked, papers in list order and texts
from the newest, so that it costs no more than a rare one (design paper `performance.md`: ranking every match of a
common word among 100,000 takes half a second, ranking 300 takes 18 ms).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, JSONObject, Left

from papers.catalogue import queries as catalogue
from papers.catalogue.models import Entry, Link, Paper
from papers.discussion import queries as discussion
from papers.members.models import Member
from papers.notes import queries as notes
from papers.search import rules
from papers.search.matching import WEIGHTS, Has, matches, rank
from papers.search.qualifiers import PAPER_FILTERS, text_filters
from papers.search.rules import Question

# So many matches are ranked: papers in list order, texts from the newest. Texts that have all the words are not ranked
# at all: no place in a text is heavier than another, so the newest come first.
RANKED, RANKED_TEXTS = 100, 80
SHOWN = 10
SHOWN_OF_ONE_GROUP = 100
# As much of a text as a snippet is looked for in.
READ_OF_A_TEXT = 20_000
PAPERS, NOTES, THREADS = "papers", "notes", "threads"
RELAXED = "relaxed"
GROUPS = (PAPERS, NOTES, THREADS)


@dataclass(frozen=True)
class Found:
    """One hit as the database gave it. `row` holds what its group shows."""

    group: str
    number: int
    rank: int
    row: Mapping[str, Any]


def search(
    question: Question,
    member: Member,
    now: dt.datetime,
    *,
    groups: Iterable[str] = GROUPS,
    any_of: bool = False,
    relax: bool = False,
) -> list[Found]:
    """Return the best hits of each group, best first, in one query.

    `any_of` asks for any of the words and not for all. `relax` also asks which qualifier stands in the way: a hit of
    the group RELAXED has the place of one in its number.
    """
    groups = list(groups)
    shown = SHOWN if len(groups) > 1 else SHOWN_OF_ONE_GROUP
    asked: list[QuerySet[Any, Any]] = []
    for group in groups:
        asked += FINDERS[group](question, member, now, any_of=any_of, shown=shown + 1)
    asked += relaxed_hits(question, member, now) if relax else []
    if not asked:
        return []
    rows = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
    found: dict[tuple[str, int], Found] = {}
    for group, pk, number, points, row in rows:
        known = found.get((group, pk))
        if known is None or known.rank < points:
            found[group, pk] = Found(group, number, points, row)
    return sorted(found.values(), key=lambda hit: -hit.rank)


COLUMNS = ("group", "pk", "number", "rank", "row")


def papers(
    question: Question, member: Member, now: dt.datetime, *, any_of: bool, shown: int
) -> list[QuerySet[Any, Any]]:
    """Return what asks for papers: those with the words in their titles, and those with them anywhere."""
    visible = narrowed(question, member, now)
    if visible is None:
        return []
    if not question.terms:
        return [paper_rows(visible.order_by("-on_list", "number"), question, shown)]
    titled = " & ".join(term.titled() for term in question.terms)
    asked = [titled, matches(question.terms, any_of=any_of)]
    if len(question.terms) > 1 and not any_of:
        # Few papers have all words of a longer question: those that have most of them follow.
        asked.append(matches(question.terms, any_of=True))
    firsts = [first_of(visible, query, "number", RANKED) for query in asked]
    # One look at all that were found: a plan for each kind of finding would take as long as the finding.
    found = Paper.objects.filter(pk__in=firsts[0].union(*firsts[1:], all=True))
    return [paper_rows(found, question, shown)]


def narrowed(question: Question, member: Member, now: dt.datetime) -> QuerySet[Paper] | None:
    """Return the papers that the qualifiers leave, None where they ask for something that only texts are."""
    rows: QuerySet[Paper] = catalogue.visible_to(member)
    for qualifier in question.qualifiers:
        narrow = PAPER_FILTERS[qualifier.name](qualifier.value, member, now)
        if narrow is None:
            return None
        rows = narrow(rows)
    return rows


def best(rows: QuerySet[Any], query: str, order: str, most: int) -> QuerySet[Any]:
    """Return those rows that have the words, only the first of them in this order."""
    return rows.model._default_manager.filter(pk__in=first_of(rows, query, order, most))


def first_of(rows: QuerySet[Any], query: str, order: str, most: int) -> QuerySet[Any, Any]:
    """Return the keys of the first rows in this order that have the words."""
    return rows.filter(Has(query)).order_by(order).values("pk")[:most]


def paper_rows(rows: QuerySet[Any], question: Question, shown: int) -> QuerySet[Any, Any]:
    entries = (
        Entry.objects.filter(paper=OuterRef("pk"))
        .order_by("part__number", "position")
        .values(
            json=JSONObject(
                part="part__number", zh="remark_zh", en="remark_en", zh2="correction_zh", en2="correction_en"
            )
        )
    )
    links = Link.objects.filter(paper=OuterRef("pk")).order_by("pk").values("title")
    return annotated(
        rows,
        question,
        PAPERS,
        shown,
        ranked=bool(question.terms),
        number=F("number"),
        row=JSONObject(
            all=Has(matches(question.terms, any_of=False)) if question.terms else Value(True),
            title="title",
            aliases="aliases",
            authors="authors",
            authors_complete="authors_complete",
            year="year",
            kind="kind",
            on_list="on_list",
            abstract=Left("abstract", 4000),
            entries=ArraySubquery(entries),
            links=ArraySubquery(links),
        ),
    )


def annotated(
    rows: QuerySet[Any], question: Question, group: str, shown: int, *, ranked: bool, number: F, row: JSONObject
) -> QuerySet[Any, Any]:
    """Return the best rows as COLUMNS; those that are not ranked stay in the order they have."""
    made = rows.annotate(
        group=Value(group, output_field=CharField()),
        found_number=number,
        rank=rank(question.terms) if ranked else Value(WEIGHTS["B"] * len(question.terms)),
        row=Cast(row, JSONField()),
    )
    if ranked:
        made = made.order_by("-rank", "-pk" if group != PAPERS else "number")
    return made.values_list("group", "pk", "found_number", "rank", "row")[:shown]


def note_hits(
    question: Question, member: Member, now: dt.datetime, *, any_of: bool, shown: int
) -> list[QuerySet[Any, Any]]:
    visible = text_filters(notes.visible_to(member), question, about="", words_of="html")
    if visible is None or any(one.name == "is" for one in question.qualifiers):
        return []
    if question.terms:
        visible = best(visible, matches(question.terms, any_of=any_of), "-pk", RANKED_TEXTS if any_of else shown)
    row = JSONObject(
        id="pk",
        body=Left("body", READ_OF_A_TEXT),
        author="author__name",
        at="written_at",
        number="paper__number",
        title="paper__title",
    )
    newest = visible.order_by("-pk")
    return [annotated(newest, question, NOTES, shown, ranked=any_of, number=F("paper__number"), row=row)]


def thread_hits(
    question: Question, member: Member, now: dt.datetime, *, any_of: bool, shown: int
) -> list[QuerySet[Any, Any]]:
    """Return what asks for threads by their titles, and for posts."""
    kinds = [one.value for one in question.qualifiers if one.name == "is"]
    if any(kind not in rules.THREADS for kind in kinds):
        return []
    threads = text_filters(discussion.visible_to(member), question, about="", words_of="posts__html")
    posts = text_filters(
        discussion.posts_visible_to(member).filter(deleted_at=None, hidden_at=None),
        question,
        about="thread__",
        words_of="html",
    )
    if threads is None or posts is None:
        return []
    if any(one.name == "by" for one in question.qualifiers):
        # Who is asked for by name is not found under an alias.
        threads, posts = threads.filter(alias=None), posts.filter(alias=None)
    if kinds:
        threads, posts = threads.filter(kind__in=kinds), posts.filter(thread__kind__in=kinds)
    if question.terms:
        query = matches(question.terms, any_of=any_of)
        most = RANKED_TEXTS if any_of else shown
        threads, posts = best(threads, query, "-pk", most), best(posts, query, "-pk", most)
    said = {"author": "author__name", "alias": "alias", "number": "paper__number", "title": "paper__title"}
    thread = JSONObject(id="pk", thread="title", kind="kind", at="started_at", body=Value(""), **said)
    post = JSONObject(
        id="pk",
        body=Left("body", READ_OF_A_TEXT),
        author="author__name",
        alias="alias",
        at="written_at",
        thread="thread__title",
        kind="thread__kind",
        number="thread__paper__number",
        title="thread__paper__title",
    )
    newest = threads.order_by("-pk")
    asked = [annotated(newest, question, THREADS, shown, ranked=any_of, number=F("paper__number"), row=thread)]
    if question.terms or not kinds:
        answers = posts.order_by("-pk")
        number = F("thread__paper__number")
        asked.append(annotated(answers, question, "posts", shown, ranked=any_of, number=number, row=post))
    return asked


FINDERS: dict[str, Callable[..., list[QuerySet[Any, Any]]]] = {
    PAPERS: papers,
    NOTES: note_hits,
    THREADS: thread_hits,
}


def relaxed_hits(question: Question, member: Member, now: dt.datetime) -> list[QuerySet[Any, Any]]:
    """Return what asks, for each qualifier, whether there is a paper without it: its place is the hit's number."""
    asked: list[QuerySet[Any, Any]] = []
    for at, qualifier in enumerate(question.qualifiers):
        relaxed = question.without(qualifier)
        rows = narrowed(relaxed, member, now)
        if rows is None or relaxed.is_empty:
            continue
        if relaxed.terms:
            rows = rows.filter(Has(matches(relaxed.terms, any_of=False)))
        place = Value(at, output_field=IntegerField())
        nothing = Value({}, output_field=JSONField())
        asked.append(rows.values_list(Value(RELAXED, output_field=CharField()), place, place, Value(0), nothing)[:1])
    return asked
