"""Changing the whole plan: first looked at, then carried out, and taken back for a day."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from papers.htmx import HttpResponseSeeOther
from papers.members.requests import MemberRequest
from papers.planning import actions, plans
from papers.planning.forms import PushForm
from papers.planning.models import PlanChange
from papers.planning.queries import lately, to_come
from papers.planning.shown import changes_shown, end_in_words, moves_shown, papers_shown, skipped, told_shown
from papers.refusals import Refused
from papers.sessions.queries import visible_to
from papers.sessions.views import require_organiser

PAGE = "/sessions/plan/"
Make = Callable[[dt.datetime], plans.Plan]
MAKES: dict[str, Make] = {"fill": plans.fill, "end": plans.keep_end, "pace": plans.keep_pace}


@require_safe
def plan(request: MemberRequest) -> HttpResponse:
    """What can be done to the plan, and what was done to it in the last 24 hours."""
    require_organiser(request)
    now = timezone.now()
    sessions = to_come(now)
    context = {
        "section": "sessions",
        "form": PushForm(sessions=sessions),
        "sessions": sessions,
        "changes": changes_shown(lately(now)),
    }
    return render(request, "planning/plan.html", context)


@require_safe
def push(request: MemberRequest) -> HttpResponse:
    """Show what would become of each session, as the query `session` and `weeks` ask."""
    require_organiser(request)
    form = PushForm(request.GET, sessions=to_come(timezone.now()))
    try:
        return push_shown(request, form)
    except Refused as refused:
        return push_refused(request, form, refused)


@require_POST
def push_apply(request: MemberRequest) -> HttpResponse:
    require_organiser(request)
    form = PushForm(request.POST, sessions=to_come(timezone.now()))
    try:
        make = push_of(request, form)
        change = actions.apply(make, request.POST.get("seen", ""), by=request.user)
    except Refused as refused:
        return push_refused(request, form, refused)
    count = len(change.after["sessions"])
    sentence = ngettext("%(count)d session is pushed back.", "%(count)d sessions are pushed back.", count)
    return done(request, sentence % {"count": count})


def push_of(request: MemberRequest, form: PushForm) -> Make:
    """Return what makes the plan that the form asks for. Raises Refused (422)."""
    sent = form.accepted()
    first = get_object_or_404(visible_to(request.user), pk=sent["session"])
    return partial(plans.push, first, sent["weeks"])


def push_shown(request: MemberRequest, form: PushForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    made = push_of(request, form)(timezone.now())
    context = {
        "section": "sessions",
        "form": form,
        "plan": made,
        "moves": moves_shown(made),
        "skipped": skipped(made),
        "told": told_shown(made),
        "refusal": refusal,
    }
    return render(request, "planning/push.html", context, status=status)


def push_refused(request: MemberRequest, form: PushForm, refused: Refused) -> HttpResponse:
    """Show the plan as it is now beside the reason, or the form alone where there is no plan."""
    if refused.status == HTTPStatus.CONFLICT:
        try:
            return push_shown(request, form, refusal=refused.sentence, status=refused.status)
        except Refused as other:
            refused = other
    context: dict[str, Any] = {"section": "sessions", "form": form, "refusal": refused.sentence}
    return render(request, "planning/push.html", context, status=refused.status)


@require_safe
def fill(request: MemberRequest) -> HttpResponse:
    """Show which claimed papers would go into which session."""
    require_organiser(request)
    return fill_shown(request)


def fill_shown(request: MemberRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    made = plans.fill(timezone.now())
    context = {"section": "sessions", "plan": made, "refusal": refusal, "told": told_shown(made)}
    return render(request, "planning/fill.html", {**context, "sessions": papers_shown(made)}, status=status)


@require_POST
def fill_apply(request: MemberRequest) -> HttpResponse:
    try:
        change = actions.apply(plans.fill, request.POST.get("seen", ""), by=request.user)
    except Refused as refused:
        require_organiser(request)
        return fill_shown(request, refusal=refused.sentence, status=refused.status)
    count = len(change.after["slots"])
    sentence = ngettext("%(count)d paper has a session now.", "%(count)d papers have a session now.", count)
    return done(request, sentence % {"count": count})


@require_safe
def pace(request: MemberRequest) -> HttpResponse:
    """Show both ways to finish the list: by the end that is planned, or at the pace that is agreed."""
    require_organiser(request)
    return pace_shown(request)


def pace_shown(request: MemberRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    ways: list[dict[str, Any]] = []
    for name in ("end", "pace"):
        try:
            made = MAKES[name](now)
        except Refused as refused:
            ways.append({"name": name, "refusal": refused.sentence})
            continue
        shown = {"sessions": papers_shown(made), "told": told_shown(made), "ends": end_in_words(made)}
        ways.append({"name": name, "plan": made, **shown})
    context = {"section": "sessions", "ways": ways, "refusal": refusal}
    return render(request, "planning/pace.html", context, status=status)


@require_POST
def pace_apply(request: MemberRequest) -> HttpResponse:
    require_organiser(request)
    make = MAKES["pace" if request.POST.get("keep") == "pace" else "end"]
    try:
        change = actions.apply(make, request.POST.get("seen", ""), by=request.user)
    except Refused as refused:
        return pace_shown(request, refusal=refused.sentence, status=refused.status)
    count = len(change.after["slots"])
    sentence = ngettext("%(count)d paper has a session now.", "%(count)d papers have a session now.", count)
    return done(request, sentence % {"count": count})


@require_POST
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    change = get_object_or_404(PlanChange, pk=pk)
    try:
        actions.undo(change, by=request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return HttpResponseSeeOther(PAGE)
    return done(request, _("The change is taken back. The plan is as it was before."), hint=False)


def done(request: MemberRequest, sentence: str, *, hint: bool = True) -> HttpResponse:
    messages.success(request, sentence)
    if hint:
        messages.info(request, _("It can be taken back for 24 hours. Mails leave in ten minutes."))
    return HttpResponseSeeOther(PAGE if hint else "/sessions/")
