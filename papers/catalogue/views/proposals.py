"""What members would like to read."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import proposing
from papers.catalogue.forms import AcceptForm, AnswerForm, ProposalForm
from papers.catalogue.models import Proposal, Vote
from papers.htmx import HttpResponseSeeOther, answer
from papers.members.requests import MemberRequest
from papers.refusals import Refused

PAGE = "/papers/proposals/"
DECIDED_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: MemberRequest) -> HttpResponse:
    """GET shows what is proposed, most wanted first; POST proposes one more."""
    if request.method != "POST":
        return render(request, "catalogue/proposals.html", context_of(request, ProposalForm()))
    form = ProposalForm(request.POST)
    try:
        said = form.accepted()
        proposing.propose(said["said"], said["reason"], by=request.user)
    except Refused as refused:
        context = {**context_of(request, form), "refusal": refused.sentence}
        return render(request, "catalogue/proposals.html", context, status=refused.status)
    messages.success(request, _("Your proposal stands here now; others can vote for it."))
    return HttpResponseSeeOther(PAGE)


def context_of(request: MemberRequest, form: ProposalForm) -> dict[str, Any]:
    mine = Vote.objects.filter(proposal=OuterRef("pk"), member=request.user)
    rows = Proposal.objects.select_related("by", "paper", "decided_by").annotate(
        count=Count("votes"), is_mine=Exists(mine)
    )
    return {
        "section": "papers",
        "form": form,
        "open": list(rows.filter(state=Proposal.State.OPEN).order_by("-count", "at")),
        "decided": list(rows.exclude(state=Proposal.State.OPEN).order_by("-decided_at")[:DECIDED_SHOWN]),
        "accept_form": AcceptForm(),
    }


@require_POST
def vote(request: MemberRequest, pk: int) -> HttpResponse:
    """Vote, or with `wants=no` take the vote back."""
    proposal = get_object_or_404(Proposal, pk=pk)
    wants = request.POST.get("wants") != "no"
    count = proposing.vote(proposal, by=request.user, wants=wants)
    context = {"proposal": proposal, "count": count, "is_mine": wants}
    sentence = _("You would read it too.") if wants else _("Your vote is taken back.")
    return answer(request, "catalogue/_vote.html", context, to=f"{PAGE}#proposal-{pk}", sentence=sentence)


@require_POST
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    paper = proposing.accept(
        get_object_or_404(Proposal, pk=pk), AcceptForm(request.POST).accepted()["part"], by=request.user
    )
    messages.success(request, _("The paper is on the list now, and whoever proposed it is told."))
    return HttpResponseSeeOther(paper.get_absolute_url())


@require_POST
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    said = AnswerForm(request.POST).accepted()
    proposing.decline(get_object_or_404(Proposal, pk=pk), said["answer"], by=request.user)
    messages.success(request, _("It is declined, and whoever proposed it is told why."))
    return HttpResponseSeeOther(PAGE)
