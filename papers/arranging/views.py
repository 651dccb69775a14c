"""Arranging the list: its order, and changing many papers at once. For those who may edit the list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from papers.arranging import actions
from papers.arranging.forms import WishForm
from papers.arranging.queries import lately, parts, places, session_of
from papers.catalogue.actions import require_editor
from papers.catalogue.models import Entry
from papers.catalogue.ordering import move_entry, step
from papers.htmx import HttpResponseSeeOther, answer, form_again
from papers.members.requests import MemberRequest
from papers.refusals import Refused
from papers.sessions.queries import when

PAGE = "/papers/arrange/"


@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: MemberRequest) -> HttpResponse:
    """GET shows all places with what can be done to them; POST shows what would become of the chosen ones."""
    require_editor(request.user)
    if request.method != "POST":
        return render(request, "arranging/arrange.html", {**list_context(request), "form": WishForm()})
    form = WishForm(request.POST)
    try:
        entries, wish, _seen = form.wish()
        lines = actions.plan(entries, wish, by=request.user)
    except Refused as refused:
        return form_shown_again(request, form, refused)
    return render(request, "arranging/plan.html", plan_context(form, lines))


def list_context(request: MemberRequest, *, focus: tuple[int, str] = (0, "")) -> dict[str, Any]:
    """Return the list in its parts; what was ticked stays ticked."""
    ticked = {int(said) for said in request.POST.getlist("place") if said.isascii() and said.isdigit()}
    rows: dict[int, list[dict[str, Any]]] = {}
    for entry in places():
        there = session_of(entry)
        rows.setdefault(entry.part_id, []).append(
            {
                "entry": entry,
                "paper": entry.paper,
                "session": when(there).day if there else "",
                "ticked": entry.pk in ticked,
                "focus": focus[1] if entry.pk == focus[0] else "",
            }
        )
    return {
        "section": "papers",
        "parts": [(part, rows.get(part.pk, [])) for part in parts()],
        "lately": lately(timezone.now()),
    }


def form_shown_again(request: MemberRequest, form: WishForm, refused: Refused) -> HttpResponse:
    context = {**list_context(request), "form": form, "refusal": refused.sentence}
    return render(request, "arranging/arrange.html", context, status=refused.status)


def plan_context(form: WishForm, lines: list[actions.Line]) -> dict[str, Any]:
    changed = {line.entry.paper_id for line in lines if line.changes}
    return {"section": "papers", "form": form, "lines": lines, "seen": actions.seen(lines), "changed": len(changed)}


@require_POST
def apply(request: MemberRequest) -> HttpResponse:
    """Do what was looked at. When the list has changed meanwhile, show what would be done now."""
    require_editor(request.user)
    form = WishForm(request.POST)
    try:
        entries, wish, seen = form.wish()
        _batch, changed = actions.apply(entries, wish, seen, by=request.user)
    except Refused as refused:
        if not form.is_valid() or refused.status != 409:
            return form_shown_again(request, form, refused)
        lines = actions.plan(entries, wish, by=request.user)
        context = {**plan_context(form, lines), "refusal": refused.sentence}
        return render(request, "arranging/plan.html", context, status=refused.status)
    sentence = ngettext("%(count)d paper is changed.", "%(count)d papers are changed.", changed) % {"count": changed}
    messages.success(request, sentence)
    return HttpResponseSeeOther(PAGE)


@require_POST
def undo(request: MemberRequest, batch: UUID) -> HttpResponse:
    stays = actions.undo(batch, by=request.user)
    messages.success(request, _("The changes are taken back."))
    for sentence in stays:
        messages.warning(request, sentence)
    return HttpResponseSeeOther(PAGE)


@require_POST
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Move a place: `to` is up, down, or before or after the place `other`."""
    require_editor(request.user)
    entry = get_object_or_404(places(), pk=pk)
    to = request.POST.get("to")
    try:
        if to in ("before", "after"):
            entry = move_beside(request, entry, after=to == "after")
        else:
            entry = step(entry, down=to == "down", by=request.user)
    except Refused as refused:
        context = {**list_context(request), "form": WishForm()}
        return form_again(
            request, "arranging/_list.html", "arranging/arrange.html", context, refused, at="#arrange-list"
        )
    sentence = _("It stands at place %(position)d of part %(part)d now.")
    return answer(
        request,
        "arranging/_list.html",
        list_context(request, focus=(pk, "down" if to == "down" else "up")),
        to=f"{PAGE}#place-{pk}",
        sentence=sentence % {"position": entry.position, "part": entry.part.number},
    )


def move_beside(request: MemberRequest, entry: Entry, *, after: bool) -> Entry:
    said = request.POST.get("other", "")
    other = get_object_or_404(places(), pk=int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0)
    above = other.part.entries.filter(position__lt=other.position).exclude(pk=entry.pk).count()
    return move_entry(entry, other.part, above + after, by=request.user)
