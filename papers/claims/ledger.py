"""The points each member has done and promised, so that the load can be spread fairly over months.

A paper counts by how it is read (`catalogue.rules.POINTS`: deep 3, brief 1), leading a session or writing its minutes
counts 1. Whoever joins later starts at the mean of those who were there, so nobody has to catch up with a year.
Organisers and members see the same numbers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from papers.catalogue.rules import POINTS
from papers.claims.models import Claim, Duty, Partner
from papers.claims.rules import DUTY_POINTS
from papers.members.away import away_today
from papers.members.models import Member
from papers.members.queries import current_members

Dated = tuple[dt.datetime, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One member's points: those they started with, those of what they have done, and those of what they promised."""

    member: Member
    start: float
    done: float
    promised: float

    @property
    def total(self) -> float:
        return self.start + self.done + self.promised


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of all who may claim, by name, and the mean of their totals."""

    lines: list[Line]
    mean: float

    def of(self, member: Member) -> Line | None:
        return next((line for line in self.lines if line.member.pk == member.pk), None)


def ledger(now: dt.datetime | None = None) -> Ledger:
    """Return the ledger as of `now`, in four queries."""
    now = now or timezone.now()
    done: dict[int, list[Dated]] = defaultdict(list)
    promised: dict[int, float] = defaultdict(float)
    for share in shares():
        if share.at is not None and share.at <= now:
            done[share.member].append((share.at, share.points))
        else:
            promised[share.member] += share.points
    writers = [member for member in current_members() if member.may_write]
    starts = starts_of([(member.pk, member.joined_at) for member in writers], done)
    lines = [
        Line(member, starts[member.pk], sum(points for _at, points in done[member.pk]), promised[member.pk])
        for member in writers
    ]
    mean = sum(line.total for line in lines) / len(lines) if lines else 0.0
    return Ledger(sorted(lines, key=lambda line: line.member.name.casefold()), mean)


def starts_of(joined: Iterable[tuple[int, dt.datetime]], done: Mapping[int, list[Dated]]) -> dict[int, float]:
    """Return with how much each member starts: the mean of what those had who were there when they joined.

    `joined` are members with the instant they joined, `done` what each did and when.
    """
    starts: dict[int, float] = {}
    earlier: list[tuple[int, dt.datetime]] = []
    for member, at in sorted(joined, key=lambda one: (one[1], one[0])):
        before = [
            starts[other] + sum(points for when, points in done.get(other, ()) if when < at)
            for other, since in earlier
            if since < at
        ]
        starts[member] = round(sum(before) / len(before), 1) if before else 0.0
        earlier.append((member, at))
    return starts


@dataclass(frozen=True, slots=True)
class Share:
    """One member's points of one thing, and when it was or will be done (None: no date).

    `what` is "paper", or a role; `number` and `title` are the paper's.
    """

    member: int
    at: dt.datetime | None
    points: float
    what: str
    number: int | None = None
    title: str = ""


def shares() -> Iterator[Share]:
    """Return all points there are, in three queries. Those who present a paper together share its points."""
    beside: dict[int, list[int]] = defaultdict(list)
    partners = Partner.objects.filter(role="co-presenter", state="accepted", left_at=None, claim__released_at=None)
    for claim, member in partners.values_list("claim", "member"):
        beside[claim].append(member)
    for row in claims_with_sessions():
        presenters = [row["holder_id"], *beside[row["pk"]]]
        for member in presenters:
            points = POINTS[row["paper__mode"]] / len(presenters)
            yield Share(member, over(row), points, "paper", row["paper__number"], row["paper__title"])
    duties = Duty.objects.filter(left_at=None, session__cancelled_at=None)
    times = ("session__starts_at", "session__minutes")
    for role, member, starts_at, minutes in duties.values_list("role", "member", *times):
        yield Share(member, starts_at + dt.timedelta(minutes=minutes), DUTY_POINTS, role)


def claims_with_sessions() -> QuerySet[Claim, dict[str, Any]]:
    """Return the claims that were not given back, with what says whether their papers were presented."""
    return Claim.objects.filter(released_at=None).values(
        *("pk", "holder_id", "paper__number", "paper__title", "paper__mode", "paper__done_at"),
        *("paper__slots__session__starts_at", "paper__slots__session__minutes"),
    )


def over(row: dict[str, Any]) -> dt.datetime | None:
    """Return when a claim's paper was presented, or will be; None while it is in no session."""
    done_at, starts_at = row["paper__done_at"], row["paper__slots__session__starts_at"]
    if isinstance(done_at, dt.datetime):
        return done_at
    minutes = row["paper__slots__session__minutes"]
    if isinstance(starts_at, dt.datetime) and isinstance(minutes, int):
        return starts_at + dt.timedelta(minutes=minutes)
    return None


def least_loaded(*, but: Member) -> list[Member]:
    """Return the other members who may claim and are not away, those with the fewest points first."""
    gone = away_today()
    lines = [line for line in ledger().lines if line.member.pk != but.pk and line.member.pk not in gone]
    return [line.member for line in sorted(lines, key=lambda line: (line.total, line.member.pk))]
