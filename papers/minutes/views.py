"""The minutes of a session on a page of their own, what is to be done, and what belongs to a session."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.differences import difference
from papers.htmx import answer, form_again, fragment_or_page, is_htmx
from papers.members.requests import MemberRequest
from papers.minutes import actions
from papers.minutes.forms import EditForm, LineForm, MaterialForm, VersionForm
from papers.minutes.models import ActionItem, Section
from papers.minutes.queries import items_of, row_of, sections_of, to_do, visible_to
from papers.notes.drafts import draft_of
from papers.notes.history import conflict
from papers.notes.rules import changed_minutes
from papers.refusals import Refused, refuse_if
from papers.sessions import queries as sessions
from papers.sessions.models import ReadingSession
from papers.sessions.queries import when
from papers.sessions.views import FRAGMENT, PAGE

Compose = Callable[..., dict[str, Any]]

# So long after a session its minutes ask for what others write.
LIVE = dt.timedelta(hours=4)
SECTION, EDIT = "minutes/_section.html", "minutes/_edit.html"


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the minutes; POST begins them."""
    session = the_session(request, pk)
    if request.method == "POST":
        actions.begin(session, by=request.user)
        to = f"{session.get_absolute_url()}minutes/"
        return answer(
            request, "minutes/_minutes.html", shown(request, session), to=to, sentence=_("The minutes have begun.")
        )
    return fragment_or_page(request, "minutes/_minutes.html", "minutes/minutes.html", shown(request, session))


def shown(request: MemberRequest, session: ReadingSession) -> dict[str, Any]:
    now, sections = timezone.now(), sections_of(session, request.user)
    return {
        "section": "sessions",
        "session": session,
        "when": when(session),
        "sections": sections,
        "items": items_of(session) if sections else [],
        "has_begun": session.starts_at <= now,
        "asks": session.starts_at <= now < session.ends_at + LIVE,
        "versions": versions_of(sections),
    }


def versions_of(sections: list) -> str:
    """Return which version of each section a page shows, as it says so when it asks for news."""
    return ",".join(f"{row.id}.{row.version}" for row in sections)


@require_safe
def news(request: MemberRequest, pk: int) -> HttpResponse:
    """Return the sections that are not at the versions `shown` any more; 204 when all are. Needs htmx."""
    session = the_session(request, pk)
    known = set(request.GET.get("shown", "").split(","))
    sections = sections_of(session, request.user)
    fresh = [row for row in sections if f"{row.id}.{row.version}" not in known]
    if not fresh:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"fresh": fresh, "session": session, "versions": versions_of(sections), "asks": True}
    return render(request, "minutes/_news.html", context)


@require_safe
def section(request: MemberRequest, pk: int) -> HttpResponse:
    found = the_section(request, pk)
    if not is_htmx(request):
        return HttpResponseRedirect(place(found))
    return fragment_or_page(request, SECTION, "", {"row": row_of(found, request.user), "fresh": True})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """GET is the form, with the draft in it if there is one; POST saves, unless somebody was faster."""
    found = the_section(request, pk)
    if request.method != "POST":
        draft = draft_of(request.user, changed_minutes(pk))
        body, version = (draft.body, draft.version or found.version) if draft else (found.body, found.version)
        form = EditForm(initial={"body": body, "version": version, "draft": draft and draft.stamp})
        return fragment_or_page(request, EDIT, "minutes/edit.html", {"part": found, "form": form, "draft": draft})
    form = EditForm(request.POST)
    try:
        actions.write(found, **form.accepted(), by=request.user)
    except Refused as refused:
        found.refresh_from_db()
        context = both_texts(found, form, refused)
        return form_again(request, EDIT, "minutes/edit.html", context, refused, at=f"#part-{pk}")
    return written(request, found, _("The section is saved."))


def both_texts(found: Section, form: EditForm, refused: Refused) -> dict[str, Any]:
    """Return what the refused form shows: if somebody was faster, also their text, and both texts as one to save."""
    if refused.status != HTTPStatus.CONFLICT:
        return {"part": found, "form": form}
    sent = form.accepted()
    begun_from = found.versions.filter(version=sent["version"]).values_list("body", flat=True).first()
    both = conflict(begun_from, sent["body"], found.body)
    merged = EditForm(initial={"body": both.merged, "version": found.version, "draft": sent["draft"]})
    return {"part": found, "form": merged, "conflict": both}


