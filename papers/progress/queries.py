"""What is read, planned, claimed and free, by part and by week."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from papers.attendance.models import Attendance
from papers.catalogue.models import Entry, Part
from papers.catalogue.queries import on_the_list
from papers.claims.models import Claim
from papers.claims.queries import CLAIMED, DONE, FREE, SCHEDULED, state_of, with_place
from papers.discussion.models import Post
from papers.mail.composing import zone_of
from papers.members.models import Group
from papers.members.queries import current_members
from papers.notes.models import Note
from papers.sessions.models import ReadingSession

STATES = (DONE, SCHEDULED, CLAIMED, FREE)


@dataclass(frozen=True)
class Standing:
    """A paper of the list: its part, its state, and the day on which it was read, in the group's zone."""

    part: int
    state: str
    read_on: dt.date | None


@dataclass(frozen=True)
class PartRow:
    """How a part of the list stands, as counts by state."""

    number: int
    title_zh: str
    title_en: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def standings(group: Group, now: dt.datetime) -> list[Standing]:
    """Return how each paper of the list stands, in two queries; one in two parts counts in the first."""
    part: dict[int, int] = {}
    for paper, number in Entry.objects.order_by("part__number").values_list("paper", "part__number"):
        part.setdefault(paper, number)
    zone, found = zone_of(group.time_zone), []
    fields = ("pk", "done_at", "holder_id", "session_id", "session_starts_at", "session_minutes")
    for row in with_place(on_the_list()).values(*fields):
        ends = row["session_starts_at"] and row["session_starts_at"] + dt.timedelta(minutes=row["session_minutes"])
        read_at = row["done_at"] or (ends if ends and ends <= now else None)
        state = state_of(is_done=read_at is not None, holder_id=row["holder_id"], session_id=row["session_id"])
        found.append(Standing(part.get(row["pk"], 0), state, read_at and read_at.astimezone(zone).date()))
    return found


def parts(found: list[Standing]) -> list[PartRow]:
    """Return the parts of the list in their order, in one query."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[one.part][one.state] += 1
    rows = Part.objects.filter(reading_list__archived_at=None).order_by("number")
    return [
        PartRow(number, zh, en, {state: counts[number][state] for state in STATES})
        for number, zh, en in rows.values_list("number", "title_zh", "title_en")
    ]


def last_counts(now: dt.datetime, most: int) -> list[int]:
    """Return how many papers each of the last sessions read, the oldest first, in one query."""
    over = ReadingSession.objects.filter(cancelled_at=None, starts_at__lt=now).annotate(papers=Count("slots"))
    return [session.papers for session in over.order_by("-starts_at")[:most] if session.ends_at <= now][::-1]


# --- The weekly check-in


@dataclass(frozen=True)
class CheckIn:
    """What a member did in a week: texts they wrote, papers they presented, sessions in which they were."""

    name: str
    notes: int
    posts: int
    presented: int
    sessions: int

    @property
    def is_in(self) -> bool:
        return bool(self.notes or self.posts or self.presented or self.sessions)


def check_ins(begin: dt.datetime, end: dt.datetime) -> list[CheckIn]:
    """Return what each member did between the two instants, who did most comes first; five queries.

    What somebody wrote without their name, or keeps to themselves, is counted for nobody.
    """
    span = (begin, end)
    notes = Note.objects.filter(deleted_at=None, written_at__range=span).exclude(visibility=Note.Visibility.PRIVATE)
    posts = Post.objects.filter(deleted_at=None, alias=None, written_at__range=span)
    there = Attendance.objects.filter(was_there=True, session__starts_at__range=span, session__cancelled_at=None)
    held = Claim.objects.filter(
        released_at=None,
        paper__slots__session__starts_at__range=(begin, min(end, timezone.now())),
        paper__slots__session__cancelled_at=None,
    )
    wrote, said = per_member(notes, "author"), per_member(posts, "author")
    came, presented = per_member(there, "member"), per_member(held, "holder")
    rows = [
        CheckIn(member.name, wrote[member.pk], said[member.pk], presented[member.pk], came[member.pk])
        for member in current_members()
    ]
    return sorted(rows, key=lambda row: (-(row.notes + row.posts + row.presented + row.sessions), row.name.lower()))


def per_member(rows: QuerySet[Any], column: str) -> Counter[int]:
    """Return how many of the rows each member has, by the member's key."""
    return Counter(dict(rows.order_by().values(column).annotate(many=Count("pk")).values_list(column, "many")))
