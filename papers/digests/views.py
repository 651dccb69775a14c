from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from papers.digests import actions, rules
from papers.digests.composing import UNSUBSCRIBE, letter, shown
from papers.digests.forms import UntilForm, WhoseForm
from papers.digests.looking import text_at
from papers.digests.queries import gather, issue_for, issue_now, missed_since
from papers.htmx import see
from papers.mail.composing import in_their_words, zone_of
from papers.members import tokens
from papers.members.away import is_digest_paused
from papers.members.models import Member
from papers.members.queries import current_members, the_group
from papers.members.requests import MemberRequest
from papers.members.rules import why_not_organise
from papers.refusals import refuse_if

MOST_ITEMS = 100
# What one may ask for on the page that a digest leads to. A mail program that posts something else wants it stopped.
WISHES = {"on": actions.resume_digest, "pause": actions.pause_digest, "month": actions.make_digest_monthly}


@require_safe
def digest(request: MemberRequest) -> HttpResponse:
    """Show what is new to the member this week, as the mail would say it now."""
    issue, gathered, week = issue_now(request.user, timezone.now(), most=MOST_ITEMS)
    context = shown(issue, gathered, week) | {"section": "home", "since": timezone.localtime(issue.since)}
    return render(request, "digests/digest.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def missed(request: MemberRequest) -> HttpResponse:
    """Show who was away all that is new to them; POST counts it as seen, up to the instant the page was made."""
    member, now = request.user, timezone.now()
    if request.method == "POST":
        actions.mark_all_seen(member, until=UntilForm(request.POST).instant(), now=now)
        messages.success(request, _("All of it counts as seen. What comes from now on is new."))
        return see(request, "/missed/")
    since = missed_since(member, now)
    gathered = gather([member], the_group(), since=since, until=now)
    issue = issue_for(member, gathered, since=since, until=now, most=MOST_ITEMS)
    context = shown(issue, gathered, rules.iso_week(timezone.localdate(now)))
    context |= {"section": "home", "since": timezone.localtime(since), "until": now.isoformat()}
    return render(request, "digests/missed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: MemberRequest) -> HttpResponse:
    """Show an organiser the digest of a member as it would be now; POST mails it to the organiser."""
    refuse_if(why_not_organise(is_organiser=request.user.is_organiser), status=HTTPStatus.FORBIDDEN)
    form = WhoseForm(request.POST if request.method == "POST" else request.GET)
    member, now = form.whose() or request.user, timezone.now()
    if request.method == "POST":
        actions.send_test(member, by=request.user, now=now)
        messages.success(request, _("The test is on its way to %(address)s.") % {"address": request.user.email})
        return see(request, f"/organise/digest/?member={member.pk}")
    issue, gathered, week = issue_now(member, now, for_others=True)
    with in_their_words(member.language, zone_of(member.time_zone, gathered.group.time_zone)):
        title, parts = letter(member, issue, gathered, week, reader=request.user)
    context = {"section": "organise", "member": member, "members": current_members(), "subject": title}
    return render(request, "digests/preview.html", context | {"text": parts.text, "is_empty": not issue.items})


@login_not_required
@require_safe
def look(request: HttpRequest, token: str) -> HttpResponse:
    """Show one text to who follows its address from a digest; who is signed in reads it on its page."""
    found = text_at(token)
    if found is None:
        return no_trace(render(request, "digests/look.html", {"text": None}, status=HTTPStatus.NOT_FOUND))
    member, text = found
    if request.user.is_authenticated:
        return HttpResponseRedirect(text.path)
    with in_their_words(member.language, zone_of(member.time_zone)):
        return no_trace(render(request, "digests/look.html", {"text": text, "next": urlencode({"next": text.path})}))


def no_trace(response: HttpResponse) -> HttpResponse:
    """Keep a page that was opened by its address alone out of caches, search engines and other sites' logs."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


# The address stands in a header that mail programs post to without cookies (RFC 8058). Their scanners open every
# link of a mail, so looking at it changes nothing.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    member = member_of(token)
    if member is None:
        return render(request, "digests/unsubscribe.html", {"member": None}, status=HTTPStatus.NOT_FOUND)
    done = request.method == "POST"
    if done:
        WISHES.get(request.POST.get("digest", ""), actions.stop_digest)(member)
    member.refresh_from_db(fields=["wants_digest", "digest_every", "digest_paused_until"])
    # Who follows the address of a mail reads the language of the mail.
    with translation.override(member.language):
        context = {"member": member, "done": done, "path": request.path, "is_paused": is_digest_paused(member)}
        return render(request, "digests/unsubscribe.html", context)


def member_of(token: str) -> Member | None:
    """Return whose digests the address is for; None when it was not made here or is no longer good."""
    said = tokens.read(UNSUBSCRIBE, token)
    return said and Member.objects.filter(pk=said.id, mail_generation=said.generation, left_at=None).first()
