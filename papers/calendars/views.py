"""Calendars: the page where one gets their addresses, and the files that programs fetch."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.calendars import actions, composing, queries, rules
from papers.calendars.forms import CalendarForm, calendar_form
from papers.calendars.models import CalendarFeed
from papers.htmx import answer, form_again
from papers.mail.composing import in_their_words, zone_of
from papers.members.context import the_group_of
from papers.members.requests import MemberRequest
from papers.refusals import Refused
from papers.sessions.queries import visible_to

PAGE, FRAGMENT, ADDRESS = "calendars/calendar.html", "calendars/_calendar.html", "/me/calendar/"
CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: MemberRequest) -> HttpResponse:
    """GET shows the addresses of one's own and the group's calendar; POST saves what one's own holds."""
    if request.method != "POST":
        return render(request, PAGE, shown(request))
    form = calendar_form(None, request.POST)
    try:
        actions.choose(**form.accepted(), by=request.user)
    except Refused as refused:
        return form_again(request, FRAGMENT, PAGE, shown(request, form), refused, at="#calendar")
    return changed(request, _("Your choice is saved. Calendar programs see it when they look again."))


@require_POST
def new_address(request: MemberRequest, whose: str) -> HttpResponse:
    actions.new_address(member_of(request, whose), by=request.user)
    return changed(request, _("The calendar has a new address. An older one no longer works."), whose)


@require_POST
def end_address(request: MemberRequest, whose: str) -> HttpResponse:
    actions.end_address(member_of(request, whose), by=request.user)
    return changed(request, _("The address no longer works. You can make a new one at any time."), whose)


# Calendar programs fetch it without cookies: the token is all they have.
@login_not_required
@require_safe
@gzip_page
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with the calendar; 410 for an address that was ended or whose member left, 404 for one never made."""
    is_ours, found = queries.feed_at(token)
    if not is_ours:
        raise Http404
    if found is None:
        return HttpResponse("410 Gone", status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8")
    group, now = the_group_of(request), timezone.now()
    language = found.member.language if found.member else group.language
    with in_their_words(language, zone_of(group.time_zone)):
        body, spoken = written(found, group.name), translation.get_language()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed_at = int(queries.changed_at(found, now).timestamp())
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response["ETag"], response["Last-Modified"] = etag, http_date(changed_at)
    response["Cache-Control"] = f"private, max-age={rules.FRESH_SECONDS}"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Language"] = spoken
    response["Content-Disposition"] = 'inline; filename="reading-group.ics"'
    return get_conditional_response(request, etag, changed_at, response) or response


def written(found: CalendarFeed, group: str) -> bytes:
    """Return the calendar as it is now, in the language that is spoken."""
    held = queries.occasions(queries.kept(timezone.now()))
    member = found.member_id
    if member is None:
        return composing.calendar(held, group=group, name=group)
    if found.holds == CalendarFeed.Holds.MINE:
        held = [occasion for occasion in held if member in occasion.people]
    return composing.calendar(held, group=group, name=group, member=member, alarm=found.alarm)


@require_safe
def one_session(request: MemberRequest, pk: int) -> HttpResponse:
    """Answer with one session as a file that any calendar program opens."""
    session = get_object_or_404(visible_to(request.user).select_related("calendar_event"), pk=pk)
    body = composing.calendar(queries.occasions([session]), group=the_group_of(request).name, member=request.user.pk)
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="session-{pk}.ics"'
    return response


def member_of(request: MemberRequest, whose: str) -> Any:
    """Return whose calendar an address of the page speaks of: one's own, or None for the group's."""
    return request.user if whose == "mine" else None


def shown(request: MemberRequest, form: CalendarForm | None = None) -> dict[str, Any]:
    """Return what the page shows; a form that was refused comes back to who sent it."""
    mine, shared = queries.feed_of(request.user), queries.feed_of(None)
    return {
        "section": "me",
        "form": form or calendar_form(mine),
        "mine": addresses(mine),
        "shared": addresses(shared),
        "left_since": queries.left_since(shared) if shared is not None and request.user.is_organiser else 0,
    }


def addresses(found: CalendarFeed | None) -> dict[str, str] | None:
    """Return the calendar's address as programs fetch it and as a link that opens one; None without an address."""
    if found is None or not found.is_on:
        return None
    url = queries.address_of(found)
    return {"url": url, "webcal": f"webcal://{url.partition('://')[2]}"}


def changed(request: MemberRequest, sentence: str, whose: str = "mine") -> HttpResponse:
    """Answer with the page as it is now, where the reader's focus goes to the address that was changed."""
    context = shown(request) | {f"changed_{whose}": True}
    return answer(request, FRAGMENT, context, to=ADDRESS, sentence=sentence)
