"""The list of papers by part, narrowed and sorted by its address. GET only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.catalogue.actions import why_not_edit
from papers.catalogue.models import Paper
from papers.claims.queries import DONE, PAPER_FIELDS, PLACE_FIELDS, Place, place_from, with_place
from papers.discussion.queries import visible_to as threads_visible_to
from papers.htmx import is_htmx
from papers.members.context import the_group_of
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.notes.models import UNREAD
from papers.notes.queries import reading_choices, with_reading
from papers.notes.queries import visible_to as notes_visible_to
from papers.pages.filters import Choice, Filters, choices_of, filters_in
from papers.pages.wording import authors_line, in_reader_language


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: a paper in one of its places."""

    number: int
    title: str
    aliases_line: str
    authors_line: str
    year: int | None
    kind: str
    kind_label: str
    mode: str
    mode_label: str
    url: str
    lead: str
    again: bool
    reading: str
    reading_word: str
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

    @property
    def mine(self) -> int:
        """How many of them the member has read in any way."""
        return sum(not row.again and row.reading != UNREAD for row in self.rows)


@dataclass(frozen=True)
class ReadingListPage:
    parts: list[PartOfList]

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)

    @property
    def mine(self) -> int:
        return sum(part.mine for part in self.parts)


def the_list(
    member: Member, now: dt.datetime, filters: Filters | None = None, *, season: int | None = None
) -> ReadingListPage:
    """Return the whole list by part, in one query; with filters that ask for texts only papers that have them.

    `season` is an archived list by its primary key; without it the list is the one that is read now.
    """
    which = {"archived_at": None} if season is None else {"pk": season}
    here: QuerySet[Paper] = Paper.objects.filter(
        **{f"entries__part__reading_list__{name}": value for name, value in which.items()},
        entries__isnull=False,
        merged_into=None,
    )
    if filters is not None:
        here = with_texts(here, filters, member)
    rows = (
        with_reading(with_place(here), member)
        .order_by("entries__part__number", "entries__position")
        .values(
            *("title", "aliases", "authors", "authors_complete", "year", "kind", "mode", "reading_state"),
            *("entries__part__number", "entries__part__title_zh", "entries__part__title_en"),
            *("entries__html__remark_zh_lead", "entries__html__remark_en_lead"),
            *(*PAPER_FIELDS, *PLACE_FIELDS),
        )
    )
    parts: dict[int, PartOfList] = {}
    seen: set[int] = set()
    kinds = {kind: str(label) for kind, label in Paper.Kind.choices}
    modes = {mode: str(label) for mode, label in Paper.Mode.choices}
    readings = dict(reading_choices())
    for row in rows:
        part = row["entries__part__number"]
        if part not in parts:
            title = in_reader_language(row["entries__part__title_zh"], row["entries__part__title_en"])
            parts[part] = PartOfList(part, title)
        reading = row["reading_state"] or UNREAD
        parts[part].rows.append(
            Row(
                number=row["number"],
                title=row["title"],
                aliases_line=", ".join(row["aliases"]),
                authors_line=authors_line(row["authors"], complete=row["authors_complete"]),
                year=row["year"],
                kind=row["kind"],
                kind_label=kinds[row["kind"]],
                mode=row["mode"],
                mode_label=modes[row["mode"]],
                url=f"/papers/{row['number']}/",
                lead=in_reader_language(row["entries__html__remark_zh_lead"], row["entries__html__remark_en_lead"]),
                again=row["number"] in seen,
                reading=reading,
                reading_word=readings[reading],
                place=place_from(row, member, now),
            )
        )
        seen.add(row["number"])
    return ReadingListPage(list(parts.values()))


def with_texts(papers: QuerySet[Paper], filters: Filters, member: Member) -> QuerySet[Paper]:
    """Return the papers with the texts that the filters ask for, of those that the member may see."""
    if filters.has == "notes":
        return papers.filter(Exists(notes_visible_to(member).filter(paper=OuterRef("pk"))))
    if filters.has == "questions":
        return papers.filter(Exists(threads_visible_to(member).filter(paper=OuterRef("pk"), kind="question")))
    return papers


def narrowed(parts: Iterable[PartOfList], filters: Filters) -> list[PartOfList]:
    """Return the parts with the rows that the filters leave, in the order they ask for; empty parts are left out."""
    left = [
        PartOfList(part.number, part.title, [row for row in part.rows if matches(row, part.number, filters)])
        for part in parts
    ]
    if filters.sort and any(part.rows for part in left):
        rows = [row for part in left for row in part.rows if not row.again]
        keys = {
            "title": lambda row: row.title.casefold(),
            "newest": lambda row: (-(row.year or 0), row.number),
            "oldest": lambda row: (row.year or 9999, row.number),
            "number": lambda row: row.number,
        }
        return [PartOfList(0, _("Sorted"), sorted(rows, key=keys[filters.sort]))]
    return [part for part in left if part.rows]


def matches(row: Row, part: int, filters: Filters) -> bool:
    """Return whether the row is one of those that the filters ask for."""
    return (
        (not filters.part or part == int(filters.part))
        and (not filters.state or row.place.state == filters.state)
        and (not filters.mine or row.reading == filters.mine)
        and (not filters.kind or row.kind == filters.kind)
        and (not filters.mode or row.mode == filters.mode)
        and (not filters.year or row.year == int(filters.year))
    )


@require_safe
def paper_list(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    season = number_of(request.GET.get("season", ""))
    whole = the_list(request.user, now, season=season)
    filters, choices = filters_in(request.GET, offered(whole))
    narrow = the_list(request.user, now, filters, season=season) if filters.has else whole
    parts = narrowed(narrow.parts, filters) if filters else whole.parts
    context = {
        "section": "papers",
        "parts": parts,
        "all_parts": whole.parts,
        "done": whole.done,
        "total": whole.total,
        "mine": whole.mine,
        "choices": choices,
        "may_edit": why_not_edit(request.user, group=the_group_of(request)) is None,
        "filters": filters,
        "season": season,
        "shown": sum(len(part.rows) for part in parts),
    }
    template = "pages/_papers.html" if is_narrowing(request) else "pages/paper_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def number_of(said: str) -> int | None:
    """Return the number that an address says, or None."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def is_narrowing(request: HttpRequest) -> bool:
    """Return whether htmx asks for the rows alone."""
    return is_htmx(request) and request.headers.get("HX-Target") == "papers"


def offered(page: ReadingListPage) -> list[Choice]:
    """Return what the list can be narrowed by: only what stands in it."""
    rows = [row for part in page.parts for row in part.rows]
    kinds = {row.kind: row.kind_label for row in rows}
    modes = {row.mode: row.mode_label for row in rows}
    years = sorted({row.year for row in rows if row.year}, reverse=True)
    return choices_of(
        parts=[(str(part.number), f"{part.number} {part.title}") for part in page.parts],
        kinds=list(kinds.items()),
        modes=list(modes.items()),
        years=[(str(year), str(year)) for year in years],
    )


urlpatterns = [
    path("papers/", paper_list, name="paper_list"),
]
