"""One's own page, and the language of the site."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.htmx import answer, form_again, see
from papers.members import actions, mailing
from papers.members.away import times_of, today_of
from papers.members.context import the_group_of
from papers.members.forms import AwayForm, LanguageForm, MailsForm, ProfileForm, mails_form, profile_form
from papers.members.queries import next_digest_of, visible_to
from papers.members.requests import MemberRequest
from papers.refusals import Refused

PAGE = "members/me.html"
A_YEAR = 60 * 60 * 24 * 365


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: MemberRequest) -> HttpResponse:
    """GET shows the member's own page; POST saves name, language and zone."""
    if request.method != "POST":
        return render(request, PAGE, context_of(request))
    form = profile_form(request.user, request.POST)
    try:
        member = actions.change_profile(request.user, **form.accepted(), by=request.user)
    except Refused as refused:
        context = context_of(request, profile=form)
        return form_again(request, "members/_profile.html", PAGE, context, refused, at="#profile")
    # Already in the language that was just chosen.
    with translation.override(member.language):
        sentence = _("Your name, language and time zone are saved.")
        return answer(request, "members/_profile.html", context_of(request), to="/me/", sentence=sentence)


@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: MemberRequest) -> HttpResponse:
    """POST saves which mails the member gets, and when; GET leads to where they are chosen."""
    if request.method != "POST":
        return HttpResponseRedirect("/me/#mails")
    form = mails_form(request.user, request.POST)
    try:
        actions.change_mail_wishes(request.user, **form.accepted(), by=request.user)
    except Refused as refused:
        context = context_of(request, mails=form)
        return form_again(request, "members/_mails.html", PAGE, context, refused, at="#mails")
    sentence = _("Your wishes about mails are saved.")
    return answer(request, "members/_mails.html", context_of(request), to="/me/#mails", sentence=sentence)


@require_POST
def mail_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Send to a member's address again, once they or an organiser say that it works."""
    member = get_object_or_404(visible_to(request.user), pk=pk)
    mailing.mail_again(member, by=request.user)
    messages.success(request, _("Mails go to this address again."))
    return see(request, "/" if member == request.user else f"/members/{member.pk}/")


def context_of(
    request: MemberRequest, *, profile: ProfileForm | None = None, mails: MailsForm | None = None
) -> dict[str, Any]:
    """Return what the member's own page shows; forms that were refused come back to who sent them."""
    member = request.user
    return {
        "section": "me",
        "profile": profile or profile_form(member),
        "mails": mails or mails_form(member),
        "away": list(times_of(member)),
        "away_form": AwayForm(initial={"first": today_of(member)}),
        "next_digest": next_digest_of(member, the_group_of(request), timezone.now()),
    }


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language to this browser, and to the member from now on; then show the page they were on."""
    to = page_to_return_to(request)
    form = LanguageForm(request.POST)
    if not form.is_valid():
        # A script, or a language that is gone: nothing changes, and nothing is lost.
        return see(request, to)
    language = form.cleaned_data["language"]
    if request.user.is_authenticated:
        actions.speak(request.user, language)
    response = see(request, to)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
    return response


def page_to_return_to(request: HttpRequest) -> str:
    """Return the page of this site that `next` names, else the first page. An address elsewhere is never followed."""
    to = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe else "/"
