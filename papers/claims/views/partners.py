"""Presenting together, and standing by for somebody."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.claims import partners, standing_in
from papers.claims.forms import PartnerForm
from papers.claims.models import Partner
from papers.claims.queries import place_of
from papers.claims.views.line import the_paper
from papers.claims.views.taking import place_shown, refused_place
from papers.htmx import HttpResponseSeeOther
from papers.lines import isolated
from papers.members.models import Role
from papers.members.queries import current_members
from papers.members.requests import MemberRequest
from papers.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def ask(request: MemberRequest, number: int) -> HttpResponse:
    """GET asks whom; POST asks them; DELETE, or POST with `_method=delete`: I no longer present it with the holder."""
    paper = the_paper(request, number)
    if request.method == "DELETE" or request.POST.get("_method") == "delete":
        partners.step_back(paper, by=request.user)
        sentence = _("You are no longer at the side of who presents #%(number)d.") % {"number": number}
        return place_shown(request, paper, place_of(paper, request.user), sentence)
    people = current_members().exclude(role=Role.READER).exclude(pk=request.user.pk)
    form = PartnerForm(request.POST or None, people=people)
    context: dict[str, Any] = {"section": "papers", "paper": paper, "place": place_of(paper, request.user)}
    if request.method != "POST":
        return render(request, "claims/partner.html", {**context, "form": form})
    try:
        other = form.accepted()["member"]
        partners.ask(paper, other, by=request.user)
    except Refused as refused:
        context |= {"form": form, "refusal": refused.sentence}
        return render(request, "claims/partner.html", context, status=refused.status)
    messages.success(request, _("%(name)s is asked by mail.") % {"name": isolated(other.name)})
    return HttpResponseSeeOther(paper.get_absolute_url())


@require_http_methods(["POST", "DELETE"])
def withdraw(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Take back the question to somebody who has not answered yet."""
    paper = the_paper(request, number)
    asked = get_object_or_404(Partner, pk=pk, claim__paper=paper, claim__holder=request.user)
    try:
        partners.answer(asked, "withdraw")
    except Refused as refused:
        return refused_place(request, paper, refused)
    return place_shown(request, paper, place_of(paper, request.user), _("The question is taken back."))


@require_http_methods(["POST", "DELETE"])
def understudy(request: MemberRequest, number: int) -> HttpResponse:
    """POST stands by, DELETE no longer; POST with `_method=promote` gives the paper to the understudy."""
    paper, wish = the_paper(request, number), request.POST.get("_method", "")
    try:
        if request.method == "DELETE" or wish == "delete":
            partners.step_back(paper, by=request.user)
            sentence = _("You no longer stand by for #%(number)d.")
        elif wish == "promote":
            standing_in.promote(paper, by=request.user)
            sentence = _("#%(number)d is with the understudy now.")
        else:
            partners.stand_by(paper, by=request.user)
            sentence = _("You are the understudy of #%(number)d: should its holder not make it, you present it.")
    except Refused as refused:
        return refused_place(request, paper, refused)
    return place_shown(request, paper, place_of(paper, request.user), sentence % {"number": number})
