"""Saying whether one comes. The writes on a session's page are handed `compose`, as those of `sessions.views` are."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from papers.attendance import actions
from papers.attendance.forms import ThereForm
from papers.attendance.models import Attendance
from papers.attendance.queries import coming_to
from papers.htmx import answer, form_again
from papers.mail.composing import zone_of
from papers.members.queries import the_group
from papers.members.requests import MemberRequest
from papers.refusals import Refused, refuse_if
from papers.sessions.models import ReadingSession
from papers.sessions.queries import visible_to, when
from papers.sessions.views import FRAGMENT, PAGE

Compose = Callable[..., dict[str, Any]]


@require_POST
def say(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    """POST `answer`: yes, maybe or no."""
    return done(request, pk, compose, lambda session: say_so(session, request))


def say_so(session: ReadingSession, request: MemberRequest) -> str:
    there = actions.answer(session, request.POST.get("answer", ""), by=request.user)
    return words(there.answer)


@require_POST
def arrive(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    """POST: I am there."""

    def act(session: ReadingSession) -> str:
        actions.arrive(session, by=request.user)
        return _("It is noted that you are there.")

    return done(request, pk, compose, act)


@require_POST
def note(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    """POST `there`, once for each who was: write down who was there."""

    def act(session: ReadingSession) -> str:
        known = [person.member for person in coming_to(session, request.user).people]
        form = ThereForm(request.POST, members=known)
        refuse_if(None if form.is_valid() else _("Please choose from the list who was there."))
        count = actions.note(session, form.cleaned_data["there"], by=request.user)
        return ngettext("%(count)d member was there.", "%(count)d members were there.", count) % {"count": count}

    return done(request, pk, compose, act)


def done(request: MemberRequest, pk: int, compose: Compose, act: Callable[[ReadingSession], str]) -> HttpResponse:
    session = get_object_or_404(visible_to(request.user), pk=pk)
    try:
        sentence = act(session)
    except Refused as refused:
        return form_again(request, FRAGMENT, PAGE, compose(request, pk), refused, at="#session")
    to = f"{session.get_absolute_url()}{'room/' if request.POST.get('in') == 'room' else '#coming'}"
    return answer(request, FRAGMENT, compose(request, pk), to=to, sentence=sentence)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the member comes, with what the mail's link said chosen; POST `answer` says it. No sign-in."""
    asked = actions.asked_by(token)
    if asked is None:
        return render(request, "attendance/answer.html", {}, status=HTTPStatus.NOT_FOUND)
    session, member = asked
    timezone.activate(zone_of(member.time_zone, the_group().time_zone))
    with translation.override(member.language):
        context: dict[str, Any] = {"session": session, "when": when(session), "choices": Attendance.Answer.choices}
        context["chosen"] = request.GET.get("say", "yes")
        if request.method == "POST":
            try:
                context["done"] = words(actions.answer(session, request.POST.get("answer", ""), by=member).answer)
            except Refused as refused:
                context["refusal"] = refused.sentence
                return render(request, "attendance/answer.html", context, status=refused.status)
        return render(request, "attendance/answer.html", context)


def words(said: str) -> str:
    """Return the sentence for an answer that is kept."""
    return {
        "yes": _("You come. The group sees it."),
        "maybe": _("You may come. The group sees it."),
        "no": _("You don’t come. The group sees it."),
    }[said]
