"""What a page reads of notes: light rows, all of a paper's in one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from papers.catalogue import queries as catalogue
from papers.catalogue.models import Paper
from papers.markup import Source
from papers.members.models import Member
from papers.members.queries import BYLINE_FIELDS, Byline, byline
from papers.notes.anchors import Moved, moved
from papers.notes.masking import is_masked
from papers.notes.models import UNREAD, Note, Reading

SOURCE = ("paper__arxiv_id", "paper__url")
ROW_FIELDS = ("id", "html", "visibility", "anchors", "paper__number", *SOURCE, *BYLINE_FIELDS)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as one member sees it. `html` was made safe by papers.markup when it was saved."""

    id: int
    html: SafeString
    visibility: str
    paper_number: int
    by: Byline
    # Passages it quotes that are elsewhere in the newest version of the paper.
    moved: list[Moved]


# The gate: whoever reads notes reads them through one of these two, or by the note's own signed address.


def visible_to(member: Member) -> QuerySet[Note]:
    """Return the notes this member may know of: those on papers they may see, without the deleted ones and without
    what others keep to themselves, or what is masked until the member has written something."""
    open_or_own = Q(author=member) | ~Q(visibility=Note.Visibility.PRIVATE) & ~Q(is_masked(member))
    return Note.objects.filter(open_or_own, deleted_at=None, paper__in=catalogue.visible_to(member))


def visible_to_everybody() -> QuerySet[Note]:
    """Return the notes that each member may know of, for what is gathered once for many of them."""
    return Note.objects.filter(deleted_at=None).exclude(visibility=Note.Visibility.PRIVATE)


def written_by(member: Member) -> QuerySet[Note]:
    """Return the member's own notes, also those deleted in another window: who still saves one is told."""
    return Note.objects.filter(author=member, paper__in=catalogue.visible_to(member))


def with_reading(papers: QuerySet[Paper], member: Member) -> QuerySet[Any]:
    """Join each paper with how far this member has read it, as the column `reading_state`; None is unread."""
    return papers.annotate(
        reading=FilteredRelation("readings", condition=Q(readings__member=member)), reading_state=F("reading__state")
    )


def reading_choices() -> list[tuple[str, str]]:
    """Return the states in which a member may have a paper, each with its word."""
    return [(UNREAD, pgettext("my reading", "Unread")), *((state, str(word)) for state, word in Reading.State.choices)]


def notes_of(paper: Paper, member: Member) -> list[NoteRow]:
    """Return the paper's notes, oldest first, in one query."""
    rows = visible_to(member).filter(paper=paper).order_by("written_at", "pk").values(*ROW_FIELDS)
    return [row_from(row, member) for row in rows]


def row_of(note: Note, member: Member) -> NoteRow:
    """Return one note as the member sees it, in one query. Raises Note.DoesNotExist when it was deleted."""
    return row_from(visible_to(member).values(*ROW_FIELDS).get(pk=note.pk), member)


def row_from(row: Mapping[str, Any], member: Member | None) -> NoteRow:
    return NoteRow(
        id=row["id"],
        html=mark_safe(row["html"]),  # noqa: S308 - written only by papers.markup
        visibility=row["visibility"],
        paper_number=row["paper__number"],
        by=byline(row, member),
        moved=moved(row["anchors"], Source(row["paper__arxiv_id"] or "", row["paper__url"])) if row["anchors"] else [],
    )
