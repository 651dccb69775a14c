"""The points each member has done and promised, so that the load can be spread fairly over months.

A paper counts by how it is read (`catalogue.rules.POINTS`: deep 3, brief 1). Whoever joins later starts at the mean of
those who were there, so nobody has to catch up with a year. Organisers and members see the same numbers.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from papers.catalogue.rules import POINTS
from papers.claims.models import Claim
from papers.members.away import away_today
from papers.members.models import Member
from papers.members.queries import current_members


@dataclass(frozen=True, slots=True)
class Line:
    """One member's points: those they started with, those of papers presented, and those of papers they hold."""

    member: Member
    start: float
    done: int
    promised: int

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
    """Return the ledger as of `now`, in two queries."""
    now = now or timezone.now()
    done: dict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)
    promised: dict[int, int] = defaultdict(int)
    for row in claims_with_sessions():
        points, over_at = POINTS[row["paper__mode"]], over(row)
        if over_at is not None and over_at <= now:
            done[row["holder_id"]].append((over_at, points))
        else:
            promised[row["holder_id"]] += points
    lines: list[Line] = []
    for member in sorted(current_members(), key=lambda one: (one.joined_at, one.pk)):
        if not member.may_write:
            continue
        before = [
            line.start + sum(points for at, points in done[line.member.pk] if at < member.joined_at)
            for line in lines
            if line.member.joined_at < member.joined_at
        ]
        start = round(sum(before) / len(before), 1) if before else 0.0
        lines.append(Line(member, start, sum(points for _at, points in done[member.pk]), promised[member.pk]))
    mean = sum(line.total for line in lines) / len(lines) if lines else 0.0
    return Ledger(sorted(lines, key=lambda line: line.member.name.casefold()), mean)


def claims_with_sessions() -> QuerySet[Claim, dict[str, Any]]:
    """Return the claims that were not given back, with what says whether their papers were presented."""
    return Claim.objects.filter(released_at=None).values(
        *("holder_id", "paper__mode", "paper__done_at"),
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
