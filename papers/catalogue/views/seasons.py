"""The list as a whole, for organisers: its parts, and the next list."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import ordering, seasons
from papers.catalogue.forms import TitlesForm
from papers.catalogue.models import Entry, Part, ReadingList
from papers.catalogue.queries import visible_to
from papers.htmx import HttpResponseSeeOther
from papers.members.requests import MemberRequest
from papers.members.views.group import require_organiser
from papers.refusals import Refused

PAGE = "/organise/list/"


@require_http_methods(["GET", "HEAD", "POST"])
def shape(request: MemberRequest) -> HttpResponse:
    """GET shows the parts of the list and the lists before it; POST adds a part."""
    require_organiser(request)
    if request.method != "POST":
        return render(request, "catalogue/list.html", context_of())
    return changed(request, lambda zh, en: seasons.add_part(zh, en, by=request.user), _("The part is added."))


def context_of(**more: Any) -> dict[str, Any]:
    current = seasons.current_list()
    return {
        "section": "organise",
        "current": current,
        "parts": list(current.parts.order_by("number")) if current else [],
        "archived": list(ReadingList.objects.exclude(archived_at=None).order_by("-archived_at")),
        "form": TitlesForm(),
        **more,
    }


def changed(request: MemberRequest, act: Any, sentence: str) -> HttpResponse:
    form = TitlesForm(request.POST)
    try:
        said = form.accepted()
        act(said["title_zh"], said["title_en"])
    except Refused as refused:
        return render(request, "catalogue/list.html", context_of(refusal=refused.sentence), status=refused.status)
    messages.success(request, sentence)
    return HttpResponseSeeOther(PAGE)


@require_POST
def name_part(request: MemberRequest, pk: int) -> HttpResponse:
    require_organiser(request)
    part = get_object_or_404(Part, pk=pk, reading_list__archived_at=None)
    return changed(
        request, lambda zh, en: seasons.name_part(part, zh, en, by=request.user), _("The part has other titles now.")
    )


@require_POST
def start_next(request: MemberRequest) -> HttpResponse:
    require_organiser(request)
    sentence = _("The next list has begun. The one before is kept, with all its papers and notes.")
    return changed(request, lambda zh, en: seasons.start_next_list(zh, en, by=request.user), sentence)


@require_POST
def move(request: MemberRequest, pk: int) -> HttpResponse:
    entries = Entry.objects.select_related("paper", "part")
    entry = get_object_or_404(entries, pk=pk, paper__in=visible_to(request.user))
    entry = ordering.step(entry, down=request.POST.get("to") == "down", by=request.user)
    sentence = _("It stands at place %(position)d of part %(part)d now.")
    messages.success(request, sentence % {"position": entry.position, "part": entry.part.number})
    return HttpResponseSeeOther(f"{entry.paper.get_absolute_url()}edit/#places")
