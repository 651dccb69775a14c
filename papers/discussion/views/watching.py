"""How closely I follow a paper, muting it from a mail, and my inbox."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import queries as catalogue
from papers.catalogue.models import Paper
from papers.discussion import inbox as boxes
from papers.discussion import letters
from papers.discussion.forms import BeforeForm
from papers.discussion.watching import watching_of
from papers.htmx import HttpResponseSeeOther, answer
from papers.members.models import WatchLevel
from papers.members.requests import MemberRequest


@require_POST
def watch(request: MemberRequest, number: int) -> HttpResponse:
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    letters.follow(paper, request.POST.get("level", ""), by=request.user)
    context = {"paper": paper, "watching": watching_of(paper, request.user), "fresh": True}
    to = f"{paper.get_absolute_url()}#watching"
    sentence = _("How you follow this paper is saved.")
    return answer(request, "discussion/_watching.html", context, to=to, sentence=sentence)


# As for the digest: mail programs post to it without cookies, and their scanners open every link of a mail.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """GET asks whether the paper is muted; POST does it, and POST with `level=usual` undoes it."""
    paper = Paper.objects.filter(number=number).first()
    member = letters.member_of(token, paper) if paper else None
    if paper is None or member is None:
        return render(request, "discussion/mute.html", {"member": None}, status=HTTPStatus.NOT_FOUND)
    done = request.method == "POST"
    if done:
        letters.follow(paper, "" if request.POST.get("level") == "usual" else WatchLevel.OFF, by=member)
    watching = watching_of(paper, member)
    context = {"member": member, "paper": paper, "done": done, "is_muted": watching.chosen == WatchLevel.OFF}
    # Who follows the address of a mail reads the language of the mail.
    with translation.override(member.language):
        return render(request, "discussion/mute.html", context | {"path": request.path})


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: MemberRequest) -> HttpResponse:
    """GET shows what others wrote to me, newest first; POST marks all of it as read."""
    if request.method == "POST":
        boxes.mark_all_read(request.user)
        return HttpResponseSeeOther("/me/inbox/")
    form = BeforeForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    rows, more = boxes.page_of(request.user, before=before)
    context = {"section": "me", "rows": rows, "more": more, "some_unread": any(row.is_unread for row in rows)}
    return render(request, "discussion/inbox.html", context)
