"""Claiming and releasing a paper, and helping whoever was slower."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.catalogue.models import Paper
from papers.catalogue.queries import visible_to
from papers.claims import actions
from papers.claims.queries import Place, help_for, place_of
from papers.htmx import also_say, announce, answer, is_htmx
from papers.lines import isolated
from papers.members import away
from papers.members.requests import MemberRequest
from papers.refusals import Refused

# Whoever shows more of a paper than its place asks for it anew when this is said.
CHANGED = "claim-changed"


@require_http_methods(["POST", "DELETE"])
def claim(request: MemberRequest, number: int) -> HttpResponse:
    """POST claims; DELETE, or POST with `_method=delete`, releases; POST with `_method=undo` takes a release back."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    wish = "delete" if request.method == "DELETE" else request.POST.get("_method", "claim")
    try:
        if wish == "delete":
            actions.release(paper, by=request.user)
            after = place_of(paper, request.user).holder_name
            sentence = _("%(name)s goes on with #%(number)d.") if after else _("#%(number)d is free again.")
            sentence %= {"number": paper.number, "name": isolated(after or "")}
        elif wish == "undo":
            actions.undo_release(paper, by=request.user)
            sentence = _("#%(number)d is yours again.") % {"number": paper.number}
        else:
            actions.claim(paper, by=request.user)
            sentence = _("#%(number)d is yours.") % {"number": paper.number}
    except Refused as refused:
        return refused_place(request, paper, refused)
    place = place_of(paper, request.user)
    if wish == "claim" and place.starts_at is not None and away.on(request.user, place.starts_at):
        place = replace(place, refusal=_("Its session is on a day on which you are away."))
    undo = "undo" if wish == "delete" and place.holder_name is None else ""
    return place_shown(request, paper, place, sentence, undo=undo)


def place_shown(request: MemberRequest, paper: Paper, place: Place, sentence: str, *, undo: str = "") -> HttpResponse:
    """Return the place as it is now. `undo` is the method by which the page takes back what was just done."""
    context = {"place": place, "undo": undo}
    response = answer(request, "claims/_place.html", context, to=paper.get_absolute_url(), sentence=sentence)
    return also_say(response, CHANGED)


def refused_place(request: MemberRequest, paper: Paper, refused: Refused) -> HttpResponse:
    """Return the place as it is now with the reason and what can be done instead.

    htmx gets the fragment, everybody else a whole page.
    """
    place = replace(place_of(paper, request.user), refusal=refused.sentence)
    context: dict[str, Any] = {"place": place, "paper": paper, "help": help_for(paper, request.user, place)}
    template = "claims/_place.html" if is_htmx(request) else "claims/refused.html"
    response = render(request, template, context, status=refused.status)
    return announce(response, refused.sentence) if is_htmx(request) else response


@require_http_methods(["POST", "DELETE"])
def read(request: MemberRequest, number: int) -> HttpResponse:
    """POST marks the paper as read by the group; DELETE, or POST with `_method=delete`, takes that back."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    is_read = not (request.method == "DELETE" or request.POST.get("_method") == "delete")
    actions.mark_read(paper, by=request.user, read=is_read)
    context = {"place": place_of(paper, request.user)}
    words = {"number": paper.number}
    sentence = _("#%(number)d counts as read.") if is_read else _("#%(number)d no longer counts as read.")
    return answer(request, "claims/_place.html", context, to=paper.get_absolute_url(), sentence=sentence % words)
