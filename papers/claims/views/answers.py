"""Questions answered from a mail: one page, two buttons, no sign-in. Looking at them changes nothing."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.claims import actions, confirming, handing_out, partners, rules, standing_in, swapping, waiting
from papers.claims.models import Claim, Offer, Partner, Swap
from papers.claims.queries import DONE, Place, place_of
from papers.mail.composing import clock_of, zone_of
from papers.members import tokens
from papers.members.models import Member
from papers.members.queries import the_group
from papers.refusals import Refused

PAGE = "claims/answer.html"


def lost(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE, {"question": ""}, status=HTTPStatus.NOT_FOUND)


def in_words_of(member: Member) -> Any:
    """Speak the language of the mail, and its clock: who follows its address may be signed out."""
    timezone.activate(zone_of(member.time_zone, the_group().time_zone))
    return translation.override(member.language)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the member takes the paper; POST with `answer` accepts or declines."""
    said = tokens.read(waiting.TOKEN, token)
    found = said and Offer.objects.select_related("paper", "member").filter(pk=said.id, member__left_at=None).first()
    if not found:
        return lost(request)
    with in_words_of(found.member):
        words = {"number": found.paper.number, "title": found.paper.title, "until": clock(found.expires_at)}
        question = _("#%(number)d “%(title)s” is free, and you waited for it. Do you take it?") % words
        hint = _("It is held for you until %(until)s.") % words
        context: dict[str, Any] = {
            "paper": found.paper,
            "question": question,
            "hint": hint,
            "accept": _("Take it"),
            "decline": _("Pass it on"),
        }
        why = waiting.why_no_answer(found)
        if said_nothing(request) or why is not None:
            return shown(
                request, context, why, HTTPStatus.CONFLICT if why and request.method == "POST" else HTTPStatus.OK
            )
        try:
            if request.POST.get("answer") == "accept":
                actions.claim(found.paper, by=found.member)
                done = _("#%(number)d is yours.") % words
            else:
                waiting.leave(found.paper, by=found.member)
                done = _("You passed #%(number)d on. Thank you for saying so.") % words
        except Refused as refused:
            found.refresh_from_db()
            return shown(
                request, context, refused.sentence, refused.status, stays=waiting.why_no_answer(found) is None
            )
        return render(request, PAGE, {"done": done, "paper": found.paper})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the member swaps; POST with `answer` accepts or declines."""
    said = tokens.read(swapping.TOKEN, token)
    found = said and Swap.objects.select_related(*swapping.WITH).filter(pk=said.id).first()
    if not found or found.wanted.holder.left_at is not None:
        return lost(request)
    with in_words_of(found.wanted.holder):
        words = {**swapping.facts_of(found, name=found.given.holder.name), "until": clock(found.expires_at)}
        question = _("%(name)s offers #%(given)s “%(given_title)s” for your #%(wanted)s “%(wanted_title)s”.") % words
        hint = _("Nothing changes unless you accept. The question is open until %(until)s.") % words
        context: dict[str, Any] = {"paper": found.wanted.paper, "question": question, "hint": hint}
        context |= {"accept": _("Swap"), "decline": _("Keep mine")}
        context["message"] = found.message
        why = swapping.why_no_answer(found)
        if said_nothing(request) or why is not None:
            return shown(
                request, context, why, HTTPStatus.CONFLICT if why and request.method == "POST" else HTTPStatus.OK
            )
        accepts = request.POST.get("answer") == "accept"
        try:
            swapping.answer(found, "accept" if accepts else "decline")
        except Refused as refused:
            return shown(request, context, refused.sentence, refused.status)
        done = _("You hold #%(given)s now, and %(name)s has yours.") if accepts else _("You keep #%(wanted)s.")
        return render(
            request, PAGE, {"done": done % words, "paper": found.given.paper if accepts else found.wanted.paper}
        )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the member presents what they were given, or hold; POST with `answer` says yes or no."""
    if (asked := tokens.read(confirming.TOKEN, token)) is not None:
        return present(request, asked.id)
    said = tokens.read(handing_out.TOKEN, token)
    claims = Claim.objects.select_related("paper", "holder")
    found = said and claims.filter(pk=said.id, holder__left_at=None, assigned_by__isnull=False).first()
    if not found:
        return lost(request)
    with in_words_of(found.holder):
        words = {"number": found.paper.number, "title": found.paper.title}
        question = _("You were given #%(number)d “%(title)s”. Will you present it?") % words
        hint = _("Please answer until %(until)s; after that it is free for others.") % {
            "until": clock(found.accept_by)
        }
        context: dict[str, Any] = {"paper": found.paper, "question": question, "hint": hint}
        context |= {"accept": _("I present it"), "decline": _("I cannot")}
        why = handing_out.why_no_confirmation(found)
        if said_nothing(request) or why is not None:
            return shown(
                request, context, why, HTTPStatus.CONFLICT if why and request.method == "POST" else HTTPStatus.OK
            )
        accepts = request.POST.get("answer") == "accept"
        try:
            handing_out.confirm(found, accepts=accepts)
        except Refused as refused:
            return shown(request, context, refused.sentence, refused.status)
        done = _("#%(number)d is yours.") if accepts else _("#%(number)d is free for others. Thank you for saying so.")
        return render(request, PAGE, {"done": done % words, "paper": found.paper})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the member presents a paper with its holder; POST with `answer` accepts or declines."""
    said = tokens.read(partners.TOKEN, token)
    rows = Partner.objects.select_related("claim__paper", "claim__holder", "member")
    found = said and rows.filter(pk=said.id, member__left_at=None).first()
    if not found:
        return lost(request)
    paper = found.claim.paper
    with in_words_of(found.member):
        words = {"number": paper.number, "title": paper.title, "name": found.claim.holder.name}
        question = _("%(name)s asks you to present #%(number)d “%(title)s” together. Do you?") % words
        hint = _("You share its points. The question is open until %(until)s.") % {"until": clock(found.expires_at)}
        context: dict[str, Any] = {"paper": paper, "question": question, "hint": hint}
        context |= {"accept": _("Yes, with pleasure"), "decline": _("No, thank you")}
        why = partners.why_no_answer(found) or rules.why_partner_gone(is_held=found.claim.released_at is None)
        if said_nothing(request) or why is not None:
            return shown(
                request, context, why, HTTPStatus.CONFLICT if why and request.method == "POST" else HTTPStatus.OK
            )
        accepts = request.POST.get("answer") == "accept"
        try:
            partners.answer(found, "accept" if accepts else "decline")
        except Refused as refused:
            return shown(request, context, refused.sentence, refused.status)
        done = _("You present #%(number)d with %(name)s.") if accepts else _("You declined. Thank you for saying so.")
        return render(request, PAGE, {"done": done % words, "paper": paper})


def present(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks whether the holder will be there; POST with `answer` confirms, or looks for a stand-in."""
    claims = Claim.objects.select_related("paper", "holder")
    found = claims.filter(pk=pk, holder__left_at=None).first()
    if not found:
        return lost(request)
    with in_words_of(found.holder):
        place = place_of(found.paper, found.holder)
        words = {"number": found.paper.number, "title": found.paper.title, "starts": clock(place.starts_at)}
        question = _("You hold #%(number)d “%(title)s”; its session is on %(starts)s. Will you present it?") % words
        hint = _("If not, others are asked; until somebody takes it over, it stays yours.")
        context: dict[str, Any] = {"paper": found.paper, "question": question, "hint": hint}
        context |= {"accept": _("I will be there"), "decline": _("I can’t make it")}
        why = why_not_present(found, place)
        if said_nothing(request) or why is not None:
            return shown(
                request, context, why, HTTPStatus.CONFLICT if why and request.method == "POST" else HTTPStatus.OK
            )
        accepts = request.POST.get("answer") == "accept"
        try:
            if accepts:
                confirming.confirm(found.paper, by=found.holder)
            else:
                standing_in.look(found.paper, by=found.holder)
        except Refused as refused:
            return shown(request, context, refused.sentence, refused.status)
        done = (
            _("Thank you: #%(number)d is confirmed.") if accepts else _("Others are asked to take #%(number)d over.")
        )
        return render(request, PAGE, {"done": done % words, "paper": found.paper})


def why_not_present(claim: Claim, place: Place) -> str | None:
    """Return why the question takes no answer any more, or None."""
    why = rules.why_not_confirm(
        is_mine=claim.released_at is None, is_scheduled=place.session_id is not None, is_done=place.state == DONE
    )
    if why is None and place.is_confirmed:
        return _("You have confirmed this already. If you cannot make it after all, say so on the page of the paper.")
    if why is None and place.is_looking:
        return _("You have said that you cannot make it, and others are asked. The paper’s page says how it stands.")
    return why


def shown(
    request: HttpRequest, context: dict[str, Any], why: str | None, status: int, *, stays: bool = False
) -> HttpResponse:
    """Return the question; with `why`, the reason for which it takes no answer, or (`stays`) did not take this one."""
    return render(request, PAGE, {**context, "refusal": why, "closed": why is not None and not stays}, status=status)


def said_nothing(request: HttpRequest) -> bool:
    """Return whether the request only looks: a program that posts the form without a button answers nothing."""
    return request.method != "POST" or request.POST.get("answer") not in ("accept", "decline")


def clock(instant: dt.datetime | None) -> str:
    return clock_of(instant) if instant else ""
