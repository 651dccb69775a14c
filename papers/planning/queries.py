"""The plan as it stands: sessions to come, papers without one, who is concerned, and what was changed lately."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from papers.catalogue.models import Paper
from papers.catalogue.rules import MINUTES
from papers.claims.models import Duty
from papers.claims.queries import presenters_from, with_place
from papers.mail.models import Outgoing
from papers.members.away import all_times
from papers.planning.models import PlanChange
from papers.planning.rules import UNDO_WITHIN, Meeting, Work
from papers.sessions.models import ReadingSession
from papers.sessions.queries import papers_to_schedule

HORIZON = dt.timedelta(weeks=130)


def to_come(now: dt.datetime) -> list[ReadingSession]:
    """Return the sessions that begin after `now` and are not cancelled, soonest first.

    Each with `planned`, the minutes of its papers, and `papers`, how many they are.
    """
    sessions = ReadingSession.objects.filter(starts_at__gt=now, cancelled_at=None).select_related("series")
    counted = sessions.annotate(planned=Coalesce(Sum("slots__minutes"), 0), papers=Count("slots"))
    return list(counted.order_by("starts_at", "pk"))


def meeting_of(session: ReadingSession) -> Meeting:
    """Return when the session is, as the rules see it; its series is loaded with it."""
    meeting = Meeting(session.pk, session.date, session.wall_time, session.time_zone, session.minutes)
    series = session.series
    if series is None:
        return meeting
    hours = tuple(time for time in (series.wall_time, series.other_time) if time is not None)
    return replace(meeting, weekday=series.weekday, hours=hours)


def works(*, claimed: bool) -> list[Work]:
    """Return the papers without a session: the claimed ones, or all, those that somebody holds first; by number."""
    away = all_times()
    fields = ("pk", "number", "title", "mode", "holder_id", "holder_name")
    rows = with_place(papers_to_schedule()).values(*fields)
    found = [
        Work(
            paper=row["pk"],
            number=row["number"],
            title=row["title"],
            minutes=MINUTES[row["mode"]],
            holder=row["holder_id"],
            holder_name=row["holder_name"] or "",
            away=tuple(away.get(row["holder_id"], ())),
        )
        for row in rows
        if row["holder_id"] is not None or not claimed
    ]
    return sorted(found, key=lambda work: (work.holder is None, work.number))


def presenters(papers: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Return who presents each of these papers (by primary key), as (member id, name), in one query."""
    rows = with_place(Paper.objects.filter(pk__in=list(papers))).values("pk", "holder_id", "holder_name", "beside")
    return {row["pk"]: presenters_from(row) for row in rows}


@dataclass(frozen=True, slots=True)
class OnAgenda:
    """A paper of a session."""

    paper: int
    number: int
    title: str


def agendas(sessions: Iterable[int]) -> dict[int, list[OnAgenda]]:
    """Return the papers of each of these sessions, in order, in one query."""
    found: dict[int, list[OnAgenda]] = {}
    slots = Paper.objects.filter(slots__session__in=list(sessions)).order_by("slots__position")
    for session, pk, number, title in slots.values_list("slots__session", "pk", "number", "title"):
        found.setdefault(session, []).append(OnAgenda(pk, number, title))
    return found


def duties_of(sessions: Iterable[int]) -> list[tuple[int, str, int]]:
    """Return who leads these sessions and writes their minutes, as (session, role, member id), in one query."""
    duties = Duty.objects.filter(session__in=list(sessions), left_at=None).order_by("pk")
    return list(duties.values_list("session_id", "role", "member_id"))


def lately(now: dt.datetime) -> QuerySet[PlanChange]:
    """Return the changes that can still be taken back, newest first."""
    return PlanChange.objects.filter(undone_at=None, at__gt=now - UNDO_WITHIN).select_related("by")


def told_by_plans(sessions: Iterable[int], states: Collection[str]) -> list[tuple[int, int, int]]:
    """Return who was told of which version of these sessions by a mail about the plan: (session, member, sequence).

    Only mails in these states count. Whoever got one knows all that the change did.
    """
    names = [str(session) for session in sessions]
    told: list[tuple[int, int, int]] = []
    for change in PlanChange.objects.filter(after__sessions__has_any_keys=names):
        moved = change.after["sessions"]
        versions = [(int(name), moved[name]["sequence"]) for name in names if name in moved]
        for prefix, undone in ((keys(change), 0), (back_keys(change), 1)):
            mails = Outgoing.objects.filter(key__startswith=prefix, state__in=states, member__isnull=False)
            members = list(mails.values_list("member_id", flat=True))
            told += [(session, member, version + undone) for session, version in versions for member in members]
    return told


def keys(change: PlanChange) -> str:
    """Return how the keys of the mails about a change begin; a member's id follows."""
    return f"plan:{change.pk}:to:"


def back_keys(change: PlanChange) -> str:
    return f"plan:{change.pk}:back:"
