"""Who leads a session, and who writes its minutes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from papers.claims import duties
from papers.claims.models import Duty
from papers.htmx import HttpResponseSeeOther, answer, form_again
from papers.lines import isolated
from papers.members.models import Member
from papers.members.queries import current_members
from papers.members.requests import MemberRequest
from papers.refusals import Refused
from papers.sessions.queries import visible_to
from papers.sessions.views import FRAGMENT, PAGE

Compose = Callable[..., dict[str, Any]]


@require_http_methods(["POST", "DELETE"])
def role(request: MemberRequest, pk: int, role: str, compose: Compose) -> HttpResponse:
    """POST does it oneself, or with `member` asks somebody; DELETE, or POST with `_method=delete`, takes it back."""
    session = get_object_or_404(visible_to(request.user), pk=pk)
    if role not in Duty.Role.values:
        raise Http404
    try:
        if request.method == "DELETE" or request.POST.get("_method") == "delete":
            duties.leave(session, role, by=request.user)
            sentence = _("This is free for somebody else now.")
        elif "member" in request.POST:
            member = the_member(request.POST["member"])
            duties.give(session, role, member, by=request.user)
            sentence = _("%(name)s is asked by mail.") % {"name": isolated(member.name)}
        else:
            duties.take(session, role, by=request.user)
            sentence = _("Thank you: this is yours.")
    except Refused as refused:
        return form_again(request, FRAGMENT, PAGE, compose(request, pk), refused, at="#session")
    to = f"{session.get_absolute_url()}#duties"
    return answer(request, FRAGMENT, compose(request, pk), to=to, sentence=sentence)


@require_POST
def fill(request: MemberRequest) -> HttpResponse:
    """Ask those whose turn it is, for the sessions of the coming weeks in which a role is empty."""
    given = duties.fill(timezone.now(), by=request.user)
    sentence = ngettext("%(count)d member is asked by mail.", "%(count)d members are asked by mail.", given)
    messages.success(request, sentence % {"count": given} if given else _("Nothing was empty in the next four weeks."))
    return HttpResponseSeeOther("/sessions/")


def the_member(pk: str) -> Member:
    return get_object_or_404(current_members(), pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
