"""Bids, and papers handed out by an organiser."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.catalogue.models import Part
from papers.catalogue.queries import visible_to
from papers.claims import confirming, handing_out
from papers.claims.forms import HandOutForm
from papers.claims.models import Bid, Claim
from papers.claims.queries import place_of
from papers.claims.views.taking import place_shown, refused_place
from papers.htmx import HttpResponseSeeOther, answer
from papers.members.context import the_group_of
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.refusals import Refused


@require_safe
def bids(request: MemberRequest) -> HttpResponse:
    """The free papers, each with what the member said of it."""
    mine = dict(Bid.objects.filter(member=request.user).values_list("paper", "wish"))
    rows = [
        {"number": paper.number, "title": paper.title, "wish": mine.get(paper.pk, "")}
        for paper in handing_out.free_papers()
    ]
    return render(request, "claims/bids.html", {"section": "papers", "rows": rows, "wishes": Bid.Wish.choices})


@require_POST
def bid(request: MemberRequest, number: int) -> HttpResponse:
    """Keep the wish; the same one again takes it back."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    wish = handing_out.bid(paper, request.POST.get("wish", ""), by=request.user)
    row = {"number": number, "title": paper.title, "wish": wish}
    sentence = _("Your bid for #%(number)d is kept.") if wish else _("Your bid for #%(number)d is taken back.")
    context = {"row": row, "wishes": Bid.Wish.choices}
    return answer(
        request, "claims/_bid.html", context, to=f"/papers/bids/#bid-{number}", sentence=sentence % {"number": number}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: MemberRequest) -> HttpResponse:
    """GET asks which parts; POST shows the plan, and with `publish` hands the papers out as it says."""
    require_organiser(request)
    form = HandOutForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"section": "organise", "form": form, "bids": Bid.objects.count()}
    if the_group_of(request).bids_first:
        context["parts"] = Part.objects.filter(reading_list__archived_at=None).order_by("number")
        context["now"] = timezone.now()
    if request.method != "POST":
        return render(request, "claims/hand_out.html", context)
    try:
        said = form.accepted()
        parts = [part.number for part in said["parts"]] or None
        if "publish" in request.POST:
            plan = handing_out.publish(parts, said["seed"], said["seen"], by=request.user)
            sentence = ngettext("%(count)d paper is handed out.", "%(count)d papers are handed out.", plan.given)
            messages.success(request, sentence % {"count": plan.given})
            return HttpResponseSeeOther("/papers/")
        context["plan"] = handing_out.plan(parts, said["seed"], by=request.user)
    except Refused as refused:
        context |= {"refusal": refused.sentence}
        if form.is_valid() and "publish" in request.POST:
            context["plan"] = handing_out.plan(parts, form.cleaned_data["seed"], by=request.user)
        return render(request, "claims/hand_out.html", context, status=refused.status)
    return render(request, "claims/hand_out.html", context)


@require_POST
def open_for_bids(request: MemberRequest, number: int) -> HttpResponse:
    """Let a part take bids only for 48 hours; with `_method=delete`, claims again."""
    require_organiser(request)
    part = get_object_or_404(Part, number=number, reading_list__archived_at=None)
    closes = request.POST.get("_method") == "delete"
    handing_out.open_for_bids(part, by=request.user, closes=closes)
    opened = _("Part %(number)d takes bids only for the next 48 hours.")
    sentence = _("The papers of part %(number)d can be claimed again.") if closes else opened
    messages.success(request, sentence % {"number": number})
    return HttpResponseSeeOther("/organise/assign/")


@require_POST
def confirm(request: MemberRequest, number: int) -> HttpResponse:
    """Accept or give back, on the site, what one was given; or say that one will be there."""
    paper = get_object_or_404(visible_to(request.user), number=number)
    claim = get_object_or_404(Claim, paper=paper, holder=request.user, released_at=None)
    accepts = request.POST.get("answer") == "accept"
    try:
        if claim.accept_by is None and accepts:
            confirming.confirm(paper, by=request.user)
            sentence = _("Thank you: #%(number)d is confirmed.")
        else:
            handing_out.confirm(claim, accepts=accepts)
            sentence = _("#%(number)d is yours.") if accepts else _("#%(number)d is free again.")
    except Refused as refused:
        return refused_place(request, paper, refused)
    return place_shown(request, paper, place_of(paper, request.user), sentence % {"number": number})