@require_POST
def add_line(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `line`: add it to the end of the section."""
    found = the_section(request, pk)
    form = LineForm(request.POST)
    refuse_if(None if form.is_valid() else _("A line has at most 2,000 characters. Please shorten it."))
    actions.add_line(found, form.cleaned_data["line"], by=request.user)
    to = f"/sessions/{found.session_id}/room/" if request.POST.get("in") == "room" else ""
    return written(request, found, _("The line is added."), to=to)


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the earlier versions and what changed since one of them; POST `version` lets that one stand again."""
    found = the_section(request, pk)
    form = VersionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not form.is_valid():
            raise Http404
        actions.restore_version(found, **form.cleaned_data, by=request.user)
        return written(request, found, _("The section has its earlier words again."))
    earlier = list(found.versions.select_related("saved_by"))
    wanted = request.GET.get("version", "")
    chosen = next((each for each in earlier if str(each.version) == wanted), None)
    if wanted and chosen is None:
        raise Http404
    chosen = chosen or next(iter(earlier), None)
    pieces = difference(chosen.body, found.body) if chosen else []
    context = {"part": found, "versions": earlier, "chosen": chosen, "pieces": pieces, "section": "sessions"}
    return render(request, "minutes/versions.html", context)


def written(request: MemberRequest, found: Section, sentence: str, *, to: str = "") -> HttpResponse:
    context = {"row": row_of(found, request.user), "fresh": True}
    return answer(request, SECTION, context, to=to or place(found), sentence=sentence)


@require_POST
def item(request: MemberRequest, pk: int) -> HttpResponse:
    """POST `done` yes or no: tick a task, or take the tick away. Answers with what the member has to do."""
    found = get_object_or_404(ActionItem.objects.filter(section__in=visible_to(request.user)), pk=pk)
    done = request.POST.get("done", "yes") == "yes"
    actions.mark(found, done=done, by=request.user)
    sentence = _("Done: it is ticked in the minutes.") if done else _("It is to be done again.")
    context = {"to_do": to_do(request.user), "today": timezone.localdate(), "fresh": True}
    return answer(request, "minutes/_to_do.html", context, to="/", sentence=sentence)


# --- What belongs to a session, on its page


@require_POST
def add_material(request: MemberRequest, pk: int, compose: Compose) -> HttpResponse:
    session = the_session(request, pk)
    form = MaterialForm(request.POST)
    try:
        actions.add_material(session, **form.accepted(), by=request.user)
    except Refused as refused:
        return form_again(request, FRAGMENT, PAGE, compose(request, pk, material_form=form), refused, at="#session")
    to = f"{session.get_absolute_url()}#materials"
    return answer(request, FRAGMENT, compose(request, pk), to=to, sentence=_("It stands beside the session now."))


@require_http_methods(["POST", "DELETE"])
def remove_material(request: MemberRequest, pk: int, material: int, compose: Compose) -> HttpResponse:
    """DELETE, or POST with `_method=delete`. One that is gone already stays gone."""
    if request.method != "DELETE" and request.POST.get("_method") != "delete":
        raise Http404
    session = the_session(request, pk)
    there = session.materials.filter(pk=material).first()
    if there is not None:
        actions.remove_material(there, by=request.user)
    to = f"{session.get_absolute_url()}#materials"
    return answer(request, FRAGMENT, compose(request, pk), to=to, sentence=_("It is taken away."))


def the_session(request: MemberRequest, pk: int) -> ReadingSession:
    return get_object_or_404(sessions.visible_to(request.user), pk=pk)


def the_section(request: MemberRequest, pk: int) -> Section:
    return get_object_or_404(visible_to(request.user).select_related("session", "paper"), pk=pk)


def place(found: Section) -> str:
    """Return where the section stands on the page of its minutes."""
    return f"/sessions/{found.session_id}/minutes/#part-{found.pk}"
