"""What `by:`, `part:`, `year:`, `is:` and `has:` leave of the papers and the texts."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from papers.catalogue.models import Entry, Link, Paper
from papers.claims.queries import read_by, with_place
from papers.discussion.models import Thread
from papers.members.models import Member
from papers.notes import queries as notes
from papers.search import rules
from papers.search.matching import Has
from papers.search.rules import Question
from papers.words import Term, tokens

Narrow = Callable[[QuerySet[Any]], QuerySet[Any]]


def papers_by(value: str, member: Member, now: dt.datetime) -> Narrow:
    lexemes = " & ".join(Term(word, f"'{word}'").weighing("B") for word in dict.fromkeys(tokens(value)))
    return lambda rows: rows.filter(Has(lexemes)) if lexemes else rows.none()


def papers_in_part(value: str, member: Member, now: dt.datetime) -> Narrow:
    return lambda rows: rows.filter(Exists(Entry.objects.filter(paper=OuterRef("pk"), part__number=int(value))))


def papers_of_years(value: str, member: Member, now: dt.datetime) -> Narrow:
    return lambda rows: rows.filter(year__range=rules.years(value))


def papers_that_are(value: str, member: Member, now: dt.datetime) -> Narrow | None:
    if value in rules.THREADS:
        return None
    if value in rules.KINDS:
        return lambda rows: rows.filter(kind=value)
    if value == "mentioned":
        return lambda rows: rows.filter(on_list=False)
    if value == "read":
        return lambda rows: read_by(now, rows)
    conditions = {
        "scheduled": Q(session_id__isnull=False),
        "claimed": Q(holder_id__isnull=False, session_id__isnull=True),
        "free": Q(holder_id__isnull=True, session_id__isnull=True),
    }
    read = read_by(now, Paper.objects.all()).values("pk")
    return lambda rows: with_place(rows.filter(on_list=True)).filter(conditions[value]).exclude(pk__in=read)


def papers_that_have(value: str, member: Member, now: dt.datetime) -> Narrow:
    here = OuterRef("pk")
    rows_of: dict[str, QuerySet[Any]] = {
        "notes": notes.visible_to(member).filter(paper=here),
        "threads": Thread.objects.filter(paper=here),
        "questions": Thread.objects.filter(paper=here, kind=Thread.Kind.QUESTION),
        "maths": notes.visible_to(member).filter(paper=here, html__contains="<math"),
    }
    there = rows_of.get(value)
    if there is None:
        there = Link.objects.filter(paper=here, kind=value)
    return lambda rows: rows.filter(Exists(there))


PAPER_FILTERS: dict[str, Callable[[str, Member, dt.datetime], Narrow | None]] = {
    "by": papers_by,
    "part": papers_in_part,
    "year": papers_of_years,
    "is": papers_that_are,
    "has": papers_that_have,
}


def text_filters(rows: QuerySet[Any], question: Question, *, about: str, words_of: str) -> QuerySet[Any] | None:
    """Return the texts that the qualifiers leave, None where they ask for something that only papers have.

    `about` leads from the text to what has the paper, `words_of` to its HTML.
    """
    for qualifier in question.qualifiers:
        value = qualifier.value
        if qualifier.name == "by":
            rows = rows.filter(author__name__icontains=value)
        elif qualifier.name == "part":
            there = Entry.objects.filter(paper=OuterRef(f"{about}paper"), part__number=int(value))
            rows = rows.filter(Exists(there))
        elif qualifier.name == "year":
            rows = rows.filter(**{f"{about}paper__year__range": rules.years(value)})
        elif qualifier.name == "has":
            if value != "maths":
                return None
            rows = rows.filter(**{f"{words_of}__contains": "<math"})
    return rows
