"""The earlier versions of a note: who may see them, how each differs from the one before, and merging two changes."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from papers import differences
from papers.differences import Piece
from papers.members.models import Member
from papers.notes.models import Note, NoteVersion


@dataclass(frozen=True, slots=True)
class Saved:
    """One version of a note as its history lists it."""

    version: int
    when: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class History:
    """The versions of a note, newest first, and how the one that is looked at came out of the one before."""

    versions: list[Saved]
    shown: Saved
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the second saver of a text is shown: how the saved text became what it is, and what they had written.

    `places` is how many places both changed.
    """

    theirs: list[Piece]
    mine: str
    merged: str
    places: int


def versions_visible_to(member: Member, note: Note) -> QuerySet[NoteVersion]:
    """Return the earlier versions that the member may read: authors all, organisers those that were not private."""
    if note.author_id == member.pk:
        return note.versions.all()
    if not member.is_organiser or note.visibility == Note.Visibility.PRIVATE:
        return note.versions.none()
    return note.versions.exclude(visibility=Note.Visibility.PRIVATE)


def history_of(note: Note, member: Member, *, version: int | None = None) -> History | None:
    """Return the history of the note, with one version looked at (None: the newest), or None if there is none such."""
    saver = note.saved_by or note.author
    current = Saved(note.version, when(note.edited_at or note.written_at), saver.name, is_current=True)
    rows = versions_visible_to(member, note).order_by("-version").values_list("version", "saved_at", "by__name")
    earlier = [Saved(number, when(at), name, is_current=False) for number, at, name in rows]
    versions = [current, *earlier]
    at = next((at for at, one in enumerate(versions) if version in (None, one.version)), None)
    if at is None:
        return None
    before = body_at(note, versions[at + 1].version) if at + 1 < len(versions) else ""
    pieces = differences.difference(before or "", body_at(note, versions[at].version) or "")
    return History(versions, versions[at], pieces)


def body_at(note: Note, version: int) -> str | None:
    """Return the note's text as it was at this version, or None if that is not kept."""
    if note.version == version:
        return note.body
    # A change of who can read it is a version without words of its own: the next ones that were kept are its words.
    later = note.versions.filter(version__gte=version).order_by("version").values_list("body", flat=True).first()
    return note.body if later is None and version < note.version else later


def conflict(base: str | None, mine: str, theirs: str) -> Conflict:
    """Return what is shown when `theirs` was saved over `base`, from which `mine` was made too."""
    merged = differences.merge(base, mine, theirs)
    return Conflict(differences.difference(base or "", theirs), mine, merged.text, merged.conflicts)


def when(instant: dt.datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
