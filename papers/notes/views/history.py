"""The earlier versions of a note, and letting one stand again."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.htmx import see
from papers.members.requests import MemberRequest
from papers.notes import actions
from papers.notes.forms import RestoreForm
from papers.notes.history import history_of
from papers.notes.models import Note
from papers.notes.queries import visible_to
from papers.notes.views.texts import place
from papers.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the versions, and with `?version=3` that one; POST lets a version stand again."""
    note = get_object_or_404(visible_to(request.user).select_related("paper", "author", "saved_by"), pk=pk)
    actions.require_history(note, by=request.user)
    return restore(request, note) if request.method == "POST" else show(request, note)


def show(request: MemberRequest, note: Note, refusal: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    wanted = request.GET.get("version", "")
    found = history_of(note, request.user, version=int(wanted) if wanted.isascii() and wanted.isdigit() else None)
    if found is None:
        raise Http404
    context = {"note": note, "paper": note.paper, "history": found, "refusal": refusal}
    return render(request, "notes/history.html", context, status=status)


def restore(request: MemberRequest, note: Note) -> HttpResponse:
    form = RestoreForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        actions.restore_version(note, form.cleaned_data["version"], seen=form.cleaned_data["seen"], by=request.user)
    except Refused as refused:
        if note.deleted_at is not None or refused.status == HTTPStatus.FORBIDDEN:
            raise
        return show(request, note, refused.sentence, refused.status)
    sentence = _("That version stands again. The one that stood there is kept too.")
    messages.success(request, sentence)
    return see(request, place(note))
