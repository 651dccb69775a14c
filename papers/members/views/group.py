"""What organisers do with the group: its settings, roles, who comes back, and the list of what was done."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.htmx import HttpResponseSeeOther, announce, answer, is_htmx
from papers.lines import isolated
from papers.members import actions, rules
from papers.members.acts import acts, differences
from papers.members.forms import PageForm, SettingsForm, settings_form
from papers.members.models import Member, Role
from papers.members.queries import fingerprint, people, person_of, settings_of, the_group, visible_to
from papers.members.requests import MemberRequest
from papers.refusals import Refused, refuse_if

PEOPLE = "members/organise.html"


def require_organiser(request: MemberRequest) -> None:
    """Raise Refused (403) for another role, before anything of a form is looked at."""
    refuse_if(rules.why_not_organise(is_organiser=request.user.is_organiser), status=HTTPStatus.FORBIDDEN)


# --- Settings


@require_http_methods(["GET", "HEAD", "POST"])
def group_settings(request: MemberRequest) -> HttpResponse:
    """GET shows all settings of the group; POST saves them."""
    require_organiser(request)
    if request.method != "POST":
        return render(request, "members/settings.html", form_context(settings_form(the_group())))
    return save(request, "members/settings.html", to="/organise/settings/", sentence=_("The settings are saved."))


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: MemberRequest) -> HttpResponse:
    """The first run: the settings once, then the invites."""
    require_organiser(request)
    group = the_group()
    if request.method != "POST":
        if group.set_up_at is not None:
            return HttpResponseRedirect("/organise/settings/")
        return render(request, "members/set_up.html", form_context(settings_form(group)))
    sentence = _("The group is set up. Now invite the people who read with you.")
    return save(request, "members/set_up.html", to="/organise/invites/", sentence=sentence)


def save(request: MemberRequest, page: str, *, to: str, sentence: str) -> HttpResponse:
    """Save the settings that were sent and go on; what is refused is shown again with the reason and the text."""
    form = settings_form(the_group(), request.POST)
    try:
        actions.change_group(form.accepted(), by=request.user, seen=request.POST.get("seen", ""))
    except Refused as refused:
        return render(request, page, refused_context(request, form, refused), status=refused.status)
    messages.success(request, sentence)
    return HttpResponseSeeOther(to)


def form_context(form: SettingsForm, **more: Any) -> dict[str, Any]:
    return {"section": "organise", "form": form, **more}


def refused_context(request: MemberRequest, form: SettingsForm, refused: Refused) -> dict[str, Any]:
    """Return what the refused form shows: the reason, and after a conflict what stands there now."""
    if refused.status != HTTPStatus.CONFLICT:
        return form_context(form, refusal=refused.sentence)
    group = the_group()
    # Who saves again has read what stands there.
    sent = request.POST.copy()
    sent["seen"] = fingerprint(settings_of(group))
    now = differences(settings_of(group), form.cleaned_data)
    return form_context(settings_form(group, sent), refusal=refused.sentence, differences=now)


# --- Members, roles. Where a change touches the papers somebody holds, its view is in `papers.claims`.


@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """Everybody with their role, for organisers who change it."""
    require_organiser(request)
    return render(request, PEOPLE, people_context(request))


@require_POST
def bring_back(request: MemberRequest, pk: int) -> HttpResponse:
    member = the_person(request, pk)
    try:
        member = actions.bring_back(member, by=request.user)
    except Refused as refused:
        return person_again(request, member, refused)
    sentence = _("%(name)s is back in the group and can sign in again.") % {"name": isolated(member.name)}
    return person_changed(request, member, sentence)


def the_person(request: MemberRequest, pk: int) -> Member:
    """Return the member for an organiser who changes them: 404 outside the gate, 403 for another role."""
    member = get_object_or_404(visible_to(request.user), pk=pk)
    require_organiser(request)
    return member


def people_context(request: MemberRequest, **more: Any) -> dict[str, Any]:
    here, left = people(request.user)
    return {"section": "organise", "people": here, "former": left, "roles": Role.choices, **more}


def person_changed(request: MemberRequest, member: Member, sentence: str) -> HttpResponse:
    """Return the answer to a change that was done: the member's row, or the way back to the page."""
    context = {"person": person_of(member, request.user), "roles": Role.choices}
    to = f"/organise/members/#member-{member.pk}"
    return answer(request, "members/_person.html", context, to=to, sentence=sentence)


def person_again(request: MemberRequest, member: Member, refused: Refused) -> HttpResponse:
    """Return the member's row as it is now with the reason, or the page with it."""
    if refused.status == HTTPStatus.FORBIDDEN:
        raise refused
    if not is_htmx(request):
        context = people_context(request, refusal=refused.sentence, refused=member.pk)
        return render(request, PEOPLE, context, status=refused.status)
    member.refresh_from_db()
    context = {"person": person_of(member, request.user), "roles": Role.choices, "refusal": refused.sentence}
    response = render(request, "members/_person.html", context, status=refused.status)
    return announce(response, refused.sentence)


# --- What was done


@require_safe
def audit(request: MemberRequest) -> HttpResponse:
    """What organisers did, newest first."""
    require_organiser(request)
    rows, older = acts(before=PageForm(request.GET).wanted())
    return render(request, "members/audit.html", {"section": "organise", "acts": rows, "older": older})
