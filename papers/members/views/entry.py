"""Coming in by a link that the server's command line printed."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from papers.htmx import see
from papers.members import actions
from papers.members.forms import FirstOrganiserForm
from papers.members.models import Member
from papers.members.queries import link_of
from papers.refusals import Refused


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what the link is for, and uses nothing up: mail programs look at links too. POST signs in."""
    link = link_of(token)
    if link is not None and link.member is None:
        return first_organiser(request, token)
    if request.method == "POST":
        return sign_in(request, token)
    status = HTTPStatus.OK if link else HTTPStatus.GONE
    return render(request, "members/open.html", {"link": link}, status=status)


def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    try:
        member = actions.use_link(token)
    except Refused as refused:
        context = {"link": None, "sentence": refused.sentence}
        return render(request, "members/open.html", context, status=refused.status)
    return welcome(request, member, to="/")


def first_organiser(request: HttpRequest, token: str) -> HttpResponse:
    form = FirstOrganiserForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "members/first.html", {"form": form})
    try:
        member = actions.become_first_organiser(token, **form.accepted(), language=get_language() or "en")
    except Refused as refused:
        context = {"form": form, "refusal": refused.sentence}
        return render(request, "members/first.html", context, status=refused.status)
    return welcome(request, member, to="/organise/set-up/")


def welcome(request: HttpRequest, member: Member, *, to: str) -> HttpResponse:
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("You are signed in as %(name)s.") % {"name": member.name})
    return see(request, to)
