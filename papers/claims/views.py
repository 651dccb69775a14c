from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.catalogue.models import Paper
from papers.catalogue.queries import visible_to
from papers.claims import actions
from papers.claims.queries import place_of
from papers.htmx import announce, answer, is_htmx
from papers.refusals import Refused


@require_http_methods(["POST", "DELETE"])
def claim(request: HttpRequest, number: int) -> HttpResponse:
    """POST claims; DELETE, or POST with `_method=delete`, releases."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    releasing = request.method == "DELETE" or request.POST.get("_method") == "delete"
    try:
        if releasing:
            actions.release(paper, by=request.user)
            sentence = _("#%(number)d is free again.") % {"number": paper.number}
        else:
            actions.claim(paper, by=request.user)
            sentence = _("#%(number)d is yours.") % {"number": paper.number}
    except Refused as refused:
        return refused_place(request, paper, refused)
    context = {"place": place_of(paper, request.user)}
    return answer(request, "claims/_place.html", context, to=paper.get_absolute_url(), sentence=sentence)


def refused_place(request: HttpRequest, paper: Paper, refused: Refused) -> HttpResponse:
    """Return the place as it is now with the reason: the fragment to htmx, a whole page to everybody else."""
    place = place_of(paper, request.user, refusal=refused.sentence)
    template = "claims/_place.html" if is_htmx(request) else "claims/refused.html"
    response = render(request, template, {"place": place, "paper": paper}, status=refused.status)
    return announce(response, refused.sentence) if is_htmx(request) else response
