"""Making many sessions at once, and the days on which there are none."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from papers.countries.names import NAMES
from papers.htmx import HttpResponseSeeOther
from papers.mail.composing import zone_of
from papers.members.queries import the_group
from papers.members.requests import MemberRequest
from papers.refusals import Refused
from papers.sessions import actions, breaks
from papers.sessions.forms import BreakForm, SeriesForm, choices_from, series_as_usual
from papers.sessions.free_days import breaks_to_come
from papers.sessions.preview import preview
from papers.sessions.rules import why_not_as_seen
from papers.sessions.views import require_organiser

BREAKS = "/sessions/breaks/"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """GET shows the form for a weekly series; POST shows its dates, and nothing is made yet."""
    require_organiser(request)
    form = series_form(request)
    if request.method != "POST" or "back" in request.POST:
        return render(request, "sessions/new.html", {"section": "sessions", "form": form})
    try:
        return dates_shown(request, form)
    except Refused as refused:
        return form_shown_again(request, form, refused)


@require_POST
def make(request: MemberRequest) -> HttpResponse:
    """Make the series as it was looked at. When other days are free by now, show its dates again."""
    require_organiser(request)
    form = series_form(request)
    try:
        sent = form.accepted()
        shown = preview(sent, choices_from(request.POST))
        seen = request.POST.get("seen")
        why = why_not_as_seen(as_seen=seen == shown.seen)
        if why is not None:
            return dates_shown(request, form, refusal=why, status=HTTPStatus.CONFLICT)
        series = actions.make_series(**sent, meets=shown.meets, by=request.user)
    except Refused as refused:
        if not form.is_valid():
            return form_shown_again(request, form, refused)
        return dates_shown(request, form, refusal=refused.sentence, status=refused.status)
    sentence = ngettext("%(count)d session is made.", "%(count)d sessions are made.", series.weeks)
    messages.success(request, sentence % {"count": series.weeks})
    return HttpResponseSeeOther("/sessions/")


def series_form(request: MemberRequest) -> SeriesForm:
    group = the_group()
    usual = series_as_usual(group, timezone.localtime(timezone=zone_of(group.time_zone)))
    return SeriesForm(request.POST if request.method == "POST" else None, initial=usual)


def form_shown_again(request: MemberRequest, form: SeriesForm, refused: Refused) -> HttpResponse:
    context = {"section": "sessions", "form": form, "refusal": refused.sentence}
    return render(request, "sessions/new.html", context, status=refused.status)


def dates_shown(
    request: MemberRequest, form: SeriesForm, *, refusal: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return the page with all dates of the series. Raises Refused (422) for a form that is not understood."""
    shown = preview(form.accepted(), choices_from(request.POST))
    context: dict[str, Any] = {
        "section": "sessions",
        "form": form,
        "preview": shown,
        "refusal": refusal,
        "hinders": "" if refusal else shown.refusal,
        "country": NAMES.get(the_group().country, ""),
    }
    return render(request, "sessions/dates.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def breaks_page(request: MemberRequest) -> HttpResponse:
    """GET shows the group's own free days; POST adds some."""
    require_organiser(request)
    form = BreakForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return breaks_shown(request, form)
    try:
        made = breaks.add_break(**form.accepted(), by=request.user)
    except Refused as refused:
        return breaks_shown(request, form, refusal=refused.sentence, status=refused.status)
    messages.success(request, _("“%(name)s” is kept: new plans leave these days out.") % {"name": made.name})
    return HttpResponseSeeOther(BREAKS)


def breaks_shown(request: MemberRequest, form: BreakForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    group = the_group()
    today = timezone.localdate(timezone=zone_of(group.time_zone))
    context = {
        "section": "sessions",
        "form": form,
        "breaks": breaks_to_come(today),
        "country": NAMES.get(group.country, ""),
        "refusal": refusal,
    }
    return render(request, "sessions/breaks.html", context, status=status)


@require_POST
def remove_break(request: MemberRequest, pk: int) -> HttpResponse:
    breaks.remove_break(pk, by=request.user)
    messages.success(request, _("These days are days like others again. Sessions that are planned stay as they are."))
    return HttpResponseSeeOther(BREAKS)
