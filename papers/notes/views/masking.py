"""First thoughts first: opening what is masked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from papers.catalogue.queries import visible_to
from papers.htmx import HttpResponseSeeOther
from papers.members.requests import MemberRequest
from papers.notes import actions
from papers.notes.masking import open_paper


@require_POST
def open_texts(request: MemberRequest, number: int) -> HttpResponse:
    """Show the member what others wrote about the paper, though they have not written themselves."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    open_paper(paper, by=request.user)
    return HttpResponseSeeOther(f"{paper.get_absolute_url()}#notes-heading")


@require_POST
def first_thoughts(request: MemberRequest, number: int) -> HttpResponse:
    """Let the paper ask for first thoughts; with `_method=delete`, open what was written for everybody."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    asks = request.POST.get("_method") != "delete"
    actions.ask_first_thoughts(paper, by=request.user, asks=asks)
    asked = _("What others wrote about #%(number)d opens for everybody who has written something.")
    sentence = asked if asks else _("What was written about #%(number)d is open to everybody.")
    messages.success(request, sentence % {"number": number})
    return HttpResponseSeeOther(paper.get_absolute_url())
