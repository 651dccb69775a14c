from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue.models import Merge, Paper
from papers.catalogue.queries import visible_to
from papers.htmx import HttpResponseSeeOther
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.merging import actions
from papers.merging.forms import MergeForm
from papers.merging.rules import UNDO_WITHIN
from papers.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, number: int) -> HttpResponse:
    """GET asks which paper this one is the same as, and shows both; POST makes them one."""
    require_organiser(request)
    paper = get_object_or_404(visible_to(request.user), number=number)
    form = MergeForm(request.POST if request.method == "POST" else request.GET or None)
    context: dict[str, Any] = {"section": "papers", "paper": paper, "form": form, "merges": lately(paper)}
    if not form.is_bound:
        return render(request, "merging/merge.html", context)
    try:
        context["other"] = other = the_other(request, form)
        if request.method == "POST":
            actions.merge(paper, other, by=request.user)
            sentence = _("#%(gone)d is a part of #%(kept)d now. You can undo this for a day.")
            messages.success(request, sentence % {"gone": paper.number, "kept": other.number})
            return HttpResponseSeeOther(f"{other.get_absolute_url()}merge/")
    except Refused as refused:
        return render(request, "merging/merge.html", {**context, "refusal": refused.sentence}, status=refused.status)
    return render(request, "merging/merge.html", context)


def the_other(request: MemberRequest, form: MergeForm) -> Paper:
    number = form.accepted()["into"]
    other = visible_to(request.user).filter(number=number).first()
    if other is None:
        sentence = _("There is no paper #%(number)d. Its number stands before its title on the list.")
        raise Refused(sentence % {"number": number}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return other


def lately(paper: Paper) -> list[Merge]:
    """Return the merges into this paper that can still be undone."""
    since = timezone.now() - UNDO_WITHIN
    return list(Merge.objects.filter(kept=paper, undone_at=None, at__gt=since).select_related("gone", "by"))


@require_POST
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    paper = actions.undo(get_object_or_404(Merge, pk=pk), by=request.user)
    messages.success(request, _("The two papers are parted again."))
    return HttpResponseSeeOther(paper.get_absolute_url())
