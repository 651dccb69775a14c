"""Leaving, being taken out, another role: what becomes of the papers somebody holds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.claims import actions
from papers.claims.queries import open_claims
from papers.htmx import HttpResponseSeeOther, see
from papers.lines import isolated
from papers.members.actions import is_here, why_not_without
from papers.members.forms import RoleForm
from papers.members.models import Member
from papers.members.requests import MemberRequest
from papers.members.views.group import person_again, person_changed, the_person
from papers.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest) -> HttpResponse:
    """GET says what leaving means and asks once more; POST leaves, and signs out."""
    if request.method != "POST":
        return render(request, "claims/leave.html", leaving(request, request.user))
    try:
        actions.take_leave(request.user, by=request.user)
    except Refused as refused:
        context = leaving(request, request.user, refused)
        return render(request, "claims/leave.html", context, status=refused.status)
    logout(request)
    messages.success(request, _("You have left the group. Thank you for reading along."))
    return HttpResponseSeeOther("/accounts/login/")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """GET says what it means to take the member out and asks once more; POST does it."""
    member = the_person(request, pk)
    if member == request.user:
        return leave(request)
    if request.method != "POST":
        return render(request, "claims/leave.html", leaving(request, member))
    try:
        actions.take_leave(member, by=request.user)
    except Refused as refused:
        context = leaving(request, member, refused)
        return render(request, "claims/leave.html", context, status=refused.status)
    messages.success(request, _("%(name)s is no longer in the group.") % {"name": isolated(member.name)})
    return HttpResponseSeeOther("/organise/members/")


def leaving(request: MemberRequest, member: Member, refused: Refused | None = None) -> dict[str, Any]:
    """Return what the page shows that asks before somebody leaves."""
    return {
        "section": "me" if member == request.user else "organise",
        "member": member,
        "is_me": member == request.user,
        "has_left": not is_here(member),
        "held": open_claims(member, timezone.now()),
        "refusal": refused.sentence if refused else why_not_without(member, request.user),
    }


@require_POST
def role(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the member another role."""
    member = the_person(request, pk)
    try:
        member = actions.give_role(member, **RoleForm(request.POST).accepted(), by=request.user)
    except Refused as refused:
        return person_again(request, member, refused)
    words = {"name": isolated(member.name), "role": member.get_role_display()}
    sentence = _("The role of %(name)s is now: %(role)s.") % words
    if member == request.user and not member.is_organiser:
        # The page for organisers is no longer theirs to see.
        messages.success(request, sentence)
        return see(request, "/members/")
    return person_changed(request, member, sentence)
