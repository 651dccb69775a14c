"""The forms in which notes are written, with the draft in them that waits for its writer."""

from collections.abc import Mapping

from papers.catalogue.models import Paper
from papers.members.models import Member
from papers.notes import rules
from papers.notes.drafts import Kept, draft_of
from papers.notes.forms import NoteEditForm, NoteForm
from papers.notes.models import Note


def note_form_of(
    paper: Paper, member: Member, *, shape: str = "", drafts: Mapping[str, Kept] | None = None
) -> NoteForm:
    """Return the form for a new note of the paper, in this shape if there is no draft in it.

    `drafts` are the member's, by target, for a page that has read them already.
    """
    target = rules.new_note(paper.number)
    draft = drafts.get(target) if drafts is not None else draft_of(member, target)
    if draft is None:
        return NoteForm.of(shape=shape)
    return NoteForm.with_draft(draft, visibility=draft.beside.get("visibility") or Note.Visibility.GROUP)


def edit_form_of(note: Note, member: Member) -> NoteEditForm:
    """Return the form for the changed note: with the draft, and then at the version that this began with."""
    draft = draft_of(member, rules.changed_note(note.pk))
    if draft is None or draft.body == note.body:
        return NoteEditForm.of(note.body, version=note.version, visibility=note.visibility)
    facts = {
        "version": draft.version or note.version,
        "visibility": draft.beside.get("visibility") or note.visibility,
    }
    return NoteEditForm.with_draft(draft, saved=note.body, **facts)
