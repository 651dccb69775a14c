"""The list of papers, and one paper with all that is said of it. GET only."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from papers.catalogue.models import Entry, Link, Paper
from papers.catalogue.queries import visible_to
from papers.claims.queries import DONE, PAPER_FIELDS, PLACE_FIELDS, Place, place_from, with_place
from papers.discussion.forms import ThreadForm
from papers.discussion.queries import threads_of
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.notes.forms import NoteForm
from papers.notes.queries import notes_of

# More names than this say less than "+ 17".
AUTHORS_SHOWN = 3


@dataclass(frozen=True)
class Row:
    """One line of the list: a paper in one of its places."""

    number: int
    title: str
    aliases_line: str
    authors_line: str
    year: int | None
    kind: str
    kind_label: str
    url: str
    again: bool
    place: Place


@dataclass
class PartOfList:
    number: int
    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The papers in this part, each counted once, where it stands first."""
        return sum(not row.again for row in self.rows)

    @property
    def done(self) -> int:
        return sum(not row.again and row.place.state == DONE for row in self.rows)


@dataclass(frozen=True)
class ReadingListPage:
    parts: list[PartOfList]

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)


def in_reader_language(zh: str, en: str) -> str:
    """Return the text in the language of the request, the other one where it is missing."""
    first, second = (zh, en) if (get_language() or "").startswith("zh") else (en, zh)
    return first or second


def authors_line(names: list[str], *, complete: bool) -> str:
    """Return the first authors and how many more there are."""
    shown = ", ".join(names[:AUTHORS_SHOWN])
    more = len(names) - AUTHORS_SHOWN
    if more > 0:
        shown += f" +{more}"
    return shown if complete or not shown else f"{shown} …"


def the_list(member: Member, now: dt.datetime) -> ReadingListPage:
    """Return the whole list by part, in one query."""
    rows = (
        with_place(Paper.objects.filter(entries__part__reading_list__archived_at=None))
        .order_by("entries__part__number", "entries__position")
        .values(
            *("title", "aliases", "authors", "authors_complete", "year", "kind"),
            *("entries__part__number", "entries__part__title_zh", "entries__part__title_en"),
            *(*PAPER_FIELDS, *PLACE_FIELDS),
        )
    )
    parts: dict[int, PartOfList] = {}
    seen: set[int] = set()
    kinds = {kind: str(label) for kind, label in Paper.Kind.choices}
    for row in rows:
        part = row["entries__part__number"]
        if part not in parts:
            title = in_reader_language(row["entries__part__title_zh"], row["entries__part__title_en"])
            parts[part] = PartOfList(part, title)
        parts[part].rows.append(
            Row(
                number=row["number"],
                title=row["title"],
                aliases_line=", ".join(row["aliases"]),
                authors_line=authors_line(row["authors"], complete=row["authors_complete"]),
                year=row["year"],
                kind=row["kind"],
                kind_label=kinds[row["kind"]],
                url=f"/papers/{row['number']}/",
                again=row["number"] in seen,
                place=place_from(row, member, now),
            )
        )
        seen.add(row["number"])
    return ReadingListPage(list(parts.values()))


@dataclass(frozen=True)
class PaperPage:
    """One paper's record with its places, links and where it stands."""

    paper: Paper
    places: list[tuple[int, str]]
    links: list[Mapping[str, Any]]
    place: Place

    @property
    def published(self) -> dt.date | None:
        """The month it came out, as its first day."""
        year, month = self.paper.year, self.paper.month
        return dt.date(year, month, 1) if year and month else None

    @property
    def first_authors(self) -> str:
        return authors_line(self.paper.authors, complete=self.paper.authors_complete)

    @property
    def address(self) -> str:
        """The paper's own address, where it says more than the arXiv id does."""
        url = self.paper.url
        return "" if self.paper.arxiv_id and self.paper.arxiv_id in url else url


def the_paper(number: int, member: Member, now: dt.datetime) -> PaperPage | None:
    """Return what the paper's page shows of its record in one query, or None when there is no such number."""
    entries = (
        Entry.objects.filter(paper=OuterRef("pk"))
        .order_by("part__number", "position")
        .values(json=JSONObject(number="part__number", zh="part__title_zh", en="part__title_en"))
    )
    links = (
        Link.objects.filter(paper=OuterRef("pk"))
        .order_by("pk")
        .values(json=JSONObject(kind="kind", url="url", title="title", language="language"))
    )
    paper = (
        with_place(visible_to(member).filter(number=number))
        .annotate(listed=ArraySubquery(entries), linked=ArraySubquery(links))
        .first()
    )
    if paper is None:
        return None
    kinds = {kind: str(label) for kind, label in Link.Kind.choices}
    return PaperPage(
        paper=paper,
        places=list(dict.fromkeys((at["number"], in_reader_language(at["zh"], at["en"])) for at in paper.listed)),
        links=[{**link, "kind_label": kinds[link["kind"]]} for link in paper.linked if link["url"]],
        place=place_from(vars(paper), member, now),
    )


@require_safe
def paper_list(request: MemberRequest) -> HttpResponse:
    page = the_list(request.user, timezone.now())
    context = {"section": "papers", "parts": page.parts, "done": page.done, "total": page.total}
    return render(request, "pages/paper_list.html", context)


@require_safe
def paper(request: MemberRequest, number: int) -> HttpResponse:
    now = timezone.now()
    page = the_paper(number, request.user, now)
    if page is None:
        raise Http404
    context = {
        "section": "papers",
        "page": page,
        "paper": page.paper,
        "place": page.place,
        "notes": notes_of(page.paper, request.user),
        "threads": threads_of(page.paper, request.user),
        "note_form": NoteForm(),
        "thread_form": ThreadForm(),
        "seen_url": f"{page.paper.get_absolute_url()}seen/",
        "seen_at": now.isoformat(),
    }
    return render(request, "pages/paper.html", context)


urlpatterns = [
    path("papers/", paper_list, name="paper_list"),
    path("papers/<int:number>/", paper, name="paper"),
]
