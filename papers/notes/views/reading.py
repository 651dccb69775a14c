"""How far a member has read a paper, and when they looked at it."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from papers.catalogue import queries as catalogue
from papers.htmx import HttpResponseSeeOther, answer, is_htmx
from papers.members.requests import MemberRequest
from papers.notes import actions
from papers.notes.forms import SeenForm
from papers.notes.queries import reading_choices


@require_POST
def reading(request: MemberRequest, number: int) -> HttpResponse:
    """Remember how far the member has read the paper; `?short` asks for the switch of the list, not all choices."""
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    state = actions.set_reading(paper, request.POST.get("state", ""), by=request.user)
    choices = reading_choices()
    context = {"number": number, "reading": state, "states": choices, "word": dict(choices)[state]}
    short = "short" in request.GET
    page = f"/papers/#paper-{number}" if short else paper.get_absolute_url()
    template = "notes/_reading_short.html" if short else "notes/_reading.html"
    return answer(request, template, context, to=page, sentence=said_of(state))


def said_of(state: str) -> str:
    """Return what is announced after a change."""
    return {
        "unread": _("It counts as unread by you."),
        "skimmed": _("It counts as skimmed by you."),
        "read": _("It counts as read by you."),
        "studied": _("It counts as studied by you."),
    }[state]


@require_POST
def seen(request: MemberRequest, number: int) -> HttpResponse:
    """Mark the paper as seen, as of the instant `at` when its page was made; 204 for a script, 303 for a form."""
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    form = SeenForm(request.POST)
    now = timezone.now()
    at = (form.cleaned_data["at"] if form.is_valid() else None) or now
    actions.mark_seen(paper, by=request.user, at=min(at, now))
    if is_htmx(request) or "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponseSeeOther(paper.get_absolute_url())
