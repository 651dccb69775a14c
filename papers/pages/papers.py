"""The list of papers. GET only."""

import datetime as dt
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.catalogue.models import Paper
from papers.claims.queries import DONE, PAPER_FIELDS, PLACE_FIELDS, Place, place_from, with_place
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.pages.wording import authors_line, in_reader_language


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
    lead: str
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


def the_list(member: Member, now: dt.datetime) -> ReadingListPage:
    """Return the whole list by part, in one query."""
    rows = (
        with_place(Paper.objects.filter(entries__isnull=False, entries__part__reading_list__archived_at=None))
        .order_by("entries__part__number", "entries__position")
        .values(
            *("title", "aliases", "authors", "authors_complete", "year", "kind"),
            *("entries__part__number", "entries__part__title_zh", "entries__part__title_en"),
            *("entries__html__remark_zh_lead", "entries__html__remark_en_lead"),
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
                lead=in_reader_language(row["entries__html__remark_zh_lead"], row["entries__html__remark_en_lead"]),
                again=row["number"] in seen,
                place=place_from(row, member, now),
            )
        )
        seen.add(row["number"])
    return ReadingListPage(list(parts.values()))


@require_safe
def paper_list(request: MemberRequest) -> HttpResponse:
    page = the_list(request.user, timezone.now())
    context = {"section": "papers", "parts": page.parts, "done": page.done, "total": page.total}
    return render(request, "pages/paper_list.html", context)


urlpatterns = [
    path("papers/", paper_list, name="paper_list"),
]
