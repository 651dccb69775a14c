"""Saying that one is away, with the papers that falls on."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.claims.queries import open_claims
from papers.htmx import answer, form_again
from papers.mail.composing import zone_of
from papers.members import away
from papers.members.forms import AwayForm
from papers.members.requests import MemberRequest
from papers.members.views.me import PAGE, context_of
from papers.refusals import Refused

FRAGMENT = "members/_away.html"


@require_POST
def go(request: MemberRequest) -> HttpResponse:
    """Keep the days; the answer names the papers whose sessions are on them."""
    form = AwayForm(request.POST)
    try:
        kept = away.go_away(request.user, **form.accepted())
    except Refused as refused:
        context = {**context_of(request), "away_form": form}
        return form_again(request, FRAGMENT, PAGE, context, refused, at="#away")
    context = {**context_of(request), "clashes": clashes(request, kept)}
    return answer(request, FRAGMENT, context, to="/me/#away", sentence=_("It is kept that you are away."))


def clashes(request: MemberRequest, kept: away.Away) -> list[dict[str, Any]]:
    """Return the papers that the member holds and whose sessions are while they are away."""
    zone = zone_of(request.user.time_zone)
    return [
        row
        for row in open_claims(request.user, timezone.now())
        if row["session_starts_at"] and kept.first <= row["session_starts_at"].astimezone(zone).date() <= kept.last
    ]


@require_http_methods(["POST", "DELETE"])
def back(request: MemberRequest, pk: int) -> HttpResponse:
    away.come_back(request.user, pk)
    sentence = _("You are not away on these days after all.")
    return answer(request, FRAGMENT, context_of(request), to="/me/#away", sentence=sentence)
