"""The people of the group, each with what they hold and what they have presented. GET only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.catalogue.models import Paper
from papers.claims.ledger import ledger
from papers.claims.queries import PAPER_FIELDS, PLACE_FIELDS, is_done, presenters_from, with_place
from papers.mail.refusing import pause_of
from papers.members.away import away_today
from papers.members.models import Member
from papers.members.queries import Person, day, people, person_of, visible_to
from papers.members.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Held:
    """A paper in somebody's hands; `session_day` is empty while it is in no session."""

    number: int
    title: str
    url: str
    session_url: str
    session_day: str


@dataclass(slots=True)
class Holdings:
    """What one member is still to present, soonest first, and what they have presented, latest first."""

    held: list[Held] = field(default_factory=list)
    presented: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One member in the list."""

    person: Person
    holdings: Holdings
    away_until: dt.date | None = None


def holdings(now: dt.datetime) -> Mapping[int, Holdings]:
    """Return what members hold and have presented, alone or with others, by member id, in one query."""
    rows = (
        with_place(Paper.objects.all())
        .filter(holder_id__isnull=False)
        .order_by("session_starts_at", "number")
        .values(*PAPER_FIELDS, *PLACE_FIELDS, "title")
    )
    found: dict[int, Holdings] = defaultdict(Holdings)
    for row in rows:
        done = is_done(row["done_at"], row["session_starts_at"], row["session_minutes"], now)
        for member, _name in presenters_from(row):
            theirs = found[member]
            if done:
                theirs.presented.insert(0, held_from(row))
            else:
                theirs.held.append(held_from(row))
    return found


def held_from(row: Mapping[str, Any]) -> Held:
    session = row["session_id"]
    return Held(
        number=row["number"],
        title=row["title"],
        url=f"/papers/{row['number']}/",
        session_url=f"/sessions/{session}/" if session else "",
        session_day=day(row["session_starts_at"]),
    )


@require_safe
def member_list(request: MemberRequest) -> HttpResponse:
    here, left = people(request.user)
    theirs = holdings(timezone.now())
    context = {
        "section": "members",
        "here": lines(here, theirs, away_today()),
        "former": lines(left, theirs),
    }
    return render(request, "members/list.html", context)


def lines(
    persons: list[Person], theirs: Mapping[int, Holdings], away: Mapping[int, dt.date] | None = None
) -> list[Line]:
    return [Line(person, theirs.get(person.id) or Holdings(), (away or {}).get(person.id)) for person in persons]


@require_safe
def member(request: MemberRequest, pk: int) -> HttpResponse:
    found: Member = get_object_or_404(visible_to(request.user), pk=pk)
    theirs = holdings(timezone.now()).get(found.pk) or Holdings()
    context = {
        "section": "members",
        "person": person_of(found, request.user),
        "holdings": theirs,
        "points": ledger().of(found),
        "pause": pause_of(found.email) if request.user.is_organiser or found == request.user else None,
    }
    return render(request, "members/member.html", context)


urlpatterns = [
    path("members/", member_list, name="member_list"),
    path("members/<int:pk>/", member, name="member"),
]
