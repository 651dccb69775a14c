"""The first page: my papers, the next session, what is new. And the help. GET only."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.catalogue.queries import on_the_list
from papers.claims.asked import questions_for
from papers.claims.queries import PAPER_FIELDS, PLACE_FIELDS, Place, open_claims, place_from, read_by, with_place
from papers.claims.risks import at_risk
from papers.digests import rules
from papers.digests.composing import shown
from papers.digests.queries import gather, issue_for
from papers.mail.refusing import pause_of
from papers.markup.models import Macro
from papers.members.context import the_group_of
from papers.members.models import Member
from papers.members.queries import person_of
from papers.members.requests import MemberRequest
from papers.minutes.queries import to_do
from papers.pages.trouble import out_of_order
from papers.sessions.queries import papers_to_schedule

# Who was away for longer reads the papers' pages; the digest keeps its own account.
NEWS_OF = dt.timedelta(days=14)
SUGGESTIONS = 3


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    member, now = request.user, timezone.now()
    group = the_group_of(request)
    since = max(now - NEWS_OF, member.joined_at)
    gathered = gather([member], group, since=since, until=now)
    issue = issue_for(member, gathered, since=since, until=now)
    mine = places_of(open_claims(member, now), member, now)
    on_list = on_the_list()
    context = shown(issue, gathered, rules.iso_week(timezone.localdate(now))) | {
        "section": "home",
        "questions": questions_for(member),
        "risks": [*at_risk(now), *out_of_order(group, now)] if member.is_organiser else [],
        "person": person_of(member, member),
        "pause": pause_of(member.email),
        "mine": mine,
        "to_do": to_do(member),
        "today": timezone.localdate(now),
        "suggested": suggested(member, now) if not mine and member.may_write else [],
        "done": read_by(now, on_list).count(),
        "total": on_list.count(),
        "must_set_up": member.is_organiser and group.set_up_at is None,
    }
    return render(request, "pages/home.html", context)


def places_of(rows: list[dict], member: Member, now: dt.datetime) -> list[tuple[str, Place]]:
    """Return title and place of each row of PAPER_FIELDS, PLACE_FIELDS and the title."""
    return [(row["title"], place_from(row, member, now)) for row in rows]


def suggested(member: Member, now: dt.datetime) -> list[tuple[str, Place]]:
    """Return the first papers of the list that nobody holds, for somebody who holds none."""
    free = with_place(papers_to_schedule()).filter(holder_id=None)[:SUGGESTIONS]
    return places_of(list(free.values(*PAPER_FIELDS, *PLACE_FIELDS, "title")), member, now)


@require_safe
def style_guide(request: MemberRequest) -> HttpResponse:
    return render(request, "pages/style_guide.html")


@require_safe
def help_page(request: MemberRequest) -> HttpResponse:
    return render(request, "pages/help.html", {"macros": Macro.objects.all()})


urlpatterns = [
    path("", home, name="home"),
    path("help/", help_page, name="help"),
    path("help/style/", style_guide, name="style_guide"),
]
