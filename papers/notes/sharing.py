"""The address of a note that opens it for whoever has it, signed in or not."""

from django.conf import settings

from papers.members import tokens
from papers.notes.models import Note
from papers.notes.queries import ROW_FIELDS, NoteRow, row_from

TOKEN = "note"  # noqa: S105 - the kind of a token, not one


def address_of(note: Note) -> str:
    """Return the absolute address of a note that may be read by link, "" for others."""
    if note.visibility != Note.Visibility.LINK:
        return ""
    return f"{settings.BASE_URL}/n/{tokens.make(TOKEN, note.pk, note.link_generation)}/"


def note_with(token: str) -> tuple[NoteRow, str] | None:
    """Return the note that this address opens, as a stranger sees it, and the title of its paper; None for no note."""
    said = tokens.read(TOKEN, token)
    if said is None:
        return None
    row = (
        Note.objects.filter(pk=said.id, link_generation=said.generation, deleted_at=None)
        .filter(visibility=Note.Visibility.LINK)
        .values(*ROW_FIELDS, "paper__title")
        .first()
    )
    return (row_from(row, None), row["paper__title"]) if row is not None else None
