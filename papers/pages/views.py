"""The pages: GET only, each composed from several capabilities."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.discussion.forms import ThreadForm
from papers.discussion.queries import threads_of
from papers.notes.forms import NoteForm
from papers.notes.queries import notes_of
from papers.pages import queries


@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    page = queries.paper_list(request.user, timezone.now())
    context = {"section": "papers", "parts": page.parts, "done": page.done, "total": page.total}
    return render(request, "pages/paper_list.html", context)


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    page = queries.paper_page(number, request.user, timezone.now())
    if page is None:
        raise Http404
    context = {
        "section": "papers",
        "page": page,
        "paper": page.paper,
        "place": page.place,
        "notes": notes_of(page.paper, request.user),
        "threads": threads_of(page.paper, request.user),
        "note_form": NoteForm(),
        "thread_form": ThreadForm(),
    }
    return render(request, "pages/paper.html", context)
