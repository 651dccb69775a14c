"""Plans that an organiser looks at before they are carried out. Nothing is written here.

A plan is made twice: for the page, and again under locks when it is carried out. It is the same one if `seen` is.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from papers.claims.rules import AT_RISK_BEFORE
from papers.members.models import Group
from papers.members.queries import the_group
from papers.planning import rules
from papers.planning.models import PlanChange
from papers.planning.queries import HORIZON, meeting_of, to_come, works
from papers.planning.rules import Meeting, Placed, Room, Work
from papers.refusals import refuse_if
from papers.sessions.free_days import special_between
from papers.sessions.models import ReadingSession


@dataclass(frozen=True)
class Plan:
    """What would become of the sessions and papers.

    `moves` are meetings as they are and as they would be; `news` sessions that would come, each with the session it
    follows; `placed` are papers with the place of their session in `sessions`, which `news` go on after.
    """

    kind: str
    moves: list[tuple[Meeting, Meeting]] = field(default_factory=list)
    news: list[tuple[Meeting, ReadingSession]] = field(default_factory=list)
    sessions: list[ReadingSession] = field(default_factory=list)
    placed: Placed = field(default_factory=list)
    left: list[Work] = field(default_factory=list)
    settings: dict[str, int] = field(default_factory=dict)
    weeks: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.moves or self.placed)

    @property
    def seen(self) -> str:
        """A short name: the same only for the same plan."""
        said = [self.moves, [new for new, _last in self.news], [session.pk for session in self.sessions]]
        said += [self.placed, self.left, self.settings]
        return hashlib.sha256(repr((self.kind, said)).encode()).hexdigest()[:20]

    @property
    def meetings(self) -> list[Meeting]:
        """The sessions that papers go into, as far as they are made, and then the new ones."""
        return [meeting_of(session) for session in self.sessions] + [new for new, _last in self.news]

    @property
    def ends_on(self) -> dt.date | None:
        """The date of the last session that has papers, or would have."""
        there = [meeting_of(session) for session in self.sessions if session.papers]  # type: ignore[attr-defined]
        dates = [meeting.date for meeting in there] + [self.meetings[at].date for _work, at in self.placed]
        return max(dates, default=None)


def push(first: ReadingSession, weeks: int, now: dt.datetime) -> Plan:
    """Return the plan in which `first` and all sessions after it are so many weeks later, free days left out.

    Raises Refused: 422 for a number of weeks that cannot be, 409 when there is nothing to push or nowhere to go.
    """
    refuse_if(rules.why_not_push(weeks=weeks, meetings=1, found=True), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    meetings = [meeting_of(session) for session in to_come(now) if session.starts_at >= first.starts_at]
    refuse_if(rules.why_not_push(weeks=weeks, meetings=len(meetings), found=True))
    special = special_between(the_group(), meetings[0].date, meetings[-1].date + HORIZON)
    moved = rules.pushed(meetings, weeks, rules.freely(special))
    refuse_if(rules.why_not_push(weeks=weeks, meetings=len(meetings), found=moved is not None))
    return Plan(PlanChange.Kind.PUSH, moves=list(zip(meetings, moved or [], strict=True)), weeks=weeks)


def fill(now: dt.datetime) -> Plan:
    """Return the plan in which claimed papers without a session go into sessions that have the minutes for them."""
    sessions = with_notice(now)
    placed, left = rules.filled(works(claimed=True), rooms_of(sessions))
    return Plan(PlanChange.Kind.FILL, sessions=sessions, placed=placed, left=left)


def keep_end(now: dt.datetime) -> Plan:
    """Return the plan in which all papers find a place in the sessions there are. Raises Refused (409)."""
    sessions, waiting = with_notice(now), works(claimed=False)
    refuse_if(rules.why_not_repace(sessions=len(sessions), papers=len(waiting), missing=0))
    rooms = rooms_of(sessions)
    settings = {"papers_per_week": rules.needed(rooms, len(waiting)) * a_week(sessions)}
    placed, left = rules.spread(waiting, rooms, rules.evenly(rooms, len(waiting)))
    return Plan(PlanChange.Kind.REPACE, sessions=sessions, placed=placed, left=left, settings=settings)


def keep_pace(now: dt.datetime) -> Plan:
    """Return the plan in which each week has as many papers as the group agreed, and there are more sessions.

    Raises Refused (409).
    """
    group, sessions, waiting = the_group(), with_notice(now), works(claimed=False)
    refuse_if(rules.why_not_repace(sessions=len(sessions), papers=len(waiting), missing=0))
    most = max(1, -(-group.papers_per_week // a_week(sessions)))
    rooms = rooms_of(sessions)
    missing = rules.sessions_missing(rooms, len(waiting), most)
    refuse_if(rules.why_not_repace(sessions=len(sessions), papers=len(waiting), missing=missing))
    news = further(sessions, missing, group)
    rooms += [Room(len(sessions) + at, new.date, new.minutes) for at, (new, _last) in enumerate(news)]
    placed, left = rules.spread(waiting, rooms, [most] * len(rooms))
    return Plan(PlanChange.Kind.REPACE, sessions=sessions, news=news, placed=placed, left=left)


def with_notice(now: dt.datetime) -> list[ReadingSession]:
    """Return the sessions that are far enough away that somebody can prepare a paper for them."""
    return to_come(now + AT_RISK_BEFORE)


def rooms_of(sessions: Sequence[ReadingSession]) -> list[Room]:
    return [
        Room(at, session.date, session.minutes, session.planned, session.papers)  # type: ignore[attr-defined]
        for at, session in enumerate(sessions)
    ]


def a_week(sessions: Sequence[ReadingSession]) -> int:
    """Return how many sessions a week has: as many as there are series with sessions to come."""
    return len(last_of_each(sessions))


def last_of_each(sessions: Sequence[ReadingSession]) -> list[ReadingSession]:
    """Return the last session of each series, or the last of all when they are in none."""
    last = {session.series_id: session for session in sessions if session.series_id is not None}
    return list(last.values()) or list(sessions[-1:])


def further(sessions: Sequence[ReadingSession], count: int, group: Group) -> list[tuple[Meeting, ReadingSession]]:
    """Return so many sessions that go on where the series end, each with the last one of its series."""
    lasts = last_of_each(sessions)
    by_key = {last.pk: last for last in lasts}
    begin = min(last.date for last in lasts)
    special = special_between(group, begin, begin + HORIZON)
    there = [meeting_of(session) for session in sessions]
    news: list[tuple[Meeting, ReadingSession]] = []
    for new, follows in rules.following([meeting_of(last) for last in lasts], rules.freely(special)):
        if len(news) == count:
            break
        if not any(new.starts_at < other.ends_at and other.starts_at < new.ends_at for other in there):
            news.append((new, by_key[follows.id]))
    found = [row for last in lasts for row in in_turn(news, last)]
    return sorted(found, key=lambda row: row[0].starts_at)


def in_turn(
    news: Sequence[tuple[Meeting, ReadingSession]], last: ReadingSession
) -> list[tuple[Meeting, ReadingSession]]:
    """Return the new sessions that follow `last`, with the two hours of its series in turn if it has two."""
    mine = [new for new, follows in news if follows.pk == last.pk]
    series = last.series
    hours = [series.wall_time, series.other_time] if series is not None and series.other_time is not None else []
    return [(new, last) for new in rules.alternating(mine, meeting_of(last), hours)]
