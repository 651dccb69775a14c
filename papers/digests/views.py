from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from papers.digests import actions, rules
from papers.digests.composing import UNSUBSCRIBE, shown
from papers.digests.queries import begin_of_this_week, gather, issue_for
from papers.members import tokens
from papers.members.models import Member
from papers.members.queries import the_group
from papers.members.requests import MemberRequest

MOST_ITEMS = 100


@require_safe
def digest(request: MemberRequest) -> HttpResponse:
    """Show what is new to the member this week, as the mail would say it now."""
    member, now = request.user, timezone.now()
    week = rules.iso_week(timezone.localdate(now))
    since = begin_of_this_week(member, week)
    gathered = gather([member], the_group(), since=since, until=now)
    issue = issue_for(member, gathered, since=since, until=now, most=MOST_ITEMS)
    context = shown(issue, gathered, week) | {"section": "home", "since": timezone.localtime(since)}
    return render(request, "digests/digest.html", context)


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
    if done and request.POST.get("digest") == "on":
        actions.resume_digest(member)
    elif done:
        actions.stop_digest(member)
    member.refresh_from_db(fields=["wants_digest"])
    # Who follows the address of a mail reads the language of the mail.
    with translation.override(member.language):
        return render(request, "digests/unsubscribe.html", {"member": member, "done": done, "path": request.path})


def member_of(token: str) -> Member | None:
    """Return whose digests the address is for; None when it was not made here or is no longer good."""
    said = tokens.read(UNSUBSCRIBE, token)
    return said and Member.objects.filter(pk=said.id, mail_generation=said.generation, left_at=None).first()
