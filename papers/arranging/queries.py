"""The list as it is arranged: its places in order, and what was lately changed of many at once."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db.models import Count, Max, QuerySet

from papers.arranging.rules import UNDO_WITHIN
from papers.catalogue.models import Edit, Entry, Part
from papers.sessions.models import ReadingSession
from papers.sessions.queries import When, when


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that were made at once: by whom, when, and of how many papers."""

    id: UUID
    by: str
    at: dt.datetime
    papers: int


def places() -> QuerySet[Entry]:
    """Return the places of the list that is read now, with paper, part and session, in order."""
    return (
        Entry.objects.filter(part__reading_list__archived_at=None, paper__merged_into=None)
        .select_related("part", "paper")
        .prefetch_related("paper__slots__session")
        .order_by("part__number", "position")
    )


def parts() -> QuerySet[Part]:
    return Part.objects.filter(reading_list__archived_at=None).order_by("number")


def session_of(entry: Entry) -> ReadingSession | None:
    """Return the session in which the paper of a place stands, or None."""
    return next((slot.session for slot in entry.paper.slots.all()), None)


def sessions_to_fill(now: dt.datetime) -> list[tuple[ReadingSession, When]]:
    """Return the sessions to come that are not cancelled, soonest first, each with its time in words."""
    to_come = ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None).order_by("starts_at")
    return [(session, when(session)) for session in to_come]


def undo_of(batch: UUID) -> UUID:
    """Return the name under which a batch is taken back."""
    return uuid5(batch, "undo")


def lately(now: dt.datetime) -> list[Batch]:
    """Return the changes that can still be taken back, newest first."""
    rows = (
        Edit.objects.filter(batch__isnull=False, at__gt=now - UNDO_WITHIN)
        .values("batch")
        .annotate(last=Max("at"), papers=Count("paper", distinct=True), name=Max("by__name"))
        .order_by("-last")
    )
    there = {row["batch"] for row in rows if row["batch"]}
    undone = {batch for batch in there if undo_of(batch) in there}
    gone = undone | {undo_of(batch) for batch in undone}
    return [
        Batch(batch, row["name"] or "", row["last"], row["papers"])
        for row in rows
        if (batch := row["batch"]) and batch not in gone
    ]
