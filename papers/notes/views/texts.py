"""Writing, showing, changing and deleting a note."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papers.catalogue import queries as catalogue
from papers.htmx import answer, form_again, fragment_or_page, is_htmx, see_again
from papers.members.requests import MemberRequest
from papers.notes import actions, rules
from papers.notes.composing import edit_form_of, note_form_of
from papers.notes.forms import FREE, NoteEditForm, NoteForm
from papers.notes.history import body_at, conflict
from papers.notes.masking import masked_from
from papers.notes.models import Note
from papers.notes.queries import row_of, visible_to, written_by
from papers.notes.sharing import address_of
from papers.refusals import Refused


@require_POST
def write(request: MemberRequest, number: int) -> HttpResponse:
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    form = NoteForm(request.POST)
    was_masked = masked_from(request.user).filter(pk=paper.pk).exists()
    try:
        sent = form.accepted()
        note = actions.write_note(
            paper, sent["body"], visibility=sent["visibility"], draft=sent["draft"], by=request.user
        )
    except Refused as refused:
        context = {"paper": paper, "note_form": form}
        return form_again(request, "notes/_form.html", "notes/write.html", context, refused, at="#note-form")
    if was_masked and not masked_from(request.user).filter(pk=paper.pk).exists():
        # What others wrote unfolds: the page as a whole is another one.
        messages.success(request, _("Your note is saved. Below is what others wrote."))
        return see_again(request, f"{paper.get_absolute_url()}#notes-heading")
    context = {"paper": paper, "note": row_of(note, request.user), "fresh": True}
    context["note_form"] = note_form_of(paper, request.user, shape=sent["shape"])
    return answer(request, "notes/_written.html", context, to=place(note), sentence=_("Your note is saved."))


@require_POST
def reshape(request: MemberRequest, number: int) -> HttpResponse:
    """Show the form of a new note in its other shape, with the text in it. Nothing is kept."""
    paper = get_object_or_404(catalogue.visible_to(request.user), number=number)
    context = {"paper": paper, "note_form": NoteForm(request.POST).reshaped(), "changed": True}
    return fragment_or_page(request, "notes/_form.html", "notes/write.html", context)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """GET shows the note; DELETE, or POST with `_method=delete`, deletes it."""
    if request.method == "DELETE" or request.POST.get("_method") == "delete":
        return delete(request, pk)
    return show(request, pk) if request.method != "POST" else HttpResponseNotAllowed(["GET", "HEAD", "DELETE"])


def show(request: MemberRequest, pk: int) -> HttpResponse:
    note = visible_to(request.user).select_related("paper").filter(pk=pk).first()
    if note is None:
        # Masked: the paper's page says how it opens.
        others = Note.objects.filter(pk=pk, deleted_at=None).exclude(visibility=Note.Visibility.PRIVATE)
        paper = get_object_or_404(masked_from(request.user), notes__in=others)
        return HttpResponseRedirect(f"{paper.get_absolute_url()}#notes-heading")
    context = {"note": row_of(note, request.user), "paper": note.paper, "fresh": is_htmx(request)}
    context["link"] = address_of(note) if note.author_id == request.user.pk else ""
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
    context = edit_context(note, edit_form_of(note, request.user))
    return fragment_or_page(request, "notes/_edit.html", "notes/edit.html", context)


def save(request: MemberRequest, pk: int) -> HttpResponse:
    note = written_by(request.user).select_related("paper").filter(pk=pk).first() or the_note(request, pk)
    form = NoteEditForm(request.POST)
    try:
        sent = form.accepted()
        actions.edit_note(
            note,
            sent["body"],
            sent["version"],
            visibility=sent["visibility"],
            draft=sent["draft"],
            by=request.user,
        )
    except Refused as refused:
        # The action has read the note again: on a conflict the page shows what stands there now.
        again = both_texts(note, form, refused)
        return form_again(request, "notes/_edit.html", "notes/edit.html", again, refused, at=f"#note-{pk}")
    context = {"note": row_of(note, request.user), "paper": note.paper, "fresh": True}
    return answer(request, "notes/_note.html", context, to=place(note), sentence=_("Your note is saved."))


def both_texts(note: Note, form: NoteEditForm, refused: Refused) -> dict[str, Any]:
    """Return what the refused form shows: if somebody was faster, also their text, and both texts as one to save."""
    if refused.status != HTTPStatus.CONFLICT or note.deleted_at is not None:
        return edit_context(note, form)
    sent = form.accepted()
    found = conflict(body_at(note, sent["version"]), sent["body"], note.body)
    facts = {"visibility": sent["visibility"] or note.visibility, "draft": sent["draft"]}
    # Shown in the five fields only if both texts were made of them.
    shape = FREE if sent["shape"] == FREE else ""
    merged = NoteEditForm.of(found.merged, shape=shape, version=note.version, **facts)
    return {**edit_context(note, merged), "conflict": found}


@require_POST
def reshape_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the form of a changed note in its other shape, with the text in it. Nothing is kept."""
    note = the_note(request, pk)
    actions.require_author(note, by=request.user)
    context = {**edit_context(note, NoteEditForm(request.POST).reshaped()), "changed": True}
    return fragment_or_page(request, "notes/_edit.html", "notes/edit.html", context)


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


def the_note(request: MemberRequest, pk: int) -> Note:
    return get_object_or_404(visible_to(request.user).select_related("paper"), pk=pk)


def edit_context(note: Note, form: NoteEditForm) -> dict[str, Any]:
    return {"note": note, "paper": note.paper, "form": form, "target": rules.changed_note(note.pk)}


def place(note: Note) -> str:
    """Return where the note stands on its paper's page."""
    return f"{note.paper.get_absolute_url()}#note-{note.pk}"
