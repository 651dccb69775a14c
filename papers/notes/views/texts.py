from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import queries as catalogue
from papers.htmx import HttpResponseSeeOther, answer, form_again, fragment_or_page, is_htmx
from papers.members.requests import MemberRequest
from papers.notes import actions
from papers.notes.forms import EditForm, NoteForm, SeenForm
from papers.notes.models import Note
from papers.notes.queries import reading_choices, row_of, visible_to, written_by
from papers.refusals import Refused


@require_POST
def write(request: MemberRequest, number: int) -> HttpResponse:
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    form = NoteForm(request.POST)
    try:
        note = actions.write_note(paper, form.accepted()["body"], by=request.user)
    except Refused as refused:
        context = {"paper": paper, "note_form": form}
        return form_again(request, "notes/_form.html", "notes/write.html", context, refused, at="#note-form")
    context = {"paper": paper, "note": row_of(note, request.user), "note_form": NoteForm(), "fresh": True}
    return answer(request, "notes/_written.html", context, to=place(note), sentence=_("Your note is saved."))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the note; DELETE, or POST with `_method=delete`, deletes it."""
    if request.method == "DELETE" or request.POST.get("_method") == "delete":
        return delete(request, pk)
    return show(request, pk) if request.method != "POST" else HttpResponseNotAllowed(["GET", "HEAD", "DELETE"])


def show(request: MemberRequest, pk: int) -> HttpResponse:
    note = the_note(request, pk)
    context = {"note": row_of(note, request.user), "paper": note.paper, "fresh": is_htmx(request)}
    return fragment_or_page(request, "notes/_note.html", "notes/note.html", context)


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    note = the_note(request, pk)
    actions.delete_note(note, by=request.user)
    sentence = _("Your note is deleted.")
    context = {"id": f"note-{pk}", "sentence": sentence}
    return answer(request, "notes/_deleted.html", context, to=note.paper.get_absolute_url(), sentence=sentence)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    return save(request, pk) if request.method == "POST" else edit_form(request, pk)


def edit_form(request: MemberRequest, pk: int) -> HttpResponse:
    note = the_note(request, pk)
    actions.require_author(note, by=request.user)
    form = EditForm(initial={"body": note.body, "version": note.version})
    return fragment_or_page(request, "notes/_edit.html", "notes/edit.html", edit_context(note, form))


def save(request: MemberRequest, pk: int) -> HttpResponse:
    note = written_by(request.user).select_related("paper").filter(pk=pk).first() or the_note(request, pk)
    form = EditForm(request.POST)
    try:
        sent = form.accepted()
        actions.edit_note(note, sent["body"], sent["version"], by=request.user)
    except Refused as refused:
        # The action has read the note again: on a conflict the page shows what stands there now.
        again = edit_context(note, form)
        return form_again(request, "notes/_edit.html", "notes/edit.html", again, refused, at=f"#note-{pk}")
    context = {"note": row_of(note, request.user), "paper": note.paper, "fresh": True}
    return answer(request, "notes/_note.html", context, to=place(note), sentence=_("Your note is saved."))


@require_POST
def preview(request: MemberRequest) -> HttpResponse:
    """Show what the text will look like, by the renderer that saves it. Nothing is kept."""
    context: dict[str, Any] = {}
    try:
        context["html"] = actions.preview(NoteForm(request.POST).accepted()["body"], by=request.user)
    except Refused as refused:
        context.update(refusal=refused.sentence, status=refused.status)
    status = context.get("status", HTTPStatus.OK)
    return fragment_or_page(request, "notes/_preview.html", "notes/preview.html", context, status=status)


@require_POST
def reading(request: MemberRequest, number: int) -> HttpResponse:
    """Remember how far the member has read the paper; `?short` asks for the switch of the list, not all choices."""
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    state = actions.set_reading(paper, request.POST.get("state", ""), by=request.user)
    choices = reading_choices()
    context = {"number": number, "reading": state, "states": choices, "word": dict(choices)[state]}
    short = "short" in request.GET
    page = f"/papers/#paper-{number}" if short else paper.get_absolute_url()
    template = "notes/_reading_short.html" if short else "notes/_reading.html"
    return answer(request, template, context, to=page, sentence=said_of(state))


def said_of(state: str) -> str:
    """Return what is announced after a change."""
    return {
        "unread": _("It counts as unread by you."),
        "skimmed": _("It counts as skimmed by you."),
        "read": _("It counts as read by you."),
        "studied": _("It counts as studied by you."),
    }[state]


@require_POST
def seen(request: MemberRequest, number: int) -> HttpResponse:
    """Mark the paper as seen, as of the instant `at` when its page was made; 204 for a script, 303 for a form."""
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    form = SeenForm(request.POST)
    now = timezone.now()
    at = (form.cleaned_data["at"] if form.is_valid() else None) or now
    actions.mark_seen(paper, by=request.user, at=min(at, now))
    if is_htmx(request) or "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponseSeeOther(paper.get_absolute_url())


def the_note(request: MemberRequest, pk: int) -> Note:
    return get_object_or_404(visible_to(request.user).select_related("paper"), pk=pk)


def edit_context(note: Note, form: EditForm) -> dict[str, Any]:
    return {"note": note, "paper": note.paper, "form": form}


def place(note: Note) -> str:
    """Return where the note stands on its paper's page."""
    return f"{note.paper.get_absolute_url()}#note-{note.pk}"
