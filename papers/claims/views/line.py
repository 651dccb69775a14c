"""The line for a paper, a stand-in for its holder, and papers exchanged."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue.models import Paper
from papers.catalogue.queries import visible_to
from papers.claims import standing_in, swapping, waiting
from papers.claims.forms import SwapForm
from papers.claims.models import Claim
from papers.claims.queries import line_of, open_claims, place_of
from papers.claims.views.taking import place_shown, refused_place
from papers.htmx import HttpResponseSeeOther, answer, fragment_or_page
from papers.members.requests import MemberRequest
from papers.refusals import Refused

FRAGMENT, PAGE = "claims/_line.html", "claims/line.html"


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def line(request: MemberRequest, number: int) -> HttpResponse:
    """GET shows who waits for the paper; POST joins the line; DELETE, or POST with `_method=delete`, leaves it."""
    paper = the_paper(request, number)
    if request.method in ("GET", "HEAD"):
        return fragment_or_page(request, FRAGMENT, PAGE, line_context(request, paper))
    try:
        if request.method == "DELETE" or request.POST.get("_method") == "delete":
            waiting.leave(paper, by=request.user)
            sentence = _("You no longer wait for #%(number)d.") % {"number": number}
        else:
            waiting.join(paper, by=request.user)
            sentence = _("You wait for #%(number)d. When it is free, it is offered to you by mail.") % {
                "number": number
            }
    except Refused as refused:
        context = {**line_context(request, paper), "refusal": refused.sentence}
        return fragment_or_page(request, FRAGMENT, PAGE, context, status=refused.status)
    # Who leaves the line may have been the one to whom the paper is offered: its place changes with it.
    context = {**line_context(request, paper), "with_place": True}
    return answer(request, FRAGMENT, context, to=paper.get_absolute_url(), sentence=sentence)


def line_context(request: MemberRequest, paper: Paper) -> dict[str, Any]:
    place = place_of(paper, request.user)
    return {"paper": paper, "place": place, "line": line_of(paper, request.user, place)}


@require_http_methods(["POST", "DELETE"])
def stand_in(request: MemberRequest, number: int) -> HttpResponse:
    """POST looks for a stand-in; DELETE, or POST with `_method=delete`: I present after all."""
    paper = the_paper(request, number)
    try:
        if request.method == "DELETE" or request.POST.get("_method") == "delete":
            standing_in.present_after_all(paper, by=request.user)
            sentence = _("You present #%(number)d after all.") % {"number": number}
        else:
            standing_in.look(paper, by=request.user)
            sentence = _("Others are asked to take #%(number)d over. Until somebody does, it stays yours.")
            sentence %= {"number": number}
    except Refused as refused:
        return refused_place(request, paper, refused)
    return place_shown(request, paper, place_of(paper, request.user), sentence)


@require_POST
def take_over(request: MemberRequest, number: int) -> HttpResponse:
    paper = the_paper(request, number)
    try:
        standing_in.take_over(paper, by=request.user)
    except Refused as refused:
        return refused_place(request, paper, refused)
    sentence = _("#%(number)d is yours. Thank you for standing in.") % {"number": number}
    return place_shown(request, paper, place_of(paper, request.user), sentence)


@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: MemberRequest, number: int) -> HttpResponse:
    """GET asks which of one's own papers to give for this one; POST asks its holder."""
    paper = the_paper(request, number)
    mine = open_claims(request.user, timezone.now())
    form = SwapForm(request.POST or None, mine=mine)
    context = {"section": "papers", "paper": paper, "place": place_of(paper, request.user), "mine": mine, "form": form}
    if request.method != "POST":
        return render(request, "claims/swap.html", context)
    try:
        said = form.accepted()
        given = the_claim(request, said["give"])
        swapping.ask(given, the_claim(request, number), by=request.user, message=said["message"])
    except Refused as refused:
        return render(request, "claims/swap.html", {**context, "refusal": refused.sentence}, status=refused.status)
    messages.success(request, _("You have asked. Nothing changes until they accept; the answer comes by mail."))
    return HttpResponseSeeOther(paper.get_absolute_url())


def the_paper(request: MemberRequest, number: int) -> Paper:
    return get_object_or_404(visible_to(request.user), number=number)


def the_claim(request: MemberRequest, number: int) -> Claim:
    """Return the open claim of a paper. Raises Refused (409) when nobody holds it any more."""
    claim = Claim.objects.filter(paper__in=visible_to(request.user), paper__number=number, released_at=None).first()
    if claim is None:
        raise Refused(_("Nobody holds #%(number)d any more. Claim it if it is free.") % {"number": number})
    return claim
